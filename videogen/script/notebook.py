"""Jupyter notebooks: their Markdown, their code, and what the code put out, as scenes. Nothing is run.

Format: https://nbformat.readthedocs.io/en/latest/format_description.html, version 4; version 3 keeps its cells in worksheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from videogen.script import dialects
from videogen.script.blocks import PRESENTER, Block, Code, FormulaBlock, Note, PictureBlock, ThematicBreak
from videogen.script.dialects.chunks import caption_of, head_options, options_of_all, shows
from videogen.script.dialects.column_marks import gathered
from videogen.script.flatten import flattened
from videogen.script.front_matter import FrontMatter, split
from videogen.script.markdown import reading_of
from videogen.script.media_blocks import embedded
from videogen.script.reading import Reading, ScriptWarning
from videogen.script.source import clean
from videogen.script.value_tree import Node, plain

OUTPUT_LINES_MAX = 60
"""Lines of an output that are shown."""
_MAGIC = re.compile(r"%%(\w+)[^\n]*\n")
_LANGUAGE_OF_MAGIC = {
    "bash": "bash",
    "sh": "bash",
    "html": "html",
    "javascript": "javascript",
    "js": "javascript",
    "sql": "sql",
    "r": "r",
    "R": "r",
}
_HIDDEN = {"remove-cell", "hide-cell", "remove_cell", "hide_cell", "parameters"}
_NO_INPUT = {"remove-input", "hide-input", "remove_input", "hide_input"}
_NO_OUTPUT = {"remove-output", "hide-output", "remove_output", "hide_output"}
_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml")
"""Kinds of pictures that a cell puts out, the one to show first."""
_ATTACHMENT = re.compile(r"attachment:([^\s()<>\"']{1,300})")
_NO_FORMULA = re.compile(r"\$|\n\s*\n|\\(?:begin\{(?:tab|long|item|enum|center|table|figure)|hline|item|section|textbf)")
"""What LaTeX that is a text or a table has, and no formula."""
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def read_notebook(root: Node) -> Reading:
    """Return the video in a notebook.

    Raises EmptyScript and what else the reader of Markdown raises, with lines of the JSON.
    """
    about: Any = plain(root)
    language = str(_get(about, "metadata", "kernelspec", "language") or _get(about, "metadata", "language_info", "name") or "python")
    work = _Notebook(language.lower())
    cells = root.find(["cells"])
    nodes = (
        cells.value
        if isinstance(cells.value, list)
        else [cell for worksheet in _nodes(root.find(["worksheets"])) for cell in _nodes(worksheet.find(["cells"]))]
    )
    result = [block for cell in nodes for block in work.cell(cell)]
    title = _get(about, "metadata", "title")
    front = work.front or FrontMatter(title=title if isinstance(title, str) and title.strip() else None)
    return reading_of(front, gathered(result), [*front.warnings, *work.warnings], deck=False, embedded=work.pictures)


def formula_of(latex: str) -> str:
    """Return the formula that an output in LaTeX is; empty for one that holds anything else, such as the table of a data frame."""
    text = latex.strip()
    for opening, closing in (("$$", "$$"), ("$", "$"), ("\\[", "\\]")):
        if len(text) > len(opening + closing) and text.startswith(opening) and text.endswith(closing):
            text = text[len(opening) : -len(closing)].strip()
            break
    return "" if _NO_FORMULA.search(text) else text


def _nodes(node: Node) -> list[Node]:
    return node.value if isinstance(node.value, list) else []


def _get(value: Any, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _text(node: Node | None) -> str:
    """Return a multi-line text, which may be written as a list of its lines."""
    if node is None:
        return ""
    parts = [one.value for one in node.value] if isinstance(node.value, list) else [node.value]
    return clean("".join(part for part in parts if isinstance(part, str)))


def _line(node: Node | None, default: int) -> int:
    if node is None:
        return default
    return node.value[0].line if isinstance(node.value, list) and node.value else node.line


@dataclass
class _Notebook:
    language: str
    front: FrontMatter | None = None
    warnings: list[ScriptWarning] = field(default_factory=list)
    begun: bool = False
    of_all: dict[str, str] = field(default_factory=dict)
    """Options of all chunks of code."""
    options: dict[str, str] = field(default_factory=dict)
    """Those of the present chunk."""
    pictures: dict[str, bytes] = field(default_factory=dict)

    def cell(self, cell: Node) -> Iterator[Block]:
        if not isinstance(cell.value, dict):
            return
        kind = cell.find(["cell_type"]).value
        about: Any = plain(cell.value["metadata"]) if "metadata" in cell.value else {}
        tags = set(map(str, _get(about, "tags") or ()))
        slide = str(_get(about, "slideshow", "slide_type") or "")
        source = cell.value.get("source") or cell.value.get("input")
        text, line = _text(source), _line(source, cell.line)
        first, self.begun = not self.begun, True
        if slide == "skip" or tags & _HIDDEN:
            return
        if slide == "notes":
            yield Note(line, PRESENTER, text)
        elif kind == "raw":
            if first and text.startswith("---"):
                self.front = split(text + "\n")[0]
                self.of_all = options_of_all(self.front.values)
        elif kind in ("markdown", "heading"):
            if slide == "slide":
                yield ThematicBreak(line)
            level = cell.find(["level"]).value
            text = self.attached(text, cell)
            yield from self.markdown(
                "#" * int(level) + f" {text}" if kind == "heading" and isinstance(level, str) and level in "123456" else text, line, source
            )
        elif kind == "code":
            rows = text.split("\n")
            at_head, count = head_options(rows)
            self.options, text = self.of_all | at_head, "\n".join(rows[count:])
            if not shows(self.options, "include"):
                return
            hidden = tags & _NO_INPUT or str(_get(about, "jupyter", "source_hidden")) == "true" or not shows(self.options, "echo")
            if text.strip() and not hidden:
                yield self.code(text, line)
            if not tags & _NO_OUTPUT and shows(self.options, "output"):
                for output in _nodes(cell.find(["outputs"])):
                    yield from self.output(output)

    def markdown(self, text: str, line: int, node: Node | None = None) -> Iterator[Block]:
        """Yield the blocks of Markdown. All are on its line, unless each line has its own in the notebook."""
        source = dialects.prepared(text, line, {})
        rows = node.value if node and isinstance(node.value, list) else []
        apart = len(rows) > 1 and rows[1].line == rows[0].line + 1
        self.warnings += source.warnings if apart else [replace(warning, line=line) for warning in source.warnings]
        for block in flattened("\n".join(source.lines), line=line):
            yield block if apart else replace(block, line=line)

    def code(self, text: str, line: int) -> Code:
        magic = _MAGIC.match(text)
        language = _LANGUAGE_OF_MAGIC.get(magic[1], self.language) if magic else self.language
        return Code(line, (text[magic.end() :] if magic and magic[1] in _LANGUAGE_OF_MAGIC else text).strip("\n"), language)

    def output(self, output: Node) -> Iterator[Block]:
        if not isinstance(output.value, dict):
            return
        kind = output.find(["output_type"]).value
        line = output.line
        if kind == "error":
            reasons = [str(output.find([name]).value) for name in ("ename", "evalue") if name in output.value]
            yield self.shown(": ".join(reasons), line)
            return
        if kind == "stream" or kind == "pyout":
            yield from self.plain_text(_text(output.value.get("text")), _line(output.value.get("text"), line))
            return
        data = output.value.get("data") or output
        values = data.value if isinstance(data.value, dict) else {}
        kind_of_picture = next((one for one in _PICTURES if one in values or one.partition("/")[2] in values), "")
        if kind_of_picture:
            node = values.get(kind_of_picture) or values[kind_of_picture.partition("/")[2]]
            yield from self.picture(_text(node), kind_of_picture, line, "A picture that the code put out")
        elif "text/markdown" in values:
            yield from self.markdown(_text(values["text/markdown"]), _line(values["text/markdown"], line))
        elif formula := formula_of(_text(values.get("text/latex"))):
            yield FormulaBlock(line, formula)
        elif "text/html" in values and "<table" in _text(values["text/html"]):
            yield from self.markdown(_text(values["text/html"]).replace("\n", " "), line)
        elif "text/plain" in values:
            yield from self.plain_text(_text(values["text/plain"]), _line(values["text/plain"], line))

    def picture(self, written: str, media_type: str, line: int, what: str) -> Iterator[Block]:
        """Yield a picture of the notebook's own; a warning for one that cannot be decoded."""
        is_text = media_type == "image/svg+xml" and "<" in written
        data = written.encode() if is_text else embedded(f"data:{media_type};base64,{written}")
        if not data:
            self.warnings.append(ScriptWarning("picture_left_out", f"{what} cannot be read and is left out.", "Run the cell again.", line))
            return
        yield PictureBlock(line, self.name(data), self.options.get("fig-alt", ""), caption_of(self.options))

    def name(self, data: bytes) -> str:
        """Add a picture to those of the notebook. Returns the name by which scenes call it."""
        name = f"embedded/{len(self.pictures) + 1}"
        self.pictures[name] = data
        return name

    def attached(self, text: str, cell: Node) -> str:
        """Replace `attachment:` addresses, https://nbformat.readthedocs.io, by the names of pictures."""
        nodes = cell.find(["attachments"]).value
        attachments = nodes if isinstance(nodes, dict) else {}

        def named(match: re.Match[str]) -> str:
            node = attachments.get(unquote(match[1])) or attachments.get(match[1])
            values = node.value if node and isinstance(node.value, dict) else {}
            kind = next((one for one in _PICTURES if one in values), "")
            data = embedded(f"data:{kind};base64,{_text(values[kind])}") if kind else None
            return self.name(data) if data else match[0]

        return _ATTACHMENT.sub(named, text) if attachments else text

    def plain_text(self, text: str, line: int) -> Iterator[Block]:
        text = _COLOURS.sub("", text).strip("\n")
        if text.strip() and not re.fullmatch(r"<[\w. ]+(?: at 0x[0-9a-f]+| object.*)>", text.strip()):
            yield self.shown(text, line)

    def shown(self, text: str, line: int) -> Code:
        rows = text.split("\n")
        if len(rows) > OUTPUT_LINES_MAX:
            message = f"Of an output of {len(rows)} lines the first {OUTPUT_LINES_MAX} are shown."
            self.warnings.append(ScriptWarning("left_out", message, "Print less of it.", line))
        return Code(line, "\n".join(rows[:OUTPUT_LINES_MAX]), "console")
