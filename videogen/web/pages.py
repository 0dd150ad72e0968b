"""The pages. Each works without JavaScript: it shows the state as of now, and its forms post to it with a token that the door checks."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models import brand, draft, schedule, tag
from models import task as tasks
from models.database import Store
from models.errors import (
    BadDependency,
    BadSchedule,
    BrandNotFound,
    DraftNotFound,
    MissingFile,
    QueueFull,
    ScheduleExists,
    ScheduleNotFound,
    TaskGone,
    TaskNotFound,
    TooManyBrands,
    VideogenError,
    WrongState,
)
from videogen.config import Settings
from videogen.errors.request import BadRequest, BadStart, TooManyRequests
from videogen.errors.script import BadScript
from videogen.kinds import registry
from videogen.kinds.export import EXPORT, EXPORT_HEIGHTS, FORMAT_LABELS, missing_formats
from videogen.kinds.video import VIDEO
from videogen.kinds.video_set import SET, find_set
from videogen.processes.liveness import starts_workers
from videogen.script import theme_names
from videogen.script.examples import examples, templates
from videogen.web import (
    brand_api,
    brand_form,
    draft_form,
    labels,
    queue_options,
    schedule_api,
    sets,
    share_links,
    theme_api,
    version_api,
    views,
)
from videogen.web.imports import open_import
from videogen.web.problems import wants_page
from videogen.web.services import current_services
from videogen.web.submission import KindSubmission, submit

LOG_ROWS = 100
RECENT = 6
PAGE = 30
DRAFTS = 100
TAGS = 30
"""How many tags the library offers, the most frequent ones."""
VERBS = {"cancel": tasks.cancel, "retry": tasks.retry}
SCHEDULE_VERBS = {"pause": schedule.pause, "resume": schedule.resume, "remove": schedule.remove}

blueprint = Blueprint("pages", __name__)


def parts() -> tuple[Store, Settings]:
    """Return the store and the settings of this app."""
    services = current_services()
    return services.store, services.settings


@blueprint.app_context_processor
def shared() -> dict[str, Any]:
    """Return the variables of every template."""
    return {"labels": labels, "compact": views.compact, "all_labels": lambda: labels.page_document(parts()[1])}


@blueprint.get("/")
def write() -> str:
    """Show the start page.

    `?draft=<id>` goes on with a draft. `?from=<task>` and `?import=<task>` begin with that task's script, `?example=<name>` and
    `?template=<name>` with that.
    """
    store, _ = parts()
    if draft_id := request.args.get("draft"):
        return written(draft_form.of_draft(store, draft_id))
    if made_from := request.args.get("from"):
        return written(draft_form.of_task(store, made_from))
    if imported := request.args.get("import"):
        opened = open_import(store, imported)
        return written(draft_form.of_import(opened.script, opened.task.title, opened.task.id, opened.files))
    if name := request.args.get("example"):
        return written(draft_form.of_example(examples()[name] if name in examples() else abort(HTTPStatus.NOT_FOUND)))
    if name := request.args.get("template"):
        known = templates().get(name) or abort(HTTPStatus.NOT_FOUND)
        return written(draft_form.of_template(name, known))
    return written(draft_form.starter())


@blueprint.post("/")
def make() -> Response | tuple[str, int]:
    """Submit the form. Return the task's page, or the form with what is wrong with it."""
    sent = draft_form.of_form(request.form)
    try:
        sent = draft_form.with_files(sent, request.files.getlist("files"))
        task = made_once(sent)
    except (BadDependency, BadScript, BadStart, MissingFile, QueueFull, TooManyRequests) as refused:
        return written(sent, refused), refused.status
    return redirect(url_for("pages.task", id=task.id), HTTPStatus.SEE_OTHER)


def made_once(sent: draft_form.DraftForm) -> tasks.Task:
    """Return the task of a form, even if the form is sent twice. Create another one if it was deleted."""
    asked = draft_form.submission_of(sent)
    try:
        return submit(asked, draft_form.key_of(sent))
    except TaskGone:
        return submit(asked)


def written(on: draft_form.DraftForm, problem: VideogenError | None = None) -> str:
    """Return the page for writing.

    With a problem it shows this very script, and not the draft that the browser may have.
    """
    store, settings = parts()
    with store.reading() as read:
        names = [row.name for row in brand.every(read)]
    brand_names = list(dict.fromkeys((*names, on.chosen("brand")) if on.chosen("brand") else names))
    return render_template(
        "write.html",
        draft=on,
        problem=problem,
        formats=draft_form.FORMATS,
        priorities=draft_form.TURNS,
        choices=tuple(draft_form.choices(settings, brand_names)),
        theme_picture=theme_api.picture_of,
        assistant=settings.assistant,
        examples=tuple(examples().values()),
        templates=templates(),
        tasks=views.task_list(store, settings, RECENT)["tasks"],
    )


@blueprint.get("/tasks")
def all_tasks() -> str:
    store, settings = parts()
    status = request.args.get("status") or None
    if status is not None and status not in labels.STATUS:
        abort(HTTPStatus.NOT_FOUND)
    asked = request.args.get("q", "").strip() or None
    kind, tagged = request.args.get("kind") or None, request.args.get("tag") or None
    before = request.args.get("before")
    listed = views.task_list(store, settings, PAGE, before=before, status=status, kind=kind, words=asked, tagged=tagged)
    with store.reading() as read:
        tags = [word for word, _ in tag.counted(read, TAGS)]
    return render_template(
        "tasks.html",
        tasks=listed["tasks"],
        next=listed["next"],
        status=status,
        kind=kind,
        kinds=[(name, kind.label) for name, kind in registry.installed().kinds.items()],
        tag=tagged,
        tags=[*tags, tagged] if tagged and tagged not in tags else tags,
        q=asked,
        empty=listed["empty"],
        live="before" not in request.args,
        deleted=deleted_task(store, request.args.get("deleted")),
    )


def deleted_task(store: Store, id: str | None) -> tasks.Task | None:
    """Return a deleted task as long as its deletion can be undone."""
    if not id:
        return None
    with store.reading() as read:
        row = tasks.look_up(read, id)
    return row if row and row.deleted_at else None


@blueprint.get("/drafts")
def drafts() -> str:
    """List the drafts."""
    store, _ = parts()
    with store.reading() as read:
        return render_template("drafts.html", drafts=draft.newest(read, DRAFTS))


@blueprint.post("/drafts/<id>/remove")
def remove_draft(id: str) -> Response:
    """Remove a draft. One that is gone meanwhile is gone."""
    store, _ = parts()
    with contextlib.suppress(DraftNotFound):
        draft.remove(store, id)
    return redirect(url_for("pages.drafts"), HTTPStatus.SEE_OTHER)


@blueprint.get("/sets/<id>")
def video_set(id: str) -> str:
    """Show a set with its videos, live."""
    store, _ = parts()
    with store.reading() as read:
        return render_template("set.html", set=sets.describe(read, find_set(read, id)))


@blueprint.post("/sets/<id>/<any(cancel, retry):verb>")
def act_on_set(id: str, verb: str) -> Response:
    """Cancel what has not ended of a set, or try what failed again."""
    store, _ = parts()
    sets.VERBS[verb](store, id)
    return redirect(url_for("pages.video_set", id=id), HTTPStatus.SEE_OTHER)


@blueprint.get("/tasks/<id>")
def task(id: str) -> str | tuple[str, int] | Response:
    """Show the task, live. Of a deleted one show that, with Undo while it is possible."""
    store, settings = parts()
    try:
        # The log first: the state then includes every event that is shown.
        log = views.events_page(store, id, limit=LOG_ROWS)
    except TaskGone as gone:
        deleted = deleted_task(store, id)
        if deleted is None or not wants_page():
            raise
        return render_template("deleted.html", task=deleted), gone.status
    state = views.task_view(store, settings, id)
    if state["kind"] == SET.name:
        return redirect(url_for("pages.video_set", id=id), HTTPStatus.SEE_OTHER)
    scenes = {event["data"].get("position"): event for event in log["events"] if event["type"] == "scene.rendered"}
    return render_template(
        "task.html",
        task=state,
        log=log,
        scenes=scenes,
        scenes_in_all=_scenes_in_all(log["events"]),
        attempts=views.attempts_view(store, id)["attempts"] if state["attempt"] > 1 else [],
        formats=dict(draft_form.FORMATS),
        export_formats=FORMAT_LABELS,
        missing_formats=missing_formats(),
        export_heights=EXPORT_HEIGHTS,
        shapes=draft_form.SHAPES,
        settings=settings,
        exports=views.exports(store, id) if state["kind"] == VIDEO.name else [],
        shares=share_links.shares_of(id),
        versions=versions_of(id) if state["kind"] == VIDEO.name else [],
        has_password=current_services().password.exists(),
    )


def versions_of(id: str) -> list[dict[str, Any]]:
    """Return the videos that were made from each other, this one among them, the oldest first."""
    with parts()[0].reading() as read:
        return [version_api.describe_version(row) for row in tasks.versions_of(read, tasks.find(read, id))]


@blueprint.get("/tasks/<id>/compare")
def compare(id: str) -> str:
    """Show what differs between a video and another one: `?with=<task>`, by default the one that it was made from."""
    comparison = version_api.compared(id, request.args.get("with"))
    return render_template("compare.html", comparison=comparison, versions=versions_of(id))


def _scenes_in_all(events: Sequence[Mapping[str, Any]]) -> int:
    """Return how many scenes the video has, as the events of finished scenes say; 0 while none does. A damaged event says nothing."""
    totals = [event["data"].get("of") for event in events if event["type"] == "scene.rendered"]
    return max((total for total in totals if isinstance(total, int)), default=0)


@blueprint.get("/icon/<any(queued, running, completed, failed, cancelled):status>-<int(max=100):percent>.svg")
def icon(status: str, percent: int) -> Response:
    """Return the sign of a task for the tab of its page: a ring that fills."""
    drawing = render_template("icon.svg", status=status, percent=percent)
    return Response(drawing, mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=86400"})


@blueprint.post("/tasks/<id>/<any(cancel, retry):verb>")
def act(id: str, verb: str) -> Response:
    """Cancel or retry. Show a task that has changed meanwhile as it is now."""
    store, _ = parts()
    with contextlib.suppress(WrongState):
        VERBS[verb](store, id)
    return redirect(url_for("pages.task", id=id), HTTPStatus.SEE_OTHER)


@blueprint.post("/tasks/<id>/queue")
def change_queue(id: str) -> Response:
    """Change the priority of a queued task, or start it at once. One that has started meanwhile is shown as it is now."""
    store, _ = parts()
    text = request.form.get("priority", "")
    priority = queue_options.priority({"priority": int(text) if re.fullmatch(r"-?[0-9]{1,3}", text, re.ASCII) else text})
    with contextlib.suppress(WrongState):
        tasks.change_queue(store, id, priority=priority, at_once="at_once" in request.form)
    return redirect(url_for("pages.task", id=id), HTTPStatus.SEE_OTHER)


@blueprint.post("/tasks/<id>/tags")
def put_tags(id: str) -> Response:
    """Give a task the tags of a form, with commas between them. Raises BadTags, which is shown as a page."""
    store, _ = parts()
    tag.put(store, id, request.form.get("tags", "").split(","))
    return redirect(url_for("pages.task", id=id), HTTPStatus.SEE_OTHER)


@blueprint.get("/schedules")
def schedules() -> str:
    """Show the schedules, and a form to add one; `?repeat=<task>` begins with that task."""
    return schedules_page({"repeat": request.args.get("repeat", "")})


@blueprint.post("/schedules")
def add_schedule() -> Response | tuple[str, int]:
    """Add a schedule. Return the page, or the form with what is wrong with it."""
    sent: dict[str, Any] = {name: request.form.get(name, "").strip() for name in ("name", "repeat", "cron", "timezone")}
    sent["overlap"] = "overlap" in request.form
    try:
        schedule_api.add_schedule(sent)
    except (BadSchedule, ScheduleExists, TaskNotFound, TaskGone) as refused:
        return schedules_page(sent, refused), refused.status
    return redirect(url_for("pages.schedules"), HTTPStatus.SEE_OTHER)


@blueprint.post("/schedules/<id>/<any(pause, resume, remove):verb>")
def act_on_schedule(id: str, verb: str) -> Response:
    """Pause, resume or remove a schedule. One that is gone meanwhile is gone."""
    store, _ = parts()
    with contextlib.suppress(ScheduleNotFound):
        SCHEDULE_VERBS[verb](store, id)
    return redirect(url_for("pages.schedules"), HTTPStatus.SEE_OTHER)


def schedules_page(sent: dict[str, Any], problem: VideogenError | None = None) -> str:
    store, settings = parts()
    with store.reading() as read:
        listed = [schedule_api.describe(row) for row in schedule.every(read)]
        repeated = tasks.look_up(read, sent["repeat"]) if sent["repeat"] else None
    choices = [{"id": row["id"], "title": row["title"]} for row in views.task_list(store, settings, PAGE)["tasks"]]
    if repeated and not repeated.deleted_at and repeated.id not in {choice["id"] for choice in choices}:
        choices.append({"id": repeated.id, "title": repeated.title})
    return render_template("schedules.html", schedules=listed, tasks=choices, sent=sent, problem=problem, skipped=labels.SKIPPED)


@blueprint.get("/brands")
def brands() -> str:
    """Show the brands, and a form to add one; `?edit=<name>` begins with that brand."""
    return brands_page(request.args.get("edit", ""))


@blueprint.post("/brands")
def save_brand() -> Response | str | tuple[str, int]:
    """Keep a brand. Return the page, with the colours that were adjusted, or the form with what is wrong with it."""
    store, _ = parts()
    name = request.form.get("name", "").strip()
    with store.reading() as read:
        before = next(iter(brand.of_names(read, [name])), None)
    try:
        kit, files = brand_form.kit_of(request.form, request.files, before)
        _, adjusted = brand_api.save_brand(name, kit, files)
    except (BadScript, BadRequest, TooManyBrands) as refused:
        return brands_page(name, problem=refused, sent=request.form), refused.status
    if adjusted:
        return brands_page("", adjusted=adjusted)
    return redirect(url_for("pages.brands"), HTTPStatus.SEE_OTHER)


@blueprint.post("/brands/<name>/remove")
def remove_brand(name: str) -> Response:
    """Remove a brand. One that is gone meanwhile is gone."""
    store, _ = parts()
    with contextlib.suppress(BrandNotFound):
        brand.remove(store, name)
    return redirect(url_for("pages.brands"), HTTPStatus.SEE_OTHER)


def brands_page(
    editing: str, *, problem: VideogenError | None = None, sent: Mapping[str, str] | None = None, adjusted: Sequence[str] = ()
) -> str:
    store, _ = parts()
    with store.reading() as read:
        listed = brand.every(read)
    edited = next((row for row in listed if row.name == editing), None)
    fields = brand_form.fields_of(edited)
    return render_template(
        "brands.html",
        brands=[brand_api.describe(row) for row in listed],
        editing=edited.name if edited else "",
        fields=fields | {name: value for name, value in (sent or {}).items() if name in fields},
        themes=theme_names.bundled(),
        colours=brand_form.COLOURS,
        files=brand_form.FILES,
        positions=brand_form.POSITIONS,
        problem=problem,
        adjusted=adjusted,
    )


@blueprint.post("/tasks/<id>/export")
def export(id: str) -> Response:
    """Submit an export of a video, and go to its page. Raises BadPayload for what cannot be exported, which is shown as a page."""
    height = request.form.get("height", "")
    payload = {"task": id, "format": request.form.get("format", "")} | (
        {"height": int(height)} if height.isascii() and height.isdigit() else {}
    )
    exported = submit(KindSubmission(EXPORT, payload))
    return redirect(url_for("pages.task", id=exported.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/tasks/<id>/versions")
def make_version(id: str) -> Response:
    """Submit a video again in another shape, and go to its page. Raises BadRequest for the shape that it has."""
    store, _ = parts()
    with store.reading() as read:
        row = version_api.find_video(read, id)
    made = version_api.version_with(row, {"aspect": request.form.get("aspect", "")})
    return redirect(url_for("pages.task", id=made.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/tasks/<id>/delete")
def delete(id: str) -> Response:
    store, _ = parts()
    tasks.delete(store, id)
    return redirect(url_for("pages.all_tasks", deleted=id), HTTPStatus.SEE_OTHER)


@blueprint.post("/tasks/<id>/undelete")
def undelete(id: str) -> Response:
    """Undo a deletion; when it is too late, the list says so by not having the task."""
    store, _ = parts()
    try:
        tasks.undelete(store, id)
    except (TaskGone, TaskNotFound):
        return redirect(url_for("pages.all_tasks"), HTTPStatus.SEE_OTHER)
    return redirect(url_for("pages.task", id=id), HTTPStatus.SEE_OTHER)


@blueprint.get("/status")
def status() -> str:
    store, settings = parts()
    return render_template("status.html", status=views.status_view(store, settings), settings=settings, starts_workers=starts_workers())
