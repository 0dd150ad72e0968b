"""Imports PDF files: each page is a scene with its picture, its text is the narration, and its outline gives the chapters."""

from __future__ import annotations

import contextlib
import json
import logging
import math
from pathlib import Path
from statistics import median
from typing import Any

from videogen.errors.script import BadDocument
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.document_request import DocumentRequest
from videogen.importers.imported_script import ImportedScript, ImportWarning
from videogen.importers.markdown_text import narration, one_line
from videogen.importers.page_pictures import MOST_SLOW_PAGES, PageFailed, open_pdf, read_page
from videogen.importers.page_text import page_lines, spoken, without_running_titles
from videogen.importers.presentation import ASPECTS, MAX_TITLE, SILENT_S

MAX_PAGES = 300
MAX_NARRATION = 8_000
"""Characters that are spoken of one page."""
SAME_SHAPE = 0.03
"""Difference of two proportions that nobody sees."""


def import_pdf(request: DocumentRequest) -> ImportedScript:
    """Return the script of a PDF, and write its pages as pictures. Raises BadDocument and ExtraMissing."""
    document = open_pdf(request.path)
    try:
        return _read(document, request)
    finally:
        document.close()


def _read(document: Any, request: DocumentRequest) -> ImportedScript:
    numbers = [number for number in range(1, len(document) + 1) if request.takes(number)]
    warnings: list[ImportWarning] = []
    if len(numbers) > MAX_PAGES:
        message = (
            f"The pages after page {numbers[MAX_PAGES - 1]} are left out: {MAX_PAGES} pages are taken. Import the others with `pages`."
        )
        warnings.append(ImportWarning("left_out", message))
    numbers = numbers[:MAX_PAGES]
    if not numbers:
        raise BadDocument("The PDF has no such pages.", hint=f"It has {len(document)} pages.")
    if _attachments(document):
        warnings.append(ImportWarning("left_out", "The files that are attached to the PDF are left out."))
    pictures, slow = DocumentPictures(request.directory, request.prefix), 0
    drawn: list[tuple[int, str, float, list[str]]] = []
    for done, number in enumerate(numbers):
        request.progress(done, len(numbers))
        try:
            page = read_page(document, number - 1)
            lines = page_lines(page.text)
            if page.is_blank and not lines:
                warnings.append(ImportWarning("left_out", "An empty page is left out.", number, "page"))
                continue
            drawn.append((number, pictures.add(page.content, f"page-{number:03}"), page.proportion, lines))
        except PageFailed as error:
            slow += error.is_slow
            warnings.append(ImportWarning("left_out", f"A page is left out. {error}", number, "page"))
            if slow >= MOST_SLOW_PAGES:
                raise BadDocument("The pages of the PDF take too long to draw.", hint="Print it as PDF again, and import that.") from error
    if not drawn:
        raise BadDocument("The PDF has no page that can be shown.", hint="Save or print it as PDF again, and import that.")
    shape = median(proportion for _, _, proportion, _ in drawn)
    aspect = min(ASPECTS, key=lambda name: abs(math.log(ASPECTS[name] / shape)))
    chapters = _chapters(document)
    scenes, chapter = [], ""
    for (number, name, proportion, _), lines in zip(drawn, without_running_titles([lines for *_, lines in drawn]), strict=True):
        said = spoken(lines)
        if not said:
            warnings.append(ImportWarning("not_spoken", "A page has no text, as when it was scanned: nothing is spoken.", number, "page"))
        if len(said) > MAX_NARRATION:
            warnings.append(
                ImportWarning("left_out", f"Of a page's text the first {MAX_NARRATION:,} characters are spoken.", number, "page")
            )
        begins = next((title for start, title in reversed(chapters) if start <= number), "")
        scene = [f"![]({name})" + ("{fill}" if abs(math.log(proportion / ASPECTS[aspect])) < SAME_SHAPE else "")]
        if begins and begins != chapter:
            chapter = begins
            scene.append(f"<!-- chapter: {_comment(begins)} -->")
        scene.append(narration(said[:MAX_NARRATION]))
        if not said:
            scene.append(f"<!-- duration: {SILENT_S} -->")
        scenes.append("\n\n".join(scene))
    title = _title(document) or Path(request.name).stem
    head = ["---", "marp: true", f"title: {json.dumps(title[:MAX_TITLE], ensure_ascii=False)}"]
    head += [f'aspect: "{aspect}"'] * (aspect != "16:9")
    script = "\n".join([*head, "---", "", ""]) + "\n\n---\n\n".join(scenes) + "\n"
    return ImportedScript(script, title, pictures.paths, tuple(warnings))


def _title(document: Any) -> str:
    with contextlib.suppress(Exception):
        title = one_line(document.get_metadata_value("Title"))
        if any(map(str.isalpha, title)) and not title.lower().endswith((".doc", ".docx", ".ppt", ".pptx", ".tex", ".dvi", ".indd")):
            return title[:MAX_TITLE]
    return ""


def _attachments(document: Any) -> int:
    with contextlib.suppress(Exception):
        return int(document.count_attachments())
    return 0


def _chapters(document: Any) -> list[tuple[int, str]]:
    """Return the chapters of the outline: the page at which each begins, and its title. Its second level, if the first is one entry."""
    entries: list[tuple[int, int, str]] = []
    logging.getLogger("pypdfium2").setLevel(logging.ERROR)  # it writes of outlines that go round or deep
    with contextlib.suppress(Exception):
        for mark in document.get_toc(max_depth=15):
            target = mark.get_dest()
            index = target.get_index() if target is not None else None
            title = one_line(mark.get_title() or "")[:MAX_TITLE]
            if index is not None and title:
                entries.append((mark.level, index + 1, title))
    for level in (0, 1):
        chosen = [(number, title) for at, number, title in entries if at == level]
        if len(chosen) > 1:
            return sorted(chosen, key=lambda chapter: chapter[0])
    return []


def _comment(text: str) -> str:
    return text.replace("--", "–").replace(">", "›").replace("{{", "{ {")
