"""Numbers in sentences with what belongs to them, in words: sums of money, measures, days of a month."""

from __future__ import annotations

import re
from functools import lru_cache

from videogen.script.lexicon import Lexicon

_NUMBER = r"\d(?:[\d.,]*\d)?"
_SPACE = "[ \u00a0\u202f]?"
_WORD = r"[^\W\d_]{2,20}"
_HUNDREDTHS = re.compile(r"(.*\d)[.,](\d\d)")
_COMPATIBLE = str.maketrans({"℃": "°C", "℉": "°F", "㎡": "m²", "㎏": "kg", "㎞": "km", "㎝": "cm", "㎜": "mm", "℡": "Tel."})
"""Units that are one character, in those they are made of."""


def amounts(text: str, words: Lexicon) -> str:
    """Return a text with its sums, measures and days in words, as far as the language has them. Other numbers are left to the voice."""
    text = text.translate(_COMPATIBLE)
    if words.ordinals:
        text = _dates(words).sub(lambda match: _date(match, words), text)
    if words.currencies:
        before, after = _money(words)
        text = before.sub(lambda match: _sum(match["sign"], match, words), text)
        text = after.sub(lambda match: _sum(match["sign"], match, words), text)
    if words.units:
        text = _measures(words).sub(lambda match: _measured(match, words), text)
    return text


def _any_of(signs: list[str]) -> str:
    """Return a pattern of signs, the longest first. One that ends in a letter of a script with spaces is a word of its own."""
    return "|".join(
        re.escape(sign) + (r"(?!\w)" if sign[-1].isalpha() and sign[-1] > "\u00ff" and sign[-1] < "\u2e80" else "")
        for sign in sorted(signs, key=len, reverse=True)
    )


def _per(words: Lexicon) -> str:
    """Return a pattern of what an amount is of: the stroke and the unit or word behind it."""
    return rf"(?:\s?/\s?(?P<per>(?:{_any_of([sign for sign, _, _ in words.units])})(?!\w)|{_WORD}))?" if words.per else "(?P<per>)"


@lru_cache(maxsize=32)
def _money(words: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return a sum with its sign before it, and one with its sign after it."""
    signs = _any_of([sign for sign, _, _ in words.currencies])
    size = rf"(?:{_SPACE}(?P<size>{_any_of([sign for sign, _ in words.magnitudes])})(?!\w))?" if words.magnitudes else "(?P<size>)"
    return (
        re.compile(rf"(?<!\w)(?P<sign>{signs})\s?(?P<number>{_NUMBER}){size}{_per(words)}"),
        re.compile(rf"(?P<number>(?<![\d.,]){_NUMBER}){size}\s?(?P<sign>{signs})(?!\w){_per(words)}"),
    )


def _sum(sign: str, match: re.Match[str], words: Lexicon) -> str:
    number, size = match["number"], match["size"]
    name = _name(sign, number if not size else "", words.currencies)
    if size:
        number = f"{number} {dict(words.magnitudes)[size]}"
    elif (parts := _HUNDREDTHS.fullmatch(number)) and parts[1] != "0":
        whole = f"{parts[1]} {_name(sign, parts[1], words.currencies)}"
        return (whole if parts[2] == "00" else f"{whole} {parts[2].lstrip('0')}") + _divided(match, words)
    return f"{number} {name}{_divided(match, words)}"


@lru_cache(maxsize=32)
def _measures(words: Lexicon) -> re.Pattern[str]:
    """Return a number and a unit after it."""
    signs = _any_of([sign for sign, _, _ in words.units])
    return re.compile(
        rf"(?<![A-Za-z0-9_.,/])(?P<number>\d[\d.,]*)(?P<space>{_SPACE})(?P<sign>{signs}){_per(words)}(?![A-Za-z0-9_°²³/'’]|\.\w)"
    )


def _measured(match: re.Match[str], words: Lexicon) -> str:
    number, sign = match["number"], match["sign"]
    if len(sign) == 1 and not match["space"] and sign in "msh" and not match["per"]:
        return match.group()  # "5m" may be minutes, "90s" a decade
    return f"{number} {_name(sign, number, words.units)}{_divided(match, words)}"


def _divided(match: re.Match[str], words: Lexicon) -> str:
    per = match["per"]
    if not per:
        return ""
    return f"{words.per}{next((one for sign, one, _ in words.units if sign == per), per)}"


def _name(sign: str, number: str, names: tuple[tuple[str, str, str], ...]) -> str:
    one, several = next((one, several) for unit, one, several in names if unit == sign)
    return one if number == "1" else several


@lru_cache(maxsize=32)
def _dates(words: Lexicon) -> re.Pattern[str]:
    """Return a day before its month or behind such words as the language has, and a date in figures."""
    months, after = "|".join(words.months), "|".join(words.ordinals_after)
    return re.compile(
        rf"(?<![\w.,])(?P<figures>(?P<d>\d\d?)\.\s?(?P<m>\d\d?)\.\s?(?P<y>[12]\d\d\d))(?!\.?\w)"
        rf"|(?<![\w.,])(?P<day>\d\d?)\.\s?(?=(?:{months})\b)"
        rf"|(?<=\b)(?P<lead>{after}) (?P<nth>\d\d?)\.\s(?=[^\W\d_])"
    )


def _date(match: re.Match[str], words: Lexicon) -> str:
    number = int(match["d"] or match["day"] or match["nth"])
    month = int(match["m"] or 1)
    if not (1 <= number <= len(words.ordinals) and 1 <= month <= len(words.months)):
        return match.group()
    ordinal = words.ordinals[number - 1]
    if match["figures"]:
        return f"{ordinal} {words.months[month - 1]} {match['y']}"
    return f"{match['lead']} {ordinal} " if match["lead"] else f"{ordinal} "
