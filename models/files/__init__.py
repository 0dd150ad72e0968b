"""Files as the store needs them: the storage and its local disk, blobs by content hash, safe directory walks, fsync.

Imports nothing else of the project.
"""
