"""Files of the data directory beside the store: secrets, the password, disk space, and where libraries may write.

May import `videogen.config` and errors.
"""
