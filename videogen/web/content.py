"""Files in answers: bytes that came from a user or were made of what a user sent are never active content in our origin.

A file's media type comes from an allow-list and not from the database alone, browsers must not guess another one, and a policy lets
nothing in the file run or load anything. What is no raster picture, sound or video is saved and not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

from flask import Response, request, send_file

from models.files.storage import BLOCK_BYTES

Read = Callable[[int, int], bytes]

RASTER_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
SOUNDS = frozenset({"audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm"})
VIDEOS = frozenset({"video/mp4", "video/webm"})
TEXTS = frozenset({"text/vtt", "text/plain", "application/x-subrip", "application/json"})
UNKNOWN = "application/octet-stream"

INERT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""For pictures and drawings at an address of their own, whose style is in them or comes from the browser."""
# A browser shows a video or a sound in a page of its own, which loads the file again: as this origin, or the login's cookie stays behind.
PLAYED = "sandbox allow-same-origin; default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
SAVED = "sandbox; default-src 'none'; frame-ancestors 'none'"


def answer_file(path: Path, media_type: str, etag: str | None = None) -> Response:
    """Answer a file as inert content, in ranges where the request asks for them.

    `media_type` is what the file is registered as; what is not on the allow-list is answered as application/octet-stream.
    """
    allowed = media_type if media_type in RASTER_PICTURES | SOUNDS | VIDEOS | TEXTS else UNKNOWN
    response = send_file(path, mimetype=allowed, conditional=True, etag=etag or True, as_attachment=not is_shown(allowed))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = policy_of(allowed)
    return response


def answer_stored(media_type: str, etag: str, size: int, read: Read) -> Response:
    """Answer a file of `size` bytes as `answer_file` does, read in blocks: `read(start, stop)` returns bytes.

    The first block is read at once, so that what `read` raises can still become an answer.
    """
    allowed = media_type if media_type in RASTER_PICTURES | SOUNDS | VIDEOS | TEXTS else UNKNOWN
    response = Response(mimetype=allowed)
    response.content_length = size
    response.set_etag(etag)
    response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    start, stop = 0, size
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        start, stop = response.content_range.start or 0, response.content_range.stop or size
    if response.status_code in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT) and request.method != "HEAD":
        first = read(start, min(start + BLOCK_BYTES, stop))
        response.response = _blocks(first, start, stop, read)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = policy_of(allowed)
    if not is_shown(allowed):
        response.headers["Content-Disposition"] = "attachment"
    return response


def is_shown(media_type: str) -> bool:
    """Return whether a browser shows a file of this type; others are saved."""
    return media_type in RASTER_PICTURES | SOUNDS | VIDEOS


def _blocks(first: bytes, start: int, stop: int, read: Read) -> Iterator[bytes]:
    yield first
    for at in range(start + len(first), stop, BLOCK_BYTES):
        yield read(at, min(at + BLOCK_BYTES, stop))


def policy_of(media_type: str) -> str:
    """Return the Content-Security-Policy of a file of an allowed type."""
    if media_type in RASTER_PICTURES:
        return INERT
    return PLAYED if media_type in SOUNDS | VIDEOS else SAVED
