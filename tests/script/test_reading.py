"""What holds for every text: it is read or refused, and no visible word is lost."""

import html
import re
from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from models.errors import VideogenError
from tests.script.scripts import shown
from tests.support.examples import examples
from videogen.errors.script import EmptyScript, ScriptNotText, UnknownFormat
from videogen.pipeline.script_files import LocalFiles, resolve
from videogen.script import FORMATS, Reading, detect_format, read
from videogen.script.inline_rules import emoji_named
from videogen.script.spoken_text import narration_of, sentences

EXAMPLES = Path(__file__).parents[2] / "examples"
MARKS = "#*_`>-+[]()!|~<>:=\\& \n\n\t1.ab\"'^{}/→┌é語"
WORDS = st.from_regex(r"[a-z]{1,8}", fullmatch=True)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff", "\r\n"])
def test_an_empty_script_is_empty_in_every_format(text: str, format: str) -> None:
    with pytest.raises(EmptyScript) as caught:
        read(text, format)
    assert caught.value.hint


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "text", ["# A\n\nb\x00c", "\x89PNG\r\n\x1a\n\x01\x02\x03\x04" * 20, "\ufffd" * 50, "a\ud800b", "\x1b\x02\x03\x04\x05"]
)
def test_what_is_no_text_is_refused_in_every_format(text: str, format: str) -> None:
    with pytest.raises(ScriptNotText):
        read(text, format)


def test_the_place_of_a_nul_is_named() -> None:
    with pytest.raises(ScriptNotText) as caught:
        read("# A\n\nbc\x00d", "markdown")
    assert [(diagnostic.line, diagnostic.column) for diagnostic in caught.value.diagnostics] == [(3, 3)]


@pytest.mark.parametrize("format", ["", "md", "html", "x" * 1000])
def test_an_unknown_format_lists_the_known_ones(format: str) -> None:
    with pytest.raises(UnknownFormat) as caught:
        read("# A", format)
    assert all(known in caught.value.hint for known in FORMATS)


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("# Hello\n", "markdown"),
        ("title: T\nscenes:\n  - kind: title\n", "yaml"),
        ("# a comment\n\ntitle: T\nscenes: []\n", "yaml"),
        ("---\ntitle: T\nscenes: []\n", "yaml"),
        ('\ufeff {"title": "T", "scenes": []}', "json"),
        ("{}", "json"),
        ("---\ntitle: T\n---\n# A\n", "markdown"),
        ("---\ntitle: T\nscenes: x\n---\n# A\n", "markdown"),
        ("# A\n\nsome words\n\n```yaml\ntitle: T\nscenes:\n```\n", "markdown"),
        ("Note: this is prose\n\nand more\n", "markdown"),
        ("{curly} words\n", "markdown"),
        ("", "markdown"),
    ],
)
def test_the_format_shows(text: str, format: str) -> None:
    assert detect_format(text) == format


@pytest.mark.parametrize("path", sorted(path for path in EXAMPLES.iterdir() if path.suffix in (".md", ".yaml")), ids=lambda path: path.name)
def test_the_examples_are_read_without_a_warning(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    reading = read(text, detect_format(text))
    assert reading.warnings == ()
    assert len(reading.script.scenes) > 3
    assert resolve(reading.script, LocalFiles(EXAMPLES), "fail").warnings == (), "every file is there"


def test_the_welcome_shows_each_kind_of_scene() -> None:
    scenes = read((EXAMPLES / "welcome.md").read_text(encoding="utf-8"), "markdown").script.scenes
    assert [scene.kind for scene in scenes] == ["title", "section", "text", "list", "code", "diagram", "table", "quote", "outro"]


@pytest.mark.slow
@settings(max_examples=examples(300))
@given(
    st.text(max_size=300)
    | st.text(MARKS, max_size=300)
    | st.lists(st.sampled_from([*MARKS, "```", "---", "- ", "    ", "<!--", "-->", "say:", "| a |", "|-|", "> "]), max_size=80).map("".join)
)
def test_any_text_is_read_and_can_be_told_or_is_refused_with_a_reason(text: str) -> None:
    try:
        reading = read(text, "markdown")
    except VideogenError as error:
        assert error.status == 422
        assert error.hint
        return
    assert isinstance(reading, Reading)
    for scene in reading.script.scenes:
        assert (
            scene.line is None
            or 1
            <= scene.line
            <= text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + text.count("\f") + 1
        )
        sentences(narration_of(scene, reading.script))


def visible(text: str) -> set[str]:
    """The words that CommonMark's own renderer shows of a text, without the names of emoji, which become pictures."""
    rendered = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"]).render(text)
    joined = re.sub("</?(?:em|strong|s|code|a|b|span)(?: [^>]*)?>", "", rendered)
    words = re.sub(":([a-z]+):", lambda name: "" if emoji_named(name[1]) else name[0], html.unescape(re.sub("<[^>]*>", " ", joined)))
    return set(re.findall("[a-z]+", words))


blocks = st.one_of(
    st.builds("{} {}".format, st.sampled_from(["#", "##", "###"]), WORDS),
    st.lists(WORDS, min_size=1, max_size=12).map(" ".join),
    st.lists(WORDS, min_size=1, max_size=14).map(lambda words: "\n".join(f"{'  ' * (n % 4)}- {word}" for n, word in enumerate(words))),
    st.lists(WORDS, min_size=1, max_size=5).map(
        lambda words: "\n".join(f"{n}. {word}\n\n   ```\n   {word}x\n   ```" for n, word in enumerate(words))
    ),
    st.lists(
        st.tuples(WORDS, st.integers(0, 4), st.sampled_from(["", "```\nq\n```", "> q", "|q|r|\n|-|-|", "second", "# q"])),
        min_size=1,
        max_size=8,
    ).map(lambda points: "\n".join(indent(f"- {word}\n\n" + indent(more, "  "), "  " * depth) for word, depth, more in points)),
    st.lists(WORDS, min_size=1, max_size=5).map(lambda words: "\n".join(f"> {word}" for word in words)),
    st.lists(WORDS, min_size=1, max_size=5).map(lambda words: "```\n" + "\n".join(words) + "\n```"),
    st.lists(WORDS, min_size=2, max_size=6).map(
        lambda words: "| {} | {} |\n|---|---|\n".format(*words) + "\n".join(f"| {word} |" for word in words)
    ),
    st.builds("**{}** _{}_ `{}` [{}](http://example.org) ~~{}~~ &amp; {}".format, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS),
    st.builds("{}\n===".format, WORDS),
    st.builds("<b>{}</b> <span>{}</span>".format, WORDS, WORDS),
    st.just("---"),
    st.just("<!-- say: q -->"),
)


@given(st.lists(blocks, min_size=1, max_size=10).map("\n\n".join))
def test_no_visible_word_of_a_document_is_lost(text: str) -> None:
    try:
        script = read(text, "markdown").script
    except EmptyScript:
        assert not visible(text)
        return
    assert visible(text) <= set(re.findall("[a-z]+", shown(script)))


@settings(max_examples=examples(300))
@given(st.text("abc #*_`>-+[]()!|~:=\\& \n\n1.", max_size=120))
def test_no_visible_word_of_any_marks_is_lost(text: str) -> None:
    try:
        script = read(text, "markdown").script
    except EmptyScript:
        assert not visible(text)
        return
    assert visible(text) <= set(re.findall("[a-z]+", shown(script)))


ordered = st.sampled_from(
    [
        "# {}",
        "## {}",
        "{} {} {}",
        "{}:",
        "- {}\n- {}\n  - {}\n\n    {}\n- {}",
        "1. {}\n\n   ```\n   {}\n   ```\n2. {}\n\n   > {}\n\n   {}\n3. {}",
        "```python\n{}\n{}\n```",
        "> {}\n>\n> {}\n> — {}",
        "> {}\n>\n> - {}",
        "| {} | {} |\n|---|---|\n| {} | {} |",
        "| {} | {} |\n|---|\n| {} |",
        "<div>{}</div>\n\n**{}** [{}](x)",
        "---",
    ]
)


@given(st.lists(ordered, min_size=1, max_size=12).map("\n\n".join))
def test_the_reading_order_is_kept(template: str) -> None:
    count = template.count("{}")
    words = [f"w{n}" for n in range(count)]
    text = template.format(*words)
    try:
        script = read(text, "markdown").script
    except EmptyScript:
        assert not count
        return
    assert list(dict.fromkeys(re.findall(r"w\d+", shown(script)))) == words
