"""Texts and what differs between two of them, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

from models.text_values import readable

MARKS = {"same": ("", "", None), "removed": ("[-", "-]", "red"), "added": ("{+", "+}", "green")}


def plain_line(text: str) -> str:
    """Return a text on one line, without what would control the terminal."""
    return " ".join(readable(text).split())


def difference_text(pieces: Iterable[Mapping[str, str]]) -> str:
    """Return pieces {text, change} as one line: `[-what went-]` in red, `{+what came+}` in green."""
    parts = []
    for piece in pieces:
        begin, end, colour = MARKS[piece["change"]]
        text = " ".join(readable(piece["text"]).split("\n"))
        parts.append(click.style(f"{begin}{text}{end}", fg=colour) if colour else text)
    return "".join(parts)
