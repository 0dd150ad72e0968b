"""Files beside the store's tables: the storage in a bucket, secrets, the password, disk space, and where libraries may write.

May import `videogen.config` and errors. Keeps the promise that no row is without its file: a file is put first and registered after.
"""
