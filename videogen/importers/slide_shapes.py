"""Turns the shapes of a slide into blocks of Markdown, in the order in which they are read.

Shapes are those of python-pptx; the elements behind them are DrawingML (ECMA-376, part 1, chapter 20 and 21).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER

from videogen.errors.script import BadAsset
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.imported_script import ImportWarning
from videogen.importers.markdown_text import code_block, escape, escape_line, one_line, table
from videogen.importers.slide_chart import read_chart
from videogen.importers.slide_elements import (
    MATH,
    A,
    R,
    alt_of,
    code_of,
    crop_of,
    is_filled_with_a_picture,
    is_right_to_left,
    resolve_alternatives,
    smart_art_words,
)
from videogen.importers.slide_margins import FURNITURE, TITLES, Margins, is_note

BODIES = {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY, PP_PLACEHOLDER.VERTICAL_OBJECT}
MAX_DEPTH = 20
MAX_SHAPES = 2000
MAX_PARAGRAPHS = 1000
"""Paragraphs of one shape."""
MAX_TABLE_ROWS, MAX_TABLE_COLUMNS = 200, 60
SMALL_PICTURE = 0.015
"""Share of the slide that a picture covers at least, to be more than an ornament."""
BEHIND = 0.85
"""Share of the slide from which a picture is behind what stands on it."""
LABEL_WORDS = 12
"""Words that a shape of a drawing has at most."""
SMALL_BOX_WORDS, SMALL_BOXES = 3, 8
"""Words of a text box that may be a label, and how many such boxes a drawing has at least."""
TITLE_WORDS, TITLE_HEIGHT = 16, 0.25
"""Words that a title has at most, and the share of the slide within which it begins."""
USUAL_SIZE = 18 * 12_700
"""Size of text that says nothing of it, in EMU."""
DRAWING_SHAPES = 3
"""Shapes without words from which they are more than a line below the title."""
_ROWS = 10
"""Rows that a slide is divided into, to find the order of reading."""
_TYPED_BULLET = re.compile(r"[•●◦▪▫■□‣➢➤❖✓✔]\s*(?=\w)")
"""A sign at the start of a paragraph that somebody typed in place of a bullet."""


@dataclass(frozen=True)
class SlideBlock:
    """A block of Markdown. `kind` is paragraph, list, code, table, chart, picture or background; a list or table is a scene of its own."""

    kind: str
    text: str


@dataclass
class SlideReader:
    """Reads the shapes of one slide. `width` and `height` are the deck's, in EMU."""

    number: int
    width: int
    height: int
    pictures: DocumentPictures
    warnings: list[ImportWarning]
    margins: Margins = field(default_factory=Margins)
    title: str = ""
    subtitle: str = ""
    blocks: list[SlideBlock] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Texts at its foot about what it shows, such as sources, as inline Markdown."""
    _shapes: int = 0
    _pictures: int = 0
    _wordless: int = 0
    _small_boxes: int = 0
    _side: int = 1
    """1 if lines run from the left to the right, else -1."""

    def read(self, slide: Any) -> None:
        """Read all shapes. A shape that is damaged is left out, with a warning."""
        if resolve_alternatives(slide.shapes._spTree):
            self.warn("shown_otherwise", "A text with a formula is shown as its picture.")
        shapes = list(self._flat(slide.shapes))
        self._side = -1 if is_right_to_left(slide.shapes._spTree) else 1
        shapes.sort(key=self._order)
        shapes, heading = self._without_margins(shapes)
        self._small_boxes = sum(_is_small_box(shape) for shape in shapes)
        if heading is not None:
            self.title = one_line(heading.text_frame.text)
            shapes.remove(heading)
        for shape in shapes:
            try:
                self._read_shape(shape, alone=len(shapes) == 1)
            except BadAsset as error:
                self.warn("left_out", f"A picture is left out. {error.detail}")
            except Exception:  # noqa: BLE001 - the library raises anything for what is damaged
                self.warn("left_out", "A damaged object is left out.")
        self._take_labels()
        if self._wordless >= DRAWING_SHAPES:
            self.warn("left_out", "Shapes without words, such as arrows and boxes, are left out.")
        if next(slide.shapes._spTree.iter(MATH), None) is not None:
            self.warn("left_out", "A formula is left out: write it in TeX between two lines of $$.")

    def warn(self, code: str, message: str) -> None:
        warning = ImportWarning(code, message, self.number)
        if warning not in self.warnings:
            self.warnings.append(warning)

    def _flat(self, shapes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
        """Yield shapes, those of groups in place of the groups."""
        for shape in shapes:
            self._shapes += 1
            if self._shapes > MAX_SHAPES or depth > MAX_DEPTH:
                self.warn("left_out", f"The slide has more than {MAX_SHAPES:,} shapes; the others are left out.")
                return
            if _type_of(shape) == MSO_SHAPE_TYPE.GROUP:
                yield from self._flat(shape.shapes, depth + 1)
            else:
                yield shape

    def _order(self, shape: Any) -> tuple[int, int, int]:
        """Return the key of the order of reading: the title first, then rows from the top, each from where its lines begin."""
        try:
            top, edge = int(shape.top or 0), int(shape.left or 0) + (int(shape.width or 0) if self._side < 0 else 0)
        except (AttributeError, ValueError, TypeError):
            top = edge = 0
        return (_placeholder_of(shape) not in TITLES, round(_ROWS * top / max(1, self.height)), self._side * edge)

    def _without_margins(self, shapes: list[Any]) -> tuple[list[Any], Any]:
        """Return the shapes without those that repeat in the margins, and the one among them that is the title.

        A title is no less one for standing on most slides, unless another one below it is as large.
        """
        heading = self._heading(shapes)
        keyed = [(shape, self.margins.key_of(shape, self.number, self.width, self.height)) for shape in shapes]
        rest = [shape for shape, key in keyed if key is None]
        other = self._heading(rest)
        if heading is None or (other is not None and _size_of(other) >= _size_of(heading)):
            heading = other
        elif heading not in rest:
            rest = [shape for shape, key in keyed if key is None or shape == heading]
        for shape, key in keyed:
            if key is not None and shape != heading:
                self.margins.leave_out(shape, key)
        return rest, heading

    def _heading(self, shapes: Sequence[Any]) -> Any:
        """Return the shape that is the title of a slide without a placeholder for one: text at the top, of which none is larger."""
        texts = [shape for shape in shapes if getattr(shape, "has_text_frame", False) and _has_words(shape)]
        if len(shapes) < 2 or not texts or any(_placeholder_of(shape) in TITLES for shape in texts):
            return None
        first = texts[0]
        is_short = len([one for one in first.text_frame.paragraphs if one.text.strip()]) == 1 and len(_words(first)) <= TITLE_WORDS
        if not is_short or int(first.top or 0) > TITLE_HEIGHT * self.height or _placeholder_of(first) in FURNITURE:
            return None
        return first if all(_size_of(first) >= _size_of(shape) for shape in texts) else None

    def _read_shape(self, shape: Any, *, alone: bool) -> None:
        placeholder = _placeholder_of(shape)
        kind = _type_of(shape)
        if placeholder in FURNITURE:
            return
        if getattr(shape, "has_table", False):
            self._take_labels()
            self._table(shape.table)
        elif getattr(shape, "has_chart", False):
            self._take_labels()
            self._chart(shape)
        elif shape._element.tag.endswith("}pic") or (is_filled_with_a_picture(shape) and not _has_words(shape)):
            self._picture(shape, kind)
        elif shape._element.tag.endswith("}graphicFrame"):
            self._frame(shape, kind)
        elif getattr(shape, "has_text_frame", False) and _has_words(shape):
            self._text(shape, placeholder, alone=alone)
        elif placeholder is None and kind != MSO_SHAPE_TYPE.TEXT_BOX:
            self._wordless += 1

    def _text(self, shape: Any, placeholder: Any, *, alone: bool) -> None:
        paragraphs = shape.text_frame.paragraphs
        if len(paragraphs) > MAX_PARAGRAPHS:
            self.warn("left_out", f"A text has {len(paragraphs):,} paragraphs; those after paragraph {MAX_PARAGRAPHS:,} are left out.")
        paragraphs = [paragraph for paragraph in paragraphs[:MAX_PARAGRAPHS] if one_line(paragraph.text)]
        words = " ".join(one_line(paragraph.text) for paragraph in paragraphs)
        if placeholder in TITLES and not self.title:
            self.title = words
        elif placeholder is None and is_note(shape, [one_line(paragraph.text) for paragraph in paragraphs], self.height):
            self.notes.append(" ".join(escape_line(paragraph.text) for paragraph in paragraphs))
        elif code := code_of(shape):
            self._take_labels()
            self.add("code", code_block(code))
        elif placeholder == PP_PLACEHOLDER.SUBTITLE:
            self.subtitle = f"{self.subtitle} {words}".strip()
            self._paragraphs(paragraphs)
        elif placeholder in BODIES:
            self._take_labels()
            self._body(paragraphs)
        elif any(_bullet_of(paragraph) for paragraph in paragraphs):
            self._take_labels()
            self._body(paragraphs, bullets=False)
        elif placeholder is None and (_is_label(shape, words) or (self._small_boxes >= SMALL_BOXES and _is_small_box(shape))):
            self.labels.append(words)
        else:
            self._take_labels()
            self._paragraphs(paragraphs)

    def _take_labels(self) -> None:
        """Add the words of a drawing's shapes: as points if there are several."""
        labels, self.labels = list(dict.fromkeys(self.labels)), []
        if len(labels) > 2:
            self.add("list", "\n".join(f"- {escape_line(label)}" for label in labels))
            self.warn("shown_as_text", "A drawing of shapes is shown as its words.")
        else:
            for label in labels:
                self.add("paragraph", escape_line(label))

    def _body(self, paragraphs: list[Any], *, bullets: bool = True) -> None:
        """Add the paragraphs of a placeholder for text, which are points unless they say otherwise. A single one is prose."""
        marks = [_bullet_of(paragraph) if _bullet_of(paragraph) is not None else ("-" if bullets else "") for paragraph in paragraphs]
        if len(paragraphs) == 1:
            marks = [""]
        lines: list[str] = []
        numbers: dict[int, int] = {}
        lowest = min(paragraph.level for paragraph in paragraphs)
        before = -1
        for paragraph, mark in zip(paragraphs, marks, strict=True):
            text = escape_line(_TYPED_BULLET.sub("", one_line(paragraph.text)))
            if not mark:
                self._add_list(lines)
                lines, numbers, before = [], {}, -1
                self.add("paragraph", text)
                continue
            level = min(paragraph.level - lowest, before + 1)
            before = level
            numbers = {depth: number for depth, number in numbers.items() if depth <= level}
            numbers[level] = numbers.get(level, 0) + 1
            lines.append(f"{'    ' * level}{f'{numbers[level]}. ' if mark == '1' else '- '}{text}")
        self._add_list(lines)

    def _add_list(self, lines: list[str]) -> None:
        if lines:
            self.add("list", "\n".join(lines))

    def _paragraphs(self, paragraphs: list[Any]) -> None:
        for paragraph in paragraphs:
            self.add("paragraph", escape_line(paragraph.text))

    def _table(self, content: Any) -> None:
        lines = list(content.rows)
        if len(lines) > MAX_TABLE_ROWS:
            self.warn("left_out", f"A table has {len(lines):,} rows; those after row {MAX_TABLE_ROWS} are left out.")
        if (columns := max((len(line.cells) for line in lines), default=0)) > MAX_TABLE_COLUMNS:
            self.warn("left_out", f"A table has {columns:,} columns; those after column {MAX_TABLE_COLUMNS} are left out.")
        rows = [
            ["" if cell.is_spanned else one_line(cell.text.replace("\n", " ")) for cell in islice(line.cells, MAX_TABLE_COLUMNS)]
            for line in lines[:MAX_TABLE_ROWS]
        ]
        rows = [row for row in rows if any(row)]
        if not rows:
            return
        self.add("table", table(rows))

    def _chart(self, shape: Any) -> None:
        try:
            chart = read_chart(shape.chart)
        except Exception:  # noqa: BLE001 - the library raises anything for what is damaged or of a newer kind
            self.warn("left_out", "A chart without numbers, or of a kind that cannot be read, is left out.")
            return
        if chart.changed:
            self.warn("shown_otherwise", f"A chart is shown in another way. {chart.changed}")
        if chart.title and chart.title != self.title:
            self.add("paragraph", escape_line(chart.title))
        self.add("chart", chart.block)

    def _picture(self, shape: Any, kind: Any) -> None:
        if kind == MSO_SHAPE_TYPE.MEDIA or any(True for _ in shape._element.iter(f"{A}videoFile", f"{A}audioFile", f"{A}wavAudioFile")):
            self.warn("left_out", "A video or a sound is left out: save it as a file, and add that.")
            return
        blip = next(shape._element.iter(f"{A}blip"), None)
        if blip is None:
            self.warn("left_out", "A picture without content is left out.")
            return
        if blip.get(f"{R}link") and not blip.get(f"{R}embed"):
            self.warn("left_out", "A picture that is not in the file itself is left out: links are not followed.")
            return
        share = int(shape.width or 0) * int(shape.height or 0) / max(1, self.width * self.height)
        if share < SMALL_PICTURE:
            self.warn("left_out", "Small pictures, such as icons, are left out.")
            return
        self._take_labels()
        name = self._add_picture(shape, blip)
        behind = share >= BEHIND and not self.blocks
        self.add("background" if behind else "picture", f"![{'bg' if behind else escape(alt_of(shape))}]({name})")

    def _add_picture(self, shape: Any, blip: Any) -> str:
        """Write the picture that a `blip` of a shape names, and return its name in the script. Raises BadAsset."""
        self._pictures += 1
        try:
            content = shape.part.related_part(blip.get(f"{R}embed")).blob
            return self.pictures.add(content, f"slide-{self.number:02}-{self._pictures}", crop_of(blip))
        except BadAsset:
            raise
        except Exception as error:
            raise BadAsset("It cannot be read, or its format cannot be shown here (such as EMF or WMF).") from error

    def _frame(self, shape: Any, kind: Any) -> None:
        data = next(shape._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"), None)
        if data is not None:
            words = smart_art_words(shape, data)
            if words:
                self._take_labels()
                self.add("list", "\n".join(f"- {escape_line(text)}" for text in words))
                self.warn("shown_as_text", "A SmartArt drawing is shown as its words.")
            else:
                self.warn("left_out", "A SmartArt drawing is left out.")
        elif kind in (MSO_SHAPE_TYPE.EMBEDDED_OLE_OBJECT, MSO_SHAPE_TYPE.LINKED_OLE_OBJECT, MSO_SHAPE_TYPE.OLE_CONTROL_OBJECT):
            self._object(shape)
        else:
            self.warn("left_out", "An object that this program does not know is left out.")

    def _object(self, shape: Any) -> None:
        """Add the picture that an object of another program, such as a table of a spreadsheet, brings of itself."""
        blip = next(shape._element.iter(f"{A}blip"), None)
        try:
            name = self._add_picture(shape, blip) if blip is not None else ""
        except BadAsset:
            name = ""
        if not name:
            self.warn("left_out", "An object of another program is left out: save it as a picture, and add that.")
            return
        self._take_labels()
        self.add("picture", f"![{escape(alt_of(shape))}]({name})")
        self.warn("shown_otherwise", "An object of another program is shown as its picture.")

    def add(self, kind: str, text: str) -> None:
        self.blocks.append(SlideBlock(kind, text))


def _words(shape: Any) -> list[str]:
    return one_line(shape.text_frame.text).split()


def _is_small_box(shape: Any) -> bool:
    return _type_of(shape) == MSO_SHAPE_TYPE.TEXT_BOX and 0 < len(_words(shape)) <= SMALL_BOX_WORDS


def _size_of(shape: Any) -> int:
    """Return the size of the largest text in a shape, as far as the shape itself says, in EMU."""
    sizes = [int(properties.get("sz", "0")) * 127 for properties in shape._element.iter(f"{A}rPr") if properties.get("sz", "").isdigit()]
    return max(sizes, default=USUAL_SIZE)


def _has_words(shape: Any) -> bool:
    return any(text.text and text.text.strip() for text in shape._element.iter(f"{A}t"))


def _type_of(shape: Any) -> Any:
    try:
        return shape.shape_type
    except (NotImplementedError, AttributeError, ValueError, KeyError):
        return None


def _placeholder_of(shape: Any) -> Any:
    """Return the type of placeholder that a shape is, None if it is none."""
    try:
        return shape.placeholder_format.type if shape.is_placeholder else None
    except (ValueError, KeyError, AttributeError):
        return PP_PLACEHOLDER.OBJECT


def _bullet_of(paragraph: Any) -> str | None:
    """Return what a paragraph itself says of its bullet: "-", "1" for a number, "" for none; None if it says nothing."""
    if _TYPED_BULLET.match(one_line(paragraph.text)):
        return "-"
    properties = paragraph._p.pPr
    if properties is None:
        return None
    for name, mark in (("buNone", ""), ("buAutoNum", "1"), ("buChar", "-"), ("buBlip", "-")):
        if properties.find(f"{A}{name}") is not None:
            return mark
    return None


def _is_label(shape: Any, words: str) -> bool:
    """Return whether a shape is part of a drawing: few words, in a shape that is not a text box."""
    return _type_of(shape) != MSO_SHAPE_TYPE.TEXT_BOX and len(words.split()) <= LABEL_WORDS
