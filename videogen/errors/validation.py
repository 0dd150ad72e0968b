"""Say in this project's words what pydantic found wrong with a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_KINDS = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "yes or no",
    "list": "a list",
    "tuple": "a list",
    "dict": "a mapping",
    "model": "a mapping",
    "path": "a path",
    "url": "an address",
}
_LITERALS = re.compile(r"[^'\s,]+|'[^']*'")


def in_words(wrong: Mapping[str, Any]) -> str:
    """Return the message of one entry of `ValidationError.errors()`, as the end of a sentence that begins with the name of the value."""
    kind, context = str(wrong.get("type", "")), wrong.get("ctx") or {}
    if kind in ("value_error", "assertion_error"):
        return str(wrong.get("msg", "")).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if kind == "missing":
        return "this key is missing"
    if kind == "extra_forbidden":
        return "there is no such key"
    if kind == "literal_error":
        return f"has to be {_one_of(str(context.get('expected', '')))}"
    if kind == "string_pattern_mismatch":
        return "is not written as it has to be"
    if bound := _bound(kind, context):
        return bound
    if kind in ("finite_number", "int_from_float"):
        return "has to be a whole number" if kind == "int_from_float" else "has to be a number"
    base = kind.partition("_")[0]
    if base in _KINDS:
        return f"has to be {_KINDS[base]}"
    if "union_tag" in kind:
        return "there is no such kind"
    return "is not a value that can be used here"


def _one_of(expected: str) -> str:
    """Return pydantic's list of allowed values, `'a', 'b' or 'c'`, without its quotes: `one of a, b, c`."""
    names = [name.strip("'") for name in _LITERALS.findall(expected) if name not in ("or", ",")]
    names = [name or "nothing" for name in names]
    return names[0] if len(names) == 1 else f"one of {', '.join(names)}"


def _bound(kind: str, context: Mapping[str, Any]) -> str:
    for name, words in (("ge", "at least {}"), ("gt", "more than {}"), ("le", "at most {}"), ("lt", "less than {}")):
        if name in context and kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
            return f"has to be {words.format(_number(context[name]))}"
    if kind == "multiple_of":
        step = _number(context.get("multiple_of", ""))
        return "has to be even" if step == "2" else f"has to be a multiple of {step}"
    if kind == "string_too_long":
        return f"is too long: it may have {context.get('max_length')} characters"
    if kind == "string_too_short":
        return "may not be empty" if context.get("min_length") == 1 else f"needs at least {context.get('min_length')} characters"
    if kind == "too_long":
        return f"has {context.get('actual_length') or 'too many'} entries; {context.get('max_length')} are the most"
    if kind == "too_short":
        return "may not be empty" if context.get("min_length") == 1 else f"needs at least {context.get('min_length')} entries"
    return ""


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
