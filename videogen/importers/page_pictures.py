"""Opens PDF files, and reads their pages: their text, and pictures of them."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from videogen.errors.script import BadDocument
from videogen.errors.system import ExtraMissing
from videogen.importers.process_apart import run_apart

MAX_WIDTH, MAX_HEIGHT = 1920, 1440
"""Pixels of the picture of a page."""
OPEN_CPU_S = 20
"""Seconds of processor in which a PDF has to be open, and its outline read."""
PAGE_CPU_S = 30
"""Seconds of processor that one page may take."""
MOST_SLOW_PAGES = 3
LATER_PAGE_CPU_S = 3
"""Seconds for each page after so many that took too long."""
MAX_SLOW_CPU_S = 240
"""Seconds that pages which took too long may take in all; the others are not drawn."""
MAX_TEXT = 100_000
"""Characters of the text of a page that are read."""
MAX_PAGE_POINTS = 200_000
MAX_PNG_BYTES = 1_500_000
"""A larger picture is a photo, which JPEG makes smaller."""
OUTLINE_DEPTH = 15
MAX_OUTLINE = 10_000
SAVE_AGAIN = "Save or print it as PDF again, and import that."


@dataclass(frozen=True)
class PdfFacts:
    """What a PDF says of itself: its title, how many files are attached, and its outline as (level, number of the page, title)."""

    title: str = ""
    attachments: int = 0
    outline: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True)
class PageReading:
    """The text of a page, its width by its height, its picture (PNG or JPEG) and whether that is blank.

    Without a picture `problem` says why, and `is_slow` whether it took too long.
    """

    text: str = ""
    proportion: float | None = None
    content: bytes = b""
    is_blank: bool = False
    problem: str = ""
    is_slow: bool = False


def open_pdf(path: Path) -> Any:
    """Return the document of pypdfium2. Raises BadDocument for no PDF, one with a password or one that is damaged, and ExtraMissing."""
    try:
        import pypdfium2
    except ImportError as error:
        raise ExtraMissing("Reading PDF files needs pypdfium2.", hint="Install it: pip install 'videogen[import]'") from error
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            raise BadDocument("The file is not a PDF, or it is damaged.", hint=SAVE_AGAIN)

    def trial() -> Iterator[object]:
        with contextlib.suppress(pypdfium2.PdfiumError):  # which is told of below
            yield len(pypdfium2.PdfDocument(str(path)))

    if not run_apart(trial, OPEN_CPU_S).is_complete:
        raise BadDocument("The PDF is damaged, or takes too much time or memory to open.", hint=SAVE_AGAIN)
    try:
        document = pypdfium2.PdfDocument(str(path))
        len(document)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise BadDocument("The PDF is protected by a password.", hint="Save it without a password, and import that.") from error
        raise BadDocument("The PDF is damaged.", hint=SAVE_AGAIN) from error
    return document


def read_facts(document: Any) -> PdfFacts:
    """Return what a PDF says of itself; nothing of what is damaged."""

    def read() -> Iterator[object]:
        facts = PdfFacts()
        with contextlib.suppress(Exception):  # the library raises anything for what is damaged
            facts = PdfFacts(str(document.get_metadata_value("Title")))
        with contextlib.suppress(Exception):
            facts = PdfFacts(facts.title, int(document.count_attachments()))
        yield facts
        with contextlib.suppress(Exception):
            yield PdfFacts(facts.title, facts.attachments, tuple(_outline(document)))

    values = run_apart(read, OPEN_CPU_S).values
    return values[-1] if values and isinstance(values[-1], PdfFacts) else PdfFacts()


def _outline(document: Any) -> Iterator[tuple[int, int, str]]:
    logging.getLogger("pypdfium2").setLevel(logging.ERROR)  # it writes of outlines that go round or deep
    for count, mark in enumerate(document.get_toc(max_depth=OUTLINE_DEPTH)):
        if count == MAX_OUTLINE:
            return
        target = mark.get_dest()
        index = target.get_index() if target is not None else None
        if index is not None:
            yield mark.level, index + 1, mark.get_title() or ""


class PageReader:
    """Reads pages of a document of pypdfium2, each in a process of its own: the library may crash on one, or never end."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._slow_pages = 0
        self._slow_cpu_s = 0.0

    def read(self, index: int) -> PageReading:
        """Read a page. Its text is there also if it cannot be drawn, unless the page as a whole cannot be read."""
        if self._slow_cpu_s >= MAX_SLOW_CPU_S:
            return PageReading(problem="The pages before it took too long to draw.", is_slow=True)
        cpu_s = PAGE_CPU_S if self._slow_pages < MOST_SLOW_PAGES else LATER_PAGE_CPU_S
        outcome = run_apart(lambda: _read(self._document, index), cpu_s)
        if outcome.is_slow:
            self._slow_pages += 1
            self._slow_cpu_s += outcome.cpu_s
            problem = f"It takes longer than {cpu_s} s to draw."
        else:
            problem = "" if outcome.is_complete else "It is damaged, or takes too much memory to draw."
        last = next((value for value in reversed(outcome.values) if isinstance(value, PageReading)), PageReading())
        if last.content or last.problem:
            return last
        return PageReading(last.text, last.proportion, problem=problem or "It is damaged.", is_slow=outcome.is_slow)


def _read(document: Any, index: int) -> Iterator[PageReading]:
    """Yield what is known of a page, more each time: its text, and its picture."""
    try:
        page = document[index]
        width, height = page.get_size()
    except Exception:  # noqa: BLE001 - the library raises anything for what is damaged
        yield PageReading(problem="It is damaged.")
        return
    text = ""
    with contextlib.suppress(Exception):
        text = str(page.get_textpage().get_text_bounded())[:MAX_TEXT]
    if not (0 < width < MAX_PAGE_POINTS and 0 < height < MAX_PAGE_POINTS):
        yield PageReading(text, problem="It has no size that can be drawn.")
        return
    yield PageReading(text, width / height)
    try:
        content, is_blank = _draw(page, min(MAX_WIDTH / width, MAX_HEIGHT / height))
    except Exception:  # noqa: BLE001
        yield PageReading(text, width / height, problem="It cannot be drawn.")
        return
    yield PageReading(text, width / height, content, is_blank)


def _draw(page: Any, scale: float) -> tuple[bytes, bool]:
    """Return the picture of a page as PNG or JPEG, and whether it is blank."""
    picture = page.render(scale=scale).to_pil().convert("RGB")
    extrema = picture.getextrema()
    content = io.BytesIO()
    picture.save(content, "PNG")
    if content.tell() > MAX_PNG_BYTES:
        content = io.BytesIO()
        picture.save(content, "JPEG", quality=90)
    return content.getvalue(), all(low == high for low, high in extrema)
