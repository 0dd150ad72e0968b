"""Share links: the API and the page's forms that create, list and revoke them, and the pages and files that they open.

A link opens its video's page, player and files, tells how far it is until then, and nothing else. Its pages set no cookie, send no referrer
and ask search engines to leave them out.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from models import artifact, share, task
from models.database import Store
from models.errors import Diagnostic, ShareNotFound, TaskGone, TaskNotFound
from models.share import Share
from videogen.errors.request import BadRequest
from videogen.files.share_link import link_of
from videogen.streams.subscription import Filter
from videogen.web import artifacts, shapes, stream_routes, submission, views
from videogen.web.access_rules import AccessRule, let_in, rule_of
from videogen.web.operations import Operation, described
from videogen.web.path_prefix import current_prefix
from videogen.web.services import current_services
from videogen.web.shared_progress import public_frames, public_state

blueprint = Blueprint("share", __name__)

DAYS = 30.0
MAX_DAYS = 3650.0
MAX_BYTES = 4096
"""Of what says how long a link is valid."""
NO_TASK = (TaskNotFound, TaskGone)
SHARED_KINDS = {address: artifacts.KINDS[address] for address in ("video", "thumbnail", "captions.vtt", "captions.srt", "transcript")}
# The player may stand in a page of any site; nothing else may.
FRAMED = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *; object-src 'none'"
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cross-Origin-Resource-Policy": "cross-origin"}
ANY_ORIGIN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
ANYWHERE = ("share.progress", "share.stream")
"""What pages of any site may read: the link is the secret, and no cookie counts."""


# For people of this server


@blueprint.post("/api/tasks/<task_id>/shares")
@described(Operation("Shares", shapes.ShareJson, status=201, errors=(*NO_TASK, BadRequest), body=shapes.NewShare, optional_body=True))
def create(task_id: str) -> ResponseReturnValue:
    """Share the video: 201 and a link that opens it, and nothing else, to anyone."""
    request.max_content_length = MAX_BYTES
    body = submission.parsed(request.get_data(), "body") if request.content_length else {}
    days = body.get("days", DAYS) if isinstance(body, dict) else None
    return jsonify(describe(share.create(current_services().store, task_id, _checked_days(days)))), 201


@blueprint.get("/api/tasks/<task_id>/shares")
@described(Operation("Shares", shapes.Shares, errors=NO_TASK))
def index(task_id: str) -> ResponseReturnValue:
    """List the share links of the video that are valid, the oldest first."""
    return jsonify({"shares": shares_of(task_id)})


@blueprint.delete("/api/tasks/<task_id>/shares")
@described(Operation("Shares", shapes.RevokedShares, errors=NO_TASK))
def revoke_all(task_id: str) -> ResponseReturnValue:
    """Revoke all share links of the video."""
    return jsonify({"revoked": share.revoke_all(current_services().store, task_id)})


@blueprint.delete("/api/tasks/<task_id>/shares/<share_id>")
@described(Operation("Shares", shapes.RevokedShares, errors=(*NO_TASK, ShareNotFound)))
def revoke(task_id: str, share_id: str) -> ResponseReturnValue:
    """Revoke one share link of the video. It opens nothing from now on."""
    share.revoke(current_services().store, task_id, share_id)
    return jsonify({"revoked": 1})


@blueprint.post("/tasks/<task_id>/shares")
def create_by_form(task_id: str) -> BaseResponse:
    """Create a link from the page, without JavaScript."""
    text = request.form.get("days", "")
    share.create(current_services().store, task_id, _checked_days(float(text) if text.isascii() and text.isdecimal() else None))
    return redirect(f"{url_for('pages.task', id=task_id, shares='')}#share", HTTPStatus.SEE_OTHER)


@blueprint.post("/tasks/<task_id>/shares/<share_id>/revoke")
def revoke_by_form(task_id: str, share_id: str) -> BaseResponse:
    """Revoke a link from the page, without JavaScript. A missing one is no error."""
    store = current_services().store
    if share_id in [row.id for row in share.of_task(store, task_id)]:
        share.revoke(store, task_id, share_id)
    return redirect(f"{url_for('pages.task', id=task_id, shares='')}#share", HTTPStatus.SEE_OTHER)


def shares_of(task_id: str) -> list[dict[str, Any]]:
    """Return the share links of a task as the API shows them. Raises TaskNotFound and TaskGone."""
    return [describe(row) for row in share.of_task(current_services().store, task_id)]


def describe(row: Share) -> dict[str, Any]:
    """Return a share link as the API shows it, with addresses at the host of the current request."""
    link = link_of(str(current_app.secret_key), row.id)
    return {
        "id": row.id,
        "url": url_for("share.page", link=link, _external=True),
        "embed_url": url_for("share.embed", link=link, _external=True),
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "used_at": row.used_at,
    }


def _checked_days(days: object) -> float:
    if isinstance(days, bool) or not isinstance(days, int | float) or not 0 < days <= MAX_DAYS:
        raise BadRequest(
            f"The field days is not a number up to {MAX_DAYS:g}.",
            hint=f"Leave it out for {DAYS:g} days.",
            diagnostics=[Diagnostic(f"Must be a number, more than 0 and at most {MAX_DAYS:g}.", path="days")],
        )
    return float(days)


# For whoever has a link: `auth` has checked it, and `g.share` is the share that it is for


@blueprint.get("/s/<link>")
@let_in(AccessRule.SHARE)
def page(link: str) -> str:
    """Return the page of a shared video: player, captions and downloads."""
    return render_template("share.html", **_shared_video(link))


@blueprint.get("/s/<link>/embed")
@let_in(AccessRule.SHARE)
def embed(link: str) -> Response:
    """Return the player alone, for a frame in a page of another site."""
    response = Response(render_template("embed.html", **_shared_video(link)), mimetype="text/html")
    response.headers["Content-Security-Policy"] = FRAMED
    return response


@blueprint.get(f"/s/<link>/<any({', '.join(map(repr, SHARED_KINDS))}):name>")
@let_in(AccessRule.SHARE)
def file(link: str, name: str) -> ResponseReturnValue:
    """Return a file of a shared video."""
    return artifacts.answer_artifact(g.share.task_id, SHARED_KINDS[name])


@blueprint.get("/s/<link>/progress")
@let_in(AccessRule.SHARE)
def progress(link: str) -> Response:
    """Return how far a shared video is."""
    return jsonify(_progress_of(current_services().store, g.share, current_prefix()))


@blueprint.get("/s/<link>/stream")
@let_in(AccessRule.SHARE)
def stream(link: str) -> ResponseReturnValue:
    """Stream how far a shared video is, until it is ready."""
    cursor = request.headers.get("Last-Event-ID") or request.args.get("last_event_id")
    store, share_id, prefix = current_services().store, g.share.id, current_prefix()

    def state() -> dict[str, Any]:
        if (row := share.check(store, share_id)) is None:
            raise ShareNotFound("This link does not work any more.")
        return _progress_of(store, row, prefix)

    return stream_routes.answer(Filter(frozenset({g.share.task_id})), cursor, None, lambda chunks: public_frames(chunks, state))


@blueprint.after_request
def add_headers(response: Response) -> Response:
    """Keep the link secret from other sites. The player may be embedded, and files loaded, by their pages."""
    if rule_of(current_app, request.endpoint) is AccessRule.SHARE:
        response.headers.update(HEADERS)
        if request.endpoint in ANYWHERE:
            response.headers.update(ANY_ORIGIN)
    return response


def _shared_video(link: str) -> dict[str, Any]:
    with current_services().store.reading() as read:
        row = task.find(read, g.share.task_id)
        files = {file.kind: file for file in artifact.of_task(read, row.id)}
        language = views.language_of(read, row)
    kinds = {address: files[kind] for address, kind in SHARED_KINDS.items() if kind in files}
    return {"task": row, "link": link, "files": kinds, "language": language, "expires_at": g.share.expires_at}


def _progress_of(store: Store, row: Share, prefix: str) -> dict[str, Any]:
    with store.reading() as read:
        return public_state(views.describe(read, task.find(read, row.task_id), prefix))
