"""The messages of a stream as bytes of text/event-stream (HTML, section 9.2.6)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from models.event import Cursor
from models.replay import Affixes, encode

RETRY_MS = 1000
CHUNK_BYTES = 32 * 1024
EVENT = Affixes("id: ", "\ndata: ", "\n\n")
"""The frame of an event of the log."""


def frame(data: Any = None, *, id: Cursor | str | None = None, name: str | None = None) -> bytes:
    """Return a message. JSON escapes CR, LF and NUL in its strings, so no text can forge a frame.

    What UTF-8 cannot hold becomes a question mark, so no text can break a stream either.
    """
    lines = [f"id: {id}"] if id else []
    lines += [f"event: {name}"] if name else []
    lines += [f"data: {encode(data)}"] if data is not None else []
    return "\n".join([*lines, "", ""]).encode("utf-8", "replace")


def retry(after_ms: int = RETRY_MS) -> bytes:
    """Return the message that says after how long a client is to reconnect."""
    return f"retry: {after_ms}\n\n".encode()


def events_of(text: bytes) -> list[bytes]:
    """Return the frames of the log's events in a text of many: no event has an empty line in it."""
    return [event + b"\n\n" for event in text.split(b"\n\n")[:-1]]


def decode_event(event: bytes) -> tuple[str, dict[str, Any]]:
    """Return the id and the data of a frame of the log."""
    id, _, data = event.removeprefix(b"id: ").partition(b"\ndata: ")
    return id.decode(), json.loads(data)


def chunks(frames: Iterable[bytes]) -> Iterator[bytes]:
    """Join small frames, and split large ones: no write takes long, however slow the client is.

    Writing each small one by itself would cost more than reading and encoding it.
    """
    batch: list[bytes] = []
    size = 0
    for message in frames:
        batch.append(message)
        size += len(message)
        if size >= CHUNK_BYTES:
            yield from _parts(b"".join(batch))
            batch, size = [], 0
    yield from _parts(b"".join(batch))


def _parts(whole: bytes) -> Iterator[bytes]:
    for start in range(0, len(whole), 2 * CHUNK_BYTES):
        yield whole[start : start + 2 * CHUNK_BYTES]
