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
from models.task import Task
from tests.processes.living import until
from videogen.processes.process_group import Group
from videogen.streams import listener

WORKER = (sys.executable, "-m", "tests.processes.standin_worker")


class Yard:
    """A data directory, and the workers that were started on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        migrate(data)
        self.store: Store = listener.open_store(data)
        self.groups: list[Group] = []

    def work(self, *command: str, **settings: Any) -> Group:
        """Starts a worker."""
        return self.start(*WORKER, *command, **settings)

    def start(self, *command: str, stdout: int | None = None, **settings: Any) -> Group:
        env = {"VIDEOGEN_DATA": str(self.data)} | {f"VIDEOGEN_{name.upper()}": str(value) for name, value in settings.items()}
        self.groups.append(Group(command, env=env, stdout=stdout))
        return self.groups[-1]

    def submit(self, *lines: str, attempts: int = 3) -> str:
        return task.submit(self.store, source="\n".join(lines), format="markdown", attempts=attempts).id

    def task(self, task_id: str) -> Task:
        return task.get(self.store, task_id)

    def events(self, task_id: str) -> list[Event]:
        with self.store.reading() as read:
            return event.after(read, 0, task_ids=[task_id])

    def types(self, task_id: str) -> list[str]:
        return [each.type for each in self.events(task_id)]

    def wait_for(self, task_id: str, type_: str) -> Event:
        """The task's last event of that type, once there is one."""
        until(lambda: type_ in self.types(task_id))
        return next(each for each in reversed(self.events(task_id)) if each.type == type_)

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
def yard(tmp_path: Path) -> Iterator[Yard]:
    yard = Yard(tmp_path / "data")
    yield yard
    yard.close()


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """A yard with a worker in it, for all tests of a file that only need one."""
    yard = Yard(tmp_path_factory.mktemp("workplace") / "data")
    yard.work()
    yield yard
    yard.close()


PIPE = subprocess.PIPE
