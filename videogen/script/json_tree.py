"""JSON as a tree of nodes: the standard library reads JSON too, but does not say where its values stand."""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]

from videogen.errors.script import BadScript
from videogen.script.source import clean
from videogen.script.value_tree import MAX_DEPTH, MAX_NODES, Node, diagnostic

_SPACE = re.compile(r"[ \t\n]*")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"true|false|null")


def from_json(text: str) -> Node:
    """Return the tree of a JSON document (RFC 8259). Raises BadScript with line and column."""
    reader = _JsonReader(text)
    node = reader.value(0)
    if reader.at < len(text):
        raise reader.diagnostic("more text after the end of the JSON value")
    return node


def leading_object(text: str) -> tuple[Node, int] | None:
    """Return the object that a text begins with, and where the text goes on after it; None where it begins with none."""
    reader = _JsonReader(text)
    try:
        node = reader.value(0)
    except BadScript:
        return None
    return (node, len(text[: reader.at].rstrip())) if isinstance(node.value, dict) else None


class _JsonReader:
    """Reads values one after the other; `at` is where the next one begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.nodes = 0
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.line = 0
        self.skip()

    def value(self, depth: int) -> Node:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise self.diagnostic(f"nested deeper than {MAX_DEPTH} levels")
        if self.nodes > MAX_NODES:
            raise self.diagnostic(f"more than {MAX_NODES} values")
        line, column = self.place()
        if self.take("{"):
            return self.mapping(depth, Node({}, line, column, keys={}))
        if self.take("["):
            return self.sequence(depth, Node([], line, column))
        if self.text.startswith('"', self.at):
            return self.string()
        match = _NUMBER.match(self.text, self.at) or _WORD.match(self.text, self.at)
        if not match:
            raise self.diagnostic("a value was expected: an object, a list, a text in double quotes, a number, true, false or null")
        self.at = match.end()
        self.skip()
        return Node(None if match.group() == "null" else _integer(match.group()), line, column)

    def string(self) -> Node:
        line, column = self.place()
        if not self.text.startswith('"', self.at):
            raise self.diagnostic("a text in double quotes was expected")
        try:
            value, self.at = scanstring(self.text, self.at + 1, True)
        except JSONDecodeError as error:
            self.at = min(error.pos, len(self.text))
            raise self.diagnostic(self.why(error)) from error
        self.skip()
        return Node(clean(value, line=line, column=column), line, column)

    def why(self, error: JSONDecodeError) -> str:
        """Return what is wrong in a text, in plain words."""
        here = self.text[self.at : self.at + 1]
        if error.msg.startswith("Unterminated"):
            return "the text that begins here has no double quote at its end"
        if here == "\n":
            return "a text may not go on on the next line: write \\n for a line break, or close it with a double quote"
        if "control character" in error.msg:
            return f"a text may not hold the control character U+{ord(here):04X} as it is: write \\u{ord(here):04x}"
        if "\\u" in error.msg:
            return "\\u has to be followed by four hexadecimal digits"
        return 'a backslash has to be followed by one of " \\ / b f n r t u; write a backslash itself as two'

    def sequence(self, depth: int, node: Node) -> Node:
        assert isinstance(node.value, list)
        while not self.take("]"):
            if node.value:
                self.expect(",")
            node.value.append(self.value(depth + 1))
        return node

    def mapping(self, depth: int, node: Node) -> Node:
        assert isinstance(node.value, dict) and node.keys is not None
        while not self.take("}"):
            if node.value:
                self.expect(",")
            key = self.string()
            assert isinstance(key.value, str)
            if key.value in node.keys:
                raise diagnostic(f"the key {key.value!r} was given before, on line {node.keys[key.value].line}", key.line, key.column)
            self.expect(":")
            node.value[key.value], node.keys[key.value] = self.value(depth + 1), key
        return node

    def take(self, mark: str) -> bool:
        if not self.text.startswith(mark, self.at):
            return False
        self.at += 1
        self.skip()
        return True

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            raise self.diagnostic(f"{mark!r} was expected")

    def skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def place(self) -> tuple[int, int]:
        while self.line + 1 < len(self.line_starts) and self.line_starts[self.line + 1] <= self.at:
            self.line += 1
        return self.line + 1, self.at - self.line_starts[self.line] + 1

    def diagnostic(self, message: str) -> BadScript:
        return diagnostic(message, *self.place())


def _integer(number: str) -> str:
    """Return a number that is written with an exponent as the integer that it is, as JSON Schema counts it; any other text as it is."""
    if "e" not in number.lower() or number in ("true", "false"):
        return number
    value = float(number)
    return str(int(value)) if value.is_integer() else number
