"""The modules of `static/video-progress` for pages of any site, at an address that stays: /embed/v1/."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, send_from_directory

from videogen.web.access_rules import AccessRule, let_in

blueprint = Blueprint("embed", __name__)

PACKAGE = "video-progress"
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-cache",
}


@blueprint.get("/embed/v1/<any('video-progress.js', 'sse-client.js'):name>")
@let_in(AccessRule.OPEN)
def module(name: str) -> Response:
    """Return a module that pages of other sites load: the element for progress, and the client of streams. It has no secret."""
    response = send_from_directory(Path(current_app.static_folder or "") / PACKAGE, name, mimetype="text/javascript")
    response.headers.update(HEADERS)
    return response
