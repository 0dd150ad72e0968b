"""Modules and style sheets: compressed for who takes it, and asked for again by their ETag. Pages are light."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from models.database import Store
from tests.support.paths import ROOT
from tests.support.task_moves import Moves
from videogen.web.pages import PAGE


@pytest.mark.parametrize("path", ["css/app.css", "js/editor.js"])
def test_text_is_compressed_for_who_takes_it_and_is_the_same_text(client: FlaskClient, path: str) -> None:
    content = (ROOT / "static" / path).read_bytes()
    small = client.get(f"/static/{path}", headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    plain = client.get(f"/static/{path}", buffered=True)
    assert (gzip.decompress(small.data), plain.data) == (content, content)
    assert len(small.data) < len(content) / 2
    assert "Content-Encoding" not in plain.headers
    assert small.vary.as_set() == plain.vary.as_set() == {"accept-encoding"}
    for answer in (small, plain):
        again = client.get(f"/static/{path}", headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]}, buffered=True)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])


@pytest.mark.parametrize("path", ["labels", "samples"])
def test_answers_that_are_always_the_same_are_compressed(client: FlaskClient, path: str) -> None:
    small = client.get(f"/api/{path}", headers={"Accept-Encoding": "gzip"})
    plain = client.get(f"/api/{path}")
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 3


def test_what_is_small_already_is_sent_as_it_is(client: FlaskClient) -> None:
    answer = client.get("/static/fonts/inter.woff2", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert "Content-Encoding" not in answer.headers
    assert client.get("/", headers={"Accept-Encoding": "gzip"}).headers.get("Content-Encoding") is None


def test_library_with_many_videos_is_a_light_page(client: FlaskClient, store: Store) -> None:
    """What is sent with its styles and modules, of 35 kB, stays under 100 kB (tests/browser/test_every_page.py)."""
    moves = Moves(store)
    for number in range(PAGE + 1):
        moves.make(f"A quiet walk along the river, part {number}")
    page = client.get("/tasks").get_data(as_text=True)
    assert page.count('class="task-row"') == PAGE + 1  # with the template of a row
    assert len(page.encode()) < 65_000
