"""Turn errors into responses, for the whole application: problem+json (RFC 9457) for programs, a page for browsers."""

from __future__ import annotations

import logging
import math
import re
from dataclasses import asdict
from http import HTTPStatus

from flask import Flask, Response, current_app, json, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from models.errors import VideogenError
from models.text_values import clean
from videogen.errors.request import BadRequest, BodyTooLarge, NotFound, RangeNotSatisfiable, RequestTooSlow, UnsupportedMediaType
from videogen.files.share_link import without_signature
from videogen.web.access_rules import AccessRule, rule_of
from videogen.web.path_prefix import current_prefix

log = logging.getLogger(__name__)

RETRY_AFTER_S = 5
DRAIN_BYTES = 1024 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
# The last part of a route that is one of some words: <any(cancel, retry):verb>.
CHOICE = re.compile(r"/<any\((.*)\):\w+>$")
COPIED_HEADERS = ("Allow", "Content-Range")


def register(app: Flask) -> None:
    """Answer every error of this application with `answer`."""
    app.register_error_handler(VideogenError, answer)
    app.register_error_handler(HTTPException, lambda error: answer(_as_videogen_error(error), error))
    app.register_error_handler(Exception, _unexpected)


def answer(error: VideogenError, http: HTTPException | None = None) -> Response:
    """Return the response for an error, in the form that the client accepts."""
    if error.status == 413 and rule_of(current_app, request.endpoint) is not AccessRule.OPEN:
        _drain_body()
    status = http.code if http and http.code else error.status
    page = wants_page()
    if page and error.status == HTTPStatus.UNAUTHORIZED:
        next_url = request.script_root + request.full_path.rstrip("?") if request.method == "GET" else None
        return make_response(redirect(url_for("login.show", next=next_url), HTTPStatus.SEE_OTHER))
    if page:
        response = Response(render_template("error.html", error=error), status, mimetype="text/html")
    else:
        # The error may quote lone surrogates of the request, which UTF-8 cannot encode.
        response = Response(clean(json.dumps(problem(error, status))), status, mimetype="application/problem+json")
    http_headers = http.get_response().headers if http else Headers()
    for name in COPIED_HEADERS:
        if name in http_headers:
            response.headers[name] = http_headers[name]
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return with_retry_after(response, error)


def with_retry_after(response: Response, error: VideogenError) -> Response:
    """Tell the client of a response with status 429 or 503 when to try again: after the `retry_after_s` that the error has as evidence."""
    if response.status_code in (429, 503):
        response.headers["Retry-After"] = str(max(1, math.ceil(error.evidence.get("retry_after_s", RETRY_AFTER_S))))
    return response


def wants_page() -> bool:
    """Return whether an error of this request is answered with a page."""
    return not request.path.startswith("/api") and request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def problem(error: VideogenError, status: int) -> dict[str, object]:
    """Return an error as a JSON object (RFC 9457)."""
    return {
        "type": f"{current_prefix()}/api/docs#{error.code}",
        "title": error.title,
        "status": status,
        "detail": error.detail,
        "code": error.code,
        "hint": error.hint,
        "faults": [asdict(diagnostic) for diagnostic in error.diagnostics],
    }


class MethodNotAllowed(BadRequest):
    """This address does not have this method."""

    code = "method_not_allowed"
    status = 405
    hint = "The Allow header lists the methods of this address."


def _as_videogen_error(error: HTTPException) -> VideogenError:
    """Return an error of Flask or Werkzeug as one of the project's own."""
    match error.code:
        case 404:
            known = _known_endings()
            hint = f"Use one of: {', '.join(known)}." if known else None
            return NotFound(f"There is nothing at {request.path[:200]}.", hint=hint)
        case 405:
            return MethodNotAllowed(f"{request.method} is not allowed at {request.path[:200]}.")
        case 413:
            return BodyTooLarge(f"The body is larger than {request.max_content_length} bytes, or has too many or too large fields.")
        case 415:
            return UnsupportedMediaType(f"The body is of type {request.mimetype or 'unknown'}.")
        case 416:
            return RangeNotSatisfiable(f"The file has no range {request.headers.get('Range', '')[:100]!r}.")
        case _:
            return BadRequest(error.description or error.name)


def _known_endings() -> list[str]:
    """Return the words that may end this path, for this method; empty where its last part is free."""
    adapter = current_app.create_url_adapter(request)
    parent = request.path.rpartition("/")[0]
    for rule in current_app.url_map.iter_rules():
        choice = CHOICE.search(rule.rule)
        if adapter is None or choice is None or request.method not in (rule.methods or ()):
            continue
        words = re.findall(r"[\w.-]+", choice[1])
        if adapter.test(f"{parent}/{words[0]}", request.method):
            return words
    return []


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected error at %s %s", request.method, without_signature(request.path), exc_info=error)
    return answer(VideogenError("Something went wrong inside the server."))


def _drain_body() -> None:
    """Read the rest of a body that is too large: a client that still sends would see a closed connection instead of the response."""
    if "Expect" in request.headers:
        return  # the client waits for the status before it sends the body
    # A chunked body has no length; it ends by itself.
    left = min(request.content_length if request.content_length is not None else DRAIN_BYTES, DRAIN_BYTES)
    stream = request.environ["wsgi.input"]
    try:
        while left > 0 and (chunk := stream.read(min(left, CHUNK_BYTES))):
            left -= len(chunk)
    except (OSError, RequestEntityTooLarge, RequestTooSlow):
        return
