"""What is large and comes from one client keeps the others waiting for a moment at most."""

from __future__ import annotations

import gc
import io
import json
import time
from pathlib import Path

import gevent
import pytest
from flask.testing import FlaskClient

from videogen.errors.script import BadAsset, BadOption
from videogen.exports import caption_files
from videogen.media import csv_table
from videogen.scenes.text import segmentation
from videogen.script import options
from videogen.web import submission
from videogen.web.connections import TURN_BYTES, Body

LONGEST_S = 2.0
"""Seconds of processor; each of these took a minute and more."""


def test_others_have_their_turn_while_a_body_that_has_arrived_is_read() -> None:
    turns: list[int] = []
    body = Body(io.BytesIO(bytes(3 * TURN_BYTES)), float("inf"), 1.0)

    def read() -> None:
        while content := body.read(64 * 1024):
            turns.append(len(content))

    def answer() -> None:
        turns.append(0)

    gevent.joinall([gevent.spawn(read), gevent.spawn(answer)])
    assert 0 in turns[:-1]


def test_lists_of_a_large_body_are_not_collected_again_and_again() -> None:
    collections: list[str] = []

    def note(phase: str, _info: object) -> None:
        collections.append(phase)

    gc.callbacks.append(note)
    try:
        submission.parsed("[" + "[]," * 100_000 + "0]", "body")
    finally:
        gc.callbacks.remove(note)
    assert collections.count("start") <= 2
    assert gc.isenabled()


def test_a_search_looks_for_few_words(client: FlaskClient) -> None:
    began = time.process_time()
    assert client.get("/api/tasks?q=" + "+".join(f"a{number}" for number in range(1400))).status_code == 200
    assert time.process_time() - began < LONGEST_S


def test_thousands_of_options_have_one_diagnostic() -> None:
    with pytest.raises(BadOption, match="There are 1,000 options") as refused:
        options.check({f"option{number}": 0 for number in range(1000)})
    assert len(refused.value.diagnostics) == 1


def test_a_long_kit_is_refused_unread(client: FlaskClient) -> None:
    answer = client.post(
        "/api/brands", data={"name": "acme", "kit": json.dumps({"footer": "x" * 70_000})}, content_type="multipart/form-data"
    )
    assert (answer.status_code, answer.get_json()["faults"][0]["path"]) == (422, "kit")


def test_patterns_read_each_character_a_few_times(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("of,price\na,€" + " " * 20_000 + "1 %\nb,$ 1'000\nc,€" + " " * 20_000 + "x\n")
    began = time.process_time()
    with pytest.raises(BadAsset, match="row 4"):
        csv_table.read(table)
    assert caption_files._CUE.findall("1" * 20_000) == []
    assert segmentation._COMPOUND.findall("a" * 20_000 + " well-known, co-op's") == ["well-known", "co-op's"]
    assert time.process_time() - began < LONGEST_S
