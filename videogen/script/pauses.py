"""Pauses in what is spoken: written as a comment in any text, or in brackets in what a scene says; marked in the narration."""

from __future__ import annotations

import re

PAUSE_MAX_S = 60.0
NEXT_PAGE = "[next page]"
"""What parts the words of a scene that is shown on several pages."""
MARK = "\uffff"
"""No character: a script that holds it is cleaned of it, so that it can mark pauses here."""

_ASKED = r"pause\s*(?::?\s*(\d{1,2}(?:\.\d{1,3})?)\s*s?\s*)?"
_NEXT_PAGE = re.compile(r"\s*\[next page\]\s*", re.IGNORECASE)
_COMMENT = re.compile(rf"<!--\s*{_ASKED}-->", re.IGNORECASE)
_BRACKETS = re.compile(rf"\[{_ASKED}\]", re.IGNORECASE)
_MARKED = re.compile(f"\\s*{MARK}(\\d+){MARK}\\s*")
_AT_THE_END = re.compile(f"(?:\\s*{MARK}\\d+{MARK})+\\s*\\Z")


def seconds(comment: str) -> float | None:
    """Return the seconds of a comment in a text that asks for a pause, 1 if it does not say; None for another comment."""
    match = _COMMENT.fullmatch(comment.strip())
    return min(float(match[1] or 1), PAUSE_MAX_S) if match else None


def comment(pause_s: float) -> str:
    """Return the pause as it stands in a text."""
    return f"<!-- pause: {pause_s:g} -->"


def mark(pause_s: float) -> str:
    """Return the pause as it stands in the narration."""
    return f"{MARK}{round(pause_s * 1000)}{MARK}"


def marked(text: str) -> str:
    """Return the words of a scene with its pauses marked."""
    for pattern in (_COMMENT, _BRACKETS):
        text = pattern.sub(lambda match: f" {mark(min(float(match[1] or 1), PAUSE_MAX_S))} ", text)
    return text


def parts(narration: str) -> list[tuple[str, float]]:
    """Return stretches of narration without marks, each with the seconds of the pause after it, 0 without one."""
    pieces = _MARKED.split(narration)
    return [(text, int(pause) / 1000) for text, pause in zip(pieces[::2], [*pieces[1::2], "0"], strict=True)]


def with_marks_at_the_end(text: str) -> tuple[str, str]:
    """Return a text without the pauses after it, and those."""
    match = _AT_THE_END.search(text)
    return (text[: match.start()], match.group()) if match else (text, "")


def of_pages(say: str | None, pages: int) -> list[str | None]:
    """Return what is said on each page of a scene, "" for nothing; without the mark for the next page all is said on the first one.

    None stands for what the scene itself suggests, and stays. What is left over is said on the last page.
    """
    if say is None:
        return [None] * pages
    texts = _NEXT_PAGE.split(say)
    texts = [*texts[: pages - 1], f" {NEXT_PAGE} ".join(texts[pages - 1 :])] if len(texts) > pages else texts
    return [*texts, *[""] * (pages - len(texts))]


def without_pages(say: str) -> str:
    """Return the words without the marks for the next page."""
    return _NEXT_PAGE.sub(" ", say)
