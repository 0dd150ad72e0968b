"""A handout of a video as PDF: each scene's picture with what is spoken beside it."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from videogen.errors.system import ExtraMissing
from videogen.exports.video_files import VideoFiles, narration

PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 210.0, 297.0, 15.0
PICTURE_WIDTH, PICTURE_HEIGHT, GAP = 80.0, 60.0, 6.0
TEXT_SIZE, LINE_HEIGHT = 10, 5.0
FALLBACKS = (
    *((0x0590, 0x05FF, "Hebrew"), (0x0600, 0x06FF, "Arabic"), (0x0530, 0x058F, "Armenian"), (0x0900, 0x097F, "Devanagari")),
    *((0x0980, 0x09FF, "Bengali"), (0x0A00, 0x0A7F, "Gurmukhi"), (0x0A80, 0x0AFF, "Gujarati"), (0x0B00, 0x0B7F, "Oriya")),
    *((0x0B80, 0x0BFF, "Tamil"), (0x0C00, 0x0C7F, "Telugu"), (0x0C80, 0x0CFF, "Kannada"), (0x0D00, 0x0D7F, "Malayalam")),
    *((0x0D80, 0x0DFF, "Sinhala"), (0x0E00, 0x0E7F, "Thai"), (0x0E80, 0x0EFF, "Lao"), (0x1000, 0x109F, "Myanmar")),
    *((0x10A0, 0x10FF, "Georgian"), (0x1200, 0x137F, "Ethiopic"), (0x1780, 0x17FF, "Khmer"), (0x2190, 0x2BFF, "Symbols")),
)
"""Ranges of characters, and the font of the Noto family that has them."""
CJK = (0x2E80, 0xFFEF)


def write_handout(files: VideoFiles, target: Path, progress: Callable[[int, int], None]) -> list[str]:
    """Write the handout. Return the characters that no font of it has. Raises ExtraMissing without fpdf2."""
    try:
        from fpdf import FPDF
    except ImportError as error:
        raise ExtraMissing("A handout needs fpdf2.", hint="Install it: pip install 'videogen[export]'") from error
    logging.getLogger("fpdf").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    document = FPDF(format="A4")
    document.set_title(files.title)
    document.set_lang(files.language)
    document.set_auto_page_break(False)
    text = files.title + "".join(scene["title"] + narration(scene) for scene in files.scenes)
    missing = _add_fonts(document, text)
    document.add_page()
    _heading(document, files.title, 18)
    scenes = files.scenes
    heading = files.title
    for done, (scene, picture) in enumerate(files.pictures()):
        progress(done, len(scenes))
        title = scene["title"] if scene["title"] not in ("", heading) else ""
        heading = scene["title"] or heading
        _add_scene(document, picture, title, narration(scene))
    document.output(str(target))
    return missing


def _add_scene(document: Any, picture: bytes, title: str, spoken: str) -> None:
    from PIL import Image

    with Image.open(io.BytesIO(picture), formats=("JPEG",)) as image:
        scale = min(PICTURE_WIDTH / image.width, PICTURE_HEIGHT / image.height)
        width, height = image.width * scale, image.height * scale
    left = MARGIN + width + GAP
    text_width = PAGE_WIDTH - MARGIN - left
    document.set_font("body", size=TEXT_SIZE)
    lines = document.multi_cell(text_width, LINE_HEIGHT, spoken, dry_run=True, output="LINES") if spoken else []
    title_height = LINE_HEIGHT * 1.6 if title else 0.0
    block = max(height, title_height + LINE_HEIGHT * len(lines))
    if document.get_y() + block > PAGE_HEIGHT - MARGIN and document.get_y() > MARGIN * 2:
        document.add_page()
        document.set_y(MARGIN)
    top = document.get_y()
    document.image(io.BytesIO(picture), x=MARGIN, y=top, w=width, h=height)
    document.set_xy(left, top)
    if title:
        document.set_font("body", size=TEXT_SIZE + 2)
        document.multi_cell(text_width, LINE_HEIGHT * 1.2, title, new_x="LEFT", new_y="NEXT", max_line_height=LINE_HEIGHT * 1.2)
        document.set_font("body", size=TEXT_SIZE)
        document.set_y(document.get_y() + 1)
    for line in lines:
        if document.get_y() + LINE_HEIGHT > PAGE_HEIGHT - MARGIN:
            document.add_page()
            document.set_y(MARGIN)
            top = MARGIN - height
        document.set_x(left)
        document.cell(text_width, LINE_HEIGHT, line, new_x="LMARGIN", new_y="NEXT")
    document.set_xy(MARGIN, max(top + height, document.get_y()) + GAP)


def _heading(document: Any, text: str, size: int) -> None:
    document.set_xy(MARGIN, MARGIN)
    document.set_font("body", size=size)
    document.multi_cell(PAGE_WIDTH - 2 * MARGIN, size * 0.5, text, new_x="LMARGIN", new_y="NEXT")
    document.set_xy(MARGIN, document.get_y() + GAP)


def _add_fonts(document: Any, text: str) -> list[str]:
    """Add the fonts that the text needs; return the characters that none has."""
    document.add_font("body", fname=str(_directory("manimgx_fonts") / "NotoSans[wght].ttf"))
    names = [name for first, last, name in FALLBACKS if any(first <= ord(sign) <= last for sign in text)]
    for name in names:
        document.add_font(name, fname=str(_directory("manimgx_fonts") / f"NotoSans{name}[wght].ttf"))
    if any(CJK[0] <= ord(sign) <= CJK[1] for sign in text):
        document.add_font("cjk", fname=str(_directory("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc"))
        names.append("cjk")
    if names:
        document.set_fallback_fonts(names, exact_match=False)
    document.set_text_shaping(True)
    fonts = [document.fonts[font] for font in ("body", *(name.lower() for name in names))]
    return sorted({sign for sign in text if sign.isprintable() and not any(ord(sign) in font.cmap for font in fonts)})


def _directory(package: str) -> Path:
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent
