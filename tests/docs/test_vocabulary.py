"""The documents use the terms of the glossary, and no word that means the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.test_docs import CODE, DOCS, ROOT

# A word that once stood for a concept, and the term for it.
OTHER_WORDS = {
    r"films?": "video",
    r"makers?": "renderer",
    r"in the making": "rendering",
    r"(doorbell|bell|ring|rings|rung|rang)s?": "notification",
    r"keepers?": "janitor",
    r"untold": "not yet reported",
    r"mouths?": "speech process",
    r"(wounds?|wounded)": "corrupt row",
    r"mended": "sanitized",
    r"storeys?": "layer",
    r"the house": "the program",
    r"the door": "access check",
    r"(studio|sheet)": "preview service, draft form",
    r"the floor under": "fallback poll",
    r"at fault": "has a diagnostic",
    r"faults? (is|are) told": "diagnostic",
    r"no room|room on the disk|(little|enough) room": "disk space",
}
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


def prose(page: Path) -> str:
    """Return a page without code and link targets."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"\]\([^)]*\)", "]", CODE.sub("", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_uses_the_terms_of_the_glossary(page: Path) -> None:
    text = prose(page)
    used = {match[0]: term for word, term in OTHER_WORDS.items() for match in re.finditer(rf"\b{word}\b", text, re.IGNORECASE)}
    assert used == {}, "write the term, not the word before it"


def test_terms_are_defined_once() -> None:
    terms = [term.lower() for term in re.findall(r"\*\*([^*]+)\*\*", (DOCS / "glossary.md").read_text(encoding="utf-8"))]
    assert sorted(terms) == sorted(set(terms))
