"""Where a text may be cut: grapheme clusters (UAX 29) and line breaks (UAX 14), by ICU, which pip installs whole with its dictionaries.

Thai, Lao, Khmer and Burmese put no spaces between words: ICU finds their words in its dictionaries. Everything that wraps text asks here:
scenes, and captions. ICU is loaded for the first text that needs it; plain Latin text does not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate, pairwise

LOCALE = "en@lb=strict"
"""Strict: no line begins with a small kana or a prolonged sound mark."""

PHRASES = "ja@lb=strict;lw=phrase"
"""Lines end between phrases; of Chinese, too, whose words the same rules keep together."""

_HAN_OR_KANA = re.compile("[\u3041-\u30ff\u3400-\u9fff]")
_KANA = re.compile("[\u3041-\u30fa]")
_PARTICLE = re.compile(
    "(?:[をはがのにへとでもやか]|から|まで|より|など|です|ます|だ|である|という|には|では|とは|での|への|にも|として|について|により|による|では|でも)[、。，．！？」』）]*"
)
_CHINESE_PARTICLES = "的地得了着过們们吗嗎呢吧啊呀嘛么之内里裡上下中后後外间間者等"
_CHINESE_NUMERALS = "一二三四五六七八九十百千万萬亿億两兩几幾第"
_BEFORE_WORDS = "在从從把被对對给給向和与與及或很不没沒也都就还還再最更这這那每各是为為请請但而且若如将將会會能要想可让讓使"
"""Prepositions, adverbs and pronouns of one character, which lead to the word after them."""

BREAK_AFTER = frozenset("/._-?&=:,;+|\\")
"""Where a word that is wider than a line, as addresses and code are, is broken first."""

ZERO_WIDTH_SPACE = "\u200b"
WORD_JOINER = "\u2060"

_WORD = r"[A-Za-z0-9]+(?:['.,][A-Za-z0-9]+)*[.,;:!?]?"
_SIMPLE = re.compile(rf"{_WORD}(?: {_WORD})*")
"""Text whose breaks are its spaces."""

LONG = 2000
"""Characters of a text that is not kept in memory."""

_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:[-'’][^\W_]++)+")
"""Words joined by hyphens, and not `--dry-run` or an address."""

_SURROGATES = re.compile("[\ud800-\udfff]")


def graphemes(text: str) -> list[str]:
    """Return the extended grapheme clusters of a text: what a reader takes for one character."""
    if not text or (max(text) < "\u0300" and "\r" not in text):
        return list(text)
    from icu4py.breakers import CharacterBreaker

    return _cut(text, [len(segment) for segment in CharacterBreaker(_plain(text), LOCALE)])


def line_breaks(text: str) -> frozenset[int]:
    """Return the positions in a text before which a line may begin, its start and its end aside; after spaces, not before them.

    UAX 14, tailored where it leaves a choice: Korean is broken between its words only, nothing before a dash that no space
    parts from its word, and what looks like code or an address (`a/b`, `--flag`, `x=1`) only where a hyphen joins words.
    """
    return _line_breaks(text) if len(text) > LONG else _known_line_breaks(text)


def _line_breaks(text: str) -> frozenset[int]:
    if _SIMPLE.fullmatch(text):
        return frozenset(at + 1 for at, character in enumerate(text) if character == " ")
    from icu4py.breakers import LineBreaker

    breaks: list[int] = []
    at = 0
    for segment in LineBreaker(_plain(text), LOCALE):
        at += len(segment)
        breaks.append(at)
    return frozenset(at for at in breaks[:-1] if _is_welcome(text, at))


_known_line_breaks = lru_cache(maxsize=4096)(_line_breaks)
"""A text is set in many sizes until it fits."""


def phrase_breaks(text: str) -> frozenset[int]:
    """Return those of `line_breaks` that part no phrase of Japanese and no word of Chinese; of text in other scripts all of them.

    A particle stays with what it follows, a preposition and a numeral with what follows them. ICU finds the phrases of Japanese with the
    model of BudouX, and the words of Chinese in its dictionary.
    """
    if not _HAN_OR_KANA.search(text):
        return line_breaks(text)
    return _phrase_breaks(text) if len(text) > LONG else _known_phrase_breaks(text)


def _phrase_breaks(text: str) -> frozenset[int]:
    from icu4py.breakers import LineBreaker

    ends = list(accumulate(len(segment) for segment in LineBreaker(_plain(text), PHRASES)))
    in_japanese = _KANA.search(text) is not None
    allowed = line_breaks(text)
    return frozenset(at for at, end in pairwise(ends) if at in allowed and _parts_phrases(text, at, end, in_japanese))


_known_phrase_breaks = lru_cache(maxsize=4096)(_phrase_breaks)


def _parts_phrases(text: str, at: int, end: int, in_japanese: bool) -> bool:
    """Return whether the segment from `at` to `end` begins a phrase, and does not belong to the one before."""
    before, segment = text[:at].rstrip()[-1:], text[at:end].strip()
    if in_japanese:
        return not _PARTICLE.fullmatch(segment)
    number = before.isdigit() or before in _CHINESE_NUMERALS
    return segment[:1] not in _CHINESE_PARTICLES and not (
        before in _BEFORE_WORDS or (number and (_is_han(segment[:1]) or segment[:1].isdigit()))
    )


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def unbreakable(text: str) -> list[str]:
    """Return the pieces of a text that a line is not broken inside of, each with the spaces after it."""
    return [text[start:end] for start, end in pairwise([0, *sorted(line_breaks(text)), len(text)])]


def columns(text: str) -> int:
    """Return how many columns of a grid a text takes: two for a wide character or an emoji, none for what only changes the one before."""
    return len(text) if text.isascii() else sum(map(_cluster_columns, graphemes(text)))


@lru_cache(maxsize=16384)
def _cluster_columns(cluster: str) -> int:
    wide = unicodedata.east_asian_width(cluster[0]) in ("W", "F") or "\ufe0f" in cluster or "\U0001f1e6" <= cluster[0] <= "\U0001f1ff"
    return 2 if wide else 0 if unicodedata.category(cluster[0]) in ("Mn", "Me") else 1


def _is_welcome(text: str, at: int) -> bool:
    """Return whether a break that UAX 14 allows is made."""
    before, after = text[at - 1], text[at]
    if before.isspace() or before == ZERO_WIDTH_SPACE:
        return True
    if after == "—":
        return False
    if _is_hangul(before) or _is_hangul(after):
        return not (_is_of_a_word(before) and _is_of_a_word(after))
    if before == "-":
        return after.isalpha() and _COMPOUND.fullmatch(_word_around(text, at).strip("\"'“”‘’«»()[]{}.,;:!?")) is not None
    return not (before.isascii() and after.isascii())


def _word_around(text: str, at: int) -> str:
    """Return the word around a position, bounded in length, so that an endless one is not read again at each hyphen."""
    before, after = text[max(0, at - 60) : at], text[at : at + 60]
    return (before.split() or [""])[-1] + (after.split() or [""])[0]


def _is_of_a_word(character: str) -> bool:
    return character.isalnum() or character in "()[]{}"


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3" or "\u1100" <= character <= "\u11ff"


def _plain(text: str) -> str:
    """Replace invalid code points, so that ICU can take the text."""
    return _SURROGATES.sub("\ufffd", text)


def _cut(text: str, lengths: list[int]) -> list[str]:
    parts: list[str] = []
    at = 0
    for length in lengths:
        parts.append(text[at : at + length])
        at += length
    return parts
