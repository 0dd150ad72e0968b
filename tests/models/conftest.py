"""The store's contract: what is tested here holds on SQLite and on PostgreSQL, but for tests of what only one of them has."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Store
from models.server import Server
from tests.support.postgres import Cluster
from videogen.streams.listener import open_store

# Their tests run on both.
SHARED = frozenset(
    [
        "test_attempt",
        "test_batches",
        "test_task",
        "test_event",
        "test_queue",
        "test_dependency",
        "test_schedule",
        "test_artifact",
        "test_asset",
        "test_token",
        "test_share",
        "test_login_session",
        "test_failed_login",
        "test_search",
        "test_retention",
        "test_orphans",
        "test_worker",
        "test_races",
        "test_replay",
        "test_milestones",
        "test_stage_times",
    ]
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    shared = metafunc.module.__name__.rpartition(".")[2] in SHARED
    if "database" in metafunc.fixturenames and shared and not metafunc.definition.get_closest_marker("sqlite_only"):
        metafunc.parametrize("database", ("sqlite", pytest.param("postgresql", marks=pytest.mark.integration)), indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[Server | None]:
    """Where the store's database is, None for SQLite."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield None
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        with cluster.database() as url:
            yield Server(url)


@pytest.fixture
def data(tmp_path: Path, template: Path, database: Server | None) -> Path:
    """A data directory of the test's own: with a migrated store, or for files alone."""
    if database:
        for name in ("data", "data/listen"):
            (tmp_path / name).mkdir()
        return tmp_path / "data"
    return shutil.copytree(template, tmp_path / "data")


@pytest.fixture
def store(data: Path, database: Server | None, request: pytest.FixtureRequest) -> Iterator[Store]:
    store = open_store(data, server=database)
    if database is None:
        yield store
        store.close()
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        with cluster.shared_dialect(database.url) as store.dialect:
            yield store
