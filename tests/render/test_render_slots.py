"""However many videos are made, no more scenes are drawn at a time than there are slots, and no slot is ever lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.short_video import run
from videogen.render import render_slots
from videogen.render.forked import ForkDied, Forked
from videogen.render.render_slots import Budget

pytestmark = pytest.mark.integration

HELD_S = 0.02


def drawing(slots: Budget, diary: Path, name: str) -> Callable[[Callable[[float], None]], None]:
    def draw(_progress: Callable[[float], None]) -> None:
        with slots.slot(), diary.open("ab", buffering=0) as file:
            file.write(f"+{name}".encode())
            time.sleep(HELD_S)
            file.write(f"-{name}".encode())

    return draw


def nobody_waits(slots: Budget) -> bool:
    with (slots.directory / "next").open("wb") as line:
        return render_slots._lock(line)


def finish(forks: list[Forked[None]]) -> None:
    for fork in forks:
        fork.read()


def test_two_videos_together_draw_no_more_scenes_at_a_time_than_there_are_slots(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    budgets = [Budget(tmp_path / "slots", 2), Budget(tmp_path / "slots", 2)]
    finish([Forked(drawing(video, diary, name)) for _ in range(4) for video, name in zip(budgets, "ab", strict=True)])
    signs = diary.read_text()[::2]
    levels = [signs[: index + 1].count("+") - signs[: index + 1].count("-") for index in range(len(signs))]
    assert (levels[-1], len(levels)) == (0, 16)
    assert max(levels) <= 2


def test_a_video_with_many_scenes_does_not_keep_another_from_its_own(tmp_path: Path) -> None:
    diary, slots = tmp_path / "diary", Budget(tmp_path / "slots", 1)
    go = tmp_path / "go"

    def hold(progress: Callable[[float], None]) -> None:
        with slots.slot():
            progress(1.0)
            while not go.exists():
                time.sleep(0.001)

    holder = Forked(hold)
    holder.read()
    other = Forked(drawing(slots, diary, "b"))
    while nobody_waits(slots):
        time.sleep(0.001)
    many = [Forked(drawing(slots, diary, "a")) for _ in range(4)]
    go.touch()
    finish([holder, other, *many])
    assert diary.read_text() == "+b-b" + "+a-a" * 4


def test_a_killed_process_gives_its_slot_back(tmp_path: Path) -> None:
    slots = Budget(tmp_path / "slots", 1)

    def hang(progress: Callable[[float], None]) -> None:
        with slots.slot():
            progress(1.0)
            time.sleep(600)

    holder = Forked(hang)
    holder.read()
    waiting = Forked(drawing(slots, tmp_path / "diary", "a"))
    os.kill(holder.pid, signal.SIGKILL)
    waiting.read()
    with pytest.raises(ForkDied):
        holder.read()


def test_a_slot_that_never_comes_is_not_waited_for_for_ever_and_meanwhile_the_video_says_that_it_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render_slots, "PATIENCE_S", 0.3)
    monkeypatch.setattr(render_slots, "SIGN_S", 0.02)
    with Budget(tmp_path / "slots", 1).slot():
        made = run(tmp_path / "work", tmp_path / "cache", "# One", voice="none", slots=tmp_path / "slots", render_processes=1)
    assert made.counts("video") == (1, 0)
    assert len([event for event in made.of("stage.progress", "video") if event.stage_progress == 0]) > 3
