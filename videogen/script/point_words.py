"""Words for what charts and tables show, by language: the highest, the lowest, the trend.

They are phrases with names in braces, so that a language's grammar stays whole; a script may have words of its own for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from videogen.script import word_files
from videogen.script.languages import primary


@dataclass(frozen=True)
class PointWords:
    """The phrases of one language.

    `{high}` and `{low}` are what the highest and lowest values are of, `{high_value}` and `{low_value}` these values. `{first}`, `{last}`,
    `{first_value}` and `{last_value}` are the ends of a trend. `{name}` is one of several series or columns, `{share}` a percentage.
    """

    highest_lowest: str
    highest_lowest_of: str
    highest: str
    rises: str
    falls: str
    steady: str
    rises_of: str
    falls_of: str
    steady_of: str
    largest_part: str
    equal: str


NAMES = tuple(field.name for field in fields(PointWords))
"""Names of the phrases."""

WITH_DECIMAL_COMMA = frozenset({"de", "fr", "es", "it", "pt", "nl", "pl", "ru", "tr"})
WITH_SPACES = frozenset({"fr", "pl", "ru"})
"""Languages that have a narrow space between thousands."""


def number_style(language: str) -> str:
    """Return the language whose marks are between the digits of a number; English of any that has none of its own."""
    return tag if (tag := primary(language)) in WITH_DECIMAL_COMMA else "en"


def with_marks_of(style: str, number: str) -> str:
    """Return a number that is written as in English with the marks of another style."""
    return number if style == "en" else number.translate({ord(","): "\u202f" if style in WITH_SPACES else ".", ord("."): ","})


def point_words(language: str, own: Mapping[str, str] | None = None) -> PointWords | None:
    """Return the phrases of a language, a BCP 47 tag, with those of one's `own` in their place; None where none are written."""
    tag = word_files.tag_of(language)
    words = PointWords(**word_files.section(tag, "data")) if tag else None
    own = {name: phrase for name, phrase in (own or {}).items() if name in NAMES}
    if words is None and own:
        words = PointWords(*("" for _ in NAMES))
    return replace(words, **own) if words and own else words
