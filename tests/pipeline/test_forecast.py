"""The forecast of the time to render, from the work that earlier videos were."""

from __future__ import annotations

from typing import Any

import pytest

from videogen.pipeline.forecast import FULL_HD, Forecaster, PastVideo, SceneWork, past_video

TEXT = SceneWork("text", 9.0, 100)
CHART = SceneWork("chart", 9.0, 100)


def past(elapsed_s: float, *, text_s: float = 1.0, spoken_s: float = 0.0, pixels: int = FULL_HD) -> PastVideo:
    """Return a video of four scenes, each of which took `text_s` to draw, and three seconds beside that."""
    return PastVideo(pixels, {"text": (4, 4 * text_s, 36.0)}, {"hibari": (400, spoken_s)} if spoken_s else {}, 4, elapsed_s, 3.0)


def test_nothing_is_known_before_a_video_was_made() -> None:
    assert not Forecaster([], 2).is_informed


@pytest.mark.parametrize(("count", "expected"), [(4, 5.0), (40, 36.5)])
def test_scenes_take_as_long_as_those_before_them_side_by_side(count: int, expected: float) -> None:
    forecaster = Forecaster([past(5.0)], 2)
    assert forecaster.forecast([TEXT] * count, "none", FULL_HD) == pytest.approx(expected, rel=0.02)


def test_kinds_voices_and_sizes_have_their_own_pace() -> None:
    slow = PastVideo(FULL_HD, {"text": (4, 4.0, 36.0), "chart": (4, 40.0, 36.0)}, {"hibari": (400, 20.0)}, 8, None, 3.0)
    forecaster = Forecaster([slow], 1)
    text, charts = (forecaster.forecast([scene] * 4, "none", FULL_HD) for scene in (TEXT, CHART))
    assert charts > 3 * text
    assert forecaster.forecast([TEXT] * 4, "hibari", FULL_HD) > text + 15
    assert forecaster.forecast([CHART] * 4, "none", FULL_HD // 9) < charts / 2


def test_speaking_and_drawing_at_the_same_time_take_as_long_as_the_longer_of_the_two() -> None:
    forecaster = Forecaster([past(23.0, spoken_s=20.0)], 2)
    assert forecaster.forecast([TEXT] * 4, "hibari", FULL_HD) == pytest.approx(23.0, rel=0.05)


def test_what_the_cache_has_is_neither_spoken_nor_drawn_again() -> None:
    forecaster = Forecaster([past(23.0, spoken_s=20.0)], 2)
    ready, spoken = SceneWork("text", 9.0, 0, is_rendered=True), SceneWork("text", 9.0, 0)
    assert forecaster.forecast([ready] * 40, "hibari", FULL_HD) < 20.0 < forecaster.forecast([spoken] * 40, "hibari", FULL_HD) < 40.0
    assert forecaster.forecast([ready] * 39 + [TEXT], "hibari", FULL_HD) == pytest.approx(
        forecaster.forecast([ready] * 40, "hibari", FULL_HD) + 6.0, rel=0.05
    )


def test_a_machine_that_is_busy_now_is_slow_now() -> None:
    calm = Forecaster([past(5.0)] * 10, 2).forecast([TEXT] * 4, "none", FULL_HD)
    busy = Forecaster([past(15.0)] * 3 + [past(5.0)] * 10, 2).forecast([TEXT] * 4, "none", FULL_HD)
    assert busy == pytest.approx(3 * calm, rel=0.02)


@pytest.mark.parametrize(
    "stages",
    [
        {},
        {"video": None},
        {"video": {"made": 2, "work": 5}},
        {"video": {"made": 2, "work": {"drawn": {"text": ["a", 1, 1]}, "pixels": 1, "took_s": 1}}},
        {"video": {"made": 2, "work": {"drawn": {"text": [1]}, "pixels": 1, "took_s": 1}}, "audio": {"work": []}},
    ],
)
def test_what_does_not_tell_its_work_is_left_out(stages: dict[str, Any]) -> None:
    assert past_video(stages, 5.0) is None


def test_work_of_a_video_is_read_from_its_stages() -> None:
    work = {"pixels": 100, "took_s": 3.5, "drawn": {"text": [2, 1.5, 9.0]}}
    video = past_video({"video": {"made": 2, "reused": 0, "work": work}, "audio": {"work": {"hibari": [50, 1.0]}}}, 5.0)
    assert video == PastVideo(100, {"text": (2, 1.5, 9.0)}, {"hibari": (50, 1.0)}, 2, 5.0, 1.5)
    assert past_video({"video": {"made": 2, "reused": 3, "work": work}}, 5.0) == PastVideo(100, {"text": (2, 1.5, 9.0)}, {}, 5, None, 1.5)
