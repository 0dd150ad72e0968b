"""`app.py submit`: straight into the store; the server need not run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import click
from rich.console import Console

from models import asset, task, worker
from models.database import Store
from models.files.blob_store import Asset
from videogen import PROGRAM
from videogen.cli import script_assets
from videogen.cli.choices import ScriptCommand
from videogen.cli.common import address, as_json, find, opened, pass_settings, print_json, read_script
from videogen.cli.following import follow
from videogen.cli.progress_board import Board
from videogen.config import Settings
from videogen.errors.script import ScriptTooLarge
from videogen.files import disk_space
from videogen.files.confine import confine
from videogen.pipeline.script_check import CheckedScript, check_script, format_of
from videogen.pipeline.script_files import ScriptFiles, UploadedFiles
from videogen.voices import registry

EXIT_CODES = {"completed": 0, "failed": 1, "cancelled": 3}
DELETED = 3


@click.command(name="submit", cls=ScriptCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), required=False)
@click.option("--title", help="Title of the task; the script's by default.")
@click.option("--priority", type=click.IntRange(-100, 100), default=0, help="Higher ones are made first; 0 by default.")
@click.option("--from", "made_from", metavar="TASK", help="Make this task again: with its options, and its script if there is no FILE.")
@click.option("--key", help="Idempotency key: submitting the same script with it again gives the same task.")
@click.option("--follow", "following", is_flag=True, help="Show the progress until the task has ended; the exit code tells how.")
@as_json
@pass_settings
def command(
    settings: Settings,
    file: str | None,
    format: str | None,
    options: dict[str, Any],
    title: str | None,
    priority: int,
    made_from: str | None,
    key: str | None,
    following: bool,
    as_json: bool,
) -> None:
    """Put a script into the queue. FILE is Markdown, YAML or JSON; - is standard input.

    Pictures and other files are taken from its directory and from below it. Prints the task's id and the address of its page. With --follow
    the exit code is 0 for a film, 1 for a failure, 3 for a task that was cancelled or deleted; with --json a second line tells the same.
    Ctrl+C stops the looking, and not the task.
    """
    if file is None and made_from is None:
        raise click.UsageError("Name a FILE, or a task to make again: --from TASK.")
    registry.use_piper_directory(settings.piper_directory)
    source = None if file is None else read_script(file)
    with opened(settings, make=made_from is None) as store:
        origin = find(store, made_from) if made_from else None
        options = {**(origin.options if origin else {}), **options}
        if origin and source is None:
            source, format = origin.source, format or origin.format
            with store.reading() as read:
                files: Sequence[Asset] = asset.of_task(read, origin.id)
            admitted = _admit(settings, source, format, options, UploadedFiles({each.name: settings.data / each.key for each in files}))
        else:
            assert source is not None and file is not None
            admitted = _admit(settings, source, format or format_of(file), options, script_assets.beside(file))
            files = script_assets.take(settings, admitted.files, Console(stderr=True, highlight=False))
        made = task.submit(
            store,
            source=source,
            format=admitted.format,
            title=title or admitted.title,
            options=options,
            priority=priority,
            attempts=settings.attempts,
            max_queued=settings.max_queued,
            idempotency_key=key,
            made_from=origin.id if origin else None,
            assets=files,
        )
        page = address(settings, made.id)
        if as_json:
            print_json({"id": made.id, "title": made.title, "status": made.status, "page": page})
        else:
            click.echo(f"{made.id}  {page}")
        with store.reading() as read:
            if not worker.count_alive(read) and not made.finished:
                click.echo(f"No worker is running: start one with {PROGRAM} serve or {PROGRAM} worker.", err=True)
        if not made.finished and (low := disk_space.shortage(settings)):
            click.echo(f"{low} {low.hint}", err=True)
        if following:
            exit_code = watch(store, made.id, settings.floor_s)
            if as_json:
                print_json(_ended(store, made.id) | {"page": page})
            raise SystemExit(exit_code)


def _admit(settings: Settings, source: str, format: str | None, options: dict[str, Any], files: ScriptFiles) -> CheckedScript:
    if len(source.encode()) > settings.script_max_bytes:
        raise ScriptTooLarge(f"The script has {len(source.encode())} bytes, and {settings.script_max_bytes} may be.")
    confine(settings.data)  # the store is open, so it is there
    return check_script(source, format, options, voice=settings.voice, theme=settings.theme, files=files)


def _ended(store: Store, task_id: str) -> dict[str, Any]:
    """How the task ended, for programs."""
    with store.reading() as read:
        ended = task.look_up(read, task_id)
    if ended is None or ended.deleted_at:
        return {"id": task_id, "status": "deleted", "error": None}
    error = {"code": ended.error_code, "message": ended.error_message, "hint": ended.error_hint} if ended.error_code else None
    return {"id": task_id, "status": ended.status, "error": error}


def watch(store: Store, task_id: str, floor_s: float) -> int:
    """Shows the task's progress until it has ended; the exit code that tells how it did. Who stops looking is told how to go on."""
    try:
        with Board() as board, closing(follow(store, task_id, poll_interval_s=floor_s)) as log:
            for each in log:
                board.take(each)
                match each.type:
                    case "task.requeued" | "attempt.lost" | "task.held" | "task.stalled" | "task.cancelling" | "task.retried":
                        board.say(f"{each.message}.")
    except KeyboardInterrupt:
        board.say("The task is still there: this only stopped looking.")
        board.say(f"Look again: {PROGRAM} events {task_id} --follow")
        board.say(f"Stop it: {PROGRAM} cancel {task_id}")
        raise
    with store.reading() as read:
        ended = task.look_up(read, task_id)
    if ended is None or ended.deleted_at:
        board.say("Deleted.", "yellow")
        return DELETED
    if ended.status == "failed":
        board.say(f"Failed: {ended.error_message}", "red")
        board.say(f"Hint: {ended.error_hint}")
    else:
        board.say(f"{ended.status.capitalize()}.", "green" if ended.status == "completed" else "yellow")
    return EXIT_CODES[ended.status]
