from __future__ import annotations

import numpy as np
import pytest

from videogen.scenes import RenderSettings, SceneTiming, draw_scene
from videogen.scenes.layout import Layout
from videogen.scenes.text.counting import counted, counts
from videogen.script.models import BigNumberScene, ChartScene, Scene

SMALL = RenderSettings(480, 270)


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("42 %", "21 %"),
        ("1,250 ms", "625 ms"),
        ("€3.5M", "€1.8M"),
        ("−12°", "−6°"),
        ("1.234,50", "617,25"),
        ("0.08", "0.04"),
        ("12 000 km", "6 000 km"),
        ("1'000'000", "500'000"),
        ("3.5B", "1.8B"),
    ],
)
def test_numbers_count_up_as_they_are_written(text: str, half: str) -> None:
    assert counts(text) and counted(text, 0.5) == half
    assert counted(text, 1.0) == text


@pytest.mark.parametrize("text", ["2026", "1610", "3 of 4", "24/7", "10–20", "none", "", "1", "0", "3.11.4.2 or 5", "٤٢", "9" * 40])
def test_what_is_no_amount_does_not_count(text: str) -> None:
    assert not counts(text)


def lit(scene: Scene, timing: SceneTiming, t: float) -> int:
    frame = draw_scene(scene, SMALL, timing).get_frame(t).astype(int)
    return int((np.abs(frame - frame[-1, -1]).max(axis=2) > 60).sum())


def test_large_number_counts_when_it_is_spoken_and_ends_as_without_motion() -> None:
    scene = BigNumberScene(kind="big_number", heading="Faster", number="1,250 ms", text="from word to video")
    timing = SceneTiming(6.0, ((0.4, 1.4), (1.6, 3.0)))
    clip = draw_scene(scene, SMALL, timing)
    seen = [clip.get_frame(t)[80:150] for t in (1.3, 1.6, 1.8, 2.2, 5.9)]
    assert len({frame.tobytes() for frame in seen}) == 5
    still = draw_scene(scene.model_copy(update={"motion": "none"}), SMALL, timing).get_frame(0)
    assert np.array_equal(clip.get_frame(5.9), still)


def test_year_stands_still() -> None:
    clip = draw_scene(BigNumberScene(kind="big_number", number="2026"), SMALL, SceneTiming(4.0))
    assert np.array_equal(clip.get_frame(0.9), clip.get_frame(3.9))


CHART = ChartScene.model_validate({"kind": "chart", "heading": "Cups", "x": ["a", "b", "c"], "series": [30, 50, 40]})


def test_chart_grows_when_it_is_spoken_of() -> None:
    timing = SceneTiming(6.0, ((0.4, 1.4), (1.6, 4.0)))
    grown = [lit(CHART, timing, t) for t in (1.3, 1.7, 2.0, 5.9)]
    assert grown == sorted(set(grown)), "its heading is said first"
    still = draw_scene(CHART.model_copy(update={"motion": "none"}), SMALL, timing).get_frame(0)
    assert np.array_equal(draw_scene(CHART, SMALL, timing).get_frame(5.9), still)


@pytest.mark.parametrize("kind", ["bar", "line", "area", "pie"])
def test_each_value_grows_with_its_sentence(kind: str) -> None:
    scene = CHART.model_copy(update={"type": kind, "say": "First. Then. Last."})
    timing = SceneTiming(9.0, ((1.0, 2.0), (3.0, 4.0), (6.0, 8.0)))
    assert [round(span.start, 1) for span in draw_scene(scene, SMALL, timing).moves][1:] == [0.9, 2.9, 5.9]
    grown = [lit(scene, timing, t) for t in (0.85, 2.8, 5.8, 8.9)]
    assert grown == sorted(set(grown))


def test_a_number_that_is_wider_on_its_way_is_not_cut_off() -> None:
    scene = BigNumberScene(kind="big_number", heading="More", number="1.1×", text="as many")
    clip = draw_scene(scene, SMALL, SceneTiming(6.0))
    edge = int(Layout(SMALL).area.left) - 2
    last = np.asarray(clip.get_frame(5.9))
    assert all(np.array_equal(np.asarray(clip.get_frame(number / 30))[100:, :edge], last[100:, :edge]) for number in range(6, 40))
