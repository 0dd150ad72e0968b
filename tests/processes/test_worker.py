import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from models import attempt, task, worker
from tests.processes.conftest import Yard
from tests.processes.living import living, until

A_FILM = ("stage video", "progress 0.5 Drawing scenes", "scene 1", "finish", "stage output", "artifact video film.mp4", "finish")


def pid_in(path: Path) -> int:
    until(lambda: path.exists() and path.read_text())
    return int(path.read_text())


def test_an_idle_worker_makes_a_submitted_task_and_the_log_tells_it_in_order(workplace: Yard) -> None:
    made = workplace.submit(*A_FILM)
    assert workplace.wait_for_end(made).status == "completed"
    assert workplace.types(made) == [
        "task.submitted",
        "task.started",
        "stage.started",
        "stage.progress",
        "scene.rendered",
        "stage.completed",
        "stage.started",
        "artifact.created",
        "stage.completed",
        "task.completed",
    ]
    progress = [each.progress for each in workplace.events(made)]
    assert progress == sorted(progress)
    assert [each.type for each in workplace.events(made) if each.progress == 1.0] == ["task.completed"]


def test_finished_files_are_published_and_the_work_directory_goes(workplace: Yard) -> None:
    made = workplace.submit(*A_FILM)
    workplace.wait_for_end(made)
    assert (workplace.data / "tasks" / made / "1" / "film.mp4").read_text() == "video"
    assert (workplace.data / "tasks" / made / "1" / "1.txt").read_text() == "scene 1"
    assert workplace.wait_for(made, "artifact.created").data["files"][0]["key"] == f"tasks/{made}/1/film.mp4"
    until(lambda: not list((workplace.data / "work").iterdir()))


def test_a_worker_makes_what_waited_before_it_came_one_after_the_other(yard: Yard) -> None:
    tasks = [yard.submit(*A_FILM) for _ in range(3)]
    yard.work()
    assert {yard.wait_for_end(each).status for each in tasks} == {"completed"}


def test_a_cancelled_task_is_said_to_be_so_when_nothing_of_it_runs_any_more(workplace: Yard, tmp_path: Path) -> None:
    made = workplace.submit(f"fork {tmp_path / 'pid'}", "stage video", "hang")
    workplace.wait_for(made, "stage.started")
    render = pid_in(tmp_path / "pid")
    task.cancel(workplace.store, made)
    until(lambda: workplace.task(made).status == "cancelled")
    assert not living([render])
    assert workplace.types(made)[-2:] == ["task.cancelling", "task.cancelled"]
    assert workplace.wait_for_end(workplace.submit(*A_FILM)).status == "completed"


def test_a_deleted_task_is_left_at_once(workplace: Yard, tmp_path: Path) -> None:
    made = workplace.submit(f"fork {tmp_path / 'pid'}", "stage video", "hang")
    workplace.wait_for(made, "stage.started")
    task.delete(workplace.store, made)
    until(lambda: not living([pid_in(tmp_path / "pid")]))
    assert workplace.wait_for_end(workplace.submit(*A_FILM)).status == "completed"
    assert workplace.types(made)[-1] == "task.deleted"


def test_a_silent_step_is_stopped_and_the_error_names_it_and_its_last_words(yard: Yard) -> None:
    yard.work(stage_silence_s=0.3)
    made = yard.submit("stage video", "progress 0.5 Drawing scenes", "hang")
    failed = yard.wait_for_end(made)
    assert (failed.error_code, failed.error_stage) == ("stage_silent", "video")
    assert "Drawing scenes" in (failed.error_message or "")
    assert "VIDEOGEN_STAGE_SILENCE_S" in (failed.error_hint or "")
    assert yard.wait_for_end(yard.submit(*A_FILM)).status == "completed"


def test_a_step_that_reports_is_not_silent_but_may_take_too_long(yard: Yard) -> None:
    yard.work(stage_max_s=0.5, stage_silence_s=20)
    failed = yard.wait_for_end(yard.submit("stage video", "progress 0.5 Drawing scenes", "hang"))
    assert (failed.error_code, failed.error_stage) == ("stage_too_long", "video")


def test_a_renderer_that_takes_too_much_memory_is_stopped(yard: Yard) -> None:
    yard.work(memory_limit_mb=256)
    failed = yard.wait_for_end(yard.submit("stage video", "progress 0.5 Drawing scenes", "allocate 400", "hang"))
    assert (failed.error_code, failed.error_stage) == ("out_of_memory", "video")
    assert "Drawing scenes" in (failed.error_message or "")


def test_a_task_of_which_nothing_is_heard_is_said_to_be_stalled_once(yard: Yard, tmp_path: Path) -> None:
    yard.work(stall_s=0.2)
    made = yard.submit("stage video", f"wait {tmp_path / 'go'}", "finish")
    yard.wait_for(made, "task.stalled")
    until(lambda: yard.task(made).lease_until_s is not None)
    (tmp_path / "go").touch()
    yard.wait_for_end(made)
    types = yard.types(made)
    assert types[types.index("stage.completed") - 1] == "task.stalled"
    assert ("task.stalled", "task.stalled") not in pairwise(types)  # a busy machine may be silent for that long elsewhere, too


def test_a_flood_of_reports_becomes_few_events_and_the_last_one_is_kept(workplace: Yard) -> None:
    made = workplace.submit("stage video", "flood 5000 Drawing", "progress 1.0 Joining")
    workplace.wait_for_end(made)
    progress = [each for each in workplace.events(made) if each.type == "stage.progress"]
    assert len(progress) < 500
    assert [(each.message, each.stage_progress) for each in progress[-2:]] == [("Drawing", 1.0), ("Joining", 1.0)]


def test_a_renderer_that_dies_is_tried_again_and_then_given_up(workplace: Yard) -> None:
    made = workplace.submit("stage video", "scene 1", "progress 0.5 Drawing scenes", "exit 3", attempts=1)
    failed = workplace.wait_for_end(made)
    assert (failed.error_code, failed.attempt) == ("renderer_lost", 2)
    assert "exit code 3" in (failed.error_message or "")
    assert "Drawing scenes" in (failed.error_message or "")
    assert workplace.types(made).count("attempt.lost") == 2


def test_what_is_wrong_with_a_script_is_told_and_not_tried_again(workplace: Yard) -> None:
    made = workplace.submit("stage parsing", "bad")
    failed = workplace.wait_for_end(made)
    assert (failed.error_code, failed.error_hint, failed.error_stage, failed.attempt) == ("bad_script", "Correct it.", "parsing", 1)
    assert workplace.wait_for(made, "task.failed").data["faults"] == [{"message": "wrong", "line": 3, "column": 1, "path": None}]


def test_after_an_error_that_nobody_foresaw_the_next_task_gets_a_new_renderer(workplace: Yard) -> None:
    crashing, next_one = workplace.submit("stage video", "crash"), workplace.submit(*A_FILM)
    assert workplace.wait_for_end(crashing).error_message == "ZeroDivisionError: division by zero"
    assert (workplace.wait_for_end(next_one).status, workplace.task(next_one).attempt) == ("completed", 1)


ALL_STAGES = [line for name in ("input", "parsing", "narration", "audio", "video", "output") for line in (f"stage {name}", "finish")]


@pytest.mark.parametrize("afterwards", ["crash", "bad", "exit 3"])
def test_what_goes_wrong_after_a_video_is_complete_does_not_fail_it(workplace: Yard, afterwards: str) -> None:
    made = workplace.submit(*ALL_STAGES[:-1], "artifact video video.mp4", "finish", afterwards)
    assert workplace.wait_for_end(made).status == "completed"
    assert "attempt.lost" not in workplace.types(made)


def test_a_renderer_that_hangs_after_a_video_is_complete_does_not_fail_it(yard: Yard) -> None:
    yard.work(stage_silence_s=0.3)
    made = yard.submit(*ALL_STAGES, "hang")
    assert yard.wait_for_end(made).status == "completed"


def test_a_file_outside_of_the_work_directory_is_never_published(workplace: Yard) -> None:
    failed = workplace.wait_for_end(workplace.submit("stage output", "outside"))
    assert failed.error_code == "stage_failed"
    assert workplace.store.path.exists()


def test_asked_to_stop_a_worker_puts_its_task_back_and_leaves_nothing_behind(yard: Yard, tmp_path: Path) -> None:
    group = yard.work()
    made = yard.submit(f"fork {tmp_path / 'pid'}", "stage video", "hang", attempts=1)
    yard.wait_for(made, "stage.started")
    group.terminate()
    assert group.wait(20) == 0
    assert not living([pid_in(tmp_path / "pid")])
    assert (yard.task(made).status, yard.task(made).attempts_left) == ("queued", 1)
    assert yard.types(made)[-1] == "task.requeued"
    with yard.store.reading() as read:
        assert worker.alive(read) == []
    assert list((yard.data / "listen").iterdir()) == []


def test_an_idle_worker_asked_to_stop_ends_at_once(yard: Yard) -> None:
    group = yard.work()
    yard.wait_for_end(yard.submit(*A_FILM))
    group.terminate()
    assert group.wait(20) == 0


@pytest.mark.parametrize("victim", ["worker", "renderer", "render"])
def test_whoever_is_killed_the_next_attempt_goes_on_and_no_process_is_left(yard: Yard, tmp_path: Path, victim: str) -> None:
    group = yard.work()
    go, pid = tmp_path / "go", tmp_path / "pid"
    made = yard.submit(f"fork {pid}", "stage video", "scene 1", f"wait {go}", "finish")
    yard.wait_for(made, "scene.rendered")
    render = pid_in(pid)
    renderer = next(int(line.split()[1]) for line in Path(f"/proc/{render}/status").read_text().splitlines() if line.startswith("PPid:"))
    os.kill({"worker": group.pid, "renderer": renderer, "render": render}[victim], signal.SIGKILL)
    if victim == "worker":
        until(lambda: not living([group.pid, renderer, render]))
        assert yard.release_dead() == 1
        yard.work()
    if victim == "renderer":
        yard.wait_for(made, "attempt.lost")
        assert not living([renderer, render])
    go.touch()
    assert yard.wait_for_end(made).status == "completed"
    assert yard.task(made).attempt == (1 if victim == "render" else 2)
    assert yard.types(made).count("task.completed") == 1


def test_a_worker_that_was_stopped_wakes_to_find_itself_fenced(yard: Yard, tmp_path: Path) -> None:
    first = yard.work(lease_s=1)
    go, pid = tmp_path / "go", tmp_path / "pid"
    made = yard.submit(f"fork {pid}", "stage video", "scene 1", f"wait {go}", "progress 0.9 Waking", "finish")
    yard.wait_for(made, "scene.rendered")
    render = pid_in(pid)
    os.kill(first.pid, signal.SIGSTOP)
    yard.work(lease_s=1)
    yard.wait_for(made, "attempt.lost")
    until(lambda: yard.task(made).attempt == 2)
    go.touch()
    assert yard.wait_for_end(made).status == "completed"
    told = yard.types(made)
    os.kill(first.pid, signal.SIGCONT)
    until(lambda: not living([render]))
    assert yard.types(made) == told
    assert {each.attempt for each in yard.events(made)[told.index("attempt.lost") + 1 :]} == {2}
    assert first.alive()


def test_a_busy_database_costs_time_but_no_event_and_no_attempt(yard: Yard, tmp_path: Path) -> None:
    yard.work(lease_s=1)
    go = tmp_path / "go"
    made = yard.submit("stage video", f"wait {go}", "flood 2000 Drawing", "progress 1.0 Joining", "scene 1", "finish")
    yard.wait_for(made, "stage.started")
    with yard.store.writing() as write:
        go.touch()
        until(lambda: attempt.clock.monotonic() > (yard.task(made).lease_until_s or 0))
        del write
    assert yard.wait_for_end(made).status == "completed"
    assert (yard.task(made).attempt, yard.types(made)[-4:]) == (
        1,
        ["stage.progress", "scene.rendered", "stage.completed", "task.completed"],
    )


def test_a_lease_is_kept_as_long_as_the_renderer_works(yard: Yard, tmp_path: Path) -> None:
    yard.work(lease_s=0.6)
    go = tmp_path / "go"
    made = yard.submit("stage video", f"wait {go}", "finish")
    yard.wait_for(made, "stage.started")
    first = yard.task(made).lease_until_s or 0
    until(lambda: (yard.task(made).lease_until_s or 0) > first + 1.2)
    assert attempt.sweep(yard.store) == 0
    go.touch()
    assert yard.wait_for_end(made).attempt == 1


def test_a_worker_whose_renderers_do_not_start_says_so_and_ends(yard: Yard) -> None:
    group = yard.work(sys.executable, "-c", "raise SystemExit(9)")
    assert group.wait(20) == 1
    with yard.store.reading() as read:
        assert worker.alive(read) == []


def test_a_worker_stays_light() -> None:
    asks = "import sys, videogen.processes.worker_process\n"
    asks += "print(*{'moviepy', 'matplotlib', 'numpy', 'av', 'PIL', 'flask', 'gevent'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", asks], check=True, capture_output=True).stdout == b"\n"
