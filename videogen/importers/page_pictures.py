"""Opens PDF files, and draws their pages as pictures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from videogen.errors.script import BadAsset, BadDocument
from videogen.errors.system import ExtraMissing

MAX_WIDTH, MAX_HEIGHT = 1920, 1440
"""Pixels of the picture of a page."""
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


def draw_page(page: Any) -> tuple[bytes, bool]:
    """Return the picture of a page as PNG or JPEG, and whether it is blank. Raises BadAsset for a page that cannot be drawn."""
    width, height = page.get_size()
    if not (0 < width < MAX_PAGE_POINTS and 0 < height < MAX_PAGE_POINTS):
        raise BadAsset("The page has no size that can be drawn.")
    scale = min(MAX_WIDTH / width, MAX_HEIGHT / height)
    try:
        picture = page.render(scale=scale).to_pil().convert("RGB")
    except Exception as error:
        raise BadAsset("The page cannot be drawn.") from error
    extrema = picture.getextrema()
    content = io.BytesIO()
    picture.save(content, "PNG")
    if content.tell() > MAX_PNG_BYTES:
        content = io.BytesIO()
        picture.save(content, "JPEG", quality=90)
    return content.getvalue(), all(low == high for low, high in extrema)
