"""What readers at the head of the log cost the database."""

from __future__ import annotations

from typing import Any

import pytest

from models import replay
from models.database import Store
from tests.support.socket_readers import Speaker
from videogen.streams.framing import decode_event
from videogen.streams.tail import Tail

READERS = 50


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Has an entry for each time the log is read."""
    made: list[int] = []
    latest = replay.latest

    def counted(*arguments: Any, **more: Any) -> replay.Latest:
        made.append(arguments[1])
        return latest(*arguments, **more)

    monkeypatch.setattr(replay, "latest", counted)
    return made


def test_event_is_read_once_for_all_readers(store: Store, reads: list[int]) -> None:
    speaker = Speaker(store)
    tail = Tail(store)
    tail.catch_up()
    reads.clear()
    cursor = tail.head
    speaker.say("news")
    store.mark_changed()  # it rang
    for _ in range(READERS):
        tail.catch_up()
        assert [decode_event(entry.text)[1]["message"] for entry in tail.after(cursor) or ()] == ["news"]
    assert len(reads) == 1


def test_quiet_log_is_not_read(store: Store, reads: list[int]) -> None:
    tail = Tail(store)
    tail.catch_up()
    reads.clear()
    for _ in range(READERS):
        tail.catch_up()
    assert reads == []
