"""Files that tasks have made, and what is drawn of them: each with an ETag, videos in ranges."""

from __future__ import annotations

import hashlib
import unicodedata
from http import HTTPStatus
from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from models import artifact, milestones, task
from models.artifact import Artifact
from models.errors import TaskGone, TaskNotFound
from videogen import __version__
from videogen.errors.rendering import PreviewFailed
from videogen.errors.request import NotFound, RangeNotSatisfiable
from videogen.errors.system import FilesUnavailable
from videogen.files.file_names import file_name
from videogen.web import content, views
from videogen.web.file_access import in_file_thread
from videogen.web.operations import UNCHANGED, Operation, Parameter, described
from videogen.web.services import current_services
from videogen.web.views import FILES

blueprint = Blueprint("files", __name__, url_prefix="/api")

KINDS = {address: kind for kind, address in FILES.items()}
SCENE_KINDS = {"png": "scene_picture", "mp4": "scene"}

NO_TASK = (TaskNotFound, TaskGone)
FILE = Operation(
    "Files",
    "video/mp4",
    errors=(*NO_TASK, NotFound, RangeNotSatisfiable, FilesUnavailable),
    parameters=(Parameter("download", {"type": "string"}, "Give it a name, for saving."),),
    headers=("ETag",),
    empty={**UNCHANGED, 302: "The video is in a bucket, at the address in Location."},
    ranges=True,
)


@blueprint.get("/tasks/<task_id>/timeline.svg")
@described(Operation("Files", "image/svg+xml", errors=(*NO_TASK, PreviewFailed), headers=("ETag",), empty=UNCHANGED))
def timeline(task_id: str) -> ResponseReturnValue:
    """Return the task's life as a drawing: its attempts, stages and scenes over time, from its log alone.

    Drawn anew when the log has moved.
    """
    services = current_services()
    at = milestones.cursor(services.store, task_id)
    etag = hashlib.sha256(f"{__version__} {at}".encode()).hexdigest()[:20]
    response = Response(mimetype="image/svg+xml", headers={"Cache-Control": "private, no-cache", "Content-Security-Policy": content.INERT})
    response.set_etag(etag)
    if request.if_none_match.contains(etag):
        response.status_code = 304
    else:
        stages = views.stage_labels(services.store, task_id)
        response.set_data(services.previews.timeline(task_id, str(at), lambda: views.milestones(services.store, task_id, at), stages))
    return response


@blueprint.get("/tasks/<task_id>/scenes/<int(max=99999):position>.<any(png, mp4):ending>")
@described(
    FILE.but(
        spelt={
            "ending": {
                "png": FILE.but(answer="image/png", summary="The picture of a scene, as soon as it is there."),
                "mp4": FILE.but(summary="A scene with its sound, as soon as it is there."),
            }
        }
    )
)
def scene_file(task_id: str, position: int, ending: str) -> ResponseReturnValue:
    """Return a scene's picture or segment as soon as it exists."""
    return answer_artifact(task_id, SCENE_KINDS[ending], position)


@blueprint.get(f"/tasks/<task_id>/<any({', '.join(map(repr, KINDS))}):name>")
@described(
    FILE.but(
        spelt={
            "name": {
                "video": FILE.but(summary="The video."),
                "thumbnail": FILE.but(answer="image/jpeg", summary="A still picture for the video."),
                "captions.vtt": FILE.but(answer="text/vtt", summary="What is spoken, as WebVTT."),
                "captions.srt": FILE.but(answer="application/x-subrip", summary="What is spoken, as SubRip."),
                "transcript": FILE.but(answer="text/plain", summary="What is spoken, as text."),
                "metadata": FILE.but(answer="application/json", summary="Lengths, scenes, chapters and settings of the video."),
            }
        }
    )
)
def video_file(task_id: str, name: str) -> ResponseReturnValue:
    """Return a file of the video: video, thumbnail, captions, transcript, metadata."""
    return answer_artifact(task_id, KINDS[name])


@blueprint.get("/tasks/<task_id>/files/<kind>")
@described(FILE.but(answer="application/octet-stream"))
def task_file(task_id: str, kind: str) -> ResponseReturnValue:
    """Return a file that a task of any kind has made. `artifacts` of the task has its address and media type."""
    return answer_artifact(task_id, kind, 0)


@blueprint.get("/tasks/<task_id>/files/<kind>/<int(max=99999):position>")
@described(FILE.but(answer="application/octet-stream"))
def item_file(task_id: str, kind: str, position: int) -> ResponseReturnValue:
    """Return a file of one scene or item of a task of any kind."""
    return answer_artifact(task_id, kind, position)


@blueprint.get("/sketches/<name>")
@described(Operation("Scripts", "image/png", errors=(NotFound,)))
def sketch_picture(name: str) -> ResponseReturnValue:
    """Return a picture of a preview."""
    path = current_services().previews.picture(name)
    response = content.answer_file(path, "image/jpeg" if path.suffix == ".jpg" else "image/png")
    # It never changes. Behind a password a later user of the browser must not see it unasked.
    unasked = "private, no-cache" if current_services().password.exists() else "private, max-age=3600, immutable"
    response.headers["Cache-Control"] = unasked
    return response


@blueprint.get("/preview/scenes/<name>")
@described(Operation("Scripts", "video/mp4", errors=(NotFound,)))
def scene_clip(name: str) -> ResponseReturnValue:
    """Return a scene that POST /api/preview/scene has rendered, in ranges."""
    response = content.answer_file(current_services().previews.clip(name), "video/mp4")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def answer_artifact(task_id: str, kind: str, position: int = 0) -> Response:
    """Answer a file of a task, with ETag and ranges; `?download` names it after the task. Raises NotFound, TaskNotFound, TaskGone."""
    services = current_services()
    with services.store.reading() as read:
        row = task.find(read, task_id)
        file = artifact.one(read, task_id, kind, position)
    if file is None:
        ended = row.finished
        raise NotFound(
            f"The task has no {kind.replace('_', ' ')}{f' {position}' if position else ''}{'' if ended else ' yet'}.",
            hint="It was not made." if ended else "Wait until it is made; the task's stream tells when.",
        )
    if address := _address_in_bucket(file):
        return address
    try:
        response = _answer_stored(file)
    except FileNotFoundError:
        raise NotFound("The file is missing on the disk.", hint="Make the video again; app.py doctor lists missing files.") from None
    if "download" in request.args:
        part = f"-{'scene-' if kind in SCENE_KINDS.values() else ''}{position}" if position else ""
        response.headers["Content-Disposition"] = attachment(row.title, row.id, f"{part}{PurePosixPath(file.key).suffix}")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _answer_stored(file: Artifact) -> Response:
    """Answer a file of the storage. Raises FileNotFoundError and FilesUnavailable."""
    storage = current_services().store.files
    if not storage.is_local:

        def read(start: int, stop: int) -> bytes:
            return in_file_thread(storage.range, file.key, start, stop)

        return content.answer_stored(file.media_type, file.sha256, file.bytes, read)
    path = storage.fetch(file.key)
    if not path.is_file():
        raise FileNotFoundError(file.key)
    return content.answer_file(path, file.media_type, etag=file.sha256)


def _address_in_bucket(file: Artifact) -> Response | None:
    """Return a redirect to the bucket for a video or a sound that is played there, None where it comes from this server.

    What is downloaded by name comes from here, as do captions: browsers take those from the page's own origin only.
    """
    services = current_services()
    valid_s = services.settings.files_redirect_s
    if not services.bucket_origin or "download" in request.args or file.media_type not in content.VIDEOS | content.SOUNDS:
        return None
    address = in_file_thread(services.store.files.url, file.key, valid_s)
    if address is None:
        return None
    return Response(status=HTTPStatus.FOUND, headers={"Location": address, "Cache-Control": "private, no-store"})


def attachment(title: str, task_id: str, ending: str) -> str:
    """Return the Content-Disposition (RFC 6266) of a file that is saved under its task's title.

    `filename*` has the title as it is, for browsers. `filename` is for clients that know no more than ASCII (curl -OJ): the title without
    its accents, or the task's id where that would leave little of it.
    """
    name = file_name(title)
    plain = file_name(unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
    if sum(map(str.isalnum, plain)) * 2 <= sum(map(str.isalnum, unicodedata.normalize("NFC", name))):
        plain = task_id
    simple, full = f"{plain}{ending}", f"{name or task_id}{ending}"
    return f'attachment; filename="{simple}"' + ("" if simple == full else f"; filename*=UTF-8''{quote(full, safe='')}")
