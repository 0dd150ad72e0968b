"""Find the front matter of a Markdown document: YAML, TOML, JSON or a Pandoc title block, as a tree of nodes.

YAML stands between `---` and `---` or `...` (Jekyll, Hugo, Pandoc, Slidev, ...), TOML between lines of `+++` (Hugo, Zola), JSON is an
object at the very top (Hugo), a title block is up to three lines that begin with `%` (https://pandoc.org/MANUAL.html#extension-pandoc_title_block).
Blank lines and HTML comments may stand before any of them. What cannot be read becomes a warning and what can be salvaged of it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from videogen.errors.script import BadScript
from videogen.script.json_tree import leading_object
from videogen.script.reading import ScriptWarning
from videogen.script.value_tree import Node
from videogen.script.yaml_tree import from_yaml

_BEFORE = re.compile(r"(?:[ \t\ufeff]*\n|[ \t\ufeff]*<!--(?:(?!-->).)*-->[ \t]*(?=\n))*\ufeff?", re.DOTALL)
_YAML = re.compile(r"---[ \t]*\n(.*?\n|)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_OPEN_YAML = re.compile(r"---[ \t]*\n((?:(?:[\w.$\"'-]+[ \t]*:(?:[ \t][^\n]*)?|[ \t]+\S[^\n]*|-[ \t][^\n]*)(?:\n|\Z))+)(?=[ \t]*(?:\n|\Z))")
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?\n|)\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE_BLOCK = re.compile(r"%[^\n]*(?:\n|\Z)(?:[ \t]+\S[^\n]*(?:\n|\Z))*")
_HAS_KEY = re.compile(r"^[\"']?[A-Za-z_$][\w.$ -]{0,200}+[\"']?[ \t]{0,9}+:(\s|$)", re.MULTILINE)
_PAIR = re.compile(r"([A-Za-z_][\w-]*)\s*:\s+(\S.*)")
_COMMENT = re.compile(r"[ \t]*#")
_TOML_KEY = re.compile(r"""\s*["']?([\w-]+)["']?\s*=|\s*\[\[?\s*["']?([\w-]+)""")
_LINE_OF_FAULT = re.compile(r"line (\d+)")
_KNOWN = frozenset(("title", "author", "authors", "theme", "date", "lang", "language", "layout", "marp", "format", "output", "voice"))
"""Keys by one of which YAML after a blank line is known for front matter, and not for words between two rules."""


@dataclass(frozen=True)
class Matter:
    """Front matter as a mapping, where the text after it begins, and what could not be read of it."""

    root: Node
    end: int
    warnings: tuple[ScriptWarning, ...] = ()


def find(text: str) -> Matter | None:
    """Return the front matter at the top of a document, or None. Never raises."""
    before = _BEFORE.match(text)
    start = before.end() if before else 0
    line = text.count("\n", 0, start) + 1
    if match := _YAML.match(text, start):
        matter = _yaml(match, line)
        return (_open_yaml(text, start, line) or matter) if matter and matter.warnings else matter
    if text.startswith("---", start):
        return _open_yaml(text, start, line)
    if match := _TOML.match(text, start):
        return _toml(match, line)
    if text.startswith("{", start):
        return _json(text, start, line)
    return _title_block(text, start, line)


def _yaml(match: re.Match[str], line: int) -> Matter | None:
    source = match[1]
    first = next((row for row in source.split("\n") if not _COMMENT.match(row)), "")
    if not _HAS_KEY.search(source):
        only_comments = all(not row.strip() or _COMMENT.match(row) for row in source.split("\n"))
        return Matter(Node({}, line, 1, keys={}), match.end()) if source.count("#") and only_comments and first is not None else None
    try:
        root = from_yaml(source, line=line + 1, lenient=True)
    except BadScript as error:
        if not first.strip():
            return None
        return Matter(_salvaged(source, line + 1), match.end(), (_unread("YAML", error.diagnostics[0].line, error.diagnostics[0].message),))
    if not isinstance(root.value, dict):
        return None if not first.strip() else Matter(_salvaged(source, line + 1), match.end(), (_unread("YAML", line + 1, ""),))
    if not first.strip() and not _KNOWN & root.value.keys():
        return None
    return Matter(root, match.end())


def _open_yaml(text: str, start: int, line: int) -> Matter | None:
    """Return front matter that a blank line ends, since no line of dashes does; None where the lines are not keys that documents have."""
    head = _OPEN_YAML.match(text, start)
    if head is None:
        return None
    try:
        root = from_yaml(head[1], line=line + 1, lenient=True)
    except BadScript:
        return None
    if not isinstance(root.value, dict) or not _KNOWN & root.value.keys():
        return None
    warning = ScriptWarning("front_matter_unreadable", "The front matter is not closed.", "Put a line of three dashes after it.", line)
    return Matter(root, head.end(), (warning,))


def _salvaged(source: str, line: int) -> Node:
    """Return the readable `key: value` lines of YAML that cannot be parsed as a whole."""
    root = Node({}, line, 1, keys={})
    assert isinstance(root.value, dict) and root.keys is not None
    for number, row in enumerate(source.split("\n"), line):
        pair = _PAIR.fullmatch(row.rstrip())
        if not pair or pair[1] in root.value:
            continue
        node = Node(pair[2], number, pair.start(2) + 1)
        if pair[2][0] in "\"'[{&*!|>%@`":
            try:
                node = from_yaml(pair[2], line=number, lenient=True)
            except BadScript:
                continue
        if node.value is not None:
            root.value[pair[1]], root.keys[pair[1]] = node, Node(pair[1], number, 1)
    return root


def _toml(match: re.Match[str], line: int) -> Matter:
    lines: dict[str, int] = {}
    for number, row in enumerate(match[1].split("\n"), line + 1):
        if key := _TOML_KEY.match(row):
            lines.setdefault(key[1] or key[2], number)
    try:
        table = tomllib.loads(match[1])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _LINE_OF_FAULT.search(str(error))
        where = line + (int(at[1]) if at else 1)
        return Matter(Node({}, line, 1, keys={}), match.end(), (_unread("TOML", where, ""),))
    root = Node({}, line + 1, 1, keys={})
    assert isinstance(root.value, dict) and root.keys is not None
    for name, value in table.items():
        at_line = lines.get(name, line + 1)
        root.value[name], root.keys[name] = _node(value, at_line), Node(name, at_line, 1)
    return Matter(root, match.end())


def _node(value: Any, line: int) -> Node:
    if isinstance(value, dict):
        return Node({str(name): _node(inner, line) for name, inner in value.items()}, line, 1, keys={})
    if isinstance(value, list):
        return Node([_node(inner, line) for inner in value], line, 1)
    return Node(str(value).lower() if isinstance(value, bool) else str(value), line, 1)


def _json(text: str, start: int, line: int) -> Matter | None:
    """Return an object at the top, when a line after it goes on with something else."""
    parsed = leading_object(text[start:])
    if parsed is None:
        return None
    root, end = parsed
    rest = text[start + end :]
    if not rest.strip() or not re.match(r"[ \t]*\n", rest):
        return None
    for node in (root, *(root.keys or {}).values(), *(root.value.values() if isinstance(root.value, dict) else ())):
        node.line += line - 1
    return Matter(root, start + end + rest.index("\n") + 1)


def _title_block(text: str, start: int, line: int) -> Matter | None:
    """Read Pandoc's title block: `% title`, `% authors` parted by semicolons or lines, `% date`."""
    root = Node({}, line, 1, keys={})
    assert isinstance(root.value, dict) and root.keys is not None
    at = start
    for name in ("title", "author", "date"):
        match = _TITLE_BLOCK.match(text, at)
        if not match:
            break
        number = line + text.count("\n", start, at)
        parts = [part.strip() for part in match.group()[1:].split("\n" if name == "author" else "\x00")]
        words = [" ".join(part.split()) for one in parts for part in one.split(";" if name == "author" else "\x00")]
        words = [word for word in words if word]
        if words:
            value = words[0] if len(words) == 1 else [Node(word, number, 1) for word in words]
            root.value[name], root.keys[name] = Node(value, number, 1), Node(name, number, 1)
        at = match.end()
    return Matter(root, at) if "title" in root.value or "author" in root.value else None


def _unread(what: str, line: int | None, why: str) -> ScriptWarning:
    because = f": {why}" if why else ""
    message = f"The {what} of the front matter cannot be read as a whole{because}."
    return ScriptWarning("front_matter_unreadable", message, "What can be read of it counts. Put a text with signs in it in quotes.", line)
