"""Names of files that people save: a title as a name that any system takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

MOST_CHARACTERS = 80


def file_name(title: str) -> str:
    """Return a title as a file's name on any system: letters, digits, and hyphens for all else. Empty if nothing is left."""
    return re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFC", title))[:MOST_CHARACTERS].strip("-._")


def numbered_names(titles: Sequence[str]) -> list[str]:
    """Return a name for each title, with its number in front: all differ, and sort in the order of the titles."""
    digits = max(2, len(str(len(titles))))
    return [f"{number:0{digits}}-{file_name(title)}".strip("-") for number, title in enumerate(titles, 1)]
