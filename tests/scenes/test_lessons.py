"""Scenes for teaching: what comes in when, and what the last picture shows."""

from __future__ import annotations

import numpy as np
import pytest

from videogen.pipeline.parsing import _with_translated_labels as labelled
from videogen.scenes import RenderSettings, SceneTiming, draw_scene
from videogen.scenes.drawing.compositor import Compositor
from videogen.scenes.kinds import quiz
from videogen.scenes.layout import Layer, Layout
from videogen.script import pauses, read
from videogen.script.models import CheckpointScene, ExerciseScene, ProblemScene, QuizScene
from videogen.script.sentences import sentences
from videogen.script.spoken_text import narration_of

SETTINGS = RenderSettings(480, 270)
QUIZ = QuizScene(kind="quiz", question="Which one?", options=("This", "That"), answer=2, think_s=4.0)
TIMING = SceneTiming(14.0, ((0.5, 1.5), (2.0, 2.8), (3.0, 4.0), (8.0, 9.5)))
"""The question, two options, four seconds to think, the answer."""


def layers_of(scene: QuizScene, timing: SceneTiming) -> list[Layer]:
    return [layer for layer in quiz.layers(scene, Layout(SETTINGS), timing) if isinstance(layer, Layer)]


def test_a_countdown_runs_while_viewers_think_and_is_gone_with_the_answer() -> None:
    seconds = [layer for layer in layers_of(QUIZ, TIMING) if layer.end is not None]
    (reveal,) = [layer for layer in layers_of(QUIZ, TIMING) if layer.base is not None]
    assert [(layer.end or 0) - layer.start for layer in seconds] == [SETTINGS.fps] * 4
    assert seconds[-1].end == reveal.start
    assert abs(reveal.start / SETTINGS.fps - 8.0) <= 0.15
    assert all(layer.start / SETTINGS.fps >= 3.8 for layer in seconds)


@pytest.mark.parametrize("heading", ["", "A question"])
@pytest.mark.parametrize("explanation", ["", "It is. And it was."])
def test_each_option_comes_in_as_it_is_read_out(heading: str, explanation: str) -> None:
    """With the sentences that the scene is told in, each a second long, and the pause before the answer."""
    scene = QUIZ.model_copy(update={"heading": heading, "explanation": explanation})
    script = read("# A\n", "markdown").script.model_copy(update={"scenes": (scene,)})
    before, after = (sentences(text) for text, _ in pauses.parts(narration_of(scene, script)))
    spans = [(n + 0.5, n + 1.4) for n in range(len(before))]
    spans += [(len(before) + 4.0 + n, len(before) + 4.9 + n) for n in range(len(after))]
    layers = layers_of(scene, SceneTiming(spans[-1][1] + 2, tuple(spans)))
    options = [layer for layer in layers if layer.end is None and layer.base is None][2:4]
    for layer, (start, _) in zip(options, spans[len(before) - 2 : len(before)], strict=True):
        assert abs(layer.start / SETTINGS.fps - start) <= 0.15


def test_nothing_tells_the_answer_before_its_time() -> None:
    scenes = [QUIZ.model_copy(update={"answer": answer}) for answer in (1, 2)]
    first, second = (draw_scene(scene, SETTINGS, TIMING) for scene in scenes)
    for t in (1.0, 3.5, 6.0, 7.7):
        assert np.array_equal(first.get_frame(t), second.get_frame(t))
    assert not np.array_equal(first.get_frame(9.0), second.get_frame(9.0))


@pytest.mark.parametrize("timing", [SceneTiming(6.0), SceneTiming(6.0, ((0.5, 2.0),)), SceneTiming(0.5)])
def test_the_last_picture_shows_the_answer_whatever_is_said(timing: SceneTiming) -> None:
    compositor = Compositor(Layout(SETTINGS), layers_of(QUIZ, timing))
    last_frame = draw_scene(QUIZ, RenderSettings(480, 270, motion=False), timing).get_frame(0)
    assert np.array_equal(compositor.frame(timing.duration + 2), last_frame)


def test_what_has_no_name_is_called_so_in_the_language_of_the_video() -> None:
    exercise = ExerciseScene(kind="exercise", heading="Ihr seid dran", paragraphs=("Los.",), minutes=10)
    assert labelled(exercise, "de").title == "Übung, 10 Minuten"  # type: ignore[union-attr]
    assert labelled(labelled(exercise, "de"), "de").title == "Übung, 10 Minuten"  # type: ignore[union-attr]
    assert labelled(ProblemScene(kind="problem", heading="Problem"), "en").title == ""  # type: ignore[union-attr]
    assert labelled(ProblemScene(kind="problem", title="Problem"), "fr").title == "Problème"  # type: ignore[union-attr]
    assert labelled(CheckpointScene(kind="checkpoint", items=()), "ja").heading == "チェックポイント"  # type: ignore[union-attr]
