"""The result of an import: a script, the files that it shows, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MAX_NUMBERS = 12
"""Slides or pages that one warning names."""


@dataclass(frozen=True)
class ImportWarning:
    """Something in a document that its script does not show as it was. `number` is that of its `part` (a slide, page or cell), from 1."""

    code: str
    message: str
    number: int | None = None
    part: str = "slide"

    @property
    def place(self) -> str | None:
        """Where it is, for people, such as `Slide 3`; None for the whole document."""
        return None if self.number is None else f"{self.part.capitalize()} {self.number}"


@dataclass(frozen=True)
class ImportedScript:
    """A script in Markdown, its title, and the files that it shows, {name in the script: path}."""

    script: str
    title: str
    assets: dict[str, Path]
    warnings: tuple[ImportWarning, ...]


@dataclass(frozen=True)
class MergedWarning:
    """A warning with all the places that it is about, in one text, such as `Slides 3, 5 and 9`."""

    code: str
    message: str
    place: str | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def merge_warnings(warnings: Iterable[ImportWarning]) -> list[MergedWarning]:
    """Merge warnings that say the same of several slides, pages or cells."""
    numbers: dict[tuple[str, str, str], list[int]] = {}
    for warning in warnings:
        numbers.setdefault((warning.code, warning.message, warning.part), []).extend([] if warning.number is None else [warning.number])
    return [MergedWarning(code, message, _place(part, found)) for (code, message, part), found in numbers.items()]


def _place(part: str, numbers: list[int]) -> str | None:
    distinct = sorted(set(numbers))
    if not distinct:
        return None
    if len(distinct) == 1:
        return f"{part.capitalize()} {distinct[0]}"
    named = [str(number) for number in distinct[:MAX_NUMBERS]]
    if len(distinct) > MAX_NUMBERS:
        named.append(f"{len(distinct) - MAX_NUMBERS} more")
    return f"{part.capitalize()}s {', '.join(named[:-1])} and {named[-1]}"
