"""What the torture does to PostgreSQL: each harm is felt by who is connected, and over when it returns."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from models.database import Store
from models.errors import VideogenError
from tests.support.postgres import programs
from tests.support.task_moves import Moves, events_of
from tests.torture import database
from tests.torture.database import HARMS, Database

if TYPE_CHECKING:
    from psycopg import Connection

ONE_IS_CUT = "a backend terminated"
CUTS = {harm for harm in HARMS if "terminated" in harm or "killed" in harm or "reset" in harm or "ended" in harm} - {ONE_IS_CUT}
CUT_S = 10
"""How long PostgreSQL may take to end every backend after one of them was killed."""


def is_cut_within(connection: Connection[Any], seconds: float) -> bool:
    """Ask the server until the connection is closed, or the seconds are over; ask once at least."""
    until = time.monotonic() + seconds
    while not connection.closed:
        with suppress(Exception):
            connection.execute("SELECT 1")
        if time.monotonic() >= until:
            break
        time.sleep(0.02)
    return connection.closed


@pytest.fixture
def harmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    pytest.importorskip("psycopg", reason="the extra [postgres] is not installed")
    monkeypatch.setattr(database, "SHORT_S", (0.1, 0.2))
    monkeypatch.setattr(database, "LONG_S", (0.1, 0.2))
    harmed = Database(tmp_path / "data", random.Random(3))
    yield harmed
    harmed.close()


def test_each_harm_cuts_or_delays_and_what_was_acknowledged_is_there(harmed: Database, tmp_path: Path) -> None:
    from models.postgres.engine import connect

    acknowledged: list[str] = []
    with closing(Store(tmp_path / "data", server=harmed.server)) as store:
        moves = Moves(store)
        for _ in range(sum(HARMS.values())):
            with closing(connect(harmed.server.url)) as connection:
                harm = harmed.harm()
                if harm in CUTS:
                    assert is_cut_within(connection, CUT_S), harm
                elif harm != ONE_IS_CUT:
                    assert not is_cut_within(connection, 0), harm
            with suppress(VideogenError):
                acknowledged.append(moves.submit().id)
        assert harmed.counts == HARMS
        assert len(acknowledged) > len(HARMS)
        assert {entry.task_id for entry in events_of(store)} >= set(acknowledged)
        seqs = [entry.seq for entry in events_of(store)]
        assert seqs == list(range(1, len(seqs) + 1))
