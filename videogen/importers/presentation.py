"""Imports PowerPoint presentations (.pptx, .pptm, .ppsx, .potx): each slide becomes a slide of a Marp deck, its notes are the narration."""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from models.errors import Diagnostic
from videogen.errors.script import BadDocument
from videogen.errors.system import ExtraMissing
from videogen.importers import office_file, office_fonts
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.document_request import DocumentRequest
from videogen.importers.imported_script import ImportedScript, ImportWarning
from videogen.importers.markdown_text import escape, narration, one_line
from videogen.script import languages
from videogen.script.sentences import sentences

MAX_SLIDES = 500
MAX_SLIDES_IN_FILE = 5_000
MAX_TITLE = 200
MAX_NOTES = 20_000
MAX_REASONS = 20
MAX_MARGIN_TEXTS = 5
ASPECTS = {"16:9": 16 / 9, "4:3": 4 / 3, "1:1": 1.0, "4:5": 4 / 5, "9:16": 9 / 16}
LANGUAGE_SHARE = 0.8
"""Share of the letters that have to be marked with a language for it to be the deck's."""
SILENT_S = 4
"""Seconds for which a part of a slide is shown that nothing is said of."""
_NO_TITLE = re.compile(
    r"(?:power\s?point[\s-]*(?:presentation|präsentation)?|pr[eä]sentation\d*|(?:slide|folie|diapositive|diapositiva) ?\d*|untitled)?",
    re.IGNORECASE,
)
SECTION_SLIDE = "{http://schemas.microsoft.com/office/powerpoint/2010/main}sldId"
SECTION = "{http://schemas.microsoft.com/office/powerpoint/2010/main}section"
_MARK = re.compile(r"^\s*(?:-|\d+\.)\s+")
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def import_presentation(request: DocumentRequest) -> ImportedScript:
    """Return the script of a presentation, and write its pictures.

    Raises BadDocument for a file that is no presentation, is too large or shows nothing, and ExtraMissing without python-pptx.
    """
    parts = office_file.check(request.path)
    try:
        from pptx.package import Package
    except ImportError as error:
        raise ExtraMissing("Importing presentations needs python-pptx.", hint="Install it: pip install 'videogen[import]'") from error
    try:
        deck = Package.open(str(request.path)).main_document_part.presentation
        if len(deck.slides) > MAX_SLIDES_IN_FILE:
            raise BadDocument(f"The presentation has {len(deck.slides):,} slides; the limit is {MAX_SLIDES_IN_FILE:,}.", hint="Divide it.")
        slides = list(deck.slides)
        width, height = int(deck.slide_width or 0), int(deck.slide_height or 0)
    except BadDocument:
        raise
    except Exception as error:
        raise BadDocument(office_file.NO_PRESENTATION, hint=office_file.SAVE_AGAIN) from error
    reading = DeckReader(deck, width or 1, height or 1, DocumentPictures(request.directory, request.prefix), request)
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        reading.warnings.append(ImportWarning("left_out", "The macros of the presentation are left out."))
    return reading.read(slides, Path(request.name).stem)


@dataclass
class DeckReader:
    """Reads a presentation of python-pptx."""

    deck: Any
    width: int
    height: int
    pictures: DocumentPictures
    request: DocumentRequest
    warnings: list[ImportWarning] = field(default_factory=list)
    letters: Counter[str] = field(default_factory=Counter)
    """Letters by the language that they are marked with."""
    alphabet: set[str] = field(default_factory=set)
    """The letters that there are."""
    drawn: dict[int, str] = field(default_factory=dict)
    """The pictures of whole slides, by their numbers."""
    margins: Any = None
    """What repeats in the margins of the slides, slide_margins.Margins."""

    def read(self, slides: Sequence[Any], name: str) -> ImportedScript:
        from videogen.importers.slide_margins import find_margins

        if len(slides) > MAX_SLIDES:
            self.warnings.append(ImportWarning("left_out", f"The slides after slide {MAX_SLIDES} are left out.", MAX_SLIDES))
        written: list[str] = []
        title = ""
        sections = _sections(self.deck)
        shown = {number: slide for number, slide in enumerate(slides[:MAX_SLIDES], 1) if not _is_hidden(slide)}
        self.margins = find_margins(shown, self.width, self.height)
        if self.request.slides == "pictures":
            from videogen.importers.slide_pictures import draw_slides

            numbers = [number for number, slide in enumerate(slides, 1) if not _is_hidden(slide)]
            self.drawn = draw_slides(self.request, numbers, self.pictures, self.warnings)
        for number, slide in enumerate(slides[:MAX_SLIDES], 1):
            self.request.progress(number - 1, len(slides[:MAX_SLIDES]))
            if not self.request.takes(number):
                continue
            if _is_hidden(slide):
                self.warnings.append(ImportWarning("hidden_slide", "A hidden slide is left out.", number))
                continue
            draw = self._drawn_slide if number in self.drawn else self._slide
            text, heading = draw(slide, number, first=not written)
            if text and number in sections:
                text = f"{text}\n\n<!-- chapter: {sections[number]} -->"
            if text:
                title = title or heading
                written.append(text)
        if not written:
            raise BadDocument(
                "The presentation has no slide with anything that can be shown.",
                hint="Add text or pictures to it.",
                diagnostics=[Diagnostic(warning.message, path=(warning.place or "").lower()) for warning in self.warnings[:MAX_REASONS]],
            )
        if self.margins.left_out and not self.drawn:
            texts = ", ".join(list(dict.fromkeys(self.margins.left_out.values()))[:MAX_MARGIN_TEXTS])
            self.warnings.append(ImportWarning("left_out", f"What stands in the margin of most slides is left out: {texts}."))
        if self.drawn and (systems := office_fonts.letters_without_font(self.alphabet)):
            message = f"LibreOffice has no font for {', '.join(systems)}, such as {next(iter(systems.values()))}, and shows boxes."
            self.warnings.append(ImportWarning("shown_otherwise", f"{message} Install one, or import the slides rebuilt."))
        title = self._title() or title or one_line(name) or "Presentation"
        return ImportedScript(
            self._front_matter(title) + "\n\n---\n\n".join(written) + "\n", title, self.pictures.paths, tuple(self.warnings)
        )

    def _slide(self, slide: Any, number: int, *, first: bool) -> tuple[str, str]:
        """Return a slide as Markdown, empty if it shows nothing, and its heading."""
        from videogen.importers.slide_shapes import SlideBlock, SlideReader

        reader = SlideReader(number, self.width, self.height, self.pictures, self.warnings, self.margins)
        try:
            reader.read(slide)
        except Exception:  # noqa: BLE001 - the library raises anything for what is damaged
            reader.warn("left_out", "A damaged part of the slide is left out.")
        notes = self._notes(slide, reader)
        self._count_letters(slide)
        if not (reader.title and not first) and not any(block.kind in ("paragraph", "list") for block in reader.blocks):
            reader.blocks += [SlideBlock("paragraph", text) for text in reader.notes]  # there is nothing that could refer to them
            reader.notes = []
        if not reader.title and not reader.blocks:
            if not notes:
                reader.warn("left_out", "A slide without anything that can be shown is left out.")
                return "", ""
            reader.blocks.append(SlideBlock("paragraph", escape(notes.partition("\n")[0][:200])))
            reader.warn("shown_otherwise", "A slide shows nothing: the beginning of its notes is shown.")
        heading = f"{'#' if first else '##'} {escape(reader.title)}" if reader.title else ""
        if not reader.title and len(reader.blocks) == 1 and reader.blocks[0].kind == "background":
            reader.blocks = [SlideBlock("picture", reader.blocks[0].text.replace("![bg]", "![]", 1) + "{fill}")]  # so that notes are spoken
        marks = [f"[^slide-{number}-{index}]" for index in range(1, len(reader.notes) + 1)]
        if heading and not first:
            heading += "".join(marks)
        elif marks:
            at = max(index for index, block in enumerate(reader.blocks) if block.kind in ("paragraph", "list"))
            reader.blocks[at] = replace(reader.blocks[at], text=reader.blocks[at].text + "".join(marks))
        scenes = list(_scenes(reader.blocks)) or [[]]
        spoken = _divided(notes, len(scenes)) if notes else []
        lines = [heading] if heading else []
        for index, blocks in enumerate(scenes):
            lines += [block.text for block in blocks]
            if spoken:
                lines.append(narration(spoken[index]))
                if not spoken[index]:
                    lines.append(f"<!-- duration: {SILENT_S} -->")
        lines += [f"{mark}: {text}" for mark, text in zip(marks, reader.notes, strict=True)]
        return "\n\n".join(lines), reader.title

    def _drawn_slide(self, slide: Any, number: int, *, first: bool) -> tuple[str, str]:
        """Return a slide that is shown as its picture, and its heading. Without notes its words are spoken."""
        from videogen.importers.slide_shapes import SlideReader

        scratch: list[ImportWarning] = []  # of what is left out of the text, the picture shows all
        unused = DocumentPictures(self.pictures.directory / "unused")
        reader = SlideReader(number, self.width, self.height, unused, scratch, self.margins)
        with contextlib.suppress(Exception):  # the picture shows what is damaged, too
            reader.read(slide)
        for warning in scratch:
            if "video or a sound" in warning.message:
                self.warnings.append(warning)
        self._count_letters(slide)
        blocks = [block.text for block in reader.blocks if block.kind in ("paragraph", "list")]
        words = [_MARK.sub("", line) for line in [reader.title, *"\n".join(blocks).split("\n")]]
        said = self._notes(slide, reader) or "\n".join(_as_sentence(re.sub(r"\\(.)", r"\1", line)) for line in words if line.strip())
        lines = [f"![{escape(reader.title)}]({self.drawn[number]}){{fill}}", narration(said)]
        return "\n\n".join(lines if said else [*lines, f"<!-- duration: {SILENT_S} -->"]), reader.title

    def _notes(self, slide: Any, reader: Any) -> str:
        try:
            frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
            text = frame.text.strip() if frame is not None else ""
        except Exception:  # noqa: BLE001 - the library raises anything for what is damaged
            reader.warn("left_out", "Damaged notes are left out.")
            return ""
        if len(text) > MAX_NOTES:
            reader.warn("left_out", f"The notes are longer than {MAX_NOTES:,} characters; the rest is left out.")
        return text[:MAX_NOTES] if any(map(str.isalnum, text)) else ""

    def _count_letters(self, slide: Any) -> None:
        for run in slide._element.iter(f"{A}r"):
            properties, text = run.find(f"{A}rPr"), run.find(f"{A}t")
            if text is not None and text.text:
                marked = properties.get("lang") if properties is not None else None
                self.letters[marked or ""] += sum(map(str.isalpha, text.text))
                self.alphabet.update(text.text)

    def _title(self) -> str:
        try:
            title = one_line(self.deck.core_properties.title or "")
        except Exception:  # noqa: BLE001 - damaged properties say nothing
            return ""
        return "" if _NO_TITLE.fullmatch(title) else title[:MAX_TITLE]

    def _language(self) -> str | None:
        """Return the tag of the language that most of the text is marked with; None leaves it to be detected."""
        by_language: Counter[str] = Counter()
        for marked, count in self.letters.items():
            tag = languages.tag_of(marked) if marked else None
            by_language[languages.primary(tag) if tag else ""] += count
        if not by_language or not (total := by_language.total()):
            return None
        language, count = by_language.most_common(1)[0]
        # Programs mark text in the language of their own menus, mostly English: only the text itself can tell then.
        return language if language and language != "en" and count >= LANGUAGE_SHARE * total else None

    def _front_matter(self, title: str) -> str:
        shape = self.width / self.height
        aspect = min(ASPECTS, key=lambda name: abs(math.log(ASPECTS[name] / shape)))
        lines = ["---", "marp: true", f"title: {json.dumps(title[:MAX_TITLE], ensure_ascii=False)}"]
        if language := self._language():
            lines.append(f"language: {language}")
        if aspect != "16:9":
            lines.append(f'aspect: "{aspect}"')
        return "\n".join([*lines, "---", "", ""])


def _is_hidden(slide: Any) -> bool:
    return slide._element.get("show") in ("0", "false")


def _sections(deck: Any) -> dict[int, str]:
    """Return the names of the sections by the number of the slide at which each begins; none if there is only one."""
    with contextlib.suppress(Exception):  # a damaged list of sections tells nothing
        root = deck.part._element
        numbers = {item.get("id"): number for number, item in enumerate(root.sldIdLst, 1)}
        begins = {}
        for section in root.iter(SECTION):
            ids = [item.get("id") for item in section.iter(SECTION_SLIDE)]
            name = one_line(section.get("name") or "").replace("--", "–").replace(">", "›")[:MAX_TITLE]
            if name and ids and ids[0] in numbers:
                begins[numbers[ids[0]]] = name
        return begins if len(begins) > 1 else {}
    return {}


def _as_sentence(text: str) -> str:
    return text if text.rstrip().endswith((".", "!", "?", ":", "。", "！", "？")) else f"{text.rstrip()}."


def _scenes(blocks: Sequence[Any]) -> Iterator[list[Any]]:
    """Yield the blocks that become a scene together: paragraphs stay with the list, table or chart after them; a picture is alone."""
    group: list[Any] = []
    for block in blocks:
        if block.kind == "picture" and group:
            yield group
            group = []
        group.append(block)
        if block.kind not in ("paragraph", "background"):
            yield group
            group = []
    if group:
        yield group


def _divided(notes: str, count: int) -> list[str]:
    """Divide notes among `count` scenes in order, sentence by sentence; with fewer sentences than scenes the last ones are silent."""
    if count == 1:
        return [notes]
    spoken = [sentence for line in re.split(r"[\n\v]", notes) if line.strip() for sentence in sentences(line.strip())]
    bounds = [round(index * len(spoken) / count) for index in range(count + 1)] if len(spoken) >= count else None
    if bounds is None:
        return [*spoken, *[""] * (count - len(spoken))]
    return [" ".join(spoken[start:end]) for start, end in pairwise(bounds)]
