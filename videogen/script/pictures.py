"""Addresses of pictures and other files in a script."""

from __future__ import annotations

import re

_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def is_remote(address: str) -> bool:
    """Whether an address leads to another server, or is none of a file at all (`data:`): nothing of that kind is ever fetched."""
    return _REMOTE.match(address) is not None
