from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import clock, retention, share, task
from models.database import Store
from models.errors import ShareNotFound, TaskGone, TaskNotFound
from models.sqlite.backup import backup
from models.sqlite.restore import restore
from tests.support.task_moves import Moves


def test_share_is_valid_until_it_is_revoked(store: Store) -> None:
    made = Moves(store).submit()
    first, second = share.create(store, made.id, 30), share.create(store, made.id, 30)
    assert share.check(store, first.id).task_id == made.id
    assert share.check(store, "0" * 16) is None
    share.revoke(store, made.id, first.id)
    assert share.check(store, first.id) is None
    assert [row.id for row in share.of_task(store, made.id)] == [second.id]
    with pytest.raises(ShareNotFound):
        share.revoke(store, made.id, first.id)
    assert share.revoke_all(store, made.id) == 1
    assert share.check(store, second.id) is None


def test_share_of_another_task_is_not_revoked(store: Store) -> None:
    moves = Moves(store)
    mine, other = moves.submit(), moves.submit()
    row = share.create(store, mine.id, 30)
    with pytest.raises(ShareNotFound):
        share.revoke(store, other.id, row.id)
    assert share.revoke_all(store, other.id) == 0
    assert share.check(store, row.id)


def test_share_expires(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Moves(store).submit()
    row = share.create(store, made.id, 2)
    for days, valid in ((1.9, True), (2.1, False)):
        now = datetime.now(UTC) + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda now=now: clock.text(now))
        assert bool(share.check(store, row.id)) is valid
        assert len(share.of_task(store, made.id)) == valid


def test_only_a_task_that_is_there_is_shared_and_its_shares_go_with_it(store: Store) -> None:
    made = Moves(store).submit()
    row = share.create(store, made.id, 30)
    task.cancel(store, made.id)
    task.delete(store, made.id)
    with pytest.raises(TaskGone):
        share.create(store, made.id, 30)
    with pytest.raises(TaskNotFound):
        share.create(store, "none", 30)
    retention.purge(store, 0)
    assert share.check(store, row.id) is None


@pytest.mark.sqlite_only
def test_restore_revives_no_share_that_was_revoked(store: Store) -> None:
    made = Moves(store).submit()
    revoked, other = share.create(store, made.id, 30), share.create(store, made.id, 30)
    target = store.data.parent / "backup"
    backup(store, target)
    share.revoke(store, made.id, revoked.id)
    restore(store.data, target, in_use=True)
    assert [row.id for row in share.of_task(store, made.id)] == [other.id]
    assert share.check(store, revoked.id) is None
    assert share.check(store, other.id)
