"""A set of videos whose worker is killed: each video is made once, and the set ends once, after all of them."""

from __future__ import annotations

import sys

from models.intake import TaskSpec, submit_all
from tests.processes.conftest import Workspace
from videogen.kinds.video_set import specs_of_set
from videogen.pipeline.script_set import expand

WORKER = (sys.executable, "-m", "videogen.processes.worker_process")
SCRIPT = "---\nvoice: none\nheight: 240\n---\n# For {{name}}\n\n## Two\n\nWords.\n"


def test_each_video_of_a_set_is_made_once_although_the_worker_is_killed(workspace: Workspace) -> None:
    rows = expand(SCRIPT, "markdown", "name\nAnna\nBo\nCleo\n").rows
    videos = [TaskSpec(source=row.script, format="markdown", title=row.label) for row in rows]
    *made, end = [submitted.task.id for submitted in submit_all(workspace.store, specs_of_set(videos, "Three", attempts=3))]
    worker = workspace.start(*WORKER, voice="none")
    workspace.wait_for(made[1], "scene.rendered")
    worker.kill()
    workspace.release_dead()
    workspace.start(*WORKER, voice="none")
    assert workspace.wait_for_end(end).status == "completed"
    types = {task_id: workspace.types(task_id) for task_id in (*made, end)}
    assert [types[task_id].count("task.completed") for task_id in (*made, end)] == [1, 1, 1, 1]
    files = [[event.data["kind"] for event in workspace.events(task_id) if event.type == "artifact.created"] for task_id in made]
    assert [kinds.count("video") for kinds in files] == [1, 1, 1]
    assert "task.released" in types[end]
    (ended,) = [event.seq for event in workspace.events(end) if event.type == "task.completed"]
    assert all(event.seq < ended for task_id in made for event in workspace.events(task_id) if event.type == "task.completed")
