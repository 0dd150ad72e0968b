"""Text and JSON as the store holds them: UTF-8, whatever a client or a renderer sends."""

from __future__ import annotations

import json
import math
import re
from typing import Any

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def _finite(number: str) -> float | str:
    value = float(number)
    return value if math.isfinite(value) else number


DECODER = json.JSONDecoder(parse_float=_finite)
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
SORTED = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True)


def clean(text: str) -> str:
    """Replace each lone surrogate, which UTF-8 cannot hold, by U+FFFD, and each pair by the character that it stands for."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def one_line(text: str) -> str:
    """Return text without breaks and control characters, which a terminal would obey."""
    return text if text.isprintable() else BREAKS.sub(" ", clean(text)).strip()


def readable(text: str) -> str:
    """Return text without control characters but breaks and tabs."""
    return text if text.isprintable() else CONTROLS.sub(" ", clean(text))


def to_json(value: Any, *, sort_keys: bool = False) -> str:
    """Return JSON whose characters are not escaped, so that a person can read it."""
    return clean((SORTED if sort_keys else ENCODER).encode(value))


def from_json(text: str) -> Any:
    """Parse JSON from a row.

    One inserted by hand can hide a lone surrogate in an escape, or infinity in a number: 1e999 stays text.
    """
    if text == "{}":
        return {}
    value = DECODER.decode(text)
    return json.loads(to_json(value)) if "\\u" in text else value
