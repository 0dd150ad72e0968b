"""A task's life, read from its log and drawn: nothing left out, nothing turned round, nothing that anybody wrote."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen.pipeline.task_timeline import AttemptSpan, SceneTick, StageSpan, Timeline, TimelineMark, read
from videogen.pipeline.timeline_picture import COLOURS, LEFT, RIGHT, WIDTH, draw, timeline
from videogen.pipeline.timeline_scale import TimeScale

Event = dict[str, Any]
SVG = "{http://www.w3.org/2000/svg}"


def narrated(*facts: tuple[float, str, int, str | None] | tuple[float, str, int, str | None, Event]) -> list[Event]:
    """Events from (second, type, attempt, stage[, data])."""
    begin = datetime(2026, 11, 22, 8, tzinfo=UTC)
    return [
        {
            "at": (begin + timedelta(seconds=at)).isoformat(),
            "type": type,
            "attempt": attempt,
            "stage": stage,
            "data": data[0] if data else {},
        }
        for at, type, attempt, stage, *data in facts
    ]


LIFE = narrated(
    (0, "task.submitted", 0, None),
    (7200, "task.started", 1, None),
    (7201, "stage.started", 1, "video"),
    (7203, "scene.rendered", 1, "video", {"position": 1}),
    (7204, "task.stalled", 1, "video"),
    (7210, "attempt.lost", 1, "video"),
    (7214, "task.started", 2, None),
    (7215, "stage.started", 2, "audio"),
    (7216, "stage.started", 2, "video"),
    (7217, "scene.rendered", 2, "video", {"position": 1, "reused": True}),
    (7218, "stage.completed", 2, "audio", {"made": 3, "reused": 1}),
    (7220, "stage.failed", 2, "video", {"code": "stage_failed"}),
    (7220, "task.failed", 2, "video"),
    (99999, "task.deleted", 2, None),
)


def test_attempts_stages_scenes_and_marks_are_read() -> None:
    line = read(LIFE)
    assert line.attempts == [AttemptSpan(1, 7200, 7210, "lost"), AttemptSpan(2, 7214, 7220, "failed")]
    assert line.bars == [
        StageSpan("video", 1, 7201, 7210, "lost"),
        StageSpan("audio", 2, 7215, 7218, "completed", made=3, reused=1),
        StageSpan("video", 2, 7216, 7220, "failed"),
    ]
    assert line.ticks == [SceneTick(1, 7203, False), SceneTick(1, 7217, True)]
    assert line.marks == [TimelineMark("task.stalled", 7204)]


def test_what_goes_on_is_open_and_reaches_to_the_last_event() -> None:
    line = read(LIFE[:5])
    assert line.attempts == [AttemptSpan(1, 7200)]
    assert line.bars == [StageSpan("video", 1, 7201)]
    assert line.until == 7204


def test_a_step_that_ran_beside_the_one_that_failed_is_not_to_blame() -> None:
    line = read(
        narrated(
            (0, "task.started", 1, None), (1, "stage.started", 1, "audio"), (1, "stage.started", 1, "video"), (9, "task.failed", 1, "video")
        )
    )
    assert {bar.stage: bar.outcome for bar in line.bars} == {"audio": "cancelled", "video": "failed"}


def test_a_clock_that_was_set_back_turns_nothing_round() -> None:
    line = read(narrated((0, "task.submitted", 0, None), (5, "task.started", 1, None), (-3600, "task.completed", 1, None)))
    assert line.attempts == [AttemptSpan(1, 5, 5, "completed")]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "stage.completed", "attempt": 1, "stage": "video", "data": {"damaged": True}},
        {"type": "stage.completed", "attempt": 1, "stage": "never-begun", "data": {}},
        {"type": "stage.started", "attempt": 1, "stage": None, "data": None},
        {"type": "stage.started", "attempt": None, "stage": "a stage to come", "data": None},
        {"type": "scene.rendered", "attempt": 1, "stage": "video", "data": {"position": "x"}},
        {"type": "task.from-the-future", "attempt": 1, "stage": None, "data": {}},
    ],
)
def test_events_that_are_damaged_or_unknown_are_drawn_as_far_as_they_go(event: Event) -> None:
    assert "Attempt 1" in timeline({"events": [*LIFE[:5], {"at": "2026-11-22T10:00:05Z"} | event]})["svg"]


spans = st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e4)), max_size=40)


@given(spans)
def test_every_moment_has_its_place_in_order_and_inside(lengths: list[tuple[float, float]]) -> None:
    line, at = Timeline(), 0.0
    for number, (wait, work) in enumerate(lengths):
        line.attempts.append(AttemptSpan(number + 1, at + wait, at + wait + work, "requeued"))
        at += wait + work
    line.until = at
    scale = TimeScale(line, LEFT, RIGHT)
    moments = sorted({0.0, at, *(moment for attempt in line.attempts for moment in (attempt.start, attempt.end or 0.0))})
    positions = [scale(moment) for moment in moments]
    assert all(LEFT - 0.01 <= position <= RIGHT + 0.01 for position in positions)
    assert all(left <= right + 0.01 for left, right in pairwise(positions))
    assert all(LEFT - 0.01 <= position <= RIGHT + 0.01 for _, position in scale.marks(apart=64))


def test_work_is_in_proportion_and_a_long_wait_does_not_push_it_aside() -> None:
    scale = TimeScale(read(LIFE), LEFT, RIGHT)
    per_s = (scale(7210) - scale(7200)) / 10
    assert scale(7220) - scale(7214) == pytest.approx(6 * per_s)
    assert scale(7220) - scale(7200) > 0.8 * (RIGHT - LEFT)


def test_text_stays_text_and_colours_follow_the_reader() -> None:
    svg = timeline({"events": LIFE})["svg"]
    root = ElementTree.fromstring(svg)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"Attempt 1", "Attempt 2", "failed after 6.0 s", "Drawing", "Speaking", "waited 2 h 00 min", "stalled"} <= set(texts)
    assert "3.0 s · 3 made, 1 reused" in texts or "3.0 s" in texts
    assert not list(root.iter(f"{SVG}image")) and not list(root.iter(f"{SVG}script"))
    styles = " ".join(element.get("style", "") for element in root.iter())
    assert "var(--accent, #3451c7)" in styles
    assert all(f"--{name}: {dark}" in svg for name, (_, dark) in COLOURS.items())


def test_the_same_log_gives_the_same_drawing() -> None:
    assert draw(read(LIFE)) == draw(read(LIFE))


def test_nothing_is_written_over_the_edge() -> None:
    many = [(100 + number / 7, "scene.rendered", 1, "video", {"position": number + 1, "reused": number < 90}) for number in range(300)]
    facts = [(0, "task.submitted", 0, None), (99, "task.started", 1, None), *many, (150, "task.warning", 1, None)]
    root = ElementTree.fromstring(timeline({"events": narrated(*facts)})["svg"])  # type: ignore[arg-type]
    positions = [float(text.get("x", "0")) for text in root.iter(f"{SVG}text")]
    assert all(0 <= position <= WIDTH for position in positions)


def test_what_has_not_begun_says_that_it_waits() -> None:
    assert "Waiting for a worker" in timeline({"events": LIFE[:1]})["svg"]
    assert "Waiting for a worker" in timeline({"events": []})["svg"]


def test_no_window_system_is_asked_for() -> None:
    asks = "import sys, videogen.pipeline.timeline_picture as t; t.timeline({'events': []}); print('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asks], check=True, capture_output=True).stdout == b"False\n"
