import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models import attempt, event, task
from models.database import Store
from models.event import Event
from models.migrate import migrate
from models.server import Server
from models.task import Task
from tests.support.process_state import until
from videogen.processes.process_group import ProcessGroup
from videogen.streams import listener

WORKER = (sys.executable, "-m", "tests.processes.stand_in_worker")


class Workspace:
    """A data directory with its store, and the processes that a test starts on it. Closing kills them."""

    def __init__(self, data: Path, server: Server | None = None) -> None:
        self.data = data
        self.url = server.url if server else ""
        migrate(data, server)
        self.store: Store = listener.open_store(data, server=server)
        self.groups: list[ProcessGroup] = []

    def start_worker(self, *command: str, **settings: Any) -> ProcessGroup:
        """Start a worker."""
        return self.start(*WORKER, *command, **settings)

    def start(self, *command: str, stdout: int | None = None, **settings: Any) -> ProcessGroup:
        env = {"VIDEOGEN_DATA": str(self.data), "VIDEOGEN_DATABASE_URL": self.url}
        env |= {f"VIDEOGEN_{name.upper()}": str(value) for name, value in settings.items()}
        self.groups.append(ProcessGroup(command, env=env, stdout=stdout))
        return self.groups[-1]

    def submit(self, *lines: str, attempts: int = 3) -> str:
        return task.submit(self.store, source="\n".join(lines), format="markdown", attempts=attempts).id

    def task(self, task_id: str) -> Task:
        return task.get(self.store, task_id)

    def events(self, task_id: str) -> list[Event]:
        with self.store.reading() as read:
            return event.after(read, 0, task_ids=[task_id])

    def types(self, task_id: str) -> list[str]:
        return [row.type for row in self.events(task_id)]

    def wait_for(self, task_id: str, type_: str) -> Event:
        """Wait until the task has an event of that type; return its last one."""
        until(lambda: type_ in self.types(task_id))
        return next(row for row in reversed(self.events(task_id)) if row.type == type_)

    def wait_for_end(self, task_id: str) -> Task:
        until(lambda: self.task(task_id).finished)
        return self.task(task_id)

    def release_dead(self) -> int:
        return attempt.release_dead(self.store)

    def close(self) -> None:
        for group in self.groups:
            group.close()
        self.store.close()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "data")
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def busy_workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace with a worker, shared by the tests of a module."""
    workspace = Workspace(tmp_path_factory.mktemp("busy_workspace") / "data")
    workspace.start_worker()
    yield workspace
    workspace.close()


PIPE = subprocess.PIPE
