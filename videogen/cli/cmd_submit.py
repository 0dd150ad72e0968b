"""`app.py submit`: writes to the store; the server need not run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from models import asset, task
from models.database import Store
from models.files.blob_store import Asset
from models.intake import SCOPES, TaskSpec, UniqueKey, UniqueScope, submit_all
from models.task import Task
from videogen import PROGRAM
from videogen.cli import script_assets
from videogen.cli.admission import admit
from videogen.cli.choices import ScriptCommand
from videogen.cli.common import (
    as_json,
    find,
    open_store,
    parse_moment,
    pass_settings,
    print_json,
    read_script,
    task_url,
    warn_without_worker,
)
from videogen.cli.following import follow_events
from videogen.cli.progress_board import ProgressBoard
from videogen.config import Settings
from videogen.files import disk_space
from videogen.kinds import registry
from videogen.kinds.kind import AdmissionContext
from videogen.kinds.video import VIDEO
from videogen.pipeline.script_check import format_of
from videogen.pipeline.script_files import UploadedFiles
from videogen.pipeline.stages import STAGES, StageInfo
from videogen.script.theme_names import use_theme_directory
from videogen.voices import engines as voices

EXIT_CODES = {"completed": 0, "failed": 1, "cancelled": 3}
DELETED = 3


@dataclass(frozen=True)
class CommandLine:
    """What the command line says of the task."""

    files: tuple[str, ...]
    format: str | None
    options: dict[str, Any]
    title: str | None
    priority: int
    made_from: str | None
    key: str | None
    kind: str
    payload: dict[str, Any] | None
    run_at: str | None
    after: tuple[str, ...]
    lock: str | None
    unique: str | None
    unique_scope: UniqueScope

    def when(self, store: Store) -> dict[str, Any]:
        """Return when the task starts, as fields of a TaskSpec. Raises TaskNotFound."""
        unique = UniqueKey(self.unique, self.unique_scope) if self.unique else None
        after = [find(store, other).id for other in self.after]
        return {"priority": self.priority, "run_at": self.run_at, "after": after, "lock": self.lock, "unique": unique}


def _parse_payload(_context: click.Context, _parameter: click.Parameter, text: str | None) -> dict[str, Any] | None:
    """Parse the payload. Raises a usage error unless it is a JSON object."""
    if text is None:
        return None
    try:
        payload = json.loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter("The payload is not JSON.") from error
    except OSError as error:
        raise click.BadParameter(f"{text[1:]} cannot be read: {error.strerror}.") from error
    if not isinstance(payload, dict):
        raise click.BadParameter('The payload is not an object, such as {"task": "ID"}.')
    return payload


@click.command(name="submit", cls=ScriptCommand)
@click.argument("files", metavar="[FILE]...", type=click.Path(exists=True, dir_okay=False, allow_dash=True), nargs=-1)
@click.option("--title", help="Title of the task; by default the script's.")
@click.option("--priority", type=click.IntRange(-100, 100), default=0, help="A point is worth ten minutes of waiting; 0 by default.")
@click.option("--run-at", metavar="TIME", callback=parse_moment, help="Start it then: 2027-01-31T09:00, in this machine's time zone.")
@click.option("--after", metavar="TASK", multiple=True, help="Start it once this task has completed; may be repeated.")
@click.option("--lock", metavar="NAME", help="Of tasks with the same lock one runs at a time.")
@click.option("--unique", metavar="KEY", help="Submit nothing while a task of this kind has the same key: print that one.")
@click.option(
    "--unique-scope",
    type=click.Choice(list(SCOPES)),
    default="unfinished",
    show_default=True,
    help="Tasks that it is unique among.",
)
@click.option("--from", "made_from", metavar="TASK", help="Repeat this task: with its options, and its script if there is no FILE.")
@click.option("--kind", default="video", show_default=True, help="Kind of the task; all but video take a payload and no FILE.")
@click.option("--payload", metavar="JSON", callback=_parse_payload, help="What a task of another kind is to do; @FILE reads a file.")
@click.option("--key", help="Idempotency key: submitting the same script again returns the same task.")
@click.option("--follow", "following", is_flag=True, help="Show the progress until the task has ended; sets the exit code.")
@as_json
@pass_settings
def command(settings: Settings, following: bool, as_json: bool, **values: Any) -> None:
    """Submit scripts to the queue. FILE is Markdown, YAML or JSON; - is standard input. Of several, all are submitted or none.

    Pictures and other files are read from its directory and its subdirectories. With --kind and --payload it submits a task of another
    kind. Prints the task's id and the URL of its page. With --follow the exit code is 0 for a completed task, 1 for a failure, 3 for a
    task that was cancelled or deleted; --json adds a line with the same. Ctrl-C stops following; the task goes on.
    """
    submission = CommandLine(**values)
    files, made_from = submission.files, submission.made_from
    if submission.kind != VIDEO.name:
        _check_arguments(submission)
    elif submission.payload is not None:
        raise click.UsageError("A video has no --payload: name a FILE.")
    elif not files and made_from is None:
        raise click.UsageError("Name a FILE, or a task to repeat: --from TASK.")
    voices.use_piper_directory(settings.piper_directory)
    use_theme_directory(settings.themes_directory)
    if len(files) > 1 and (following or submission.title or submission.key or submission.unique or made_from):
        raise click.UsageError("--follow, --title, --key, --unique and --from are for one FILE.")
    sources: list[tuple[str | None, str | None]] = [(file, read_script(file)) for file in files] or [(None, None)]
    with open_store(settings, create=made_from is None) as store:
        origin = find(store, made_from) if made_from else None
        if submission.kind != VIDEO.name or (origin and origin.kind != VIDEO.name):
            specs = [_kind_spec(store, settings, submission, origin)]
        else:
            specs = [_script_spec(store, settings, submission, file, source, origin) for file, source in sources]
        for made in submit_all(store, specs, max_queued=settings.max_queued):
            submitted = made.task
            page = task_url(settings, submitted.id)
            if as_json:
                print_json({"id": submitted.id, "title": submitted.title, "status": submitted.status, "page": page})
            else:
                click.echo(f"{submitted.id}  {page}")
        if not submitted.finished:
            warn_without_worker(store)
            if low := disk_space.shortage(settings):
                click.echo(f"{low} {low.hint}", err=True)
        if following:
            kind = registry.look_up(submitted.kind)
            exit_code = watch(store, submitted.id, settings.floor_s, kind.stages if kind else ())
            if as_json:
                print_json(_result(store, submitted.id) | {"page": page})
            raise SystemExit(exit_code)


def _check_arguments(submission: CommandLine) -> None:
    """Raise a usage error for what only a video takes."""
    if submission.files or submission.options or submission.format:
        raise click.UsageError(f"A task of the kind {submission.kind} takes a --payload, and no FILE or options of videos.")
    if submission.payload is None and submission.made_from is None:
        raise click.UsageError("Say what the task is to do: --payload JSON, such as --payload '{}'.")


def _kind_spec(store: Store, settings: Settings, submission: CommandLine, origin: Task | None) -> TaskSpec:
    """Return a task of another kind than video; from an origin of that kind its payload is repeated."""
    if origin and (origin.kind != submission.kind and submission.kind != VIDEO.name):
        raise click.UsageError(f"The task {origin.id} is of the kind {origin.kind}, not {submission.kind}.")
    kind = registry.find(origin.kind if origin else submission.kind)
    payload = kind.check_payload({**(origin.payload if origin else {}), **(submission.payload or {})})
    admission = kind.admission(payload, AdmissionContext(store))
    files: Sequence[Asset] = ()
    if origin:
        with store.reading() as read:
            files = asset.of_task(read, origin.id)
    return TaskSpec(
        kind=kind.name,
        payload=payload.model_dump(mode="json", exclude_unset=True),
        title=submission.title or admission.title,
        attempts=kind.retry.attempts or settings.attempts,
        idempotency_key=submission.key,
        made_from=admission.made_from or (origin.id if origin else None),
        assets=files,
        **submission.when(store),
    )


def _script_spec(
    store: Store, settings: Settings, submission: CommandLine, file: str | None, source: str | None, origin: Task | None
) -> TaskSpec:
    """Check a script, with its files, and return the task."""
    options, format = {**(origin.options if origin else {}), **submission.options}, submission.format
    if origin and source is None:
        source, format = origin.source, format or origin.format
        with store.reading() as read:
            files: Sequence[Asset] = asset.of_task(read, origin.id)
        own = UploadedFiles({file.name: store.files.fetch(file.key) for file in files})
        admitted = admit(settings, source, format, options, script_assets.add_brands(store, source, options, own))
    else:
        assert source is not None and file is not None
        beside = script_assets.add_brands(store, source, options, script_assets.assets_beside(file))
        admitted = admit(settings, source, format or format_of(file), options, beside)
        files = script_assets.copy_assets(settings, admitted.files, Console(stderr=True, highlight=False), store.files)
    files = script_assets.keep_look(settings, admitted, files, store.files)
    return TaskSpec(
        source=source,
        format=admitted.format,
        title=submission.title or admitted.title,
        options=options,
        attempts=settings.attempts,
        idempotency_key=submission.key,
        made_from=origin.id if origin else None,
        assets=files,
        **submission.when(store),
    )


def _result(store: Store, task_id: str) -> dict[str, Any]:
    """Return how the task ended, for --json."""
    with store.reading() as read:
        ended = task.look_up(read, task_id)
    if ended is None or ended.deleted_at:
        return {"id": task_id, "status": "deleted", "error": None}
    error = {"code": ended.error_code, "message": ended.error_message, "hint": ended.error_hint} if ended.error_code else None
    return {"id": task_id, "status": ended.status, "error": error}


def watch(store: Store, task_id: str, floor_s: float, stages: Sequence[StageInfo] = STAGES) -> int:
    """Show the task's progress until it has ended and return the exit code. Ctrl-C prints how to follow or cancel the task later."""
    try:
        with ProgressBoard(stages=stages) as board, closing(follow_events(store, task_id, poll_interval_s=floor_s)) as log:
            for event in log:
                board.handle(event)
                match event.type:
                    case (
                        "task.requeued"
                        | "attempt.lost"
                        | "attempt.failed"
                        | "task.held"
                        | "task.stalled"
                        | "task.cancelling"
                        | "task.retried"
                    ):
                        board.print(f"{event.message}.")
    except KeyboardInterrupt:
        board.print("Stopped following; the task goes on.")
        board.print(f"Follow it: {PROGRAM} events {task_id} --follow")
        board.print(f"Cancel it: {PROGRAM} cancel {task_id}")
        raise
    with store.reading() as read:
        ended = task.look_up(read, task_id)
    if ended is None or ended.deleted_at:
        board.print("Deleted.", "yellow")
        return DELETED
    if ended.status == "failed":
        board.print(f"Failed: {ended.error_message}", "red")
        board.print(f"Hint: {ended.error_hint}")
    else:
        board.print(f"{ended.status.capitalize()}.", "green" if ended.status == "completed" else "yellow")
    return EXIT_CODES[ended.status]
