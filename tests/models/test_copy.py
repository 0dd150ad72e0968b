"""Moving a store from SQLite to PostgreSQL and back: rows, numbers and files stay, and readers begin anew."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from models import copy, event, task
from models.database import Store
from models.errors import StoreNotEmpty
from models.event import Cursor, EventType
from models.server import Server
from models.verify import verify
from tests.support.postgres import Cluster
from tests.support.task_moves import Moves, events_of, published, written


@pytest.fixture
def filled(store: Store) -> Moves:
    moves = Moves(store)
    moves.make("Finished, with an é")
    moves.submit("Running")
    running = moves.claim()
    from models import attempt

    attempt.report(store, running.lease, published(written(store.data / "work" / "video.mp4")))
    moves.submit("Waiting", after=[running.id], lock="one")
    return moves


def test_store_goes_to_postgresql_and_back(filled: Moves, cluster: Cluster, tmp_path: Path, template: Path) -> None:
    store = filled.store
    with store.reading() as read:
        seen = Cursor(read.epoch, event.head(read))
    (tmp_path / "there").mkdir()
    with cluster.database() as url, closing(Store(tmp_path / "there", server=Server(url))) as there:
        copied = copy.copy(store, there)
        assert (copied.tasks, copied.files, copied.missing) == (3, 1, ())
        assert events_of(there)[: seen.seq] == events_of(store)
        assert [entry.type for entry in events_of(there)[seen.seq :]] == [EventType.LOG_RESTORED, EventType.TASK_REQUEUED]
        assert verify(there, deep=True) == []
        with there.reading() as read:
            assert event.reset_reason(read, seen) == "epoch"
            assert [row.title for row in task.page(read, words="finished e")[0]] == ["Finished, with an é"]
        with pytest.raises(StoreNotEmpty):
            copy.copy(store, there)
        Moves(there).submit("New")
        from models.migrate import migrate

        migrate(tmp_path / "back")
        with closing(Store(tmp_path / "back")) as back:
            copy.copy(there, back)
            assert verify(back, deep=True) == []
            assert [entry.seq for entry in events_of(back)] == list(range(1, seen.seq + 5))
            Moves(back).submit("Newer")
            with back.reading() as read:
                assert len(task.page(read, words="newer")[0]) == 1
