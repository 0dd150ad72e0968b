"""The job store: tables and their verbs. The only package that speaks SQL; it imports nothing of `videogen`.

Keeps these promises: a task's row and the event that records its change commit together; event ids have no gaps and appear in commit order;
a write of an attempt that lost its lease is refused.
"""

DATABASE_NAME = "videogen.db"
"""The database's file in the data directory."""
