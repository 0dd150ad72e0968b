"""Marks around words that a voice should stress. They are no characters: no script may hold them."""

from __future__ import annotations

import re

STRESS, STRESS_END = "\ufdd3", "\ufdd4"
_MARKS = re.compile(f"[{STRESS}{STRESS_END}]")


def without_stress(text: str) -> str:
    """Return a text without marks of stress."""
    return _MARKS.sub("", text)
