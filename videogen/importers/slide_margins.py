"""Finds what stands in the margins of slides and is not their content: footers and logos that repeat, and notes of sources."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from statistics import median
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER

from videogen.importers.markdown_text import one_line
from videogen.importers.slide_elements import A, R

TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE}
FURNITURE = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER}
HEAD, FOOT, SIDE = 0.15, 0.85, 0.08
"""Shares of the slide: above the first and below the second line are its margins, and as far from its left and right borders."""
SAME_PLACE = 0.04
"""Share of the slide by which places may differ that are the same."""
SHARE_OF_SLIDES, LEAST_SLIDES = 0.5, 3
"""On how many slides a thing stands at least that is none of their content."""
MAX_WORDS = 40
MAX_NUMBERS = 6
"""Numbers of a text that are tried as the slide's own."""
MAX_QUOTED = 80
MAX_SHAPES = 200
"""Shapes of a slide that are compared."""
NOTE_TOP, NOTE_WORDS = 0.6, 120
"""Share of the slide below which a note stands, and the words that it has at most."""
_NUMBER = re.compile(r"\d{1,4}")
_SOURCE = re.compile(
    r"(?:(?:data |image |photo |picture )?(?:sources?|credits?)|notes?|anmerkung|remarque|nota"
    r"|(?:bild|daten)?quellen?|fuentes?|fontes?|fonti|bron(?:nen)?"
    r"|źródło|källa|kilde|kaynak|источник|출처|出典|资料来源|資料來源|来源|來源|المصدر|מקור(?:ות)?) ?[:\uff1a]\s*\S",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?:[*†‡※]{1,3}|[¹²³]) ?(?=[^\W_])")


@dataclass
class Margins:
    """What repeats in the margins of a presentation: {text or picture: the place of its upper left corner, as shares of the slide}."""

    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    """What was left out, for people, by the key in `places`."""

    def key_of(self, shape: Any, number: int, width: int, height: int) -> str | None:
        """Return the key in `places` of a shape of the slide of this number, None if it does not repeat."""
        place = _place(shape, width, height)
        if place is None:
            return None
        return next((name for name in _names(shape, number) if name in self.places and _is_near(self.places[name], place)), None)

    def leave_out(self, shape: Any, key: str) -> None:
        text = _text(shape)[:MAX_QUOTED]
        self.left_out.setdefault(key, f"“{text}”" if any(map(str.isalpha, text)) else "numbers" if text else "a picture")


def find_margins(slides: Mapping[int, Any], width: int, height: int) -> Margins:
    """Find what stands in the margins of at least half of the slides, {number: slide}, always at the same place."""
    standing: dict[str, dict[int, tuple[float, float]]] = defaultdict(dict)
    for number, slide in slides.items():
        with contextlib.suppress(Exception):  # the library raises anything for what is damaged
            for shape in islice(slide.shapes, MAX_SHAPES):
                place = _place(shape, width, height)
                if place is not None:
                    for name in _names(shape, number):
                        standing[name].setdefault(number, place)
    least = max(LEAST_SLIDES, len(slides) * SHARE_OF_SLIDES)
    places = {}
    for name, by_slide in standing.items():
        if len(by_slide) >= least:
            middle = median(left for left, _ in by_slide.values()), median(top for _, top in by_slide.values())
            if sum(_is_near(middle, place) for place in by_slide.values()) >= least:
                places[name] = middle
    return Margins(places)


def is_note(shape: Any, paragraphs: Sequence[str], height: int) -> bool:
    """Return whether a text box in the lower part of a slide says where its content is from, or explains it or a sign in it."""
    if not paragraphs or int(shape.top or 0) < NOTE_TOP * height or sum(len(text.split()) for text in paragraphs) > NOTE_WORDS:
        return False
    return any(map(_SOURCE.match, paragraphs)) or all(_SIGN.match(text) for text in paragraphs)


def _names(shape: Any, number: int) -> Iterator[str]:
    """Yield what a shape is called wherever it repeats: its text, also with one of its numbers counted from that of the slide."""
    if text := _text(shape):
        yield f"text {text}"
        for match in islice(_NUMBER.finditer(text), MAX_NUMBERS):
            yield f"text {text[: match.start()]}\0{int(match[0]) - number}\0{text[match.end() :]}"
    elif blip := next((blip.get(f"{R}embed") for blip in islice(shape._element.iter(f"{A}blip"), 1)), None):
        try:
            yield f"picture {shape.part.related_part(blip).partname}"
        except KeyError:
            return


def _text(shape: Any) -> str:
    text = one_line(shape.text_frame.text) if getattr(shape, "has_text_frame", False) else ""
    return text if len(text.split()) <= MAX_WORDS else ""


def _place(shape: Any, width: int, height: int) -> tuple[float, float] | None:
    """Return the place of a shape in a margin, None if it stands elsewhere or is a title or a footer by itself."""
    try:
        if shape.is_placeholder and shape.placeholder_format.type in TITLES | FURNITURE:
            return None
        left, top = int(shape.left or 0) / width, int(shape.top or 0) / height
        right, bottom = left + int(shape.width or 0) / width, top + int(shape.height or 0) / height
    except (AttributeError, ValueError, KeyError, TypeError):
        return None
    return (left, top) if top >= FOOT or bottom <= HEAD or right <= SIDE or left >= 1 - SIDE else None


def _is_near(place: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(abs(one - two) <= SAME_PLACE for one, two in zip(place, other, strict=True))
