"""narration, compare and languages: versions of a video, and one script in several languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models import draft, draft_language, task
from models.database import Store
from models.draft import DraftContent
from models.draft_language import TranslatedSection
from tests.cli.conftest import Run

SCRIPT = "# Tea\n\nA cup.\n\n## Water\n\nBoil it.\n"


@pytest.fixture
def script(data: Path) -> Path:
    path = data.parent / "tea.md"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_new_version_says_something_else_and_is_compared_with_the_first(run: Run, script: Path) -> None:
    first = json.loads(run("submit", str(script), "--voice", "none", "--json").stdout)["id"]
    assert run("narration", "last").stdout == "  1  Tea\n     Tea. A cup.\n  2  Water\n     Water. Boil it.\n"
    assert run("narration", first, "--say", "2", "Water. Boil it.").exit_code == 2
    made = json.loads(run("narration", first, "--say", "2", "Heat it.", "--json").stdout)
    assert (made["made_from"], made["title"]) == (first, "Tea")
    assert run("narration", first, "--say", "2", "Heat it.", "--script").stdout == SCRIPT + "\n<!-- say: Heat it. -->\n"
    compared = run("compare", made["id"]).stdout
    assert "~   2  Water\n       says   [-Water. Boil-]{+Heat+} it.\n1 same, 1 changed\n" in compared
    assert run("compare", first, made["id"], "--json").exit_code == 0
    assert "was made from no other" in run("compare", first).stderr


def test_new_version_has_another_shape(run: Run, script: Path, store: Store) -> None:
    first = json.loads(run("submit", str(script), "--voice", "none", "--json").stdout)["id"]
    made = json.loads(run("version", "last", "--aspect", "9:16", "--json").stdout)
    assert (made["made_from"], made["title"]) == (first, "Tea")
    assert task.get(store, made["id"]).options == {"voice": "none", "aspect": "9:16"}
    assert run("version", first).exit_code == 2
    assert "No option is another one" in run("version", first, "--voice", "none").stderr
    assert "aspect" in run("version", first, "--aspect", "2:1").stderr


def test_each_language_becomes_a_video_of_a_set(run: Run, script: Path) -> None:
    german = script.with_name("tee.md")
    german.write_text("# Tee\n\nEine Tasse.\n\n## Wasser\n\nKoch es.\n", encoding="utf-8")
    given = ("languages", str(script), "--language", "en", "--add", "de", str(german), "--voice", "none")
    assert "German (de): 0 of 2 sections to be looked at" in run(*given, "--dry-run").stdout
    made = json.loads(run(*given, "--json").stdout)
    assert [video["title"] for video in made["videos"]] == ["Tea (English)", "Tee (German)"]
    assert run("languages", str(script), "--add", "de", str(script), "--dry-run").stderr == (
        "Warning: Sections 1 (Tea), 2 (Water) are in German as in the script: there the video is in English.\n"
    )
    german.write_text("# Tee\n", encoding="utf-8")
    assert "has 1 section, and the script has 2" in run(*given).stderr
    assert run("languages", str(script), "--add", "en", str(german)).exit_code == 2


def test_sections_of_a_draft_that_are_to_be_looked_at_are_marked(run: Run, store: Store) -> None:
    made = draft.add(store, DraftContent(SCRIPT, "Tea"))
    draft_language.put(store, made.id, "de", [TranslatedSection("# Tea\n\nOne cup.", "# Tee", "# Tee")])
    shown = run("languages", "--draft", made.id).stdout
    assert "German (de): 2 of 2 sections to be looked at" in shown
    assert "  1 > # Tea A cup." in shown
    assert "  2 ! ## Water Boil it." in shown
