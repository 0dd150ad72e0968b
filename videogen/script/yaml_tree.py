"""YAML as a tree of nodes. Nothing is constructed: no tag does anything, and the depth and the number of values are bounded."""

from __future__ import annotations

import re
from collections.abc import Callable

import yaml

from videogen.errors.script import BadScript
from videogen.script.source import clean
from videogen.script.value_tree import MAX_DEPTH, MAX_NODES, Node, diagnostic

# The C parser reads the same language about ten times faster; both are SafeLoaders, and no constructor of either is used.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = re.compile(r"(~|null|Null|NULL)?\Z")
_HARMLESS_TAGS = {"!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq"))}
_HINTS = {
    "mapping values are not allowed": "A colon followed by a space begins a value; put a text that holds one in quotes.",
    "cannot start any token": "Put a text that begins with a sign such as @ or ` in quotes, and indent with spaces: YAML takes no tabs.",
    "tab character": "Indent with spaces: YAML takes no tabs.",
}


def from_yaml(text: str, *, line: int = 1, lenient: bool = False) -> Node:
    """Return the tree of one YAML document that begins on `line` of the source.

    Raises BadScript with line and column.

    `lenient`, as for front matter of other tools, passes over tags, takes an alias for the text it stands for or else for nothing, and of a
    key that is given twice the last value.
    """
    try:
        return _Builder(line - 1, lenient).build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "not YAML"
        hint = next((hint for part, hint in _HINTS.items() if part in problem), None)
        raise diagnostic(problem, line + (mark.line if mark else 0), mark.column + 1 if mark else 1, hint=hint) from error
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        raise diagnostic("a character that YAML does not allow", line + before.count("\n"), len(before) - before.rfind("\n")) from error


class _Builder:
    """Builds the tree from the parser's events with a stack of its own, so that no depth of nesting is a depth of calls."""

    def __init__(self, lines_before: int, lenient: bool = False) -> None:
        self.lines_before = lines_before
        self.lenient = lenient
        self.nodes = 0
        self.texts: dict[str, str | None] = {}
        """What anchors stand for, of those that name a text."""

    def build(self, text: str) -> Node:
        root: Node | None = None
        stack: list[tuple[Node, Callable[[Node], None]]] = []
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                raise self.diagnostic(event, "a second document begins here; a script is one document")
            if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                stack.pop()
            elif isinstance(event, yaml.NodeEvent):
                node = self.node(event)
                if stack:
                    stack[-1][1](node)
                elif root is None:
                    root = node
                if isinstance(event, yaml.CollectionStartEvent):
                    if len(stack) >= MAX_DEPTH:
                        raise self.diagnostic(event, f"nested deeper than {MAX_DEPTH} levels")
                    stack.append((node, self.mapping(node) if isinstance(event, yaml.MappingStartEvent) else self.sequence(node)))
        return root or Node(None, 1 + self.lines_before, 1)

    def node(self, event: yaml.NodeEvent) -> Node:
        line, column = self.place(event)
        if isinstance(event, yaml.AliasEvent):
            if self.lenient:
                return Node(self.texts.get(event.anchor or ""), line, column)
            raise self.diagnostic(event, "aliases are not supported; write the value out")
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.diagnostic(event, f"more than {MAX_NODES} values")
        assert isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent))
        if event.tag is not None and event.tag not in _HARMLESS_TAGS and not self.lenient:
            raise self.diagnostic(event, f"the tag {event.tag} is not supported")
        if isinstance(event, yaml.MappingStartEvent):
            return Node({}, line, column, keys={})
        if not isinstance(event, yaml.ScalarEvent):
            return Node([], line, column)
        text = clean(event.value, line=line, column=column)
        value = None if event.implicit[0] and _NULL.match(text) else text
        if event.anchor:
            self.texts[event.anchor] = value
        return Node(value, line, column)

    def sequence(self, node: Node) -> Callable[[Node], None]:
        assert isinstance(node.value, list)
        return node.value.append

    def mapping(self, node: Node) -> Callable[[Node], None]:
        """Collect a mapping's keys and values in turn."""
        values, keys = node.value, node.keys
        assert isinstance(values, dict) and keys is not None
        waiting: list[Node] = []

        def take(child: Node) -> None:
            if waiting:
                key = waiting.pop()
                if isinstance(key.value, str):
                    values[key.value], keys[key.value] = child, key
            elif self.lenient:
                waiting.append(child)
            elif not isinstance(child.value, str):
                raise diagnostic("a key has to be text", child.line, child.column)
            elif child.value in keys:
                raise diagnostic(f"the key {child.value!r} was given before, on line {keys[child.value].line}", child.line, child.column)
            else:
                waiting.append(child)

        return take

    def place(self, event: yaml.Event) -> tuple[int, int]:
        mark = event.start_mark
        return (mark.line + 1 + self.lines_before, mark.column + 1) if mark else (1 + self.lines_before, 1)

    def diagnostic(self, event: yaml.Event, message: str) -> BadScript:
        return diagnostic(message, *self.place(event))
