from __future__ import annotations

import numpy as np
import pytest

from videogen.scenes import RenderSettings, SceneTiming, draw_scene
from videogen.scenes.reveal_timing import beats, spoken_from
from videogen.script import spoken_text
from videogen.script.models import CodeScene, ListItem, ListScene

SCENE = ListScene(
    kind="list", heading="Points", items=(ListItem(text="The first"), ListItem(text="The second. It is long"), ListItem(text="Third"))
)
HEARD = ((0.4, 1.0), (1.2, 2.0), (2.2, 3.0), (3.1, 4.0), (4.2, 5.0))


def begun(scene: ListScene, timing: SceneTiming) -> list[float] | None:
    return spoken_from(scene, [spoken_text.point(item) for item in scene.items], timing)


def test_items_come_with_their_sentences() -> None:
    assert begun(SCENE, SceneTiming(6.0, HEARD)) == [1.2, 2.2, 4.2]


def test_heading_that_is_not_spoken_again_is_not_waited_for() -> None:
    assert begun(SCENE, SceneTiming(6.0, HEARD[1:])) == [1.2, 2.2, 4.2]


def test_item_that_follows_a_colon_begins_inside_the_sentence() -> None:
    scene = ListScene(kind="list", items=(ListItem(text="Fix this:"), ListItem(text="now", level=1)))
    first, second = begun(scene, SceneTiming(3.0, ((0.4, 2.4),))) or []
    assert first == 0.4 and 1.8 < second < 2.2, "after the pause at the colon, which is as long as some letters"


def test_points_on_cards_under_their_icons_come_with_their_sentences() -> None:
    scene = ListScene(
        kind="list", items=(ListItem(text="🚀 **Fast**: a minute in two seconds"), ListItem(text="🔒 **Private**: nothing leaves"))
    )
    shown = draw_scene(scene, RenderSettings(480, 270), SceneTiming(6.0, ((1.0, 2.0), (3.0, 4.0))))
    assert [round(span.start * 30) for span in shown.moves][-2:] == [27, 87]


def test_other_sentences_than_expected_share_the_time_by_length() -> None:
    starts = begun(SCENE, SceneTiming(6.0, HEARD[:2])) or []
    assert starts == sorted(starts) and starts[0] >= 0.4 and starts[-1] <= 2.0


def test_narration_of_its_own_with_a_sentence_a_point_brings_in_each() -> None:
    scene = SCENE.model_copy(update={"say": "A. B. C."})
    assert begun(scene, SceneTiming(4.0, HEARD[:3])) == [0.4, 1.2, 2.2]
    assert begun(scene, SceneTiming(4.0, HEARD[:4])) == [1.2, 2.2, 3.1], "the first sentence leads in"


@pytest.mark.parametrize("say", ["Something else.", ""])
def test_narration_of_its_own_shows_all_at_once(say: str) -> None:
    assert begun(SCENE.model_copy(update={"say": say}), SceneTiming(6.0, HEARD)) is None


def test_each_item_has_a_span_of_nine_frames_and_is_not_seen_before() -> None:
    scene = draw_scene(SCENE, RenderSettings(480, 270), SceneTiming(6.0, HEARD))
    assert [round((span.end - span.start) * 30) for span in scene.moves][1:] == [9, 9, 9]
    seen = [int((scene.get_frame(t) != scene.get_frame(0)).sum()) for t in (1.0, 2.0, 4.0, 5.9)]
    assert seen == sorted(set(seen))
    assert np.array_equal(scene.get_frame(5.9), draw_scene(SCENE, RenderSettings(480, 270), SceneTiming(6.0)).get_frame(5.9))


def test_short_clip_still_shows_every_item() -> None:
    scene = draw_scene(SCENE, RenderSettings(480, 270), SceneTiming(1.0, ((0.1, 0.9),)))
    assert np.array_equal(scene.get_frame(29 / 30), draw_scene(SCENE, RenderSettings(480, 270), SceneTiming(6.0)).get_frame(5.9))


def test_steps_begin_with_sentences_or_at_even_distances() -> None:
    assert beats(3, SceneTiming(6.0, HEARD[:3])) == [0.4, 1.2, 2.2]
    assert beats(2, SceneTiming(6.0, HEARD[:3])) == [1.2, 2.2]
    assert beats(2, SceneTiming(6.0, HEARD)) == [0.4, 2.2]
    assert beats(2, SceneTiming(6.0, HEARD[:1])) == pytest.approx([0.4, 3.2])
    assert beats(2, SceneTiming(8.0)) == pytest.approx([0.8, 4.4])


def test_code_is_walked_through_and_each_step_gives_way_to_the_next() -> None:
    scene = CodeScene(kind="code", code="one = 1\ntwo = 2\nthree = 3", steps=((1,), (3,), ()))
    shown = draw_scene(scene, RenderSettings(480, 270), SceneTiming(6.0, HEARD[:3]))
    whole = draw_scene(scene.model_copy(update={"steps": ()}), RenderSettings(480, 270), SceneTiming(6.0)).get_frame(5.9)
    first, second, last = (shown.get_frame(t) for t in (1.1, 2.1, 5.9))
    assert len({frame.tobytes() for frame in (whole, first, second)}) == 3
    assert np.array_equal(whole, last), "an empty step shows all"
    assert not any(span.start <= t < span.end for span in shown.moves for t in (1.1, 2.1, 5.9))
