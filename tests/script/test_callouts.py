"""Callouts and tabs, in the spellings of many tools."""

from __future__ import annotations

import pytest

from tests.script.scripts import kinds, narrations_of, scenes_of, warnings_of
from videogen.script import inline, read
from videogen.script.models import CalloutScene, ColumnsScene

HEAD = "# T\n\n## H\n\n"


@pytest.mark.parametrize(
    ("written", "tone", "title"),
    [
        ("> [!warning] Mind the gap\n> It is wide.", "warning", "Mind the gap"),
        ("> [!WARNING]\n> It is wide.", "warning", "Warning"),
        ("> [!faq]- Mind the gap\n> It is wide.", "important", "Mind the gap"),
        ("> [!bug]+ Mind **the** gap\n>\n> It is wide.", "danger", "Mind **the** gap"),
        ("> [!of-my-own] Mind the gap\n> It is wide.", "note", "Mind the gap"),
        ('!!! warning "Mind the gap"\n\n    It is wide.', "warning", "Mind the gap"),
        ("!!! danger\n    It is wide.", "danger", "Danger"),
        ('??? tip "Mind the gap"\n\n    It is wide.', "tip", "Mind the gap"),
        ('???+ note "Mind the gap"\n\n    It is wide.', "note", "Mind the gap"),
        (":::warning\nIt is wide.\n:::", "warning", "Warning"),
        ("::: warning Mind the gap\nIt is wide.\n:::", "warning", "Mind the gap"),
        (":::tip[Mind the gap]\n\nIt is wide.\n\n:::", "tip", "Mind the gap"),
        ('::: {.callout-note title="Mind the gap"}\nIt is wide.\n:::', "note", "Mind the gap"),
        ("::: details Mind the gap\nIt is wide.\n:::", "note", "Mind the gap"),
        (":::{caution} Mind the gap\n:class: wide\nIt is wide.\n:::", "warning", "Mind the gap"),
        ("```{important} Mind the gap\n:name: gap\n\nIt is wide.\n```", "important", "Mind the gap"),
        ("::: theorem Mind the gap\nIt is wide.\n:::", "note", "Mind the gap"),
    ],
)
def test_callout_is_a_card_that_is_spoken_as_its_text(written: str, tone: str, title: str) -> None:
    scene = scenes_of(HEAD + written + "\n")[-1]
    assert isinstance(scene, CalloutScene)
    assert (scene.tone, scene.title, scene.paragraphs) == (tone, title, ("It is wide.",))
    assert narrations_of(HEAD + written + "\n")[-1] == f"H. {inline.plain(title)}. It is wide."
    assert scene.line == 5


def test_code_in_a_callout_comes_after_its_words_and_nothing_is_lost() -> None:
    scenes = scenes_of(HEAD + "> [!tip] Do\n> Run it.\n>\n> ```bash\n> ls\n> ```\n>\n> - Then look\n")
    assert [scene.kind for scene in scenes] == ["title", "callout", "code", "callout"]
    assert scenes[-1].items[0].text == "Then look"
    assert narrations_of(HEAD + "> [!tip] Do\n> Run it.\n>\n> - a\n>\n> And more.\n")[1:] == ["H. Do. Run it. a.", "And more."]


def test_callout_in_a_list_is_prose_under_its_title() -> None:
    assert narrations_of(HEAD + '- Point\n\n    !!! note "Mind"\n        Words.\n') == ["T.", "H. Point. Mind. Words."]


def test_callout_within_another_keeps_its_title() -> None:
    (scene,) = scenes_of(HEAD + "> [!note] Outer\n> Words.\n>\n> > [!danger] Inner\n> > More.\n")[1:]
    assert scene.paragraphs == ("Words.", "**Inner**", "More.")


def test_tabs_stand_side_by_side_or_lead_in_their_code() -> None:
    (scene,) = scenes_of(HEAD + '=== "Linux"\n\n    Use apt.\n\n=== "Mac"\n\n    Use brew.\n')[1:]
    assert isinstance(scene, ColumnsScene) and [column.heading for column in scene.columns] == ["Linux", "Mac"]
    code = scenes_of(HEAD + '=== "Linux"\n\n    ```bash\n    apt\n    ```\n\n=== "Mac"\n\n    ```bash\n    brew\n    ```\n')[1:]
    assert [(scene.kind, scene.lead) for scene in code] == [("code", "**Linux**"), ("code", "**Mac**")]
    items = scenes_of(HEAD + "::::{tab-set}\n:::{tab-item} One\nWords.\n:::\n:::{tab-item} Two\nMore.\n:::\n::::\n")[1:]
    assert [column.heading for column in items[0].columns] == ["One", "Two"]


def test_what_a_document_does_not_show_is_left_out() -> None:
    text = (
        HEAD
        + "[TOC]\n\n[[toc]]\n\n%% hidden %%\n\n{: .note }\n\n:::\n\nWords. ![[A page]]\n\n*[HTML]: Hyper Text\n\n```{toctree}\na\n```\n"
    )
    (scene,) = scenes_of(text)[1:]
    assert scene.paragraphs == ("Words.",)
    assert warnings_of(text) == [("left_out", 15), ("left_out", 17), ("left_out", 19)]


def test_definitions_are_points() -> None:
    (scene,) = scenes_of(HEAD + "Term\n: Its meaning.\n\nOther\n: One.\n: Two.\n")[1:]
    assert [item.text for item in scene.items] == ["**Term**: Its meaning.", "**Other**: One.", "Two."]


def test_author_after_a_blank_line_is_the_quotations() -> None:
    (scene,) = scenes_of(HEAD + "> Say it once.\n\n— Someone\n")[1:]
    assert (scene.text, scene.by) == ("Say it once.", "Someone")
    assert kinds(HEAD + "> Say it once.\n\nNot by anyone.\n") == ["title", "quote", "text"]


def test_footnotes_go_to_the_foot_of_their_scene_and_are_not_spoken() -> None:
    text = (
        HEAD + "Ada[^a] wrote it.^[Inline *too*.]\n\n## Next\n\nWords.\n\n[^a]: First.\n\n    > Quoted.\n\n    ```\n    x  = 1\n    ```\n"
    )
    _, one, other = scenes_of(text)
    assert [(note.mark, note.text) for note in one.footnotes] == [("1", "First.\\\nQuoted.\\\n`x = 1`"), ("2", "Inline _too_.")]
    assert other.footnotes == ()
    assert narrations_of(text) == ["T.", "H. Ada wrote it.", "Next. Words."]


def test_callouts_and_footnotes_can_be_written_in_yaml() -> None:
    text = """
title: T
scenes:
  - kind: callout
    tone: tip
    title: Mind[^1]
    paragraphs: [Words.]
    items: [one]
    footnotes: [{mark: "1", text: A note.}]
"""
    (scene,) = read(text, "yaml").script.scenes
    assert isinstance(scene, CalloutScene) and scene.items[0].text == "one" and scene.footnotes[0].text == "A note."


@pytest.mark.parametrize(
    "written", ["```mermaid\n{}\n```", "::: mermaid\n{}\n:::", "```{{mermaid}}\n{}\n```"], ids=["fence", "container", "directive"]
)
def test_mermaid_is_drawn_and_announced_as_a_diagram(written: str) -> None:
    text = HEAD + written.format("flowchart LR\n  A[Script] -->|makes| B(Film)\n  style A fill:#f00") + "\n"
    (scene,) = scenes_of(text)[1:]
    assert scene.kind == "diagram" and all(word in scene.text for word in ("Script", "makes", "Film")) and "fill" not in scene.text
    assert narrations_of(text)[-1] == "H. Here it is as a diagram."
    assert warnings_of(text) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("sequenceDiagram\n  Ann->>Bob: Hello\n  Bob-->>Ann: Yes", ["Ann", "Bob", "Hello", "Yes"]),
        ("stateDiagram-v2\n  [*] --> Queued\n  Queued --> Running: claim", ["Queued", "Running", "claim"]),
        ("classDiagram\n  Animal <|-- Duck\n  Animal : +int age", ["Animal", "Duck", "age"]),
    ],
)
def test_kinds_of_mermaid_diagrams_are_drawn(source: str, words: list[str]) -> None:
    (scene,) = scenes_of(f"{HEAD}```mermaid\n{source}\n```\n")[1:]
    assert scene.kind == "diagram" and all(word in scene.text for word in words)


@pytest.mark.parametrize("source", ["no such diagram", "graph TD; A-->B;" + " A-->B;" * 2000, "flowchart LR\n  A[["])
def test_mermaid_that_cannot_be_drawn_is_shown_as_its_source_or_drawn(source: str) -> None:
    text = f"{HEAD}```mermaid\n{source}\n```\n"
    (scene,) = scenes_of(text)[1:]
    assert scene.kind == "diagram" or warnings_of(text) == [("diagram_as_source", 5)]
    assert narrations_of(text)[-1] == "H. Here it is as a diagram."
