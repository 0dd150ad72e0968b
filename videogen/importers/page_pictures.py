"""Opens PDF files, and draws their pages as pictures."""

from __future__ import annotations

import io
import os
import pickle
import resource
import signal
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from videogen.errors.script import BadDocument
from videogen.errors.system import ExtraMissing

MAX_WIDTH, MAX_HEIGHT = 1920, 1440
"""Pixels of the picture of a page."""
PAGE_CPU_S = 30
"""Seconds of processor that one page may take."""
MOST_SLOW_PAGES = 3
MAX_PAGE_POINTS = 200_000
MAX_PNG_BYTES = 1_500_000
"""A larger picture is a photo, which JPEG makes smaller."""


def open_pdf(path: Path) -> Any:
    """Return the document of pypdfium2. Raises BadDocument for no PDF or one with a password, and ExtraMissing."""
    try:
        import pypdfium2
    except ImportError as error:
        raise ExtraMissing("Reading PDF files needs pypdfium2.", hint="Install it: pip install 'videogen[import]'") from error
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            raise BadDocument("The file is not a PDF, or it is damaged.", hint="Save or print it as PDF again, and import that.")
    try:
        document = pypdfium2.PdfDocument(str(path))
        len(document)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise BadDocument("The PDF is protected by a password.", hint="Save it without a password, and import that.") from error
        raise BadDocument("The PDF is damaged.", hint="Save or print it as PDF again, and import that.") from error
    return document


@dataclass(frozen=True)
class PageReading:
    """A page as a picture (PNG or JPEG), whether that is blank, its text, and its width by its height."""

    content: bytes
    is_blank: bool
    text: str
    proportion: float


class PageFailed(Exception):
    """A page cannot be drawn; `str` says why. `is_slow` if it took longer than it may, or the library crashed on it."""

    def __init__(self, reason: str, *, is_slow: bool = False) -> None:
        super().__init__(reason)
        self.is_slow = is_slow


def read_page(document: Any, index: int) -> PageReading:
    """Read a page in a process of its own, which ends with it. Raises PageFailed.

    Neither an endless drawing nor a crash, both in the library's own code, can be caught otherwise.
    """
    reading_end, writing_end = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads that the child has not: it needs none
        child = os.fork()
    if not child:
        try:
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (PAGE_CPU_S if hard == resource.RLIM_INFINITY else min(PAGE_CPU_S, hard), hard))
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)
            with os.fdopen(writing_end, "wb") as pipe:
                pickle.dump(_outcome(document, index), pipe)
        finally:
            os._exit(0)
    os.close(writing_end)
    try:
        with os.fdopen(reading_end, "rb") as pipe:
            content = pipe.read()
    finally:
        os.waitpid(child, 0)
    try:
        outcome = pickle.loads(content)  # noqa: S301 - of a process that is confined as this one is
    except (EOFError, pickle.UnpicklingError) as error:
        raise PageFailed(f"It takes longer than {PAGE_CPU_S} s to draw, or is damaged.", is_slow=True) from error
    if isinstance(outcome, str):
        raise PageFailed(outcome)
    return PageReading(*outcome)


def _outcome(document: Any, index: int) -> tuple[bytes, bool, str, float] | str:
    """Return the fields of a reading of a page, or why there is none."""
    try:
        page = document[index]
        content, is_blank = _draw(page)
        width, height = page.get_size()
        textpage = page.get_textpage()
        return content, is_blank, str(textpage.get_text_bounded()), width / height
    except PageFailed as error:
        return str(error)
    except Exception:  # noqa: BLE001 - the library raises anything for what is damaged
        return "It is damaged."


def _draw(page: Any) -> tuple[bytes, bool]:
    """Return the picture of a page as PNG or JPEG, and whether it is blank. Raises PageFailed."""
    width, height = page.get_size()
    if not (0 < width < MAX_PAGE_POINTS and 0 < height < MAX_PAGE_POINTS):
        raise PageFailed("It has no size that can be drawn.")
    scale = min(MAX_WIDTH / width, MAX_HEIGHT / height)
    try:
        picture = page.render(scale=scale).to_pil().convert("RGB")
    except Exception as error:
        raise PageFailed("It cannot be drawn.") from error
    extrema = picture.getextrema()
    content = io.BytesIO()
    picture.save(content, "PNG")
    if content.tell() > MAX_PNG_BYTES:
        content = io.BytesIO()
        picture.save(content, "JPEG", quality=90)
    return content.getvalue(), all(low == high for low, high in extrema)
