"""Run by test_failing_disk.py in a mount namespace: `python -m tests.files.on_a_small_disk DIRECTORY`, on which 2 MiB are mounted.

Says as JSON what each thing gave while the disk was full: the code of its error, or "done"; and what `verify` finds once there is room
again.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from models import attempt
from models.database import Store
from models.errors import VideogenError
from models.migrate import migrate
from models.sqlite.backup import backup
from models.verify import verify
from tests.support.task_store import TaskStore
from videogen.config import Settings
from videogen.processes.janitor import clean


def main(disk: Path) -> None:
    task_store = TaskStore(disk / "data")
    task_id = task_store.completed_task()
    task_store.submit()
    claimed = task_store.claim()
    filling = disk / "filling"
    fill(filling)
    report = {
        "submit": outcome(lambda: task_store.submit("# " + "x" * 200_000)),
        "complete": outcome(lambda: attempt.complete(task_store.store, claimed.lease)),
        "read": outcome(lambda: task_store.tasks()),
        "backup": outcome(lambda: backup(task_store.store, disk / "backup")),
    }
    left = sorted(path.name for path in disk.iterdir())
    task_store.store.close()  # gives back what the write-ahead log had
    fill(filling)
    report["migrate"] = outcome(lambda: migrate(disk / "data"))
    report["open"] = outcome(lambda: TaskStore(disk / "data").tasks())
    filling.unlink()
    clean(Store(disk / "data"), Settings.model_validate({"data": disk / "data"}))
    attempt.complete(task_store.store, claimed.lease)
    print(
        json.dumps(
            {
                "said": report,
                "left": left,
                "faults": [str(finding) for finding in verify(task_store.store)],
                "film": task_id in task_store.tasks(),
            }
        )
    )


def fill(path: Path) -> None:
    """Take all the room that is left."""
    with path.open("ab", buffering=0) as file:
        try:
            while shutil.disk_usage(path.parent).free:
                file.write(b"x" * 512)
        except OSError:
            return


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except VideogenError as error:
        return error.code
    return "done"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
