"""Errors of the installation: settings, ports, optional parts, disk space."""

from __future__ import annotations

from models.errors import DiskFull, VideogenError


class BadSetting(VideogenError):
    """A setting has a value that cannot be used."""

    code = "bad_setting"
    hint = "Correct the environment variable named, or leave it out to get the default: docs/settings.md."


class PortTaken(VideogenError):
    """The server cannot listen at its address."""

    code = "port_taken"
    hint = "Stop the program that listens there, or choose another port: app.py serve --port 8001."


class ExtraMissing(VideogenError):
    """This needs a part that is installed separately."""

    code = "extra_missing"
    status = 501
    hint = "Install the part named."


class FilesUnavailable(VideogenError):
    """The storage of files does not do what it is asked."""

    code = "files_unavailable"
    status = 503
    hint = "Try again in a minute. If that does not help, app.py doctor says what is wrong with the storage."


class FilesOfAnotherStore(VideogenError):
    """The place of the files belongs to another store, whose files must not be removed."""

    code = "files_of_another_store"
    hint = "Give each store a prefix of its own in VIDEOGEN_FILES_URL. If this is the only one that uses it: app.py files adopt."


class DiskLow(DiskFull):
    """The disk is nearly full."""

    code = "disk_low"
    hint = (
        "Free some space or delete old tasks: what waits is started by itself as soon as there is room. "
        "Or lower VIDEOGEN_DISK_FREE_MIN_BYTES."
    )
