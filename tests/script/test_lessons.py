"""Scenes for teaching in Markdown, YAML and scripts of the older form, and what is said in them."""

from __future__ import annotations

from typing import Any

import pytest

from videogen.errors.script import BadScript
from videogen.script import inline, pauses, read
from videogen.script.models import (
    BigNumberScene,
    CheckpointScene,
    ExerciseScene,
    LearningObjectivesScene,
    ProblemScene,
    QuizScene,
    Scene,
    TimelineScene,
)
from videogen.script.spoken_text import narration_of


def scene_of(markdown: str) -> Any:
    """The one scene below a heading."""
    (scene,) = read(f"## Heading\n\n{markdown}", "markdown").script.scenes
    return scene


def narration(scene: Scene, options: str = "") -> str:
    script = read(f"{options}# A\n", "markdown").script
    return narration_of(scene, script.model_copy(update={"scenes": (scene,)}))


QUIZ = "::: quiz 8 s\n\nWhich is red?\n\n- [ ] A lime\n- [x] A cherry\n- [ ] A pear\n\nCherries ripen *red*.\n\n:::\n"


def test_a_task_list_in_a_quiz_is_its_options_and_the_ticked_one_the_answer() -> None:
    scene = scene_of(QUIZ)
    assert isinstance(scene, QuizScene)
    assert (scene.question, scene.options, scene.answer, scene.think_s) == ("Which is red?", ("A lime", "A cherry", "A pear"), 2, 8.0)
    assert scene.explanation == "Cherries ripen _red_."


def test_a_quiz_is_read_out_then_waits_then_answers() -> None:
    parts = pauses.parts(narration(scene_of(QUIZ)))
    assert parts == [
        ("Heading. Which is red? A: A lime. B: A cherry. C: A pear.", 8.0),
        ("The answer is B: A cherry. Cherries ripen red.", 0.0),
    ]
    assert "Die Antwort ist B: A cherry." in narration(scene_of(QUIZ), "---\nlanguage: de\n---\n")


@pytest.mark.parametrize("answer", ["2", "B", "b)", "A cherry", "a cherry", "B) A cherry"])
def test_the_answer_may_be_a_number_a_letter_or_the_text(answer: str) -> None:
    source = f'title: T\nscenes:\n  - kind: quiz\n    question: Q\n    options: [A lime, A cherry]\n    answer: "{answer}"\n'
    (scene,) = read(source, "yaml").script.scenes
    assert isinstance(scene, QuizScene) and scene.answer == 2


@pytest.mark.parametrize("answer", ["3", "A plum", "0", "F"])
def test_an_answer_that_is_no_option_names_its_line(answer: str) -> None:
    source = f'title: T\nscenes:\n  - kind: quiz\n    question: Q\n    options: [A lime, A cherry]\n    answer: "{answer}"\n'
    with pytest.raises(BadScript) as caught:
        read(source, "yaml")
    assert caught.value.diagnostics[0].line in (3, 6)


@pytest.mark.parametrize("items", ["- [ ] A\n- [ ] B", "- [x] A\n- [x] B", "- [x] A", "- A\n- B"])
def test_a_quiz_without_one_answer_stays_what_it_is_and_loses_nothing(items: str) -> None:
    script = read(f"## H\n\n::: quiz\n\nWhich?\n\n{items}\n\n:::\n", "markdown").script
    assert {scene.kind for scene in script.scenes} <= {"list", "text"}
    assert "Which?" in str(script) and "A" in str(script)


def test_a_timeline_takes_what_is_bold_or_before_a_colon_as_the_time() -> None:
    scene = scene_of("::: timeline\n\n- **1610**: Tea arrives. In chests\n- 1908 – The bag\n- Today\n  - still hot\n\n:::\n")
    assert isinstance(scene, TimelineScene)
    assert [(event.when, event.title, event.text) for event in scene.events] == [
        ("1610", "Tea arrives", "In chests"),
        ("1908", "The bag", ""),
        ("", "Today", "still hot"),
    ]
    assert narration(scene) == "Heading. 1610: Tea arrives. In chests. 1908: The bag. Today. still hot."


def test_the_title_of_an_event_does_not_end_at_an_abbreviation() -> None:
    scene = scene_of("::: timeline\n\n- **KW 34**: Einbau, u. a. mit Speicher\n- **KW 40**: Dr. Wu kommt. Um 9 Uhr\n\n:::\n")
    assert isinstance(scene, TimelineScene)
    assert [(event.title, event.text) for event in scene.events] == [("Einbau, u. a. mit Speicher", ""), ("Dr. Wu kommt", "Um 9 Uhr")]


def test_a_big_number_is_the_first_paragraph_and_what_it_counts_the_rest() -> None:
    scene = scene_of("::: big-number\n\n42 %\n\nof all questions\n\n:::\n")
    assert isinstance(scene, BigNumberScene)
    assert (scene.number, scene.text) == ("42 %", "of all questions")
    assert narration(scene) == "Heading. 42 % of all questions."


@pytest.mark.parametrize(
    ("markdown", "kind", "fields"),
    [
        ("::: objectives\n- one\n- two\n:::", LearningObjectivesScene, {"heading": "Heading"}),
        ("::: learning-objectives Goals\n- one\n:::", LearningObjectivesScene, {"heading": "Goals"}),
        ("::: checkpoint\n- [x] one\n- [ ] two\n:::", CheckpointScene, {"heading": "Heading"}),
        ("> [!problem]\n> It leaks.", ProblemScene, {"paragraphs": ("It leaks.",)}),
        ("::: problem A leak\nIt leaks.\n:::", ProblemScene, {"title": "A leak"}),
        ("!!! exercise\n    Try it.", ExerciseScene, {"paragraphs": ("Try it.",)}),
        ("::: exercise 10 min\nTry it.\n:::", ExerciseScene, {"minutes": 10, "title": ""}),
    ],
)
def test_lessons_have_scenes_of_their_own(markdown: str, kind: type[Scene], fields: dict[str, Any]) -> None:
    scene = scene_of(markdown)
    assert isinstance(scene, kind)  # type: ignore[arg-type]
    assert {name: getattr(scene, name) for name in fields} == fields


OLDER = """
video: {title: A lesson}
scenes:
  - scene_type: learning_objectives
    visual_content: {title: Goals, objectives: [One, Two]}
  - scene_type: problem
    visual_content: {title: Sum, problem_number: 1, problem_text: Add the numbers., difficulty: easy}
  - scene_type: solution
    visual_content: {title: Sum, explanation: Add them up., solution_code: ["total = sum(numbers)"], language: python}
  - scene_type: quiz
    visual_content: {question: Which?, options: ["A) This", "B) That"], correct_answer: B, explanation: Because.}
  - scene_type: checkpoint
    visual_content: {title: So far, completed_topics: [One], next_topics: [Two]}
  - scene_type: exercise
    visual_content: {title: Try, instructions: [Do this, Do that]}
"""


def test_lessons_of_the_older_form_come_in_as_they_are() -> None:
    scenes = read(OLDER, "yaml").script.scenes
    kinds = ["title", "learning_objectives", "problem", "solution", "code", "quiz", "checkpoint", "exercise"]
    assert [scene.kind for scene in scenes] == kinds
    quiz = scenes[5]
    assert isinstance(quiz, QuizScene) and (quiz.options, quiz.answer) == (("This", "That"), 2)
    checkpoint = scenes[6]
    assert isinstance(checkpoint, CheckpointScene)
    assert [item.checked for item in checkpoint.items] == [True, None]


@pytest.mark.parametrize("written", ["::: big_number\n99 %\nof all *cups*\nare hot\n:::", "::: number 99 %\nof all *cups*\nare hot\n:::"])
def test_the_label_of_a_big_number_may_stand_on_the_next_line(written: str) -> None:
    scene = scene_of(written)
    assert (inline.plain(scene.number), inline.plain(scene.text)) == ("99 %", "of all cups are hot")
    assert narration(scene) == "Heading. 99 % of all cups are hot."


def test_a_timeline_may_have_each_time_on_a_line_above_its_event() -> None:
    scene = scene_of("::: timeline\n1900\nTea bags\n\n1950\nTea\nin boxes\n:::")
    assert [(event.when, event.title) for event in scene.events] == [("1900", "Tea bags"), ("1950", "Tea in boxes")]


def test_words_right_below_the_options_of_a_quiz_are_why() -> None:
    scene = scene_of("::: quiz\nWhat is tea?\n- [x] Leaves\n  of a plant\n- [ ] Sand\nIt is *picked*.\n:::")
    assert scene.options == ("Leaves of a plant", "Sand")
    assert scene.explanation == "It is _picked_."


@pytest.mark.parametrize(("name", "kind"), [("learning_objectives", LearningObjectivesScene), ("checkpoint", CheckpointScene)])
def test_a_list_right_below_the_title_is_not_called_by_it(name: str, kind: type[Scene]) -> None:
    script = read(f"# Tea for all\n\n::: {name}\n- Pour it\n:::\n\n## Pots\n\n::: {name}\n- Warm it\n:::\n", "markdown").script
    assert [scene.heading for scene in script.scenes if isinstance(scene, kind)] == ["", "Pots"]


def test_a_year_before_the_common_era_keeps_its_sign() -> None:
    scene = scene_of("::: timeline\n\n- **-250**: Archimedes bathes\n- -44: Caesar falls\n- 1912 - The Titanic sinks\n\n:::\n")
    assert [event.when for event in scene.events] == ["-250", "-44", "1912"]


def test_a_checkpoint_after_other_content_is_called_by_what_it_is() -> None:
    scenes = read("## Ships\n\nThey float.\n\n::: checkpoint\n\n- [x] Why\n\n:::\n", "markdown").script.scenes
    assert [scene.heading for scene in scenes] == ["Ships", ""]
    (alone,) = read("## Ships\n\n::: checkpoint\n\n- [x] Why\n\n:::\n", "markdown").script.scenes
    assert alone.heading == "Ships"
