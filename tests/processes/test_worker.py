import json
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from models import attempt, clock, task, worker
from tests.processes.conftest import Workspace
from tests.support.process_state import living, until

VIDEO_STEPS = ("stage video", "progress 0.5 Drawing scenes", "scene 1", "finish", "stage output", "artifact video film.mp4", "finish")


def pid_in(path: Path) -> int:
    until(lambda: path.exists() and path.read_text())
    return int(path.read_text())


def test_an_idle_worker_runs_a_submitted_task_and_logs_it_in_order(busy_workspace: Workspace) -> None:
    made = busy_workspace.submit(*VIDEO_STEPS)
    assert busy_workspace.wait_for_end(made).status == "completed"
    assert busy_workspace.types(made) == [
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
    progress = [event.progress for event in busy_workspace.events(made)]
    assert progress == sorted(progress)  # type: ignore[type-var]
    assert [event.type for event in busy_workspace.events(made) if event.progress == 1.0] == ["task.completed"]


def test_finished_files_are_published_and_the_work_directory_goes(busy_workspace: Workspace) -> None:
    made = busy_workspace.submit(*VIDEO_STEPS)
    busy_workspace.wait_for_end(made)
    assert (busy_workspace.data / "tasks" / made / "1" / "film.mp4").read_text() == "video"
    assert (busy_workspace.data / "tasks" / made / "1" / "1.txt").read_text() == "scene 1"
    assert busy_workspace.wait_for(made, "artifact.created").data["files"][0]["key"] == f"tasks/{made}/1/film.mp4"
    until(lambda: not list((busy_workspace.data / "work").iterdir()))


def test_a_worker_runs_tasks_that_were_queued_before_it_started_one_by_one(workspace: Workspace) -> None:
    tasks = [workspace.submit(*VIDEO_STEPS) for _ in range(3)]
    workspace.start_worker()
    assert {workspace.wait_for_end(row).status for row in tasks} == {"completed"}


def test_a_cancelled_task_is_said_to_be_so_when_nothing_of_it_runs_any_more(busy_workspace: Workspace, tmp_path: Path) -> None:
    made = busy_workspace.submit(f"fork {tmp_path / 'pid'}", "stage video", "hang")
    busy_workspace.wait_for(made, "stage.started")
    render = pid_in(tmp_path / "pid")
    task.cancel(busy_workspace.store, made)
    until(lambda: busy_workspace.task(made).status == "cancelled")
    assert not living([render])
    assert busy_workspace.types(made)[-2:] == ["task.cancelling", "task.cancelled"]
    assert busy_workspace.wait_for_end(busy_workspace.submit(*VIDEO_STEPS)).status == "completed"


def test_a_deleted_task_is_left_at_once(busy_workspace: Workspace, tmp_path: Path) -> None:
    made = busy_workspace.submit(f"fork {tmp_path / 'pid'}", "stage video", "hang")
    busy_workspace.wait_for(made, "stage.started")
    task.delete(busy_workspace.store, made)
    until(lambda: not living([pid_in(tmp_path / "pid")]))
    assert busy_workspace.wait_for_end(busy_workspace.submit(*VIDEO_STEPS)).status == "completed"
    assert busy_workspace.types(made)[-1] == "task.deleted"


def test_a_silent_step_is_stopped_and_the_error_names_it_and_its_last_message(workspace: Workspace) -> None:
    workspace.start_worker(stage_silence_s=0.3)
    made = workspace.submit("stage video", "progress 0.5 Drawing scenes", "hang")
    failed = workspace.wait_for_end(made)
    assert (failed.error_code, failed.error_stage) == ("stage_silent", "video")
    assert "Drawing scenes" in (failed.error_message or "")
    assert "VIDEOGEN_STAGE_SILENCE_S" in (failed.error_hint or "")
    assert workspace.wait_for_end(workspace.submit(*VIDEO_STEPS)).status == "completed"


def test_a_step_that_reports_is_not_silent_but_may_take_too_long(workspace: Workspace) -> None:
    workspace.start_worker(stage_max_s=0.5, stage_silence_s=20)
    failed = workspace.wait_for_end(workspace.submit("stage video", "progress 0.5 Drawing scenes", "hang"))
    assert (failed.error_code, failed.error_stage) == ("stage_too_long", "video")


def test_a_renderer_that_takes_too_much_memory_is_stopped(workspace: Workspace) -> None:
    workspace.start_worker(memory_limit_mb=256)
    failed = workspace.wait_for_end(workspace.submit("stage video", "progress 0.5 Drawing scenes", "allocate 400", "hang"))
    assert (failed.error_code, failed.error_stage) == ("out_of_memory", "video")
    assert "Drawing scenes" in (failed.error_message or "")


def test_a_task_without_reports_is_recorded_as_stalled_once(workspace: Workspace, tmp_path: Path) -> None:
    workspace.start_worker(stall_s=0.2)
    made = workspace.submit("stage video", f"wait {tmp_path / 'go'}", "finish")
    workspace.wait_for(made, "task.stalled")
    until(lambda: workspace.task(made).lease_until_s is not None)
    (tmp_path / "go").touch()
    workspace.wait_for_end(made)
    types = workspace.types(made)
    assert types[types.index("stage.completed") - 1] == "task.stalled"
    assert ("task.stalled", "task.stalled") not in pairwise(types)  # a busy machine may be silent for that long elsewhere, too


def test_a_flood_of_reports_becomes_few_events_with_the_last_one(busy_workspace: Workspace) -> None:
    made = busy_workspace.submit("stage video", "flood 5000 Drawing", "progress 1.0 Joining")
    busy_workspace.wait_for_end(made)
    progress = [event for event in busy_workspace.events(made) if event.type == "stage.progress"]
    assert len(progress) < 500
    assert [(event.message, event.stage_progress) for event in progress[-2:]] == [("Drawing", 1.0), ("Joining", 1.0)]


def test_a_renderer_that_dies_is_tried_again_and_then_given_up(busy_workspace: Workspace) -> None:
    made = busy_workspace.submit("stage video", "scene 1", "progress 0.5 Drawing scenes", "exit 3", attempts=1)
    failed = busy_workspace.wait_for_end(made)
    assert (failed.error_code, failed.attempt) == ("renderer_lost", 2)
    assert "exit code 3" in (failed.error_message or "")
    assert "Drawing scenes" in (failed.error_message or "")
    assert busy_workspace.types(made).count("attempt.lost") == 2


def test_an_error_in_a_script_is_recorded_and_not_retried(busy_workspace: Workspace) -> None:
    made = busy_workspace.submit("stage parsing", "bad")
    failed = busy_workspace.wait_for_end(made)
    assert (failed.error_code, failed.error_hint, failed.error_stage, failed.attempt) == ("bad_script", "Correct it.", "parsing", 1)
    assert busy_workspace.wait_for(made, "task.failed").data["faults"] == [{"message": "wrong", "line": 3, "column": 1, "path": None}]


def test_after_an_unforeseen_error_the_next_task_gets_a_new_renderer(busy_workspace: Workspace) -> None:
    crashing, next_one = busy_workspace.submit("stage video", "crash"), busy_workspace.submit(*VIDEO_STEPS)
    assert busy_workspace.wait_for_end(crashing).error_message == "ZeroDivisionError: division by zero"
    assert (busy_workspace.wait_for_end(next_one).status, busy_workspace.task(next_one).attempt) == ("completed", 1)


ALL_STAGES = [line for name in ("input", "parsing", "narration", "audio", "video", "output") for line in (f"stage {name}", "finish")]


@pytest.mark.parametrize("afterwards", ["crash", "bad", "exit 3"])
def test_what_goes_wrong_after_a_video_is_complete_does_not_fail_it(busy_workspace: Workspace, afterwards: str) -> None:
    made = busy_workspace.submit(*ALL_STAGES[:-1], "artifact video video.mp4", "finish", afterwards)
    assert busy_workspace.wait_for_end(made).status == "completed"
    assert "attempt.lost" not in busy_workspace.types(made)


def test_a_renderer_that_hangs_after_a_video_is_complete_does_not_fail_it(workspace: Workspace) -> None:
    workspace.start_worker(stage_silence_s=0.3)
    made = workspace.submit(*ALL_STAGES, "hang")
    assert workspace.wait_for_end(made).status == "completed"


def test_a_file_outside_of_the_work_directory_is_never_published(busy_workspace: Workspace) -> None:
    failed = busy_workspace.wait_for_end(busy_workspace.submit("stage output", "outside"))
    assert failed.error_code == "stage_failed"
    assert busy_workspace.store.path.exists()


@pytest.mark.parametrize(
    ("report", "code"),
    [
        ({"type": "artifact.created", "stage": "output", "data": {"kind": "video"}}, "stage_failed"),
        ({"type": "scene.rendered", "stage": "video", "data": {"position": "first"}}, "stage_failed"),
        ({"type": "stage.progress", "stage": "video", "stage_progress": "half"}, "renderer_lost"),
    ],
    ids=["without a file's fields", "a position that is none", "a fraction that is none"],
)
def test_a_report_that_cannot_be_read_ends_its_attempt_and_not_the_worker(busy_workspace: Workspace, report: object, code: str) -> None:
    with busy_workspace.store.reading() as read:
        workers = [row.id for row in worker.every(read)]
    ended = busy_workspace.wait_for_end(busy_workspace.submit("stage video", f"report {json.dumps(report)}", "hang", attempts=1))
    assert (ended.status, ended.error_code) == ("failed", code)
    assert busy_workspace.wait_for_end(busy_workspace.submit(*VIDEO_STEPS)).status == "completed"
    with busy_workspace.store.reading() as read:
        assert [row.id for row in worker.every(read)] == workers


def test_a_stopped_worker_requeues_its_task_and_leaves_nothing_behind(workspace: Workspace, tmp_path: Path) -> None:
    group = workspace.start_worker()
    made = workspace.submit(f"fork {tmp_path / 'pid'}", "stage video", "hang", attempts=1)
    workspace.wait_for(made, "stage.started")
    group.terminate()
    assert group.wait(20) == 0
    assert not living([pid_in(tmp_path / "pid")])
    assert (workspace.task(made).status, workspace.task(made).attempts_left) == ("queued", 1)
    assert workspace.types(made)[-1] == "task.requeued"
    with workspace.store.reading() as read:
        assert worker.alive(read) == []
    assert list((workspace.data / "listen").iterdir()) == []


def test_an_idle_worker_asked_to_stop_ends_at_once(workspace: Workspace) -> None:
    group = workspace.start_worker()
    workspace.wait_for_end(workspace.submit(*VIDEO_STEPS))
    group.terminate()
    assert group.wait(20) == 0


@pytest.mark.parametrize("victim", ["worker", "renderer", "render"])
def test_whichever_process_is_killed_the_next_attempt_continues_and_no_process_is_left(
    workspace: Workspace, tmp_path: Path, victim: str
) -> None:
    group = workspace.start_worker()
    go, pid = tmp_path / "go", tmp_path / "pid"
    made = workspace.submit(f"fork {pid}", "stage video", "scene 1", f"wait {go}", "finish")
    workspace.wait_for(made, "scene.rendered")
    render = pid_in(pid)
    renderer = next(int(line.split()[1]) for line in Path(f"/proc/{render}/status").read_text().splitlines() if line.startswith("PPid:"))
    os.kill({"worker": group.pid, "renderer": renderer, "render": render}[victim], signal.SIGKILL)
    if victim == "worker":
        until(lambda: not living([group.pid, renderer, render]))
        assert workspace.release_dead() == 1
        workspace.start_worker()
    if victim == "renderer":
        workspace.wait_for(made, "attempt.lost")
        assert not living([renderer, render])
    go.touch()
    assert workspace.wait_for_end(made).status == "completed"
    assert workspace.task(made).attempt == (1 if victim == "render" else 2)
    assert workspace.types(made).count("task.completed") == 1


def test_a_worker_that_was_stopped_wakes_to_find_itself_fenced(workspace: Workspace, tmp_path: Path) -> None:
    first = workspace.start_worker(lease_s=1)
    go, pid = tmp_path / "go", tmp_path / "pid"
    made = workspace.submit(f"fork {pid}", "stage video", "scene 1", f"wait {go}", "progress 0.9 Waking", "finish")
    workspace.wait_for(made, "scene.rendered")
    render = pid_in(pid)
    os.kill(first.pid, signal.SIGSTOP)
    workspace.start_worker(lease_s=1)
    workspace.wait_for(made, "attempt.lost")
    until(lambda: workspace.task(made).attempt == 2)
    go.touch()
    assert workspace.wait_for_end(made).status == "completed"
    types = workspace.types(made)
    os.kill(first.pid, signal.SIGCONT)
    until(lambda: not living([render]))
    assert workspace.types(made) == types
    assert {event.attempt for event in workspace.events(made)[types.index("attempt.lost") + 1 :]} == {2}
    assert first.alive()


def test_a_busy_database_costs_time_but_no_event_and_no_attempt(workspace: Workspace, tmp_path: Path) -> None:
    workspace.start_worker(lease_s=1)
    go = tmp_path / "go"
    made = workspace.submit("stage video", f"wait {go}", "flood 2000 Drawing", "progress 1.0 Joining", "scene 1", "finish")
    workspace.wait_for(made, "stage.started")
    with workspace.store.writing() as write:
        go.touch()
        until(lambda: clock.monotonic() > (workspace.task(made).lease_until_s or 0))
        del write
    assert workspace.wait_for_end(made).status == "completed"
    assert (workspace.task(made).attempt, workspace.types(made)[-4:]) == (
        1,
        ["stage.progress", "scene.rendered", "stage.completed", "task.completed"],
    )


def test_a_lease_is_renewed_as_long_as_the_renderer_works(workspace: Workspace, tmp_path: Path) -> None:
    workspace.start_worker(lease_s=0.6)
    go = tmp_path / "go"
    made = workspace.submit("stage video", f"wait {go}", "finish")
    workspace.wait_for(made, "stage.started")
    first = workspace.task(made).lease_until_s or 0
    until(lambda: (workspace.task(made).lease_until_s or 0) > first + 1.2)
    assert attempt.sweep(workspace.store) == 0
    go.touch()
    assert workspace.wait_for_end(made).attempt == 1


def test_a_worker_whose_renderers_do_not_start_ends_with_an_error(workspace: Workspace) -> None:
    group = workspace.start_worker(sys.executable, "-c", "raise SystemExit(9)")
    assert group.wait(20) == 1
    with workspace.store.reading() as read:
        assert worker.alive(read) == []


def test_a_worker_stays_light() -> None:
    asks = "import sys, videogen.processes.worker_process\n"
    asks += "print(*{'moviepy', 'matplotlib', 'numpy', 'av', 'PIL', 'flask', 'gevent'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", asks], check=True, capture_output=True).stdout == b"\n"
