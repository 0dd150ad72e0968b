"""Presentations for tests, made by python-pptx."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

TITLE, BULLETS, ONLY_TITLE, BLANK = 0, 1, 5, 6


def png(colour: str = "seagreen", size: tuple[int, int] = (64, 36)) -> BytesIO:
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    file.seek(0)
    return file


def slide(deck: Any, layout: int, title: str = "", notes: str = "") -> Any:
    made = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        made.shapes.title.text = title
    if notes:
        made.notes_slide.notes_text_frame.text = notes
    return made


def points(made: Any, *texts: tuple[int, str]) -> None:
    """Write points, (level, text) each, into the body of a slide."""
    frame = made.placeholders[1].text_frame
    for index, (level, text) in enumerate(texts):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.text, paragraph.level = text, level


def talk(path: Path) -> Path:
    """Write a talk of six slides, one of which is hidden."""
    deck = Presentation()
    first = slide(deck, TITLE, "Bees in the city", "Good morning. Let us talk about bees.")
    first.placeholders[1].text = "A talk by Ada"
    points(slide(deck, BULLETS, "What they need"), (0, "Flowers"), (1, "From spring to autumn"), (0, "Water"))
    slide(deck, ONLY_TITLE, "Not for today")._element.set("show", "0")
    numbers = slide(deck, ONLY_TITLE, "Hives", "More hives each year. The roofs are full.")
    cells = numbers.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for row, texts in enumerate((("Year", "Hives"), ("2025", "40|50"))):
        for column, text in enumerate(texts):
            cells.cell(row, column).text = text
    data = CategoryChartData()
    data.categories = ["North", "South"]
    data.add_series("Hives", (12, 30.5))
    numbers.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(4), Inches(4), Inches(3), data)
    shown = slide(deck, BLANK)
    picture = shown.shapes.add_picture(png(), Inches(1), Inches(1), Inches(6), Inches(4))
    picture._element.nvPicPr.cNvPr.set("descr", "A hive on a roof")
    deck.core_properties.title = "City bees"
    deck.save(str(path))
    return path


def changed(path: Path, change: Callable[[str, bytes], bytes | None], **added: bytes) -> Path:
    """Rewrite the parts of a presentation: `change` returns the new content of each, None to leave it out."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if (new_content := change(name, content)) is not None:
                archive.writestr(name, new_content)
        for name, content in added.items():
            archive.writestr(name, content)
    return path
