"""One script in several languages, section by section, with marks where one has changed and the other not yet."""

from __future__ import annotations

import pytest

from videogen.errors.script import BadScript
from videogen.pipeline.script_languages import SectionPair, align, change, script_in, texts_of
from videogen.script.sections import sections

ENGLISH = "---\ntitle: Tea\nvoice: hibari\n---\n\n# Tea\n\nA cup.\n\n## Water\n\n```\n# no heading\n```\n\n---\n\nBoil it.\n"
GERMAN = "# Tee\n\nEine Tasse.\n\n## Wasser\n\n```\n# keine\n```\n\n---\n\nKoch es.\n"


def marks(pairs: list[SectionPair]) -> list[str]:
    return [pair.mark for pair in pairs]


def agreed() -> list[SectionPair]:
    base = sections(ENGLISH, "markdown")
    return change(align(base, []), texts_of(base, GERMAN, "German"))


def test_sections_are_front_matter_headings_and_what_stands_between_rules() -> None:
    assert [section.split("\n")[-1] for section in sections(ENGLISH, "markdown")] == ["---", "A cup.", "```", "Boil it."]
    with pytest.raises(BadScript, match="Only a script in Markdown"):
        sections("{}", "json")


def test_whole_script_fills_each_section_and_agrees_with_it() -> None:
    pairs = agreed()
    assert marks(pairs) == [""] * 4
    assert script_in(pairs) == "---\ntitle: Tea\n---\n\n" + GERMAN


def test_other_number_of_sections_is_refused_with_both_numbers() -> None:
    with pytest.raises(BadScript, match="in German has 1 section, and the script has 3"):
        texts_of(sections(ENGLISH, "markdown"), "# Tee", "German")


def test_change_of_the_script_marks_the_text_until_that_changes_too() -> None:
    changed = align(sections(ENGLISH.replace("A cup.", "Two cups."), "markdown"), agreed())
    assert marks(changed) == ["", "text", "", ""]
    assert marks(change(changed, [None, "# Tee\n\nZwei Tassen."])) == [""] * 4
    assert marks(change(changed, [], confirmed=[1])) == [""] * 4
    assert marks(change(changed, [None, None, "## Das Wasser"])) == ["", "text", "base", ""]


def test_change_of_a_text_marks_the_script_until_that_changes_too() -> None:
    changed = change(agreed(), [None, "# Tee\n\nZwei Tassen."])
    assert marks(changed) == ["", "base", "", ""]
    both = align(sections(ENGLISH.replace("A cup.", "Two cups."), "markdown"), changed)
    assert marks(both) == [""] * 4
    assert marks(change(changed, [None, agreed()[1].text])) == [""] * 4


def test_sections_that_come_go_and_move_take_their_texts_along() -> None:
    more = align(sections(ENGLISH.replace("## Water", "## Leaves\n\nTwo spoons.\n\n## Water"), "markdown"), agreed())
    assert marks(more) == ["", "", "missing", "", ""]
    assert more[3].text == agreed()[2].text
    assert "Two spoons." in script_in(more)
    fewer = align(sections(ENGLISH.replace("# Tea\n\nA cup.\n\n", ""), "markdown"), agreed())
    assert [pair.text for pair in fewer] == [pair.text for pair in agreed() if "Tee" not in pair.text]
