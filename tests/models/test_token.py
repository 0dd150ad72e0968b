from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import clock, token
from models.database import Store
from models.errors import TokenExists, TokenNotFound
from tests.support.database_lock import locked
from tests.support.sqlite_shell import sqlite


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


def test_store_does_not_know_the_secret(store: Store) -> None:
    secret = token.create(store, "laptop")
    assert secret.removeprefix(token.PREFIX).encode() not in store.path.read_bytes()
    assert secret not in sqlite(store.path, "SELECT * FROM tokens")


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
        found = token.check(store, secret)
        let_go()
    assert found
    assert found.used_at is None
