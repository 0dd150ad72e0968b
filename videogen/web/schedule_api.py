"""Schedules in the API: tasks that are submitted again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from models import cron, schedule
from models.errors import BadSchedule, Diagnostic, ScheduleExists, ScheduleNotFound, TaskGone, TaskNotFound
from models.intake import TaskSpec
from models.schedule import Schedule
from videogen.errors.kinds import BadPayload, UnknownKind
from videogen.errors.request import BadStart
from videogen.errors.script import BadScript
from videogen.web import submission, submission_shapes
from videogen.web.operations import Operation, described
from videogen.web.queue_options import NAME, TASK_ID
from videogen.web.services import current_services

blueprint = Blueprint("schedules", __name__, url_prefix="/api/schedules")

CHANGES = ("paused", "cron", "timezone")
ONE = Operation("Schedules", submission_shapes.ScheduleJson, errors=(ScheduleNotFound,))


@blueprint.get("")
@described(Operation("Schedules", submission_shapes.Schedules))
def index() -> ResponseReturnValue:
    """List the schedules: those that come next first, paused ones last."""
    with current_services().store.reading() as read:
        return jsonify({"schedules": [describe(row) for row in schedule.every(read)]})


@blueprint.post("")
@described(
    Operation(
        "Schedules",
        submission_shapes.ScheduleJson,
        status=201,
        errors=(BadSchedule, ScheduleExists, TaskNotFound, TaskGone, BadScript, BadStart, UnknownKind, BadPayload),
        body=submission_shapes.NewSchedule,
    )
)
def add() -> ResponseReturnValue:
    """Add a schedule: `task` is submitted at each of its times, or `repeat`, a task that there is already, with its files."""
    return jsonify(describe(add_schedule(submission.json_body()))), 201


@blueprint.get("/<schedule_id>")
@described(ONE)
def show(schedule_id: str) -> ResponseReturnValue:
    """Show one schedule, by its id or name."""
    with current_services().store.reading() as read:
        return jsonify(describe(schedule.find(read, schedule_id)))


@blueprint.patch("/<schedule_id>")
@described(ONE.but(errors=(ScheduleNotFound, BadSchedule), body=submission_shapes.ScheduleChange))
def change(schedule_id: str) -> ResponseReturnValue:
    """Pause or resume a schedule, or give it other times."""
    store, body = current_services().store, submission.json_body()
    if not body or body.keys() - set(CHANGES):
        raise _bad("There is nothing that can be changed so.", f"Must be some of {', '.join(CHANGES)}.", next(iter(body), "paused"))
    paused = body.get("paused")
    if paused is not None and not isinstance(paused, bool):
        raise _bad("The field paused is neither true nor false.", "Must be true or false.", "paused")
    changed = None
    if "cron" in body or "timezone" in body:
        changed = schedule.move(store, schedule_id, _text(body, "cron", ""), _text(body, "timezone", ""))
    if paused is not None:
        changed = (schedule.pause if paused else schedule.resume)(store, schedule_id)
    if changed is None:
        raise _bad("There is nothing that can be changed so.", "Must be true or false.", "paused")
    return jsonify(describe(changed))


@blueprint.delete("/<schedule_id>")
@described(ONE)
def remove(schedule_id: str) -> ResponseReturnValue:
    """Remove a schedule. The tasks that it submitted stay."""
    return jsonify(describe(schedule.remove(current_services().store, schedule_id)))


def add_schedule(body: Mapping[str, Any]) -> Schedule:
    """Add the schedule that a request describes: what the API and the page's form have in common."""
    name, expression, timezone = _text(body, "name"), _text(body, "cron"), _text(body, "timezone", "UTC")
    cron.check(expression, timezone)
    flags = {"overlap": body.get("overlap", False), "catch_up": body.get("catch_up", True)}
    for flag, value in flags.items():
        if not isinstance(value, bool):
            raise _bad(f"The field {flag} is neither true nor false.", "Must be true or false.", flag)
    return schedule.add(current_services().store, name, expression, timezone, _spec(body), **flags)


def describe(row: Schedule) -> dict[str, Any]:
    """Return a schedule as the API gives it."""
    spec = row.spec
    names = ("id", "name", "cron", "timezone", "overlap", "catch_up", "created_at", "next_at", "last_at", "last_task_id", "skip_reason")
    return {name: getattr(row, name) for name in names} | {
        "paused": row.paused_at is not None,
        "text": cron.describe(row.cron),
        "task": {"kind": spec.kind, "title": spec.title, "made_from": spec.made_from, "priority": spec.priority},
    }


def _spec(body: Mapping[str, Any]) -> TaskSpec:
    repeat, wanted = body.get("repeat"), body.get("task")
    if (repeat is None) == (wanted is None):
        raise _bad("Name either a task to repeat or a task to submit.", "Must be there, or else task.", "repeat")
    if repeat is None:
        if not isinstance(wanted, dict):
            raise _bad("The field task is no object.", "Must be a task, as in POST /api/tasks.", "task")
        with submission.place(lambda path: f"task.{path}" if path else "task"):
            if extra := {"run_at", "after", "unique"} & wanted.keys():
                field = sorted(extra)[0]
                raise _bad(f"The field {field} is not for what is repeated.", "Must be left out.", field)
            return submission.spec_of(submission.any_of_body(wanted))
    if not isinstance(repeat, str) or not TASK_ID.fullmatch(repeat):
        raise _bad("The field repeat is no task's id.", "Must be a task's id.", "repeat")
    with current_services().store.reading() as read:
        return schedule.repeat(read, repeat)


def _text(body: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str) or (value != default and not NAME.fullmatch(value)):
        raise _bad(f"The field {name} is missing or no text.", "Must be a text of 1 to 200 characters.", name)
    return value


def _bad(message: str, must: str, path: str) -> BadSchedule:
    return BadSchedule(message, diagnostics=[Diagnostic(must, path=path)])
