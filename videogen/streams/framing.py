"""How the messages of a stream are spelt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from models.event import Cursor
from models.replay import Around, encode

RETRY_MS = 1000
CHUNK_BYTES = 32 * 1024
EVENT = Around("id: ", "\ndata: ", "\n\n")
"""The frame of an event of the log."""


def frame(data: Any = None, *, id: Cursor | None = None, name: str | None = None) -> bytes:
    """One message of a stream. JSON keeps CR, LF and NUL inside its strings escaped, so no text can forge a frame.

    What UTF-8 cannot hold becomes a question mark: no text may end a stream either.
    """
    lines = [f"id: {id}"] if id else []
    lines += [f"event: {name}"] if name else []
    lines += [f"data: {encode(data)}"] if data is not None else []
    return "\n".join([*lines, "", ""]).encode("utf-8", "replace")


def retry(after_ms: int = RETRY_MS) -> bytes:
    """When a client that was cut off is to come back."""
    return f"retry: {after_ms}\n\n".encode()


def said(event: bytes) -> dict[str, Any]:
    """What an event's frame says."""
    says: dict[str, Any] = json.loads(event[event.index(b"\ndata: ") + 7 :])
    return says


def chunks(frames: Iterable[bytes]) -> Iterator[bytes]:
    """The frames in order, many small ones together and a large one in parts: no write takes long, however slow the reader is.

    Writing each small one by itself would cost more than reading and encoding it.
    """
    held: list[bytes] = []
    size = 0
    for each in frames:
        held.append(each)
        size += len(each)
        if size >= CHUNK_BYTES:
            yield from _parts(b"".join(held))
            held, size = [], 0
    yield from _parts(b"".join(held))


def _parts(whole: bytes) -> Iterator[bytes]:
    for start in range(0, len(whole), 2 * CHUNK_BYTES):
        yield whole[start : start + 2 * CHUNK_BYTES]
