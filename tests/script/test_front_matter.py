import pytest

from tests.script.scripts import film
from videogen.errors import BadScript
from videogen.script import read


def test_title_subtitle_and_closing_words():
    title, text, outro = film("---\ntitle: The *film*\nauthor: Ada\noutro: Thank `you`\n---\n\nSome prose.\n")
    assert (title.title, title.subtitle) == ("The _film_", "Ada")
    assert (outro.kind, outro.title, outro.say) == ("outro", "Thank `you`", None)
    assert text.line == 7


def test_keys_of_other_programs_are_a_warning_and_no_fault():
    reading = read("---\nlayout: post\nvoise: none\ntags: [a, b]\n---\n# T\n", "markdown")
    (warning,) = reading.warnings
    assert (warning.code, warning.line) == ("unknown_front_matter", 2)
    assert "layout, voise, tags" in warning.message
    assert "did you mean voice" in warning.hint


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("---\ntitle: [a\n---\n# T\n", (3, 1)),
        ("---\ntitle: a: b\n---\n# T\n", (2, 9)),
        ("---\ntheme: slate\ntheme: chalk\n---\n# T\n", (3, 1)),
        ("---\ntitle: {a: b}\n---\n# T\n", (2, 8)),
        ("---\nx: !!python/name:os.system\n---\n# T\n", (2, 4)),
    ],
)
def test_bad_front_matter_names_its_line(text, place):
    with pytest.raises(BadScript) as caught:
        read(text, "markdown")
    (fault,) = caught.value.faults
    assert fault.line == place[0]


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nwords: here\n\n---\n\nmore",
        "---\ntitle: never closed\n\nmore",
        "---\njust words\n---\nmore",
        "text\n---\ntitle: late\n---\n",
    ],
)
def test_rules_are_not_front_matter(text):
    reading = read(text, "markdown")
    assert not reading.script.options.model_fields_set
    assert "more" in str(reading.script.scenes) or "late" in str(reading.script.scenes)


def test_windows_line_ends_do_not_hide_it():
    assert read("\ufeff---\r\ntitle: T\r\nvoice: none\r\n---\r\nx\r\n", "markdown").script.options.voice == "none"
