"""Takes one safeguard out of every process that has this directory on its PYTHONPATH: what the torture must then find fault with.

`TORTURE_WITHOUT` names the safeguard. Nothing is imported before the program does it by itself: the web process has to be patched first.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType
from typing import Any


def replace(path: Any, **by: Any) -> None:
    """What is not there any more cannot be taken out."""
    for name, other in by.items():
        assert hasattr(path, name), f"{path} has no {name}"
        setattr(path, name, other)


def cursors_are_ignored(streams: ModuleType) -> None:
    """Whoever comes back is told everything from the beginning."""
    new = streams.Broadcaster.subscribe
    replace(streams.Broadcaster, subscribe=lambda self, filter, cursor, client="": new(self, filter, None, client))


def anybody_may_write(attempt: ModuleType) -> None:
    """Whoever ever had a lease of a task is believed, whichever attempt is on now."""
    of_task = attempt.tasks.c.id == attempt.bindparam("of_task")
    for statement in (attempt.HOLD, attempt.RENEW.statement, attempt.RECORD.statement, attempt.COMPLETE.statement):
        replace(statement, _where_criteria=(of_task,))
    replace(attempt, _lease_values=lambda lease: {"of_task": lease.task_id})


def row_and_event_part(event: ModuleType) -> None:
    """An event is written in a transaction of its own, after the one that changes the row."""
    from models import clock
    from models.database import Store

    writing, append = Store.writing, event.append

    @contextmanager
    def row_first(self: Any, **how: Any) -> Iterator[Any]:
        with writing(self, **how) as write:
            write.later = []  # type: ignore[attr-defined]
            yield write
        for facts, more in write.later:  # type: ignore[attr-defined]
            with writing(self) as write:
                append(write, *facts, **more)

    def put_off(write: Any, *facts: Any, **more: Any) -> None:
        write.later.append((facts, more | {"at": more.get("at") or clock.now()}))
        write.appended.append(facts[1])

    replace(Store, writing=row_first)
    replace(event, append=put_off)


def keys_are_ignored(task: ModuleType) -> None:
    """Whoever submits once more, since no answer came, has a second task."""
    submit = task.submit
    replace(task, submit=lambda store, **asked: submit(store, **asked | {"idempotency_key": None}))


def nobody_sweeps(attempt: ModuleType) -> None:
    """What a killed worker had stays with it."""
    replace(attempt, sweep=lambda store: 0, release_dead=lambda store, **_: 0)


SAFEGUARDS: dict[str, tuple[str, Callable[[ModuleType], None]]] = {
    "last-event-id": ("videogen.streams.broadcaster", cursors_are_ignored),
    "fence": ("models.attempt", anybody_may_write),
    "one-transaction": ("models.event", row_and_event_part),
    "idempotency-key": ("models.task", keys_are_ignored),
    "sweep": ("models.attempt", nobody_sweeps),
}


class Without(MetaPathFinder):
    """Finds one module as everybody else would, and changes it once it has been loaded."""

    def __init__(self, name: str, change: Callable[[ModuleType], None]) -> None:
        self.name, self.change = name, change

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        assert spec and isinstance(spec.loader, SourceFileLoader)
        load = spec.loader.exec_module

        def changed(module: ModuleType) -> None:
            load(module)
            self.change(module)

        spec.loader.exec_module = changed
        return spec


if taken_out := os.environ.get("TORTURE_WITHOUT"):
    sys.meta_path.insert(0, Without(*SAFEGUARDS[taken_out]))
