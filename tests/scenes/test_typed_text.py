from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from videogen.scenes import RenderSettings, SceneTiming, draw_scene
from videogen.scenes.monospace.typed_text import TypedRow, type_rows
from videogen.script.models import CommandScene

SMALL = RenderSettings(480, 270)
SCENE = CommandScene(kind="command", text="$ make it\nworking\n✓ done\n# and now\n$ run it", say="One. Two.")
HEARD = ((0.8, 3.0), (3.2, 6.0))


def written_at(t: float, scene: CommandScene = SCENE, timing: SceneTiming | None = None) -> int:
    """Return how much of the terminal differs from an empty one."""
    clip = draw_scene(scene, SMALL, timing or SceneTiming(7.0, HEARD))
    return int((clip.get_frame(t) != clip.get_frame(0.6)).any(axis=2).sum())


def test_commands_are_typed_with_their_sentences_and_answered() -> None:
    grown = [written_at(t) for t in (0.7, 0.95, 1.1, 2.9, 6.9)]
    assert grown[0] == 0 and grown == sorted(set(grown))


def test_all_is_there_at_the_end_as_without_motion() -> None:
    moving = draw_scene(SCENE, SMALL, SceneTiming(7.0, HEARD))
    still = draw_scene(SCENE.model_copy(update={"motion": "none"}), SMALL, SceneTiming(7.0, HEARD))
    assert still.moves == () and np.array_equal(still.get_frame(0), moving.get_frame(6.9))


def test_nothing_is_drawn_between_two_letters() -> None:
    clip = draw_scene(SCENE, SMALL, SceneTiming(7.0, HEARD))
    times = [span.start for span in clip.moves][1:]
    assert len(times) == len(set(times)) and min(b - a for a, b in pairwise(times)) >= 1 / 30 - 1e-6


LONG = [TypedRow(0, 0, 90, 2), TypedRow(0, 0, 30, None), TypedRow(1, 0, 60, 2), *(TypedRow(1, 0, 40, None) for _ in range(30))]


@pytest.mark.parametrize("spoken", [[0.5, 1.5], [0.5, 4.0], None])
def test_typing_is_over_before_the_voice_goes_on(spoken: list[float] | None) -> None:
    reveals = type_rows(LONG, spoken, 6.0, 30)
    assert [one.frame for one in reveals] == sorted(one.frame for one in reveals)
    assert {one.row: one.columns for one in reveals} == {n: row.columns for n, row in enumerate(LONG)}, "every row is there at the end"
    assert reveals[-1].frame <= 6.0 * 30
    if spoken:
        first = [one.frame for one in reveals if one.row < 2]
        assert first[-1] < spoken[1] * 30


def test_nobody_types_faster_than_one_can_read_along_if_there_is_time() -> None:
    reveals = type_rows([TypedRow(0, 0, 42, 2)], [1.0], 30.0, 30)
    typed = [one.frame for one in reveals]
    assert 1.2 < (typed[-1] - typed[0]) / 30 < 1.9


def test_output_without_a_command_comes_line_by_line() -> None:
    scene = CommandScene(kind="command", text="one\ntwo\nthree")
    clip = draw_scene(scene, SMALL, SceneTiming(6.0))
    grown = [written_at(t, scene, SceneTiming(6.0)) for t in (0.62, 0.7, 0.75, 5.9)]
    assert grown == sorted(set(grown)) and clip.moves[-1].end < 1.0
