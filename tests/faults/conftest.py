from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.keeping.house import House
from videogen.config import Settings
from videogen.web import create_app
from videogen.web.services import services_of

Open = Callable[..., FlaskClient]


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    house = House(data)
    yield house
    house.store.close()


@pytest.fixture
def open_app(data: Path) -> Iterator[Open]:
    """The application on the test's data directory: `open_app()` gives a client, or raises what starting it raises."""
    with ExitStack() as closing:

        def open_app() -> FlaskClient:
            app = create_app(Settings.model_validate({"data": data, "floor_s": 0, "max_stream_age_s": 0.3, "max_tasks_per_minute": 1000}))
            closing.callback(services_of(app).close)
            return app.test_client()

        yield open_app
