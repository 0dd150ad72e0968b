"""Stands in for a platform without the pysqlite3 wheel: PYTHONPATH=tests/models/system_sqlite runs anything on Python's own SQLite."""

raise ImportError("pysqlite3 is hidden, so that the system's SQLite is used")
