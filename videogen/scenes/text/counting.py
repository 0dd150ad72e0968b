"""Numbers that count up, written as they will be at the end."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?P<before>\D*)(?P<number>\d(?:[\d.,'\u2019\u00a0\u202f\u2009 ]*\d)?)(?P<after>\D*)")
_YEARS = range(1000, 2200)
MOST_DIGITS = 15


def counts(text: str) -> bool:
    """Return whether a text is an amount that can be counted up to: it has one number, and that is no year."""
    return has_one_number(text) and not (text.strip().isdecimal() and int(text) in _YEARS)


def has_one_number(text: str) -> bool:
    """Return whether a text has one number, more than one, in Arabic figures."""
    match = _NUMBER.fullmatch(text)
    digits = re.sub(r"\D", "", match["number"]) if match else ""
    return digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS and int(digits) > 1


def counted(text: str, share: float) -> str:
    """Return the text with a share of its number, in as many decimals and with the same marks between its digits.

    Leading digits that are not there yet are left out, also their marks.
    """
    match = _NUMBER.fullmatch(text)
    if match is None or share >= 1:
        return text
    number = match["number"]
    digits = re.sub(r"\D", "", number)
    now = str(round(int(digits) * max(0.0, share))).zfill(1 + _decimals(number))
    written: list[str] = []
    left = list(now)
    for sign in reversed(number):
        if not left:
            break
        written.append(left.pop() if sign.isdigit() else sign)
    return match["before"] + "".join(reversed(written)) + match["after"]


def _decimals(number: str) -> int:
    """Return how many decimals a number has; three digits behind its only mark are taken for thousands, unless nothing is before them."""
    head, mark, tail = re.fullmatch(r"(.*?)([.,]?)(\d*)", number).groups() if number[-1:].isdigit() else ("", "", "")  # type: ignore[union-attr]
    if not mark:
        return 0
    others = set(re.sub(r"\d", "", head))
    if mark in others or (len(tail) == 3 and not others and head.lstrip("0")):
        return 0
    return len(tail)
