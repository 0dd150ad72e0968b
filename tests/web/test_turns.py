"""What is large and comes from one client keeps the others waiting for a moment at most."""

from __future__ import annotations

import gc
import io

import gevent

from videogen.web import submission
from videogen.web.connections import TURN_BYTES, Body


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
