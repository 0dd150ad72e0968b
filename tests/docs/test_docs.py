"""The documents say what the code does: their tables are the code's, their examples work, their links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.docs.tables import DOCS, TABLES, fitted
from videogen import script
from videogen.cli import COMMANDS, main
from videogen.config import Settings
from videogen.scenes import KINDS

ROOT = DOCS.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)")


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_the_codes_own(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == fitted(DOCS / name), "put right by: .venv/bin/python -m tests.docs.tables"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        assert target.startswith("http") or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_index_leads_to_every_page(page: Path) -> None:
    index = (ROOT if page.name == "README.md" else DOCS) / "README.md"
    assert str(page.relative_to(index.parent)) in LINK.findall(index.read_text(encoding="utf-8"))


def test_readme_is_one_screen() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 60


def examples(page: str, *languages: str) -> Iterator[tuple[str, str]]:
    for language, text in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        if language in languages:
            yield language, text


@pytest.mark.parametrize(
    ("format", "text"), [*examples("docs/writing.md", "markdown", "yaml", "json"), *examples("docs/quickstart.md", "markdown")]
)
def test_scripts_in_the_documents_can_be_made(format: str, text: str) -> None:
    reading = script.read(text, format)
    assert reading.warnings == ()
    assert script.detect_format(text) == format


def test_every_kind_of_scene_is_told() -> None:
    text = (DOCS / "writing.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in text] == []


def test_settings_named_anywhere_exist() -> None:
    known = {f"VIDEOGEN_{name.upper()}" for name in Settings.model_fields}
    for page in PAGES:
        assert set(re.findall(r"VIDEOGEN_[A-Z_]+[A-Z]", page.read_text(encoding="utf-8"))) <= known, page.name


def command_lines() -> Iterator[str]:
    """Every `app.py ...` in a block of the documents, as far as the next program of a pipe."""
    for page in PAGES:
        for language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
            for line in text.splitlines() if language == "sh" else ():
                if match := re.search(r"app\.py (.*)", line):
                    yield match[1]


@pytest.mark.parametrize("line", list(command_lines()))
def test_command_lines_are_right(line: str) -> None:
    """Read as click would, without running anything: names, options and numbers of arguments."""
    words = shlex.split(line, comments=True)
    words = words[: next((index for index, word in enumerate(words) if word in ("|", ">")), len(words))]
    name = words[0]
    assert name in COMMANDS
    command = main.get_command(click.Context(main), name)
    assert command
    arguments = [str(ROOT / "README.md") if word.endswith((".md", ".yaml")) and word != "-o" else word for word in words[1:]]
    command.make_context(name, arguments).close()
