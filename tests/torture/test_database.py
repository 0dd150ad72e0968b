"""What the torture does to PostgreSQL: each harm is felt by who is connected, and over when it returns."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from models.database import Store
from models.errors import VideogenError
from tests.support.missing import missing
from tests.support.pooler import PROGRAM
from tests.support.postgres import programs
from tests.support.task_moves import Moves, events_of
from tests.torture import database
from tests.torture.database import HARMS, POOLER_HARMS, Database
from tests.torture.history import History
from tests.torture.judge import lost_by

if TYPE_CHECKING:
    from psycopg import Connection

ONE_IS_CUT = "a backend terminated"
CUTS = {harm for harm in HARMS if re.search("terminated|killed|reset|ended|promoted", harm)} - {ONE_IS_CUT}
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
    if PROGRAM is None:
        missing("no pgbouncer here: install it, for example with apt-get install pgbouncer")
    harmed = Database(tmp_path / "data", random.Random(3), pooler=True)
    with closing(Store(tmp_path / "data", server=harmed.own)) as store:
        harmed.history = History(store)
        yield harmed
    harmed.close()


def test_each_harm_cuts_or_delays_and_what_was_acknowledged_is_there(harmed: Database, tmp_path: Path) -> None:
    from models.postgres.engine import connect

    data, weights = tmp_path / "data", HARMS | POOLER_HARMS
    acknowledged: list[str] = []
    with closing(Store(data, server=harmed.server)) as direct, closing(Store(data, server=harmed.pooled)) as pooled:
        moves = [Moves(direct), Moves(pooled)]
        for _ in range(sum(weights.values())):
            with closing(connect(harmed.server.url)) as connection:
                harm = harmed.harm()
                if harm in CUTS:
                    assert is_cut_within(connection, CUT_S), harm
                elif harm != ONE_IS_CUT:
                    assert not is_cut_within(connection, 0), harm
            for one in moves:
                with suppress(VideogenError):
                    acknowledged.append(one.submit().id)
        assert harmed.counts == weights
        assert len(acknowledged) > len(weights)
        assert harmed.history
        harmed.history.catch_up()
        assert harmed.history.epoch != harmed.promotions[0].epoch
        assert {entry.task_id for entry in events_of(direct)} >= set(acknowledged) - lost_by(harmed.promotions, harmed.history)
        seqs = [entry.seq for entry in events_of(direct)]
        assert seqs == list(range(1, len(seqs) + 1))
