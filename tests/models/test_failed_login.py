from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from models import clock, failed_login, login_session
from models.database import Store
from models.failed_login import LoginLimits, network_of
from tests.support.postgres import hand

LIMITS = LoginLimits(address=2, network=3, in_all=5)


def allowed(store: Store, address: str) -> bool:
    return failed_login.begin(store, address, LIMITS).id is not None


def test_address_may_fail_so_often_and_others_notice_nothing(store: Store) -> None:
    assert [allowed(store, "203.0.113.7") for _ in range(4)] == [True, True, False, False]
    assert allowed(store, "203.0.113.8")


def test_flood_from_one_address_never_reaches_the_limit_of_all(store: Store) -> None:
    for _ in range(50):
        allowed(store, "203.0.113.7")
    with store.reading() as read:
        assert failed_login.recent(read) == LIMITS.address
    assert allowed(store, "203.0.113.8")


def test_addresses_of_one_ipv6_network_share_a_limit(store: Store) -> None:
    assert [allowed(store, f"2001:db8::{number:x}") for number in range(5)] == [True, True, True, False, False]
    assert allowed(store, "2001:db8:0:1::1")


def test_flood_from_everywhere_keeps_out_strangers_but_nobody_who_has_logged_in(store: Store) -> None:
    secret = login_session.create(store, password="p", network="198.51.100.1", days=30)
    login_session.end(store, secret)
    assert [allowed(store, f"203.0.113.{number}") for number in range(6)] == [True] * 5 + [False]
    assert not allowed(store, "192.0.2.1")
    assert [allowed(store, "198.51.100.1") for _ in range(3)] == [True, True, False]


def test_right_password_does_not_count(store: Store) -> None:
    for _ in range(5):
        attempt = failed_login.begin(store, "203.0.113.7", LIMITS)
        assert attempt.id is not None
        failed_login.forgive(store, attempt)
    with store.reading() as read:
        assert failed_login.recent(read) == 0


@pytest.mark.sqlite_only
def test_limits_are_those_of_all_processes_and_survive_them(store: Store) -> None:
    allowed(store, "203.0.113.7")
    other = Store(store.data)
    assert allowed(other, "203.0.113.7")
    other.close()
    assert not allowed(store, "203.0.113.7")


def test_many_at_once_pass_no_limit(store: Store) -> None:
    results: list[bool] = []
    trying = [threading.Thread(target=lambda: results.append(allowed(store, "203.0.113.7"))) for _ in range(8)]
    for thread in trying:
        thread.start()
    for thread in trying:
        thread.join()
    assert sorted(results) == [False] * 6 + [True] * 2


def test_wait_is_until_the_oldest_of_the_limit_is_a_minute_old(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(seconds: float) -> None:
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "now", lambda: clock.text(now))
        monkeypatch.setattr(clock, "ahead", lambda seconds: clock.text(now + timedelta(seconds=seconds)))

    for seconds in (0, 20):
        at(seconds)
        assert allowed(store, "203.0.113.7")
    at(30)
    assert failed_login.begin(store, "203.0.113.7", LIMITS).wait_s == 30
    at(60)
    assert allowed(store, "203.0.113.7")
    assert hand(store, "SELECT count(*) FROM failed_logins") == "2"
    at(-3600)  # the clock was set back
    assert allowed(store, "203.0.113.7")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("203.0.113.7\nforged", "unknown"),
    ],
)
def test_network_is_what_one_client_may_choose_addresses_from(address: str, network: str) -> None:
    assert network_of(address) == network
