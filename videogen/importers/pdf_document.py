"""Imports PDF files: each page is a scene with its picture, its text is the narration, and its outline gives the chapters."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from models.errors import Diagnostic
from videogen.errors.script import BadDocument
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.document_request import DocumentRequest
from videogen.importers.imported_script import ImportedScript, ImportWarning, merge_warnings
from videogen.importers.markdown_text import escape_line, narration, one_line
from videogen.importers.page_pictures import SAVE_AGAIN, PageReader, PdfFacts, open_pdf, read_facts
from videogen.importers.page_text import page_lines, spoken, without_running_titles
from videogen.importers.presentation import ASPECTS, MAX_REASONS, MAX_TITLE, SILENT_S

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


@dataclass(frozen=True)
class _Page:
    """A page that is shown: as its picture, whose name in the script `picture` is, or as its text if that is empty."""

    number: int
    picture: str
    proportion: float | None
    lines: list[str]


def _read(document: Any, request: DocumentRequest) -> ImportedScript:
    facts = read_facts(document)
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
    if facts.attachments:
        warnings.append(ImportWarning("left_out", "The files that are attached to the PDF are left out."))
    pictures = DocumentPictures(request.directory, request.prefix)
    pages = list(_pages(document, numbers, request, pictures, warnings))
    if not pages:
        raise BadDocument(
            "The PDF has no page that can be shown.",
            hint=SAVE_AGAIN,
            diagnostics=[Diagnostic(one.message, path=(one.place or "").lower()) for one in merge_warnings(warnings)[:MAX_REASONS]],
        )
    shape = median([page.proportion for page in pages if page.proportion] or [ASPECTS["16:9"]])
    aspect = min(ASPECTS, key=lambda name: abs(math.log(ASPECTS[name] / shape)))
    chapters = _chapters(facts)
    scenes, chapter = [], ""
    for page, lines in zip(pages, without_running_titles([page.lines for page in pages]), strict=True):
        number, said = page.number, spoken(lines)
        if not said:
            warnings.append(ImportWarning("not_spoken", "A page has no text, as when it was scanned: nothing is spoken.", number, "page"))
        if len(said) > MAX_NARRATION:
            warnings.append(
                ImportWarning("left_out", f"Of a page's text the first {MAX_NARRATION:,} characters are spoken.", number, "page")
            )
        begins = next((title for start, title in reversed(chapters) if start <= number), "")
        if page.picture:
            fills = page.proportion is not None and abs(math.log(page.proportion / ASPECTS[aspect])) < SAME_SHAPE
            scene = [f"![]({page.picture})" + ("{fill}" if fills else "")]
        else:
            scene = [escape_line(paragraph) for paragraph in (said or " ".join(page.lines))[:MAX_NARRATION].split("\n")]
        if begins and begins != chapter:
            chapter = begins
            scene.append(f"<!-- chapter: {_comment(begins)} -->")
        scene.append(narration(said[:MAX_NARRATION]))
        if not said:
            scene.append(f"<!-- duration: {SILENT_S} -->")
        scenes.append("\n\n".join(scene))
    title = _title(facts) or Path(request.name).stem
    head = ["---", "marp: true", f"title: {json.dumps(title[:MAX_TITLE], ensure_ascii=False)}"]
    head += [f'aspect: "{aspect}"'] * (aspect != "16:9")
    script = "\n".join([*head, "---", "", ""]) + "\n\n---\n\n".join(scenes) + "\n"
    return ImportedScript(script, title, pictures.paths, tuple(warnings))


def _pages(
    document: Any, numbers: Sequence[int], request: DocumentRequest, pictures: DocumentPictures, warnings: list[ImportWarning]
) -> Iterator[_Page]:
    """Yield the pages that show anything. One that cannot be drawn is shown as its text."""
    reader = PageReader(document)
    for done, number in enumerate(numbers):
        request.progress(done, len(numbers))
        page = reader.read(number - 1)
        lines = page_lines(page.text)
        if page.content and (lines or not page.is_blank):
            yield _Page(number, pictures.add(page.content, f"page-{number:03}"), page.proportion, lines)
        elif page.content:
            warnings.append(ImportWarning("left_out", "An empty page is left out.", number, "page"))
        elif lines:
            warnings.append(ImportWarning("shown_as_text", f"A page is shown as its text. {page.problem}", number, "page"))
            yield _Page(number, "", page.proportion, lines)
        else:
            warnings.append(ImportWarning("left_out", f"A page is left out. {page.problem}", number, "page"))


def _title(facts: PdfFacts) -> str:
    title = one_line(facts.title)
    if any(map(str.isalpha, title)) and not title.lower().endswith((".doc", ".docx", ".ppt", ".pptx", ".tex", ".dvi", ".indd")):
        return title[:MAX_TITLE]
    return ""


def _chapters(facts: PdfFacts) -> list[tuple[int, str]]:
    """Return the chapters of the outline: the page at which each begins, and its title. Its second level, if the first is one entry."""
    entries = [(level, number, one_line(title)[:MAX_TITLE]) for level, number, title in facts.outline]
    for level in (0, 1):
        chosen = [(number, title) for at, number, title in entries if at == level and title]
        if len(chosen) > 1:
            return sorted(chosen, key=lambda chapter: chapter[0])
    return []


def _comment(text: str) -> str:
    return text.replace("--", "–").replace(">", "›").replace("{{", "{ {")
