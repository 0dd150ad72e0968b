"""Run by test_disk_space.py in a mount namespace: `python -m tests.files.on_a_crowded_disk DIRECTORY`, on which 12 MiB are mounted.

A worker meets a disk that is nearly full, and a video one that fills up under it. Says as JSON what was seen.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from models import task
from models.verify import verify
from tests.processes.conftest import Workspace
from tests.support.process_state import until
from videogen.cli.checks import machine
from videogen.config import MIB, Settings
from videogen.web import labels, views

SCRIPT = "# Film\n\n" + "\n\n".join(f"## Part {number}\n\n{'A sentence of some words. ' * 12}" for number in range(6))
OPTIONS = {"height": 240, "voice": "none"}


def main(disk: Path) -> None:
    workspace = Workspace(disk / "data")
    print(
        json.dumps(
            _nearly_full(workspace, disk) | _full(workspace, disk) | {"faults": [str(finding) for finding in verify(workspace.store)]}
        )
    )
    workspace.close()


def _nearly_full(workspace: Workspace, disk: Path) -> dict[str, object]:
    settings = Settings.model_validate({"data": workspace.data, "disk_free_min_bytes": 6 * MIB})
    cached = workspace.data / "cache" / "segment" / "aa" / "a.mp4"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(bytes(MIB))
    leave(disk, 2 * MIB)
    worker = workspace.start_worker(disk_free_min_bytes=settings.disk_free_min_bytes)
    first, second = workspace.submit("stage video", "finish"), workspace.submit("stage video", "finish")
    workspace.wait_for(first, "task.held")
    shape = views.task_view(workspace.store, settings, first)
    seen = {
        "says": labels.summary(shape),
        "trouble": labels.trouble(shape),
        "status": views.status_view(workspace.store, settings)["warnings"][0]["code"],
        "doctor": machine.free_space(settings).verdict,
    }
    (disk / "filling").unlink()
    ended = [workspace.wait_for_end(id).status for id in (first, second)]
    worker.terminate()
    worker.wait(20)
    return seen | {"types": workspace.types(first)[:4], "behind": workspace.types(second)[:2], "ended": ended}


def _full(workspace: Workspace, disk: Path) -> dict[str, object]:
    leave(disk, 350_000)
    workspace.start(sys.executable, "-m", "videogen.processes.worker_process", voice="none", disk_free_min_bytes=0)
    made = task.submit(workspace.store, source=SCRIPT, format="markdown", title="Film", options=OPTIONS).id
    failed = workspace.wait_for_end(made)
    until(lambda: not list((workspace.data / "work").iterdir()))
    (disk / "filling").unlink()
    task.retry(workspace.store, made)
    return {"code": failed.error_code, "hint": failed.error_hint, "again": workspace.wait_for_end(made).status}


def leave(disk: Path, free_bytes: int) -> None:
    """Take all the room of the disk but so much."""
    with (disk / "filling").open("wb") as file:
        file.write(bytes(max(0, shutil.disk_usage(disk).free - free_bytes)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
