"""Where a client says how far it has read."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from models.database import Store
from models.event import Cursor
from tests.support.task_moves import Moves

SPELLINGS = ("last_event_id", "lastEventId", "lastEventID", "Last-Event-ID", "last-event-id")


def ids(client: FlaskClient, task_id: str, query: str = "", headers: dict[str, str] | None = None) -> list[str]:
    """The ids of the events that a stream of a finished task gives."""
    answer = client.get(f"/api/tasks/{task_id}/stream{query}", headers=headers or {})
    assert answer.status_code in (200, 204)
    return re.findall(r"^id: (\S+)$", answer.text, re.MULTILINE)


@pytest.fixture
def task_id(store: Store) -> str:
    return Moves(store).make().id


@pytest.mark.parametrize("name", SPELLINGS)
def test_stream_goes_on_from_the_cursor_in_the_query_however_it_is_spelt(client: FlaskClient, task_id: str, name: str) -> None:
    everything = ids(client, task_id)
    assert len(everything) > 3
    assert ids(client, task_id, f"?{name}={everything[1]}") == everything[2:]
    assert client.get(f"/api/tasks/{task_id}/stream?{name}={everything[-1]}").status_code == 204


@pytest.mark.parametrize("name", SPELLINGS)
def test_header_wins_over_the_query_which_goes_stale(client: FlaskClient, task_id: str, name: str) -> None:
    everything = ids(client, task_id)
    assert ids(client, task_id, f"?{name}={everything[0]}", {"Last-Event-ID": everything[2]}) == everything[3:]


def test_replacement_of_eventsource_wins_over_the_cursor_that_the_page_opened_with(client: FlaskClient, task_id: str) -> None:
    everything = ids(client, task_id)
    for query in (
        f"?last_event_id={everything[0]}&lastEventId={everything[2]}",
        f"?lastEventId={everything[2]}&last_event_id={everything[0]}",
    ):
        assert ids(client, task_id, query) == everything[3:]
    assert ids(client, task_id, f"?last_event_id={everything[2]}&lastEventId=") == everything[3:], "an empty one says nothing"


def test_bad_cursor_in_any_spelling_begins_anew_and_says_so(client: FlaskClient, store: Store, task_id: str) -> None:
    everything = ids(client, task_id)
    with store.reading() as read:
        ahead = str(Cursor(read.epoch, 10**9))
    for name in SPELLINGS:
        for bad in ("nonsense", ahead):
            answer = client.get(f"/api/tasks/{task_id}/stream?{name}={quote(bad)}")
            assert "event: reset" in answer.text
            assert re.findall(r"^id: (\S+)$", answer.text, re.MULTILINE) == everything
