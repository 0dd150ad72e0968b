"""`app.py submit`: writes to the store; the server need not run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console

from models import asset, task, worker
from models.database import Store
from models.files.blob_store import Asset
from videogen import PROGRAM
from videogen.cli import script_assets
from videogen.cli.choices import ScriptCommand
from videogen.cli.common import as_json, find, open_store, pass_settings, print_json, read_script, task_url
from videogen.cli.following import follow_events
from videogen.cli.progress_board import ProgressBoard
from videogen.config import Settings
from videogen.errors.script import ScriptTooLarge
from videogen.files import disk_space
from videogen.files.confine import confine
from videogen.pipeline.script_check import CheckedScript, check_script, format_of
from videogen.pipeline.script_files import ScriptFiles, UploadedFiles
from videogen.script.theme_names import use_theme_directory
from videogen.voices import registry

EXIT_CODES = {"completed": 0, "failed": 1, "cancelled": 3}
DELETED = 3


@dataclass(frozen=True)
class CommandLine:
    """What the command line says of the task."""

    file: str | None
    format: str | None
    options: dict[str, Any]
    title: str | None
    priority: int
    made_from: str | None
    key: str | None


@click.command(name="submit", cls=ScriptCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), required=False)
@click.option("--title", help="Title of the task; by default the script's.")
@click.option("--priority", type=click.IntRange(-100, 100), default=0, help="Higher ones are rendered first; 0 by default.")
@click.option("--from", "made_from", metavar="TASK", help="Repeat this task: with its options, and its script if there is no FILE.")
@click.option("--key", help="Idempotency key: submitting the same script again returns the same task.")
@click.option("--follow", "following", is_flag=True, help="Show the progress until the task has ended; sets the exit code.")
@as_json
@pass_settings
def command(settings: Settings, following: bool, as_json: bool, **values: Any) -> None:
    """Submit a script to the queue. FILE is Markdown, YAML or JSON; - is standard input.

    Pictures and other files are read from its directory and its subdirectories. Prints the task's id and the URL of its page. With
    --follow the exit code is 0 for a finished video, 1 for a failure, 3 for a task that was cancelled or deleted; --json adds a line with
    the same. Ctrl-C stops following; the task goes on.
    """
    submission = CommandLine(**values)
    file, made_from = submission.file, submission.made_from
    if file is None and made_from is None:
        raise click.UsageError("Name a FILE, or a task to repeat: --from TASK.")
    registry.use_piper_directory(settings.piper_directory)
    use_theme_directory(settings.themes_directory)
    source = None if file is None else read_script(file)
    with open_store(settings, create=made_from is None) as store:
        origin = find(store, made_from) if made_from else None
        options, format = {**(origin.options if origin else {}), **submission.options}, submission.format
        if origin and source is None:
            source, format = origin.source, format or origin.format
            with store.reading() as read:
                files: Sequence[Asset] = asset.of_task(read, origin.id)
            admitted = _admit(settings, source, format, options, UploadedFiles({file.name: settings.data / file.key for file in files}))
        else:
            assert source is not None and file is not None
            admitted = _admit(settings, source, format or format_of(file), options, script_assets.assets_beside(file))
            files = script_assets.copy_assets(settings, admitted.files, Console(stderr=True, highlight=False))
        files = script_assets.keep_theme(settings, admitted, files)
        submitted = task.submit(
            store,
            source=source,
            format=admitted.format,
            title=submission.title or admitted.title,
            options=options,
            priority=submission.priority,
            attempts=settings.attempts,
            max_queued=settings.max_queued,
            idempotency_key=submission.key,
            made_from=origin.id if origin else None,
            assets=files,
        )
        page = task_url(settings, submitted.id)
        if as_json:
            print_json({"id": submitted.id, "title": submitted.title, "status": submitted.status, "page": page})
        else:
            click.echo(f"{submitted.id}  {page}")
        with store.reading() as read:
            if not worker.count_alive(read) and not submitted.finished:
                click.echo(f"No worker is running. Start one: {PROGRAM} serve or {PROGRAM} worker", err=True)
        if not submitted.finished and (low := disk_space.shortage(settings)):
            click.echo(f"{low} {low.hint}", err=True)
        if following:
            exit_code = watch(store, submitted.id, settings.floor_s)
            if as_json:
                print_json(_result(store, submitted.id) | {"page": page})
            raise SystemExit(exit_code)


def _admit(settings: Settings, source: str, format: str | None, options: dict[str, Any], files: ScriptFiles) -> CheckedScript:
    if len(source.encode()) > settings.script_max_bytes:
        raise ScriptTooLarge(f"The script is {len(source.encode()):,} bytes; the limit is {settings.script_max_bytes:,}.")
    confine(settings.data)  # the directory exists: the store is open
    return check_script(source, format, options, voice=settings.voice, theme=settings.theme, language=settings.language, files=files)


def _result(store: Store, task_id: str) -> dict[str, Any]:
    """Return how the task ended, for --json."""
    with store.reading() as read:
        ended = task.look_up(read, task_id)
    if ended is None or ended.deleted_at:
        return {"id": task_id, "status": "deleted", "error": None}
    error = {"code": ended.error_code, "message": ended.error_message, "hint": ended.error_hint} if ended.error_code else None
    return {"id": task_id, "status": ended.status, "error": error}


def watch(store: Store, task_id: str, floor_s: float) -> int:
    """Show the task's progress until it has ended and return the exit code. Ctrl-C prints how to follow or cancel the task later."""
    try:
        with ProgressBoard() as board, closing(follow_events(store, task_id, poll_interval_s=floor_s)) as log:
            for event in log:
                board.handle(event)
                match event.type:
                    case "task.requeued" | "attempt.lost" | "task.held" | "task.stalled" | "task.cancelling" | "task.retried":
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
