"""The values that templates put into a text: those that the document itself gives, and for any other a name in their place.

Known are front matter (its keys, and what stands in `substitutions`, `variables`, `extra` and the like), `{% set %}` and `{% assign %}` of
Jinja and Liquid, and `export const` of MDX. A sentence whose value is not known keeps a word in its place: a hole would break it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

CONTAINERS = ("substitutions", "variables", "extra", "params", "vars", "data")
"""Keys of front matter below which tools keep values for their documents."""
UNKNOWN = "…"
"""What stands for a value that has no name."""
VALUE_MAX = 1000
GROWTH_MAX = 100_000
"""Characters that all values of a document may add to it."""
DEPTH_MAX = 3
NAME_MAX = 40

_PAGE = re.compile(r"(?:page\.meta|page\.params|page|frontMatter|\$?frontmatter|metadata|meta|this|document|\$?page|\.Params|\.Page)\.")
_NAME = re.compile(r"(?:[^\W\d]|\$)[\w$-]*(?:\.(?:[^\W\d]|\$)[\w$-]*)*")
_SUBSCRIPT = re.compile(r"\[\s*(?:\"([\w-]+)\"|'([\w-]+)')\s*\]")
_CALL = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'|`([^`$]*)`")
_DIRECTIVE = re.compile(r"\s*(`{3,}|~{3,}|:{3,})\{([\w:-]+)\}[ \t]*([^\n]*)\n(.*?)\n?[ \t]*\1\s*", re.DOTALL)
_OPTION = re.compile(r"^[ \t]*:[\w-]+:[^\n]*$", re.MULTILINE)
_INNER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_PARTS = re.compile(r"[_$-]+|(?<=[a-z\d])(?=[A-Z])")


class Values:
    """What the front matter and the document give names to."""

    def __init__(self, front_matter: Mapping[str, Any]) -> None:
        self._given: dict[str, Any] = {}
        self._front_matter = front_matter
        self._growth = 0
        self._resolved: dict[tuple[str, int], str | None] = {}

    def give(self, name: str, value: str) -> None:
        """Record a value that the document itself sets."""
        self._given[name] = value
        self._resolved.clear()

    def text(self, expression: str) -> str | None:
        """Return the value of an expression as Markdown on one line, None if the document does not give it."""
        value = self._resolve(expression, 0)
        if value is not None:
            self._growth += len(value)
        return value if self._growth <= GROWTH_MAX else None

    def _resolve(self, expression: str, depth: int) -> str | None:
        """Resolve each expression once a depth: values that name each other many times would take for ever."""
        if (expression, depth) not in self._resolved:
            self._resolved[expression, depth] = self._text(expression, depth)
        return self._resolved[expression, depth]

    def _text(self, expression: str, depth: int) -> str | None:
        bare = expression.strip()
        if quoted := _QUOTED.fullmatch(bare):
            return quoted[1] or quoted[2] or quoted[3] or ""
        bare = _SUBSCRIPT.sub(lambda match: f".{match[1] or match[2]}", bare.partition("|")[0].strip())
        if not _NAME.fullmatch(bare.removeprefix(".")):
            return None
        value = self._find(bare)
        if isinstance(value, list) and all(isinstance(item, (str, int, float)) for item in value):
            value = ", ".join(str(item) for item in value)
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return None
        text = str(value)[:VALUE_MAX]
        if directive := _DIRECTIVE.fullmatch(text):
            is_picture = directive[2] in ("image", "figure")
            text = f"![](<{directive[3].strip()}>)" if is_picture else f"{directive[3]} {_OPTION.sub('', directive[4])}"
        text = " ".join(text.split())
        return _INNER.sub(lambda match: self._inner(match[1], depth), text)[:VALUE_MAX]

    def _inner(self, expression: str, depth: int) -> str:
        value = self._resolve(expression, depth + 1) if depth < DEPTH_MAX else None
        return named(expression) if value is None else value

    def _find(self, path: str) -> Any:
        own = _PAGE.match(path)
        paths = [path.split(".")] + ([path[own.end() :].split(".")] if own else [])
        myst = self._front_matter.get("myst")
        holders: list[Any] = [self._given]
        for holder in (myst if isinstance(myst, dict) else {}, self._front_matter):
            holders += [holder.get(name) for name in CONTAINERS]
        holders.append(self._front_matter)
        for keys in paths:
            for candidate in holders:
                value = candidate
                for key in keys:
                    value = value.get(key) if isinstance(value, Mapping) else None
                if value is not None:
                    return value
        return None


def named(expression: str) -> str:
    """Return the words that an expression is named by: "unit price" for `cart.unit_price | round`; UNKNOWN where it has no name."""
    bare = re.split(r"\||\s+(?:or|if|else|and)\s+|\?\?|\?", expression, maxsplit=1)[0]
    bare = _SUBSCRIPT.sub(lambda match: f".{match[1] or match[2]}", bare)
    names = _CALL.sub("", bare).strip().removeprefix(".")
    if not _NAME.fullmatch(names) or len(names.rpartition(".")[2]) > NAME_MAX:
        return UNKNOWN
    words = filter(None, _PARTS.split(names.rpartition(".")[2]))
    return " ".join(word if word.isupper() else word.lower() for word in words) or UNKNOWN
