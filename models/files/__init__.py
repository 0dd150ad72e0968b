"""Files on the disk of this machine as the store needs them: blobs by content hash, safe directory walks, fsync.

Imports nothing else of the project.
"""
