"""Errors of tasks of any kind, before they run."""

from __future__ import annotations

from models.errors import VideogenError


class UnknownKind(VideogenError):
    """There is no such kind of task."""

    code = "unknown_kind"
    status = 422
    hint = "GET /api/kinds lists those that are installed."


class BadPayload(VideogenError):
    """The payload of a task cannot be used."""

    code = "bad_payload"
    status = 422
    hint = "GET /api/kinds describes the payload of each kind."
