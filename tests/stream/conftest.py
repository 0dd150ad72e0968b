from __future__ import annotations

from collections.abc import Iterator

import pytest

from models import task
from models.database import Store
from tests.conftest import Server
from tests.models.moves import Moves
from tests.stream.browser import Browser, Open, streams_of
from videogen.streams.broadcaster import Streams
from videogen.streams.subscription import Watch


@pytest.fixture
def moves(store: Store) -> Moves:
    return Moves(store)


@pytest.fixture
def open_(store: Store) -> Iterator[Open]:
    """Opens a stream of the store: `open_(watch, cursor, streams)`."""
    browsers: list[Browser] = []

    def run(watch: Watch, cursor: str | None = None, streams: Streams | None = None) -> Browser:
        browsers.append(Browser((streams or streams_of(store)).new(watch, cursor)))
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
