"""Serves the application below a path: `VIDEOGEN_PREFIX`, or what a trusted proxy says in `X-Forwarded-Prefix`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import has_request_context, request

PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


class PathPrefix:
    """WSGI middleware that makes the prefix the `SCRIPT_NAME`, whether the proxy has taken it off the path or not.

    `prefix` is the setting; without it the prefix is the `SCRIPT_NAME` of an outer middleware or server. One that is no plain path is
    ignored: as the beginning of an address, `//other.example` would lead elsewhere.
    """

    def __init__(self, application: Any, prefix: str) -> None:
        self.application = application
        self.prefix = prefix

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        prefix = self.prefix or environ.get("SCRIPT_NAME", "").rstrip("/")
        if not PREFIX.fullmatch(prefix):
            prefix = ""
        path = environ.get("PATH_INFO", "")
        if prefix and (path == prefix or path.startswith(f"{prefix}/")):
            path = path[len(prefix) :] or "/"
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = prefix, path
        body: Iterable[bytes] = self.application(environ, start_response)
        return body


def current_prefix() -> str:
    """Return the prefix of the current request; empty outside of requests."""
    return request.script_root if has_request_context() else ""
