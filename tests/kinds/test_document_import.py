"""A document that comes in as a task becomes a script with its files, in a confined renderer of a worker for quick tasks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from models import artifact
from models.artifact import Artifact
from models.files import blob_store
from models.files.blob_store import Asset
from models.intake import TaskSpec, submit_all
from models.task import Task
from tests.processes.conftest import Workspace
from tests.support.presentations import talk
from tests.support.process_state import until
from videogen.kinds.document_import import IMPORT, ImportPayload
from videogen.kinds.kind import RequestContext
from videogen.kinds.video import AFTER_IMPORT, make_render_request


def keep(workspace: Workspace, path: Path) -> Asset:
    with path.open("rb") as content, blob_store.staged(workspace.data, content) as staged:
        staged.keep()
    return Asset(path.name, staged.id, "application/zip", staged.bytes)


def test_worker_for_quick_tasks_imports_and_leaves_videos_alone(workspace: Workspace, tmp_path: Path) -> None:
    deck, broken = talk(tmp_path / "talk.pptx"), tmp_path / "broken.pptx"
    broken.write_bytes(b"no deck")
    specs = [
        TaskSpec(source="# Waits", format="markdown", title="Waits"),
        *(
            TaskSpec(kind="import", payload={"document": path.name}, title=path.name, assets=[keep(workspace, path)])
            for path in (deck, broken)
        ),
        TaskSpec(kind="import", payload={"document": "gone.pptx"}, title="gone.pptx"),
        TaskSpec(kind="video", payload={"script_of": AFTER_IMPORT}, title="talk", after=[1]),
    ]
    video, talk_import, broken_import, gone, follower = (item.task.id for item in submit_all(workspace.store, specs))
    workspace.start(sys.executable, "-m", "videogen.processes.worker_process", "--quick")
    until(lambda: all(workspace.task(task_id).finished for task_id in (talk_import, broken_import, gone)), within_s=120)
    assert (workspace.task(video).status, workspace.task(video).hold_reason) == ("queued", None)
    ended = workspace.task(talk_import)
    assert (ended.status, ended.error_message) == ("completed", None)
    assert [(task.error_code, task.error_stage) for task in map(workspace.task, (broken_import, gone))] == [
        ("bad_document", "read"),
        ("missing_document", "read"),
    ]
    warnings = [event.data["message"] for event in workspace.events(talk_import) if event.type == "task.warning"]
    assert warnings == ["Slide 3: A hidden slide is left out."]
    files = artifacts(workspace, ended)
    assert sorted(files) == [("import", 0), ("picture", 1), ("script", 0)]
    assert files["picture", 1].key.endswith("/slide-05-1.png")

    request = render_request(workspace, follower)
    assert "# Bees in the city" in request["source"]
    assert request["assets"] == {"slide-05-1.png": str(workspace.data / files["picture", 1].key)}


def artifacts(workspace: Workspace, task: Task) -> dict[tuple[str, int], Artifact]:
    with workspace.store.reading() as read:
        return {(file.kind, file.position): file for file in artifact.of_task(read, task.id)}


def render_request(workspace: Workspace, task_id: str) -> dict[str, Any]:
    from videogen.config import Settings

    context = RequestContext(workspace.store, Settings(data=workspace.data), workspace.data / "work", {})
    return dict(make_render_request(workspace.task(task_id), context).content)


@pytest.mark.parametrize("pages", ["1", "1-5, 8", " 2 - 3 ,7"])
def test_pages_are_numbers_and_ranges(pages: str) -> None:
    assert ImportPayload(document="a.pptx", pages=pages).pages == pages


def test_imports_and_the_ends_of_sets_are_quick_and_videos_are_not() -> None:
    from videogen.kinds.registry import BUILT_IN

    assert [name for name, kind in BUILT_IN.items() if kind.quick] == [IMPORT.name, "set"]
