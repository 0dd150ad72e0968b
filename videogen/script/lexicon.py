"""The video's own words, a language at a time: what stands for a sign, and what is said of a scene that is not read out.

They are the section `speech` of the files in `words/`. A language without a file gets none of these words: its signs are passed over,
and its code and tables are shown without a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from videogen.script import word_files

Phrases = tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """The words of one language.

    `units` and `currencies` are (sign, name of one, name of several). `magnitudes` stand behind an amount of money: `M` in $1.2M. `per`
    stands for the stroke in km/l. `ordinals` are the days of a month, as they are said after the words `ordinals_after`.

    Of several phrases one follows the other, so that a video does not repeat itself; `{name}` is a programming language, `{columns}` a
    table's columns, `{before}` and `{after}` the labels of two pieces of code. `callouts` are the titles of callouts without one, by the
    English word.
    """

    dot: str = " "
    at: str = " "
    slash: str = " "
    line: str = ""
    lines: str = ""
    to: str = " "
    or_: str = ", "
    and_: str = ", "
    comma: str = ", "
    point: str = "."
    version: str = ""
    code: str = ""
    link: str = ""
    signs: tuple[tuple[str, str], ...] = ()
    phrases: tuple[tuple[str, str], ...] = ()
    units: tuple[tuple[str, str, str], ...] = ()
    currencies: tuple[tuple[str, str, str], ...] = ()
    magnitudes: tuple[tuple[str, str], ...] = ()
    per: str = ""
    months: Phrases = ()
    ordinals: Phrases = ()
    ordinals_after: Phrases = ()
    code_signs: tuple[tuple[str, str], ...] = ()
    code_in: Phrases = ()
    code_here: Phrases = ()
    compared: Phrases = ()
    compared_of: Phrases = ()
    command: Phrases = ()
    commands: Phrases = ()
    equation: Phrases = ()
    diagram: Phrases = ()
    chart: Phrases = ()
    table_of: Phrases = ()
    table: Phrases = ()
    next_page: Phrases = ()
    last_page: Phrases = ()
    before: str = "Before"
    after: str = "After"
    shell_name: str = "Shell"
    callouts: tuple[tuple[str, str], ...] = ()


_OTHER = Lexicon()
_PAIRS = ("signs", "phrases", "magnitudes", "code_signs", "callouts")
_AMOUNTS = ("units", "currencies")


def lexicon(language: str) -> Lexicon:
    """Return the words of a language (a BCP 47 tag; the undetermined one is taken for English); empty ones where none are written."""
    tag = word_files.tag_of(language)
    return _lexicon(tag) if tag else _OTHER


@cache
def _lexicon(tag: str) -> Lexicon:
    words: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in word_files.section(tag, "speech").items()
    }
    words |= {name: tuple(words[name].items()) for name in _PAIRS if name in words}
    for section in _AMOUNTS:  # what has one form for one and several is a text
        names = {sign: [forms, forms] if isinstance(forms, str) else forms for sign, forms in words.get(section, {}).items()}
        words[section] = tuple((sign, one, several) for sign, (one, several) in names.items())
    return Lexicon(**words)
