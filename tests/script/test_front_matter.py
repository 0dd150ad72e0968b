import pytest

from tests.script.scripts import scenes_of
from videogen.script import detect_format, read


def test_title_subtitle_and_closing_words() -> None:
    title, text, outro = scenes_of("---\ntitle: The *film*\nauthor: Ada\noutro: Thank `you`\n---\n\nSome prose.\n")
    assert (title.title, title.subtitle) == ("The _film_", "Ada")
    assert (outro.kind, outro.title, outro.say) == ("outro", "Thank `you`", None)
    assert text.line == 7


def test_keys_of_other_programs_are_a_warning_and_no_fault() -> None:
    reading = read("---\nlayout: post\nvoise: none\ntags: [a, b]\nfrobs: 1\n---\n# T\n", "markdown")
    (warning,) = reading.warnings
    assert (warning.code, warning.line) == ("unknown_front_matter", 3)
    assert "ignored: voise, frobs." in warning.message
    assert "did you mean voice" in warning.hint


@pytest.mark.parametrize(
    ("matter", "line"),
    [
        ("title: [a", 3),
        ("title: a: b", 2),
        ("author: {a: b", 3),
        ("theme: chalk", 2),
        ("tags: x\nspeed: 99", 3),
        ("tags: x\nheight: wide", 3),
        ("transition: [slide-left, slide-right]", 2),
        ("language: no such one", 2),
    ],
)
def test_front_matter_that_cannot_be_used_is_a_warning_with_its_line(matter: str, line: int) -> None:
    reading = read(f"---\n{matter}\n---\n\n# T\n\nWords.\n", "markdown")
    assert [warning.line for warning in reading.warnings] == [line]
    assert reading.script.title == ("a: b" if matter == "title: a: b" else "T")
    assert reading.script.options.model_fields_set == set()


@pytest.mark.parametrize(
    ("matter", "subtitle"),
    [
        ("author: Ada", "Ada"),
        ("author: [Ada, Alan]", "Ada, Alan"),
        ("author:\n  - name: Ada\n    email: a@b.example\n  - Alan", "Ada, Alan"),
        ("authors:\n  - given: Ada\n    family: Lovelace", "Ada Lovelace"),
        ("author: {name: Ada, url: x}", "Ada"),
        ("author: Ada\nsubtitle:\n  - One\n  - Two", "One, Two"),
        ("subtitle: '{{ .Name }}'", ""),
        ("author: !expr Sys.getenv('USER')", "Sys.getenv('USER')"),
        ("a: &one Ada\nauthor: *one", "Ada"),
    ],
)
def test_authors_are_shown_by_their_names(matter: str, subtitle: str) -> None:
    (card, *_) = scenes_of(f"---\ntitle: T\n{matter}\n---\n\n## Part\n\nWords.\n")
    assert (card.kind, card.title, card.subtitle) == ("title", "T", subtitle)


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: The talk\nlang: de_DE.UTF-8\n...\n",
        "\n\n<!-- a licence\n\n---\n-->\n\n---\ntitle: The talk\nlang: de-DE\n---\n",
        "---\n# a comment\n\ntitle: The talk\n\nlang: de-DE\n---\n",
        "---\n\ntitle: The talk\nlang: de-DE\n---\n",
        '+++\ntitle = "The talk"\nlang = "de-DE"\ndate = 2024-01-01\n[params]\na = [1, 2]\n+++\n',
        '{\n  "title": "The talk",\n  "lang": "de-DE",\n  "tags": ["a"]\n}\n',
        "<!-- x -->\n\ufeff---\ntitle: The talk\nlang: de-DE\n---\n",
    ],
)
def test_front_matter_of_every_kind_is_read_and_lines_stay_right(text: str) -> None:
    reading = read(f"{text}\n## Part\n\nWords.\n", detect_format(f"{text}\n## Part\n"))
    assert [scene.kind for scene in reading.script.scenes] == ["title", "text"]
    assert reading.script.title == "The talk"
    assert reading.script.options.language == "de-DE"
    assert reading.script.scenes[1].line == text.count("\n") + 4
    assert reading.warnings == ()


def test_pandoc_title_block_gives_title_and_authors() -> None:
    card, text = scenes_of("% The talk\n  goes on\n% Ada; Alan\n  Grace\n% 2024\n\n## Part\n\nWords.\n")
    assert (card.title, card.subtitle) == ("The talk goes on", "Ada, Alan, Grace")
    assert text.line == 9


@pytest.mark.parametrize("matter", ["+++\ntitle = \n+++", "+++\na = 1\na = 2\n+++"])
def test_unreadable_toml_is_a_warning(matter: str) -> None:
    reading = read(f"{matter}\n\n# T\n\nWords.\n", "markdown")
    assert [warning.code for warning in reading.warnings] == ["front_matter_unreadable"]
    assert reading.script.title == "T"


def test_title_is_not_shown_twice_when_the_first_heading_says_it_again() -> None:
    text = "---\ntitle: 'Queues: a talk'\n---\n\n[badge](x)\n\n# Queues: *a talk*\n\nWords.\n"
    assert [scene.kind for scene in scenes_of(text)] == ["title", "text"]


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nwords: here\n\n---\n\nmore",
        "---\ntitle: never closed\n\nmore",
        "---\njust words\n---\nmore",
        "text\n---\ntitle: late\n---\n",
    ],
)
def test_rules_are_not_front_matter(text: str) -> None:
    reading = read(text, "markdown")
    assert not reading.script.options.model_fields_set
    assert "more" in str(reading.script.scenes) or "late" in str(reading.script.scenes)


def test_windows_line_ends_do_not_hide_it() -> None:
    assert read("\ufeff---\r\ntitle: T\r\nvoice: none\r\n---\r\nx\r\n", "markdown").script.options.voice == "none"


def test_front_matter_of_escaped_control_characters_is_left_out_with_a_warning() -> None:
    reading = read('---\ntitle: "\\x01\\x02\\x03\\x04\\x05"\n---\n\n# Tea\n\nSome words.\n', "markdown")
    assert reading.script.title == "Tea"
    assert any(warning.line == 2 for warning in reading.warnings), reading.warnings
