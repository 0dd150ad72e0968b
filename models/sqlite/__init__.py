"""The store on SQLite: connections, the statements that only SQLite has, triggers and views, search, backup and migrations.

It may import the rest of `models`; of the rest, `models.database` imports its dialect, and `models.migrate` its migrations. SQLite's one
writer at a time keeps the log's order: ids are given under its lock.
"""
