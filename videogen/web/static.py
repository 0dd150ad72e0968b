"""Modules, style sheets, labels, samples and the page of the API, sent small: they are always the same, so each is compressed once.

Other pages and answers are sent as they are: they hold secrets beside what a stranger may have put in, whose lengths would tell of each
other.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

ENDPOINTS = ("static", "about.docs", "about.show_labels", "api.samples")
TYPES = ("text/css", "text/javascript", "image/svg+xml", "text/html", "application/json")
LEVEL = 6


def compress(app: Flask) -> None:
    """Compress this application's static text files for clients that accept it."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if request.endpoint not in ENDPOINTS or response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    etag, _ = response.get_etag()
    if etag is not None:  # weak, since the bytes depend on who asks; a 304 has to repeat it
        response.set_etag(etag, weak=True)
    if response.status_code == 200 and request.accept_encodings["gzip"]:
        response.direct_passthrough = False
        response.set_data(_gzip(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Accept-Ranges", None)
    return response


@lru_cache(maxsize=256)
def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, LEVEL, mtime=0)
