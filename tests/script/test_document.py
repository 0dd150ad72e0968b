import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import VideogenError
from videogen.errors.script import BadOption, BadScript, EmptyScript, ScriptNotText, UnknownScene
from videogen.scenes.theme import names as theme_names
from videogen.script import read
from videogen.script.document import KINDS
from videogen.script.models import Script

HEAD = "title: T\nscenes:\n"


def refused(text: str, error: type[VideogenError] = BadScript, format: str = "yaml") -> tuple[Any, list[Any]]:
    """The error that reading raises, and its faults as (line, column, path)."""
    with pytest.raises(error) as caught:
        read(text, format)
    assert type(caught.value) is error
    return caught.value, [(diagnostic.line, diagnostic.column, diagnostic.path) for diagnostic in caught.value.diagnostics]


def test_yaml_and_json_say_the_same_script() -> None:
    yaml = HEAD + "  - {kind: title, title: Hello}\n  - kind: table\n    header: [a, b]\n    rows: [[1, 2.50], [yes]]\n"
    same = {
        "title": "T",
        "scenes": [{"kind": "title", "title": "Hello"}, {"kind": "table", "header": ["a", "b"], "rows": [["1", "2.50"], ["yes"]]}],
    }
    one, other = read(yaml, "yaml").script, read(json.dumps(same, indent=1), "json").script
    assert one.model_copy(update={"scenes": tuple(scene.model_copy(update={"line": None}) for scene in one.scenes)}) == other.model_copy(
        update={"scenes": tuple(scene.model_copy(update={"line": None}) for scene in other.scenes)}
    )
    assert one.scenes[1].rows == (("1", "2.50"), ("yes", ""))
    assert [scene.line for scene in one.scenes] == [3, 4]


def test_a_script_written_as_json_reads_back_as_itself() -> None:
    script = read((Path(__file__).parents[2] / "examples/welcome.yaml").read_text(encoding="utf-8"), "yaml").script
    again = read(script.model_dump_json(indent=2), "json").script
    for one, other in zip(script.scenes, again.scenes, strict=True):
        assert one.model_copy(update={"line": None}) == other.model_copy(update={"line": None})


def test_numbers_truth_and_nothing_are_read_as_the_models_want_them() -> None:
    options = "options: {height: 720, fps: 60, cfr: yes, lead_in_s: 0.25, voice: none, theme: null}\n"
    script = read("title: 2024\n" + options + "scenes:\n  - {kind: title, title: no, subtitle: ~, duration_s: 3, say: }\n", "yaml").script
    assert script.title == "2024"
    assert script.options.model_dump(exclude_unset=True) == {"height": 720, "fps": 60, "cfr": True, "lead_in_s": 0.25, "voice": "none"}
    assert (script.scenes[0].title, script.scenes[0].duration_s, script.scenes[0].say) == ("no", 3.0, None)


def test_points_may_be_plain_text_and_silence_an_empty_say() -> None:
    (scene,) = read(HEAD + "  - {kind: list, items: [a, {text: b, level: 1}], say: ''}\n", "yaml").script.scenes
    assert [(item.text, item.level) for item in scene.items] == [("a", 0), ("b", 1)]
    assert scene.say == ""


def test_an_unknown_kind_of_scene_lists_the_known_ones() -> None:
    error, diagnostics = refused(HEAD + "  - {kind: title, title: a}\n  - kind: movie\n  - title: b\n", UnknownScene)
    assert diagnostics == [(4, 11, "scenes.1.kind"), (5, 5, "scenes.2")]
    assert all(kind in error.hint for kind in KINDS)
    assert "movie" in error.detail


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("title: T\nscenes:\n  - kind: title\n    title: a\n     subtitle: b\n", (5, 14)),
        ("title: [a\nscenes: []\n", (2, 7)),
        ("title: 'a\n", (2, 1)),
        ("title: a\n\tscenes: b\n", (2, 1)),
        ("title: @a\n", (1, 8)),
        ("a: 1\nb: 2\na: 3\n", (3, 1)),
        ("a: &x [1]\nb: *x\n", (2, 4)),
        ("a: !!python/object/apply:os.system [ls]\n", (1, 4)),
        ("? [a]\n: b\n", (1, 3)),
        ("a: 1\n---\nb: 2\n", (2, 1)),
        ("a: &x [*x]\n", (1, 8)),
        ("[" * 100, (1, 33)),
        ("a: " + "[" * 20_000, (1, 35)),
    ],
)
def test_broken_yaml_names_line_and_column(text: str, position: tuple[int, int]) -> None:
    error, diagnostics = refused(text)
    assert [(line, column) for line, column, _ in diagnostics] == [position]
    assert f"Line {position[0]}, column {position[1]}" in error.detail


def test_broken_yaml_gets_a_hint_for_what_people_trip_over() -> None:
    assert "quotes" in refused("title: Part 1: the start\n")[0].hint
    assert "tabs" in refused("title: a\n\tscenes: b\n")[0].hint


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ('{"title": "T",\n "scenes": [}', (2, 13)),
        ('{"title": "T"\n "scenes": []}', (2, 2)),
        ('{"title": NaN}', (1, 11)),
        ('{"title": -Infinity}', (1, 11)),
        ('{"title": "a\nb"}', (1, 13)),
        ('{"title": "\\x"}', (1, 12)),
        ('{"a": 1, "a": 2}', (1, 10)),
        ('{"a": 1,}', (1, 9)),
        ('{"a": 01}', (1, 8)),
        ("{'a': 1}", (1, 2)),
        ('{"a": 1} x', (1, 10)),
        ("[" * 100_000, (1, 34)),
        ('{"a": [' * 10_000, (1, 119)),
        ('{"title"', (1, 9)),
    ],
)
def test_broken_json_names_line_and_column(text: str, position: tuple[int, int]) -> None:
    _, diagnostics = refused(text, format="json")
    assert [(line, column) for line, column, _ in diagnostics] == [position]


@pytest.mark.parametrize(
    ("scene", "diagnostic"),
    [
        ("{kind: title}", (3, 5, "scenes.0.title")),
        ("{kind: title, title: a, colour: red}", (3, 29, "scenes.0.colour")),
        ("{kind: list, items: [a, {text: b, level: 20}]}", (3, 46, "scenes.0.items.1.level")),
        ("{kind: title, title: a, duration_s: .nan}", (3, 41, "scenes.0.duration_s")),
        ("{kind: title, title: [a]}", (3, 26, "scenes.0.title")),
        ("{kind: title, title: a, duration_s: " + "9" * 5000 + "}", (3, 41, "scenes.0.duration_s")),
        ("{kind: table, header: [a], rows: [[1], [1, 2]]}", (3, 38, "scenes.0.rows")),
    ],
)
def test_what_a_scene_may_not_say_is_named_with_its_path(scene: Any, diagnostic: str) -> None:
    _, diagnostics = refused(HEAD + "  - " + scene + "\n")
    assert diagnostics == [diagnostic]


def test_bad_options_are_named_with_their_path() -> None:
    error, diagnostics = refused("title: T\noptions:\n  hieght: 720\n  fps: 23\nscenes:\n  - {kind: title, title: a}\n", BadOption)
    assert sorted(diagnostics) == [(3, 3, "options.hieght"), (4, 8, "options.fps")]
    assert any("did you mean height" in diagnostic.message for diagnostic in error.diagnostics)


def test_an_option_at_the_top_is_sent_to_its_place() -> None:
    error, diagnostics = refused("title: T\nvoice: none\nscenes:\n  - {kind: title, title: a}\n")
    assert diagnostics == [(2, 1, "voice")]
    assert "under options" in error.detail


@pytest.mark.parametrize("text", ["title: T\n", "title: T\nscenes: []\n", "scenes:\n", "# only a comment\n", "null\n", "{}"])
def test_a_document_without_scenes_is_empty(text: str) -> None:
    refused(text, EmptyScript)


@pytest.mark.parametrize(
    "text", ["just words\n", "- a\n- b\n", "title: T\nscenes: word\n", "title: T\nscenes: {a: b}\n", "title: T\nscenes: [a]\n"]
)
def test_what_is_no_script_is_told_what_one_is(text: str) -> None:
    error, _ = refused(text)
    assert "scenes" in error.hint


@pytest.mark.parametrize("title", ["a\\u0000b", "\\ud83d"])
def test_json_smuggles_no_character_in_that_is_none(title: str) -> None:
    _, diagnostics = refused(f'{{"title": "{title}"}}', ScriptNotText, "json")
    assert diagnostics[0][0] == 1


def test_the_schema_says_what_is_taken() -> None:
    schema = Script.model_json_schema()
    assert set(KINDS) == set(schema["properties"]["scenes"]["items"]["discriminator"]["mapping"])
    items = schema["$defs"]["ListScene"]["properties"]["items"]["items"]
    assert {"type": "string"} in items["anyOf"]


def test_yaml_smuggles_no_character_in_that_is_none() -> None:
    _, diagnostics = refused('title: "a\\0b"\nscenes: []\n', ScriptNotText)
    assert diagnostics == [(1, 9, None)]
    assert read('title: "a\\e[1mb\\ac"\n' + "scenes: [{kind: title, title: a}]\n", "yaml").script.title == "abc"


@pytest.mark.slow
@given(st.text(max_size=200) | st.text("[]{}:,\"'-&*!?|>%@ \n\tab1#", max_size=200), st.sampled_from(["yaml", "json"]))
def test_any_text_is_read_or_refused_with_a_reason(text: str, format: str) -> None:
    try:
        assert isinstance(read(text, format).script, Script)
    except VideogenError as error:
        assert error.status == 422
        assert error.hint


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("ab:\n", max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "title", "items", "text", "rows", "header", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(["title", "options", "scenes"]), values)
    | st.builds(lambda scenes: {"title": "t", "scenes": scenes}, st.lists(values))
)
def test_any_json_value_is_read_or_refused_with_a_reason(value: Any) -> None:
    try:
        read(json.dumps(value), "json")
    except VideogenError as error:
        assert error.status == 422


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(["title", "text", "items", "code", "header", "rows", "paragraphs"]), values))
def test_any_scene_is_read_or_refused_at_its_line(kind: str, content: Any) -> None:
    try:
        read(json.dumps({"title": "t", "scenes": [{"kind": kind, **content}]}, indent=1), "json")
    except BadScript as error:
        assert all(diagnostic.line and diagnostic.column for diagnostic in error.diagnostics)


def test_all_faults_of_a_script_are_told_at_once_in_their_order() -> None:
    text = "title: [a]\noptions:\n  theme: chalk\n  speed: 9\nscenes:\n  - kind: tittle\n  - kind: list\n    items: 3\n  - kind: title\n"
    with pytest.raises(BadScript) as refused:
        read(text, "yaml")
    assert [(diagnostic.line, diagnostic.message) for diagnostic in refused.value.diagnostics] == [
        (1, "has to be a text"),
        (3, f"has to be one of {', '.join(theme_names())}, or a theme of your own"),
        (4, "has to be at most 2"),
        (6, "there is no kind of scene called 'tittle'"),
        (8, "has to be a list"),
        (9, "this key is missing"),
    ]


def test_an_empty_entry_is_left_out_with_a_warning() -> None:
    reading = read("title: T\nscenes:\n  - kind: list\n    items:\n      - a\n      -\n      - b\n", "yaml")
    assert [item.text for item in reading.script.scenes[0].items] == ["a", "b"]
    assert [(warning.code, warning.line) for warning in reading.warnings] == [("empty_entry", 6)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"title": "a\nb"}', "next line"),
        ('{"title":\f"a"}', "a value was expected"),
        ('{"title": "\x07"}', "U+0007"),
        ('{"title": "\\q"}', "a backslash has to be"),
        ('{"title": "\\u12"}', "four hexadecimal digits"),
        ('{"title": "a', "no double quote at its end"),
    ],
)
def test_json_that_cannot_be_read_is_told_in_plain_words(text: str, message: str) -> None:
    with pytest.raises(BadScript, match=re.escape(message)):
        read(text, "json")


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_line_separators_may_stand_in_texts_of_json(separator: str) -> None:
    text = f'{{"title": "a{separator}b", "scenes": [{{"kind": "title", "title": "T"}}]}}'
    assert read(text, "json").script.title == "a\nb"


@pytest.mark.parametrize(("written", "line"), [("2e0", 2), ("20e-1", 2), ("1E+1", 10)])
def test_a_whole_number_with_an_exponent_is_an_integer(written: str, line: int) -> None:
    """JSON Schema counts it as one, and so do programs that write numbers so."""
    source = f'{{"title": "T", "scenes": [{{"kind": "code", "heading": "", "code": "x", "highlight": [{written}]}}]}}'
    assert read(source, "json").script.scenes[0].model_dump()["highlight"] == (line,)
