"""Imports Jupyter notebooks (.ipynb) as Markdown: text, code, and what the code put out. Nothing is run.

Format: https://nbformat.readthedocs.io/en/latest/format_description.html, version 4; version 3 keeps its cells in worksheets.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from videogen.errors.script import BadAsset, BadDocument
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.document_request import DocumentRequest
from videogen.importers.html_text import HtmlReader
from videogen.importers.imported_script import ImportedScript, ImportWarning
from videogen.importers.markdown_text import escape
from videogen.importers.prose import finish, front_matter_of
from videogen.script.dialects.chunks import caption_of, head_options, options_of_all, shows
from videogen.script.notebook import formula_of

MAX_BYTES = 128 * 1024 * 1024
MAX_CELLS = 2_000
MAX_OUTPUT_LINES = 60
HIDDEN = {"remove-cell", "hide-cell", "remove_cell", "hide_cell", "parameters"}
NO_INPUT = {"remove-input", "hide-input", "remove_input", "hide_input"}
NO_OUTPUT = {"remove-output", "hide-output", "remove_output", "hide_output"}
PICTURES = {"image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif", "image/webp": "webp", "image/svg+xml": "svg"}
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ATTACHMENT = re.compile(r"attachment:([^\s()<>\"']{1,300})")
_PICTURES = re.compile(
    r"!\[[^\]]{0,500}\]\(\s{0,9}<?([^\s()<>]{1,500})|<img\b[^>]{0,500}?\ssrc\s?=\s?[\"']?([^\"'\s>]{1,500})", re.IGNORECASE
)
_IN_ITSELF = re.compile(r"attachment:|data:|https?:|//", re.IGNORECASE)
_REPR = re.compile(r"<[\w. ]+(?: at 0x[0-9a-f]+| object.*)>|\[?<[\w.]+ at 0x[0-9a-f]+>.*", re.DOTALL)


def import_notebook(request: DocumentRequest) -> ImportedScript:
    """Return the script of a notebook, and write its pictures. Raises BadDocument, and ExtraMissing for tables in HTML."""
    if request.path.stat().st_size > MAX_BYTES:
        raise BadDocument(
            f"The notebook is larger than {MAX_BYTES // 1024**2} MiB.", hint="Clear its largest outputs, and import it again."
        )
    try:
        notebook = json.loads(request.path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BadDocument("The file is not a Jupyter notebook, or it is damaged.", hint="Open it in Jupyter, and save it again.") from error
    cells = _cells(notebook)
    if cells is None:
        raise BadDocument("The file is not a Jupyter notebook.", hint="Its JSON has no cells. Open it in Jupyter, and save it again.")
    reader = NotebookReader(DocumentPictures(request.directory, request.prefix), _language(notebook))
    front, rest = _front_matter(cells[0]) if cells else ({}, "")
    if front:
        cells = [cells[0] | {"source": rest}, *cells[1:]]
    reader.options = options_of_all(front)
    blocks = []
    for number, cell in enumerate(cells[:MAX_CELLS], 1):
        request.progress(number - 1, min(len(cells), MAX_CELLS))
        if request.takes(number):
            reader.number = number
            blocks += reader.read(cell)
    if len(cells) > MAX_CELLS:
        reader.warnings.append(ImportWarning("left_out", f"The cells after cell {MAX_CELLS:,} are left out."))
    title = front.get("title") or _get(notebook, "metadata", "title")
    body = "\n\n".join(blocks)
    return finish(title if isinstance(title, str) else "", Path(request.name).stem, body, reader.pictures, reader.warnings, front)


@dataclass
class NotebookReader:
    """Reads the cells of a notebook, one after the other. `number` is that of the cell, from 1."""

    pictures: DocumentPictures
    language: str
    number: int = 0
    warnings: list[ImportWarning] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    """What the front matter says of all chunks of code."""
    _pictures: int = 0
    _caption: str = ""
    _alt: str = ""

    def read(self, cell: Any) -> list[str]:
        """Return the blocks of Markdown that a cell is."""
        kind, text = _get(cell, "cell_type"), _text(_get(cell, "source") or _get(cell, "input"))
        tags = set(map(str, _get(cell, "metadata", "tags") or ()))
        slide = str(_get(cell, "metadata", "slideshow", "slide_type") or "")
        if slide == "skip" or tags & HIDDEN:
            self.warn("hidden_cell", "A hidden cell is left out.")
            return []
        if kind in ("markdown", "heading"):
            level = _get(cell, "level")
            head = f"{'#' * level} " if kind == "heading" and isinstance(level, int) and 1 <= level <= 6 else ""
            self._note_pictures_elsewhere(text)
            return [head + self._attached(text, _get(cell, "attachments"))] if text.strip() else []
        if kind != "code":
            if text.strip():
                self.warn("left_out", "A raw cell is left out.")
            return []
        lines = text.split("\n")
        at_head, count = head_options(lines)
        options = self.options | at_head
        if not shows(options, "include"):
            self.warn("hidden_cell", "A hidden cell is left out.")
            return []
        text = "\n".join(lines[count:]).strip("\n")
        blocks = [_fence(text, self.language)] if text.strip() and not tags & NO_INPUT and shows(options, "echo") else []
        self._caption, self._alt = caption_of(options), options.get("fig-alt", "")
        outputs = _get(cell, "outputs")
        for output in outputs if isinstance(outputs, list) and not tags & NO_OUTPUT and shows(options, "output") else ():
            blocks += self._output(output)
        return blocks

    def warn(self, code: str, message: str) -> None:
        self.warnings.append(ImportWarning(code, message, self.number, "cell"))

    def _output(self, output: Any) -> list[str]:
        kind = _get(output, "output_type")
        if kind in ("error", "pyerr"):
            return [_fence(f"{_get(output, 'ename')}: {_get(output, 'evalue')}", "console")]
        if kind == "stream":
            return self._plain(_text(_get(output, "text")))
        data = _get(output, "data")
        values = data if isinstance(data, dict) else output if isinstance(output, dict) else {}
        for media_type, short in PICTURES.items():
            if content := _text(values.get(media_type) or (values.get(short) if values is output else None)):
                return self._picture(content, media_type)
        if markdown := _text(values.get("text/markdown")):
            return [markdown]
        if formula := formula_of(_text(values.get("text/latex"))):
            return [f"$$\n{formula}\n$$"]
        page = _text(values.get("text/html"))
        if "<table" in page:
            reader = HtmlReader(self.pictures, f"cell-{self.number:03}-table", self.warnings, self.number)
            try:
                return [reader.markdown(page)]
            except BadDocument:
                self.warn("left_out", "A table that cannot be read is left out: save it as a picture, and add that.")
                return []
        if any(name.startswith("application/") and name != "application/json" for name in values) or (page and "<script" in page):
            self.warn("left_out", "An output that a program draws in the browser is left out: save it as a picture, and add that.")
            return []
        return self._plain(_text(values.get("text/plain")) or _text(values.get("text")))

    def _picture(self, content: str, media_type: str) -> list[str]:
        name = self._add(content, media_type)
        return [_image(name, self._alt, self._caption)] if name else []

    def _add(self, content: str, media_type: str) -> str:
        """Write a picture, and return its name in the script; empty, with a warning, for one that cannot be read."""
        self._pictures += 1
        try:
            decoded = content.encode() if media_type == "image/svg+xml" and "<" in content else base64.b64decode(content)
            return self.pictures.add(decoded, f"cell-{self.number:03}-{self._pictures}")
        except (BadAsset, binascii.Error, ValueError):
            self.warn("left_out", "A picture that cannot be read is left out: run the cell again.")
            return ""

    def _note_pictures_elsewhere(self, text: str) -> None:
        """Warn of pictures that lie beside the notebook: they do not come along with it."""
        for match in _PICTURES.finditer(text):
            address = match[1] or match[2]
            if not _IN_ITSELF.match(address):
                message = f"The picture {address[-80:]} is not in the notebook itself: add the file, or remove it from the script."
                self.warn("not_in_document", message)

    def _attached(self, text: str, attachments: Any) -> str:
        def named(match: re.Match[str]) -> str:
            values = _get(attachments, match[1])
            for media_type in PICTURES:
                if content := _text(_get(values, media_type)):
                    return self._add(content, media_type) or match[0]
            return match[0]

        return _ATTACHMENT.sub(named, text)

    def _plain(self, text: str) -> list[str]:
        text = _COLOURS.sub("", text).strip("\n")
        if not text.strip() or _REPR.fullmatch(text.strip()):
            return []
        lines = text.split("\n")
        if len(lines) > MAX_OUTPUT_LINES:
            self.warn("left_out", f"Of an output of {len(lines):,} lines the first {MAX_OUTPUT_LINES} are shown.")
        return [_fence("\n".join(lines[:MAX_OUTPUT_LINES]), "console")]


def _cells(notebook: Any) -> list[Any] | None:
    cells = _get(notebook, "cells")
    if isinstance(cells, list):
        return cells
    sheets = _get(notebook, "worksheets")
    if not isinstance(sheets, list):
        return None
    found = [_get(sheet, "cells") for sheet in sheets]
    return [cell for cells in found if isinstance(cells, list) for cell in cells]


def _front_matter(cell: Any) -> tuple[dict[str, Any], str]:
    """Return the front matter that the first cell is or begins with, empty if it has none, and what it holds after that.

    Quarto reads it from a raw cell or from Markdown: https://quarto.org/docs/tools/jupyter-lab.html#yaml-front-matter.
    """
    text = _text(_get(cell, "source") or _get(cell, "input"))
    if _get(cell, "cell_type") not in ("raw", "markdown") or not text.lstrip().startswith("---"):
        return {}, ""
    return front_matter_of(f"{text}\n")


def _image(name: str, alt: str, caption: str) -> str:
    """Return a picture in Markdown; its caption stands below it, and its description is for who cannot see it."""
    quoted = escape(caption)[:500].replace('"', '\\"')
    return f"![{escape(alt)[:500]}]({name}" + (f' "{quoted}")' if quoted else ")")


def _language(notebook: Any) -> str:
    name = _get(notebook, "metadata", "kernelspec", "language") or _get(notebook, "metadata", "language_info", "name")
    return re.sub(r"[^\w+#-]", "", name.lower())[:30] if isinstance(name, str) else "python"


def _get(value: Any, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    """Return a multi-line text, which may be written as a list of its lines."""
    parts = value if isinstance(value, list) else [value]
    return "".join(part for part in parts if isinstance(part, str))


def _fence(content: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", content)), default=2)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{content}\n{ticks}"
