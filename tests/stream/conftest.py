from __future__ import annotations

from collections.abc import Iterator

import pytest

from models import task
from models.database import Store
from tests.conftest import Server
from tests.models.moves import Moves
from tests.stream.browser import Browser, Open, streams_of
from videogen.streams.broadcaster import Broadcaster
from videogen.streams.subscription import Filter


@pytest.fixture
def moves(store: Store) -> Moves:
    return Moves(store)


@pytest.fixture
def open_(store: Store) -> Iterator[Open]:
    """Opens a stream of the store: `open_(filter, cursor, broadcaster)`."""
    browsers: list[Browser] = []

    def run(filter: Filter, cursor: str | None = None, broadcaster: Broadcaster | None = None) -> Browser:
        browsers.append(Browser((broadcaster or streams_of(store)).subscribe(filter, cursor)))
        return browsers[-1]

    yield run
    for each in browsers:
        each.close()


@pytest.fixture
def shared(server: Server) -> Moves:
    """A worker at the shared server's store, in which nothing of an earlier test waits."""
    with server.store.reading() as read:
        left = [each.id for each in task.unfinished(read) if each.status == "queued"]
    for each in left:
        task.cancel(server.store, each)
    return Moves(server.store)
