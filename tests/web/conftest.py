from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.database import Store
from tests.web.response_shapes import hold_to_its_word
from videogen.config import Settings
from videogen.processes.pool_client import PoolClient
from videogen.web import create_app
from videogen.web.services import services_of


@pytest.fixture(scope="session")
def reader_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PoolClient]:
    """What reads scripts, for all tests of this process: starting it takes longer than most of them."""
    pool = PoolClient("read", tmp_path_factory.mktemp("readers"), renderers=2, memory_mb=512)
    yield pool
    pool.close()


@pytest.fixture
def app(data: Path, reader_pool: PoolClient) -> Iterator[Flask]:
    """The application in this process: for what needs no socket."""
    settings = Settings(data=data, voice="none", script_max_bytes=10_000, upload_max_bytes=200_000, max_queued=5, floor_s=0)
    app = create_app(settings)
    hold_to_its_word(app)
    readers = services_of(app).readers
    own, readers.pool = readers.pool, reader_pool
    yield app
    readers.pool = own
    services_of(app).close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def store(app: Flask) -> Store:
    store: Store = services_of(app).store
    return store
