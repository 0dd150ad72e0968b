"""Looks into the XML of a slide: alternatives, pictures and their crops, descriptions, words of SmartArt.

The elements are DrawingML and Markup Compatibility (ECMA-376, parts 1 and 3).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import islice
from typing import Any

from videogen.importers.document_pictures import WHOLE, Crop
from videogen.importers.markdown_text import MONOSPACED, one_line, written_alt

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ALTERNATIVES = f"{MC}AlternateContent"
MAX_LETTERS = 1000
"""Letters of one run of text that tell the direction of writing."""
MAX_CODE_LINES = 400


def resolve_alternatives(tree: Any) -> bool:
    """Replace alternatives by what every program can show (ECMA-376, part 3, clause 9): pictures of newer objects, mostly.

    Return whether a text with formulas became a picture. Its words are the description of that.
    """
    has_formulas = False
    for alternatives in list(tree.iter(ALTERNATIVES)):
        choice, fallback = alternatives.find(f"{MC}Choice"), alternatives.find(f"{MC}Fallback")
        chosen = fallback if fallback is not None and len(fallback) else choice
        if chosen is not None and chosen is fallback and choice is not None and next(choice.iter(MATH), None) is not None:
            has_formulas = True
            for properties in islice((element for element in fallback.iter() if str(element.tag).endswith("}cNvPr")), 1):
                properties.set("descr", one_line(" ".join(text.text or "" for text in choice.iter(f"{A}t"))))
        for child in list(chosen) if chosen is not None else []:
            alternatives.addprevious(child)
        alternatives.getparent().remove(alternatives)
    return has_formulas


def is_right_to_left(tree: Any) -> bool:
    """Return whether most letters are of a script that is written from right to left."""
    letters = Counter(unicodedata.bidirectional(letter) for text in tree.iter(f"{A}t") for letter in (text.text or "")[:MAX_LETTERS])
    return letters["R"] + letters["AL"] > letters["L"]


def is_filled_with_a_picture(shape: Any) -> bool:
    properties = next((child for child in shape._element if str(child.tag).endswith("}spPr")), None)
    return properties is not None and properties.find(f"{A}blipFill/{A}blip") is not None


def crop_of(blip: Any) -> Crop:
    """Return what is cut off of a picture; its sides are in thousandths of a percent. What is added around it is nothing."""
    cut = blip.getparent().find(f"{A}srcRect")
    if cut is None:
        return WHOLE
    left, top, right, bottom = (round(min(1.0, max(0.0, _share(cut.get(side, "0")))), 4) for side in "ltrb")
    return left, top, right, bottom


def _share(text: str) -> float:
    return float(text[:-1]) / 100 if text.endswith("%") else int(text) / 100_000


def code_of(shape: Any) -> list[str]:
    """Return the lines of a text of several lines that is set in letters of one width, as code is; else none."""
    for run in shape._element.iter(f"{A}r"):
        face = run.find(f"{A}rPr/{A}latin")
        if run.findtext(f"{A}t", "").strip() and (face is None or not MONOSPACED.search(face.get("typeface") or "")):
            return []
    paragraphs = islice(shape.text_frame.paragraphs, MAX_CODE_LINES)
    lines = [line.rstrip() for paragraph in paragraphs for line in paragraph.text.replace("\xa0", " ").split("\v")]
    return lines if sum(map(bool, lines)) > 1 else []


def alt_of(shape: Any) -> str:
    """Return the description that a person wrote for a picture, not one that a program made of its file's name."""
    properties = next((element for element in shape._element.iter() if str(element.tag).endswith("}cNvPr")), None)
    return written_alt((properties.get("descr") or "") if properties is not None else "")


def smart_art_words(shape: Any, relations: Any) -> list[str]:
    """Return the texts of a SmartArt drawing, in the order of its data."""
    from pptx.oxml import parse_xml

    try:
        part = shape.part.related_part(relations.get(f"{R}dm"))
        root = parse_xml(part.blob)
    except Exception:  # noqa: BLE001 - a damaged part has no words
        return []
    points = (point for point in root.iter(f"{{{DIAGRAM}}}pt") if point.get("type") in (None, "node", "asst"))
    texts = (one_line(" ".join(text.text or "" for text in point.iter(f"{A}t"))) for point in points)
    return [text for text in texts if text][:60]
