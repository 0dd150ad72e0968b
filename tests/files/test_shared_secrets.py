"""Hosts of one store on PostgreSQL have the same secrets, by the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.database import Store
from models.server import Server
from tests.support.postgres import Cluster
from videogen.config import Settings
from videogen.files.password_file import Password
from videogen.files.share_link import server_secret
from videogen.files.shared_secrets import set_password, share
from videogen.processes.janitor import clean
from videogen.streams.listener import open_store

Host = Callable[[str], Store]


@pytest.fixture
def host(tmp_path: Path, cluster: Cluster) -> Iterator[Host]:
    """Opens the store as a host of that name does, with a data directory of its own."""
    stores: list[Store] = []

    def host(name: str) -> Store:
        (tmp_path / name).mkdir()
        stores.append(open_store(tmp_path / name, server=Server(url)))
        return stores[-1]

    with cluster.database() as url:
        yield host
        for store in stores:
            store.close()


def test_the_first_host_gives_its_secrets_to_all_others(host: Host) -> None:
    first, second = host("first"), host("second")
    Password(first.data).set("a long password")
    (first.data / "webhook-secret").write_text("whsec_first")
    before = server_secret(second.data)
    share(first)
    share(second)
    assert server_secret(first.data) == server_secret(second.data) != before
    assert Password(second.data).check("a long password")
    assert (second.data / "webhook-secret").read_text() == "whsec_first"
    assert {path.stat().st_mode & 0o777 for path in second.data.iterdir() if path.is_file()} == {0o600}


def test_a_password_that_is_changed_or_removed_on_a_host_is_so_on_all(host: Host) -> None:
    first, second = host("first"), host("second")
    set_password(first, "a long password")
    share(second)
    set_password(second, "another password")
    share(first)
    assert Password(first.data).check("another password")
    set_password(first, None)
    share(second)
    assert not Password(second.data).exists()
    share(first)
    assert not Password(first.data).exists()


def test_a_store_on_sqlite_keeps_its_secrets_in_files_alone(store: Store) -> None:
    share(store)
    set_password(store, "a long password")
    assert Password(store.data).check("a long password")
    set_password(store, None)
    assert not Password(store.data).exists()


def test_of_several_hosts_one_holds_a_lock_until_its_connection_ends(host: Host, cluster: Cluster) -> None:
    first, second = host("first"), host("second")
    with first.alone("work") as held, second.alone("work") as refused, second.alone("other work") as other:
        assert held and held() and other and refused is None
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname <> 'postgres'"
        cluster.sql("postgres", cut)
        assert not held()
        with second.alone("work") as taken_over:
            assert taken_over
    with first.alone("work") as held:
        assert held


def test_janitor_leaves_to_another_host_what_is_everybodys_and_cleans_its_own(host: Host) -> None:
    first, second = host("first"), host("second")
    from tests.support.task_moves import Moves

    Moves(first).make("Finished")
    settings = Settings(data=second.data, retention_count=1)
    Moves(first).make("Another")
    with first.alone("janitor"):
        cleaned = clean(second, settings, at_once=True)
        assert cleaned and not cleaned.pruned.retired
    cleaned = clean(second, settings, at_once=True)
    assert cleaned and len(cleaned.pruned.retired) == 1
