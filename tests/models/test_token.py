from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from models import clock, token
from models.database import Store
from models.errors import StoreUnusable, TokenExists, TokenNotFound
from models.sqlite.backup import backup
from models.sqlite.restore import restore
from tests.support.database_lock import locked
from tests.support.postgres import hand


def test_token_opens_until_it_is_revoked(store: Store) -> None:
    secret = token.create(store, "laptop")
    assert token.check(store, secret)
    for other in ("", secret[:-1], secret + "x", secret.upper(), "\ud800", token.create(store, "phone") + "x"):
        assert token.check(store, other) is None
    token.revoke(store, "laptop")
    assert token.check(store, secret) is None
    with pytest.raises(TokenNotFound):
        token.revoke(store, "laptop")


def test_name_is_given_once(store: Store) -> None:
    token.create(store, "laptop")
    with pytest.raises(TokenExists):
        token.create(store, "laptop")


@pytest.mark.sqlite_only
def test_store_does_not_know_the_secret(store: Store) -> None:
    secret = token.create(store, "laptop")
    assert secret.removeprefix(token.PREFIX).encode() not in store.path.read_bytes()
    assert secret not in hand(store, "SELECT * FROM tokens")


def test_use_is_noted_once_a_minute(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = token.create(store, "laptop")
    used = []
    for seconds in (0, 59, 61):
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "now", lambda now=now: clock.text(now))
        monkeypatch.setattr(clock, "ahead", lambda seconds, now=now: clock.text(now + timedelta(seconds=seconds)))
        token.check(store, secret)
        with store.reading() as read:
            used.append(token.every(read)[0].used_at)
    assert used == ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z", "2026-01-01T00:01:01.000Z"]


def test_busy_store_keeps_no_program_out(store: Store) -> None:
    secret = token.create(store, "laptop")
    with locked(store.path) as let_go:
        owner = token.check(store, secret)
        let_go()
    assert owner
    assert owner.used_at is None


@pytest.mark.sqlite_only
def test_restore_revives_no_token_that_was_revoked(store: Store) -> None:
    revoked, other = token.create(store, "laptop"), token.create(store, "phone")
    target = store.data.parent / "backup"
    backup(store, target)
    token.revoke(store, "laptop")
    restore(store.data, target, in_use=True)
    assert token.check(store, revoked) is None
    assert token.check(store, other)
    assert token.check(store, token.create(store, "laptop"))


@pytest.mark.sqlite_only
def test_database_put_back_by_hand_revives_no_token_that_was_revoked(store: Store) -> None:
    secret = token.create(store, "laptop")
    store.checkpoint()
    older = store.path.read_bytes()
    token.revoke(store, "laptop")
    store.close()
    for ending in ("-wal", "-shm"):
        store.path.with_name(f"{store.path.name}{ending}").unlink(missing_ok=True)
    store.path.write_bytes(older)
    again = Store(store.data)
    assert token.check(again, secret) is None
    with again.reading() as read:
        assert token.valid_keys(again, read, [hashlib.sha256(secret.encode()).hexdigest()]) == frozenset()
    again.close()


@pytest.mark.sqlite_only
def test_restore_where_no_store_was_takes_no_token_over(store: Store) -> None:
    """Whether it was revoked after the backup is known to nobody there."""
    secret = token.create(store, "laptop")
    target, elsewhere = store.data.parent / "backup", store.data.parent / "elsewhere"
    backup(store, target)
    assert restore(elsewhere, target, in_use=False).dropped_tokens == 1
    restored = Store(elsewhere)
    assert token.check(restored, secret) is None
    restored.close()


def test_revocation_that_cannot_be_noted_says_so_and_revokes_nothing(store: Store) -> None:
    secret = token.create(store, "laptop")
    store.revocations.path.mkdir()
    with pytest.raises(StoreUnusable):
        token.revoke(store, "laptop")
    store.revocations.path.rmdir()
    assert token.check(store, secret)
