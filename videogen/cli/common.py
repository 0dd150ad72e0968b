"""Helpers of several commands: settings, the store, scripts from files, output for people and for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click
from click.shell_completion import CompletionItem

from models import DATABASE_NAME
from models.errors import NotOnPostgreSQL, StoreUnusable, TaskNotFound, VideogenError
from models.text_values import CONTROLS
from videogen import PROGRAM
from videogen.errors.script import EmptyScript, ScriptNotText
from videogen.processes import server_address

if TYPE_CHECKING:  # imported where they are used: not every command needs them at once
    from rich.table import Table

    from models.database import Store
    from models.task import Task
    from videogen.config import Settings

Command = TypeVar("Command", bound=Callable[..., Any])
as_json = click.option("--json", "as_json", is_flag=True, help="For programs: JSON instead of text.")
LAST = "last"
COMPLETED_TASKS = 20
UNLIMITED_WIDTH = 10_000


def chosen_settings() -> Settings:
    """Return the settings, with the data directory of the command line."""
    from videogen.config import settings

    data = click.get_current_context().find_root().params.get("data")
    return settings().model_copy(update={"data": data} if data else {})


def pass_settings(command: Command) -> Command:
    """Pass the settings to a command as its first argument."""

    @wraps(command)
    def with_settings(*args: Any, **values: Any) -> Any:
        return command(chosen_settings(), *args, **values)

    return cast(Command, with_settings)


def complete_task(context: click.Context, _parameter: click.Parameter, prefix: str) -> list[CompletionItem]:
    """Return the newest tasks whose id starts with `prefix`, for shell completion. Errors give no completion."""
    from models import task
    from models.database import Store
    from videogen.config import settings

    data = Path(context.find_root().params.get("data") or settings().data)
    server = settings().server
    if server is None and not (data / DATABASE_NAME).exists():
        return []
    try:
        with closing(Store(data, server=server)) as store, store.reading() as read:
            newest, _ = task.page(read, limit=COMPLETED_TASKS)
    except VideogenError:
        return []
    items = [CompletionItem(row.id, help=f"{row.status}: {row.title}") for row in newest if row.id.startswith(prefix)]
    return items + [CompletionItem(LAST, help="the newest task")] * LAST.startswith(prefix)


def named_task(command: Command) -> Command:
    """Add the argument TASK to a command, as `task_id`."""
    return click.argument("task_id", metavar="TASK", shell_complete=complete_task)(command)


def named_tasks(command: Command) -> Command:
    """Add the argument TASK... to a command, as `task_ids`."""
    return click.argument("task_ids", metavar="TASK...", nargs=-1, required=True, shell_complete=complete_task)(command)


@contextmanager
def open_store(settings: Settings, *, create: bool = False) -> Iterator[Store]:
    """Open the store of the data directory. A missing store is created only if `create`; else it is a typing error: StoreUnusable."""
    from models.migrate import exists, migrate
    from videogen.files import shared_secrets
    from videogen.files.privacy import keep_private
    from videogen.files.storage import open_storage
    from videogen.streams import listener

    if not create and not exists(settings.data, settings.server):
        raise StoreUnusable(
            f"There is no store in {settings.data}.", hint="Name its directory with --data or VIDEOGEN_DATA, or create one: app.py serve"
        )
    keep_private(settings.data)
    migrate(settings.data, settings.server)
    with closing(listener.open_store(settings.data, open_storage(settings), settings.server)) as store:
        shared_secrets.share(store)
        yield store


def require_sqlite(settings: Settings, instead: str) -> None:
    """Raise NotOnPostgreSQL where the store is on PostgreSQL. The hint says what to do `instead`."""
    if settings.server:
        command = click.get_current_context().info_name
        raise NotOnPostgreSQL(f"The command {command} is for a store on SQLite, and this one is on PostgreSQL.", hint=instead)


def find(store: Store, task_id: str) -> Task:
    """Return the task with this id; `last` is the newest one. Raises TaskNotFound, TaskGone."""
    from models import task

    if task_id != LAST:
        return task.get(store, task_id)
    with store.reading() as read:
        newest, _ = task.page(read, limit=1)
    if not newest:
        raise TaskNotFound("There is no task yet.", hint="Submit one: app.py submit FILE")
    return newest[0]


def warn_without_worker(store: Store) -> None:
    """Tell how to start a worker if none runs."""
    from models import worker

    with store.reading() as read:
        is_worked = worker.count_alive(read)
    if not is_worked:
        click.echo(f"No worker is running. Start one: {PROGRAM} serve or {PROGRAM} worker", err=True)


def task_url(settings: Settings, task_id: str) -> str:
    """Return the URL of the task's page."""
    return f"{base_url(settings)}/tasks/{task_id}"


def base_url(settings: Settings) -> str:
    """Return the URL of the pages: at the running server of this data directory, else at the address of these settings."""
    origin = server_address.find_origin(settings.data) or server_address.origin(settings.host, settings.port)
    return f"{origin}{settings.prefix}"


def parse_moment(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    """Return a moment as the store keeps it; one without a time zone is of this machine's. Raises a usage error for anything else."""
    from datetime import datetime

    from models import clock

    if text is None:
        return None
    at = clock.moment(text, datetime.now().astimezone().tzinfo)
    if at is None:
        raise click.BadParameter("Write a date and time, such as 2027-01-31T09:00 or 2027-01-31T09:00+01:00.")
    return at


def public_address(settings: Settings) -> str:
    """Return the address at which others reach the server: the first of `hosts`, if there are any, else that of this machine."""
    host = settings.hosts.split(",")[0].strip()
    if host and settings.proxies:
        return f"https://{host}{settings.prefix}"
    origin = f"http://{host}:{settings.port}" if host else server_address.find_origin(settings.data)
    return f"{origin or server_address.origin(settings.host, settings.port)}{settings.prefix}"


def read_script(file: str) -> str:
    """Return the text of a file, or of standard input for `-`. Raises ScriptNotText, EmptyScript."""
    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScriptNotText(f"{_display_name(file)} is not UTF-8 text.") from error
    if not text.strip():
        raise EmptyScript(f"{_display_name(file)} is empty.")
    return text


def print_json(value: Any) -> None:
    """Print a value as JSON: indented on a terminal, on one line in a pipe."""
    click.echo(escape_controls(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)))


def escape_controls(text: str) -> str:
    """Escape the control characters that JSON leaves as they are: a terminal obeys them."""
    return CONTROLS.sub(lambda match: "".join(f"\\u{ord(character):04x}" for character in match[0]), text)


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal; in a pipe as wide as needed, so that no cell is wrapped."""
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = UNLIMITED_WIDTH
    console.print(table)


def print_task(changed: Task, text: str, as_json: bool) -> None:
    """Print a task that was changed: `text` for people, its state for programs."""
    if as_json:
        print_json({"id": changed.id, "status": changed.status, "message": changed.message, "deleted": changed.deleted_at is not None})
    else:
        click.echo(f"{changed.id}  {text}")


def drop_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _display_name(file: str) -> str:
    return "Standard input" if file == "-" else file
