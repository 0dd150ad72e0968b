from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from models import clock, login_session
from models.database import Store
from models.login_session import Validity
from models.sqlite.backup import backup
from models.sqlite.restore import restore
from tests.support.database_lock import locked
from tests.support.postgres import hand

TODAY = Validity(password="fingerprint", idle_days=7)
Advance = Callable[[float], None]


@pytest.fixture
def advance(monkeypatch: pytest.MonkeyPatch) -> Advance:
    """Set the clock to so many days after the beginning."""

    def advance(days: float) -> None:
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: clock.text(now))
        monkeypatch.setattr(clock, "ahead", lambda seconds: clock.text(now + timedelta(seconds=seconds)))

    advance(0)
    return advance


def begin(store: Store, days: float = 30) -> str:
    return login_session.create(store, password=TODAY.password, network="10.0.0.7", days=days)


def test_session_is_valid_until_it_is_ended(store: Store) -> None:
    mine, other = begin(store), begin(store)
    assert login_session.check(store, mine, TODAY)
    for wrong in ("", mine[:-1], mine.upper(), "\ud800"):
        assert not login_session.check(store, wrong, TODAY)
    login_session.end(store, mine)
    assert not login_session.check(store, mine, TODAY)
    assert login_session.check(store, other, TODAY)


@pytest.mark.sqlite_only
def test_store_does_not_know_the_secret(store: Store) -> None:
    secret = begin(store)
    assert secret.encode() not in store.path.read_bytes()
    assert secret not in hand(store, "SELECT * FROM sessions")


def test_session_ends_with_its_password(store: Store) -> None:
    assert not login_session.check(store, begin(store), Validity(password="another", idle_days=7))


def test_session_that_is_used_ends_at_its_absolute_age(store: Store, advance: Advance) -> None:
    secret = begin(store, days=30)
    for day in (6, 12, 18, 24, 29.9):
        advance(day)
        assert login_session.check(store, secret, TODAY), day
    advance(30)
    assert not login_session.check(store, secret, TODAY)


def test_session_that_is_not_used_ends_before(store: Store, advance: Advance) -> None:
    secret = begin(store, days=30)
    key = login_session.key_of(secret)
    advance(6.9)
    with store.reading() as read:
        assert login_session.valid_keys(read, [key], TODAY) == {key}  # looking is no use of it
    advance(7)
    with store.reading() as read:
        assert login_session.valid_keys(read, [key], TODAY) == frozenset()
    assert not login_session.check(store, secret, TODAY)


def test_rows_of_expired_sessions_go_with_the_next_login(store: Store, advance: Advance) -> None:
    begin(store, days=1)
    advance(2)
    begin(store)
    assert hand(store, "SELECT count(*) FROM sessions") == "1"


def test_use_is_noted_once_a_minute(store: Store, advance: Advance) -> None:
    secret, used = begin(store), []
    for seconds in (0, 59, 61):
        advance(seconds / login_session.DAY_S)
        login_session.check(store, secret, TODAY)
        used.append(hand(store, "SELECT used_at FROM sessions"))
    assert used == ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z", "2026-01-01T00:01:01.000Z"]


def test_busy_store_logs_nobody_out(store: Store, advance: Advance) -> None:
    secret = begin(store)
    advance(1)
    with locked(store.path) as let_go:
        valid = login_session.check(store, secret, TODAY)
        let_go()
    assert valid


@pytest.mark.sqlite_only
def test_neither_a_backup_nor_a_restore_has_a_session(store: Store) -> None:
    ended, open = begin(store), begin(store)
    target = store.data.parent / "backup"
    backup(store, target)
    copy = Store(target)
    assert not login_session.check(copy, open, TODAY)
    copy.close()
    login_session.end(store, ended)
    restore(store.data, target, in_use=True)
    for secret in (ended, open):
        assert not login_session.check(store, secret, TODAY)
    assert login_session.check(store, begin(store), TODAY)


def test_database_put_back_by_hand_has_no_session_of_another_history(store: Store) -> None:
    secret = begin(store)
    with store.writing() as write:
        write.connection.exec_driver_sql("UPDATE log SET epoch = 'another'")
    assert not login_session.check(store, secret, TODAY)
