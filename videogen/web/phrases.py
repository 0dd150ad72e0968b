"""Sentences with gaps, for labels that the server and the browser fill alike. static/js/phrases.js reads the same notation.

`{name}` is a value of that name, `{name>0}` a number greater than that, `{name?text}` a text for a value that is true, and
`{name|format}` a value in a format. A phrase with a gap that nothing fills is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

GAP = re.compile(r"\{(\w+)(?:>(\d+)|\?([^}]*)|\|(\w+))?\}")

Formats = Mapping[str, Callable[[Any], str]]


def fill(phrases: Iterable[str], values: Mapping[str, Any], formats: Formats) -> list[str]:
    """Return the phrases whose gaps all have values, filled."""
    return [text for text in (_filled(phrase, values, formats) for phrase in phrases) if text is not None]


def _filled(phrase: str, values: Mapping[str, Any], formats: Formats) -> str | None:
    texts = [_value(gap, values, formats) for gap in GAP.finditer(phrase)]
    if None in texts:
        return None
    left = iter(texts)
    return GAP.sub(lambda _: str(next(left)), phrase)


def _value(gap: re.Match[str], values: Mapping[str, Any], formats: Formats) -> str | None:
    name, least, text, style = gap.groups()
    value = values.get(name)
    if value is None or value == "":
        return None
    if least is not None:
        return str(value) if isinstance(value, int | float) and value is not True and value > int(least) else None
    if text is not None:
        return text if value else None
    return formats[style](value) if style else str(value)
