from typing import Any

import pytest

from tests.script.scripts import narrations_of, spoken_of
from videogen.script.models import (
    CodeScene,
    ListItem,
    ListScene,
    OutroScene,
    QuoteScene,
    Script,
    SectionScene,
    TableScene,
    TextScene,
    TitleScene,
)
from videogen.script.spoken_text import narration_of
from videogen.script.video_options import Options

CODE = "```python\nsecret_name = launch()\n```\n"
DRAWING = "```\n┌────────┐\n│ hidden │\n└────────┘\n```\n"


def narrations(*scenes: Any, language: str = "en") -> list[str]:
    script = Script(title="T", options=Options(language=language), scenes=scenes)
    return [spoken_of(scene, script) for scene in script.scenes]


def test_code_drawings_and_tables_are_announced_and_never_read() -> None:
    text = f"## H\n\n{CODE}\n{DRAWING}\n| Name | Use |\n|---|---|\n| hidden | secret |\n"
    narration = narrations_of(text)
    assert narration == ["H. Here is the code in Python.", "Here it is as a diagram.", "Here is a table of Name and Use."]


def test_announcements_vary() -> None:
    narration = narrations_of("\n".join(f"## H{n}\n\n{CODE}" for n in range(4)))
    assert len({sentence.partition(". ")[2] for sentence in narration}) == 4


def test_announcements_name_a_language_only_if_it_has_a_name() -> None:
    assert narrations_of("```\nplain\nwords\n```\n") == ["Here is the code."]
    assert narrations_of("```nonsense99\nx\n```\n") == ["Here is the code."]
    assert narrations_of("```bash\nls\n```\n") == ["Here is the code in the shell."]
    assert narrations_of("```bash\nls\n```\n\n---\n\n" * 4)[-1] == "The shell code is on the screen."
    assert narrations_of("```js\nf()\n```\n") == ["Here is the code in JavaScript."]


def test_a_wide_table_is_not_spelled_out() -> None:
    assert narrations_of("|a|b|c|d|e|f|\n|-|-|-|-|-|-|\n|1|2|3|4|5|6|\n") == ["Here is the table."]


def test_the_voice_rests_at_the_end_of_a_line_unless_the_next_goes_on() -> None:
    assert narrations_of("**Status**: It polls (every second)\\\n**Issue**: It may hang  \nfor long.\n") == [
        "Status: It polls (every second). Issue: It may hang for long."
    ]


def test_a_lead_is_said_before_the_announcement() -> None:
    assert narrations_of(f"**Key issue**:\n{CODE}") == ["Key issue: Here is the code in Python."]


def test_a_heading_is_said_once_for_all_its_scenes() -> None:
    assert narrations_of(f"## Heading\n\n{CODE}\n- point\n\n## Next\n\n- point\n") == [
        "Heading. Here is the code in Python.",
        "point.",
        "Next. point.",
    ]


def test_pages_of_one_scene_are_not_announced_again() -> None:
    pages = [CodeScene(kind="code", heading="H", lead="Lead.", code="x", language="python", page=n, pages=3) for n in (1, 2, 3)]
    assert narrations(*pages) == ["H. Lead. Here is the code in Python.", "And further.", "And the rest of it."]
    quotes = [QuoteScene(kind="quote", text=f"Part {n}.", by="Ada", page=n, pages=2) for n in (1, 2)]
    assert narrations(*quotes) == ["Part 1.", "Part 2. Ada."]
    lists = [ListScene(kind="list", heading="H", lead="Lead:", items=(ListItem(text=f"p{n}"),), page=n, pages=2) for n in (1, 2)]
    assert narrations(*lists) == ["H. Lead: p1.", "p2."]


def test_code_whose_lead_became_a_page_of_prose_is_still_announced() -> None:
    prose = TextScene(kind="text", heading="H", paragraphs=("Long lead.",), page=1, pages=3)
    pages = [CodeScene(kind="code", heading="H", code="x", language="python", page=n, pages=3) for n in (2, 3)]
    assert narrations(prose, *pages) == ["H. Long lead.", "Here is the code in Python.", "And the rest of it."]


@pytest.mark.parametrize(
    ("heading", "spoken"),
    [
        ("1. **Event** Emission (`events.py`)", "Event Emission (events dot py)."),
        ("2.1. Details", "Details."),
        ("IV. Ending", "Ending."),
        ("Gap #1: No link", "Gap number 1: No link."),
        ("3 reasons to sleep", "3 reasons to sleep."),
        ("2024 in review", "2024 in review."),
        ("1.5 million users", "1.5 million users."),
        ("What now?", "What now?"),
        ("日本語の見出し", "日本語の見出し。"),
        ("🎉", ""),
        ("1.", "1."),
    ],
)
def test_headings_are_said_naturally(heading: str, spoken: str) -> None:
    assert narrations(SectionScene(kind="section", title=heading)) == [spoken]


def test_cards_and_quotations_are_said() -> None:
    assert narrations(
        TitleScene(kind="title", title="Film", subtitle="A *tagline*"),
        QuoteScene(kind="quote", text="Words", by="Ada"),
        OutroScene(kind="outro", title="The end", text="Bye!"),
    ) == ["Film. A tagline.", "Words. Ada.", "The end. Bye!"]


def test_points_end_in_a_stop_and_keep_their_number() -> None:
    items = (
        ListItem(text="first", number=1),
        ListItem(text="with stop.", number=2),
        ListItem(text="leads on:"),
        ListItem(text="→", number=4),
    )
    assert narrations(ListScene(kind="list", items=items)) == ["1. first. 2. with stop. leads on:"]


def test_what_is_to_be_said_wins_and_an_empty_one_is_silence() -> None:
    assert narrations(TitleScene(kind="title", title="a", say=" Said\nthis. "), TitleScene(kind="title", title="b", say="")) == [
        "Said this.",
        "",
    ]


def test_another_language_is_not_announced_in_english() -> None:
    code = CodeScene(kind="code", heading="Überschrift", code="x", language="python")
    table = TableScene(kind="table", heading="Zwei", header=("a", "b"), rows=(("1", "2"),))
    assert narrations(code, table, language="fi") == ["Überschrift.", "Zwei."]
    assert narrations(code, table, language="de") == [
        "Überschrift. Hier ist der Code in Python.",
        "Zwei. Hier ist eine Tabelle mit a und b.",
    ]


def test_a_scene_that_the_script_does_not_hold_is_told_with_its_heading() -> None:
    script = Script(title="T", scenes=[ListScene(kind="list", heading="H", items=("a",))])
    assert narration_of(ListScene(kind="list", heading="H", items=("b",)), script) == "H. b."


def test_steps_and_columns_are_spoken() -> None:
    text = "## H\n\n1. **Boil**: fresh water\n2. **Steep** the leaves that you have chosen for it, all of them\n\n"
    assert narrations_of(text) == ["H. Boil fresh water. Steep the leaves that you have chosen for it, all of them."]
    assert narrations_of("::: columns\n### A\nProse.\n- a\n### B\n1. b\n:::\n") == ["A. Prose. a. B. 1. b."]


@pytest.mark.parametrize(
    "text", ["```console\n$ rm -rf secret\n```\n", "$$\nsecret^2\n$$\n", "```js before\nsecret\n```\n\n```js after\nsecret()\n```\n"]
)
def test_terminals_formulas_and_comparisons_are_announced_and_never_read_out(text: str) -> None:
    (narrations,) = narrations_of(text)
    assert narrations and "secret" not in narrations and "rf" not in narrations
