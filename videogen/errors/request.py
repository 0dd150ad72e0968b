"""Errors of HTTP requests."""

from __future__ import annotations

from models.errors import VideogenError


class BadRequest(VideogenError):
    """The request cannot be understood."""

    code = "bad_request"
    status = 400
    hint = 'Send a JSON object such as {"script": "# Hello"} with Content-Type: application/json.'


class BadStart(VideogenError):
    """What says when a task starts cannot be used."""

    code = "bad_start"
    status = 422
    hint = "See run_at, after, lock and unique at /api/docs#post-tasks, or leave them out."


class UnsupportedMediaType(BadRequest):
    """The request's body is of a type that is not taken."""

    code = "unsupported_media_type"
    status = 415
    hint = "Use Content-Type: application/json or multipart/form-data."


class BodyTooLarge(BadRequest):
    """The request's body is too large."""

    code = "body_too_large"
    status = 413
    hint = "Send less, or raise VIDEOGEN_UPLOAD_MAX_BYTES."


class RequestTooSlow(BadRequest):
    """The request's body did not arrive in time."""

    code = "request_too_slow"
    status = 408
    hint = "Send it again over a faster connection, or raise VIDEOGEN_BODY_DEADLINE_S."


class RangeNotSatisfiable(BadRequest):
    """The file has no such range."""

    code = "range_not_satisfiable"
    status = 416
    hint = "The Content-Range header tells how long the file is."


class NotFound(VideogenError):
    """There is nothing at this address."""

    code = "not_found"
    status = 404
    hint = "Check the address."


class TooManyRequests(VideogenError):
    """Too many tasks were submitted in a short time."""

    code = "too_many_requests"
    status = 429
    retryable = True
    hint = "Wait a minute, or raise VIDEOGEN_MAX_TASKS_PER_MINUTE."


class TooManyUploads(TooManyRequests):
    """Too many bytes of files were uploaded in a short time."""

    code = "too_many_uploads"
    hint = "Wait a minute, or raise VIDEOGEN_MAX_UPLOAD_BYTES_PER_MINUTE."


class UploadQuotaFull(VideogenError):
    """The uploaded files take all the space that they may."""

    code = "upload_quota_full"
    status = 507
    hint = "Delete tasks that you no longer need: files that no task uses go after a day. Or raise VIDEOGEN_UPLOAD_QUOTA_BYTES."


class TooManyStreams(VideogenError):
    """Too many streams are open."""

    code = "too_many_streams"
    status = 503
    retryable = True
    hint = "Close some tabs, or raise VIDEOGEN_MAX_STREAMS."
