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
    hint = "Install the part named."


class DiskLow(DiskFull):
    """The disk is nearly full."""

    code = "disk_low"
    hint = (
        "Free some space or delete old tasks: what waits is started by itself as soon as there is room. "
        "Or lower VIDEOGEN_DISK_FREE_MIN_BYTES."
    )
