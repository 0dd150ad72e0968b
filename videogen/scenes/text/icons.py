"""Icons: an emoji at the beginning of a text."""

from __future__ import annotations

from videogen.scenes.text.fonts import wants_emoji
from videogen.scenes.text.segmentation import graphemes


def leading_icon(text: str) -> tuple[str, str]:
    """Return the emoji that an inline text begins with, and the rest of it; an empty icon where it begins with none or has nothing else."""
    first = next(iter(graphemes(text[:40])), "")
    rest = text[len(first) :].lstrip()
    return (first, rest) if first and rest and wants_emoji(first) else ("", text)
