"""The store on PostgreSQL: connections, the statements that only PostgreSQL has, triggers and views, search and notification.

It may import the rest of `models`. The driver comes with the extra `[postgres]` and is imported only where a store is opened by its URL.
Events get their ids in the transaction's last statements, under the lock of one row: so ids have no gaps, and follow the commits.
"""
