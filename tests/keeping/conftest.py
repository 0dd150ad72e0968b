from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest

from models import clock
from models.database import Store
from tests.keeping.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "data")
    yield house
    house.store.close()


@pytest.fixture
def store(house: House) -> Store:
    return house.store


@pytest.fixture
def days_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the wall clock of this process."""

    def move(days: float) -> None:
        class Later(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                moved = datetime.now(tz) + timedelta(days=days)
                return cls(*moved.timetuple()[:6], moved.microsecond, tz)

        monkeypatch.setattr(clock, "datetime", Later)

    return move
