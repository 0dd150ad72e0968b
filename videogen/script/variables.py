"""Variables of a script, `{{name}}`, and how a value is put in place of each: as text, whatever it holds.

A script is parsed once into literal text and slots; each slot knows from its place how a value is written there. In prose what would be
markup is written as character references, in code a value stands as it is on one line, in an address it is percent-encoded, and in YAML
and JSON the whole text is written in double quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import yaml
from pydantic import BaseModel

from videogen.script import models
from videogen.script.dialects import any_front_matter
from videogen.script.dialects.source_lines import CODE_SPAN, Source
from videogen.script.dialects.template_values import Values
from videogen.script.value_rows import column_key
from videogen.script.value_tree import plain
from videogen.script.video_options import Options

_SLOT = re.compile(r"(?<!\{)\{\{[ \t]*([^\W\d][\w -]{0,59}?)[ \t]*\}\}(?!\})")
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>$~^|]|&(?=#?\w+;)|!(?=\[)|:(?=[\w+-]+:)|([-=+:%#?!])\1+")
_WITHIN_TAG = re.compile(r"<[^<>]*\Z|\]\([^()]*\Z")
_STARTS_LINE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*\Z")
_BLOCK_START = re.compile(r"[-+=#:%!?@.>]|\d{1,9}(?=[.)])")
_ADDRESS = re.compile(r"\]\(<?[^)\s]*\Z|\b(?:src|href)=[\"'][^\"']*\Z|https?://\S*\Z|^ {0,3}\[[^\]]+\]:[ \t]*<?\S*\Z")
_COMMENT = re.compile(r"<!--(?:(?!-->).)*\Z")
_COMMENT_KEY = re.compile(r"<!--\s*([\w-]+)\s*:")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?")
_JSON_TOKEN = re.compile(r"\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_TOML_LINE = re.compile(r"[ \t]*[\"']?([\w.-]+)[\"']?[ \t]*=[ \t]*(.*)")
_LITERAL_KEYS = frozenset(("code", "before", "after", "source", "drawing", "formula", "lines"))
_MORE_INLINE = ("say", "narration", "content", "body", "caption", "alt")
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Insert = Callable[[str], str]


@dataclass(frozen=True)
class Slot:
    """A place for a value. `written` is what stands there without one. Within `code` a name that is no column is no variable."""

    name: str
    written: str
    insert: Insert
    code: bool = False


@dataclass(frozen=True)
class Template:
    """A script in pieces. `given` are keys of variables to which the script itself gives a value."""

    pieces: tuple[str | Slot, ...]
    given: frozenset[str]

    @property
    def slots(self) -> list[Slot]:
        return [piece for piece in self.pieces if isinstance(piece, Slot)]

    def variables(self, columns: Collection[str]) -> list[str]:
        """Return the names of the variables in their order, each once. `columns` are keys of the columns that there are."""
        names = {column_key(slot.name): slot.name for slot in reversed(self.slots) if not slot.code or column_key(slot.name) in columns}
        return list(reversed(names.values()))

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the script with a row's values, by keys of columns. What has none stays as it is written."""
        return "".join(
            piece
            if isinstance(piece, str)
            else piece.insert(value)
            if (value := values.get(column_key(piece.name))) is not None
            else piece.written
            for piece in self.pieces
        )


def parse_template(source: str, format: str) -> Template:
    """Parse a script into text and slots. What cannot be read as its format is left as it is: checking the script says why."""
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if format == "json":
        return Template(tuple(_merged(_json(source))), frozenset())
    if format == "yaml":
        return Template(tuple(_merged(_yaml(source, _is_inline))), frozenset())
    matter = any_front_matter.find(source)
    end = matter.end if matter else 0
    values: Any = plain(matter.root) if matter else {}
    pieces = [*_front_matter(source[:end]), *_markdown(source[end:])]
    front = Values(values if isinstance(values, dict) else {})
    given = {column_key(piece.name) for piece in pieces if isinstance(piece, Slot) and front.text(piece.name.replace(" ", "_")) is not None}
    # A value that is but the variable itself gives it none.
    given -= {key for key in given if _SLOT.fullmatch((front.text(key) or "").strip())}
    return Template(tuple(_merged(pieces)), frozenset(given))


def _merged(pieces: Iterator[str | Slot] | list[str | Slot]) -> Iterator[str | Slot]:
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        text = ""
        yield piece
    if text:
        yield text


def one_line(value: str) -> str:
    """Return a value with single spaces in place of breaks and control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", " ", value).split())


def inline_text(value: str) -> str:
    """Write a value as inline Markdown that shows exactly that."""
    return _escaped(one_line(value))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _references(match[0]), text)


def _references(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def _within_tag(value: str) -> str:
    """Write a value within a tag of HTML, or the title of a link: a quotation mark ends neither."""
    return re.sub("[\"']", lambda match: _references(match[0]), inline_text(value))


def _block_text(value: str) -> str:
    """Write a value with which a line begins: what would begin a list, a heading or a rule is text, too."""
    value = one_line(value)
    start = _BLOCK_START.match(value)
    if start is None:
        return _escaped(value)
    if start[0][0].isdigit():
        return f"{start[0]}&#{ord(value[start.end()])};{_escaped(value[start.end() + 1 :])}"
    return f"&#{ord(start[0])};{_escaped(value[1:])}"


def _address(value: str) -> str:
    return quote(one_line(value), safe="/:._-~?=&%@+,;")


def _code(value: str) -> str:
    """Write a value with which a line of code begins: it cannot end the code."""
    return re.sub("^(?:`{3,}|~{3,})", lambda match: "'" * len(match[0]), one_line(value))


def _code_span(value: str) -> str:
    return one_line(value).replace("`", "'")


def _comment(value: str) -> str:
    return re.sub("-{2,}", "-", one_line(value)).replace(">", "")


def _quoted(insert: Insert) -> Insert:
    """Return how a value is written within double quotes of YAML and JSON."""
    return lambda value: json.dumps(insert(value), ensure_ascii=False)[1:-1]


def _alone(insert: Insert) -> Insert:
    """Return how a value is written that stands for a whole value of YAML or JSON: a number as a number."""
    return lambda value: value if _NUMBER.fullmatch(value) else json.dumps(insert(value), ensure_ascii=False)


def _raw(value: str) -> str:
    return value


def _split(text: str, slot: Callable[[re.Match[str]], Slot], literal: Insert = _raw) -> Iterator[str | Slot]:
    at = 0
    for match in _SLOT.finditer(text):
        if match.start() > at:
            yield literal(text[at : match.start()])
        yield slot(match)
        at = match.end()
    if at < len(text):
        yield literal(text[at:])


def _markdown(body: str) -> Iterator[str | Slot]:
    lines = body.split("\n")
    for index, (line, kind) in enumerate(zip(lines, Source(lines, 1, {}).kinds(), strict=True)):
        if index:
            yield "\n"
        if "{{" not in line:
            yield line
            continue
        spans = [match.span() for match in CODE_SPAN.finditer(line)] if kind == "" else []
        yield from _split(line, lambda match, line=line, kind=kind, spans=spans: _markdown_slot(match, line, kind, spans))  # type: ignore[misc]


def _markdown_slot(match: re.Match[str], line: str, kind: str, spans: list[tuple[int, int]]) -> Slot:
    before = line[: match.start()]
    insert: Insert = inline_text
    code = kind in ("fence", "code")
    if kind == "fence":
        insert = _code_span
    elif kind == "code":
        insert = one_line if before.strip() else _code
    elif any(start <= match.start() < end for start, end in spans):
        insert, code = _code_span, True
    elif kind == "comment" or _COMMENT.search(before):
        keys = _COMMENT_KEY.findall(before)
        insert = _comment if keys and keys[-1] not in _MORE_INLINE else inline_text
    elif _ADDRESS.search(before):
        insert = _address
    elif _WITHIN_TAG.search(before):
        insert = _within_tag
    elif _STARTS_LINE.match(before):
        insert = _block_text
    return Slot(match[1], match[0], insert, code)


def _front_matter(text: str) -> Iterator[str | Slot]:
    if "{{" not in text:
        yield text
        return
    fence = re.search(r"^(---|\+\+\+)[ \t]*\n", text, re.MULTILINE)
    if fence is None and text.lstrip().startswith("{"):
        yield from _json(text)
    elif fence is None:
        yield from _markdown(text)
    else:
        inner = text[fence.end() :]
        end = inner.rfind("\n", 0, len(inner.rstrip("\n"))) + 1
        closed = inner[end:].strip() in ("---", "...", "+++")
        inner, rest = (inner[:end], inner[end:]) if closed else (inner, "")
        yield text[: fence.end()]
        yield from _toml(inner) if fence[1] == "+++" else _yaml(inner, _is_markdown)
        yield rest


def _toml(text: str) -> Iterator[str | Slot]:
    for line in text.splitlines(keepends=True):
        key = _TOML_LINE.match(line)
        insert = _quoted(_raw if key and key[1].replace("-", "_") in Options.model_fields else inline_text)
        yield from _split(line, lambda match, insert=insert: Slot(match[1], match[0], insert))  # type: ignore[misc]


def _json(text: str) -> Iterator[str | Slot]:
    at, key, depth = 0, "", 0
    for token in _JSON_TOKEN.finditer(text):
        depth += text.count("{", at, token.start()) - text.count("}", at, token.start())
        yield from _split(text[at : token.start()], lambda match, key=key: _whole_slot(match, key, _is_inline))  # type: ignore[misc]
        at = token.end()
        if re.match(r"\s*:", text[at : at + 20]):
            key = _key_at(depth, token[0][1:-1])
        yield from _split(token[0], lambda match, key=key: _quoted_slot(match, key, _is_inline))  # type: ignore[misc]
    yield from _split(text[at:], lambda match: _whole_slot(match, key, _is_inline))


def _key_at(depth: int, name: str) -> str:
    """Return a key, as what decides how values below it are written: the title of a whole script is no Markdown."""
    return "" if depth == 1 and name == "title" else name


def _whole_slot(match: re.Match[str], key: str, is_inline: Callable[[str], bool]) -> Slot:
    return Slot(match[1], json.dumps(match[0]), _alone(_writer(key, is_inline)), key in _LITERAL_KEYS)


def _quoted_slot(match: re.Match[str], key: str, is_inline: Callable[[str], bool]) -> Slot:
    return Slot(match[1], match[0], _quoted(_writer(key, is_inline)), key in _LITERAL_KEYS)


def _writer(key: str, is_inline: Callable[[str], bool]) -> Insert:
    return _raw if key in _LITERAL_KEYS else inline_text if is_inline(key) else one_line


def _yaml(text: str, is_inline: Callable[[str], bool]) -> Iterator[str | Slot]:
    """Yield a YAML document in pieces: each scalar that holds a variable is written anew in double quotes."""
    slots = list(_SLOT.finditer(text))
    if not slots:
        yield text
        return
    # Braces would begin a mapping where a text stands without quotes, so each variable is a word while the text is read.
    mark = next(mark for mark in ("zqvz", "zqxz", "zqwz", "zqkz", f"z{len(text)}qz") if mark not in text)
    numbers = iter(range(len(slots)))
    marked = _SLOT.sub(lambda _: f"{mark}{next(numbers)}z", text)
    word = re.compile(rf"{mark}(\d+)z")
    try:
        scalars = list(_scalars(marked, mark))
    except yaml.YAMLError:
        yield text
        return
    at = 0
    for event, key in scalars:
        assert event.start_mark and event.end_mark
        start, end = event.start_mark.index, event.end_mark.index
        yield from _words(marked[at:start], word, slots)
        value, at = event.value, end
        alone = word.fullmatch(value)
        if alone and not event.style:
            yield _whole_slot(slots[int(alone[1])], key, is_inline)
        else:
            yield '"'
            done = 0
            for found in word.finditer(value):
                yield json.dumps(value[done : found.start()], ensure_ascii=False)[1:-1]
                yield _quoted_slot(slots[int(found[1])], key, is_inline)
                done = found.end()
            yield json.dumps(value[done:].rstrip("\n") if event.style in ("|", ">") else value[done:], ensure_ascii=False)[1:-1] + '"'
        if marked[start:end].endswith("\n"):
            yield "\n"
    yield from _words(marked[at:], word, slots)


def _words(text: str, word: re.Pattern[str], slots: list[re.Match[str]]) -> Iterator[str]:
    """Yield text between scalars, a comment say, as it was written."""
    yield word.sub(lambda found: slots[int(found[1])][0], text)


def _scalars(text: str, mark: str) -> Iterator[tuple[yaml.ScalarEvent, str]]:
    """Yield the scalars that hold a variable, and the key below which each stands. Raises YAMLError."""
    stack: list[list[Any]] = []  # [is a mapping, its key, whether a value comes next]
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            stack.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        is_key = bool(stack and stack[-1][0] and not stack[-1][2])
        key = next((_key_at(depth, entry[1]) for depth, entry in reversed(list(enumerate(stack, 1))) if entry[1]), "")
        if stack and stack[-1][0]:
            stack[-1][2] = is_key
            if is_key:
                stack[-1][1] = event.value if isinstance(event, yaml.ScalarEvent) else ""
        if isinstance(event, yaml.CollectionStartEvent):
            stack.append([isinstance(event, yaml.MappingStartEvent), "", False])
        elif isinstance(event, yaml.ScalarEvent) and mark in event.value:
            yield event, key


@cache
def _inline_names() -> frozenset[str]:
    """Return the names of the fields of a script that hold inline Markdown."""
    shapes = [shape for shape in vars(models).values() if isinstance(shape, type) and issubclass(shape, BaseModel)]
    fields = [(name, field.description or "") for shape in shapes for name, field in shape.model_fields.items()]
    return frozenset(name for name, description in fields if description.startswith("Inline")) | {*_MORE_INLINE, "items", "points", "steps"}


def _is_markdown(key: str) -> bool:
    """Return whether the value of a key of front matter is text, and no option."""
    return key.replace("-", "_") not in Options.model_fields


def _is_inline(key: str) -> bool:
    return key in _inline_names()
