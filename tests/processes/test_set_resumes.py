"""A set of videos whose worker is killed: each video is made once, and the set ends once, after all of them."""

from __future__ import annotations

from models.intake import TaskSpec, submit_all
from tests.processes.conftest import Workspace
from videogen.kinds.video_set import specs_of_set


def test_each_video_of_a_set_is_made_once_although_the_worker_is_killed(workspace: Workspace) -> None:
    go = workspace.data / "go"
    steps = ("stage video", "scene 1", "finish", "artifact video video.mp4")
    scripts = (steps, (*steps[:2], f"wait {go}", *steps[2:]), steps)
    videos = [TaskSpec(source="\n".join(lines), format="markdown", title=str(number)) for number, lines in enumerate(scripts)]
    *made, end = [submitted.task.id for submitted in submit_all(workspace.store, specs_of_set(videos, "Three", attempts=3))]
    worker = workspace.start_worker()
    workspace.wait_for(made[1], "scene.rendered")
    worker.kill()
    assert [workspace.task(task_id).status for task_id in (*made, end)] == ["completed", "running", "queued", "queued"]
    go.touch()
    workspace.release_dead()
    workspace.start_worker()
    assert workspace.wait_for_end(end).status == "completed"
    types = {task_id: workspace.types(task_id) for task_id in (*made, end)}
    assert [types[task_id].count("task.completed") for task_id in (*made, end)] == [1, 1, 1, 1]
    assert [types[task_id].count("artifact.created") for task_id in made] == [1, 1, 1]
    assert [workspace.task(task_id).attempt for task_id in made] == [1, 2, 1]
    (ended,) = [event.seq for event in workspace.events(end) if event.type == "task.completed"]
    assert all(event.seq < ended for task_id in made for event in workspace.events(task_id) if event.type == "task.completed")
