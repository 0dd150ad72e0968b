"""What YAML and JSON have in common: values that know where in the source they stand.

Scalars stay text as it was written (`1.50`, `yes`, `2024`): the models say what becomes a number, so a title that looks like one is
still a title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import Diagnostic
from videogen.errors.script import BadScript

MAX_DEPTH = 32
MAX_NODES = 200_000

Plain = str | None | list["Plain"] | dict[str, "Plain"]


@dataclass
class Node:
    """A value and the place where it begins, both counted from 1. `keys` holds the node of each key of a mapping."""

    value: str | list[Node] | dict[str, Node] | None
    line: int
    column: int
    keys: dict[str, Node] | None = None

    def find(self, path: Sequence[str | int], *, key: bool = False) -> Node:
        """Return the node at a path, or the nearest existing one above it.

        With `key`, return the key of the last step.
        """
        node = self
        for position, step in enumerate(path):
            last = key and position == len(path) - 1
            if isinstance(node.value, dict) and isinstance(step, str) and step in node.value:
                node = node.keys[step] if last and node.keys else node.value[step]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            else:
                break
        return node


def is_notebook(root: Node) -> bool:
    """Return whether a tree of JSON is a notebook."""
    return isinstance(root.value, dict) and "nbformat" in root.value and bool({"cells", "worksheets"} & root.value.keys())


def plain(node: Node) -> Plain:
    """Return the value without its places. A key without a value is left out: it means the same as no key."""
    if isinstance(node.value, dict):
        return {key: plain(value) for key, value in node.value.items() if value.value is not None}
    if isinstance(node.value, list):
        return ["" if value.value is None else plain(value) for value in node.value]
    return node.value


def diagnostic(message: str, line: int, column: int, *, hint: str | None = None) -> BadScript:
    """Return the error for a source that cannot be read at one place."""
    return BadScript(f"Line {line}, column {column}: {message}.", hint=hint, diagnostics=[Diagnostic(message, line=line, column=column)])
