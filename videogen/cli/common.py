"""What several commands need: the settings, the store, scripts from files, output for people and for programs."""

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

from models.errors import StoreUnusable, TaskNotFound, VideogenError
from videogen.errors.script import EmptyScript, ScriptNotText
from videogen.processes import server_address

if TYPE_CHECKING:  # the store and the settings are imported where they are used: not every command needs them at once
    from rich.table import Table

    from models.database import Store
    from models.task import Task
    from videogen.config import Settings

Command = TypeVar("Command", bound=Callable[..., Any])
as_json = click.option("--json", "as_json", is_flag=True, help="For programs: JSON instead of text.")
LAST = "last"
COMPLETED_TASKS = 20
WIDEST = 10_000


def chosen_settings() -> Settings:
    """The settings, and the data directory that the command line names."""
    from videogen.config import settings

    data = click.get_current_context().find_root().params.get("data")
    return settings().model_copy(update={"data": data} if data else {})


def pass_settings(command: Command) -> Command:
    """Gives a command the settings as its first argument."""

    @wraps(command)
    def with_settings(*args: Any, **given: Any) -> Any:
        return command(chosen_settings(), *args, **given)

    return cast(Command, with_settings)


def complete_task(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The newest tasks whose id begins so, for a shell that completes the word. What goes wrong is no news for a prompt."""
    from models import task
    from models.database import Store
    from videogen.config import settings

    data = Path(context.find_root().params.get("data") or settings().data)
    if not (data / "videogen.db").exists():
        return []
    try:
        with closing(Store(data)) as store, store.reading() as read:
            newest, _ = task.page(read, limit=COMPLETED_TASKS)
    except VideogenError:
        return []
    found = [CompletionItem(each.id, help=f"{each.status}: {each.title}") for each in newest if each.id.startswith(begun)]
    return found + [CompletionItem(LAST, help="the newest task")] * LAST.startswith(begun)


def named_task(command: Command) -> Command:
    """Gives a command the argument TASK, as `task_id`."""
    return click.argument("task_id", metavar="TASK", shell_complete=complete_task)(command)


def named_tasks(command: Command) -> Command:
    """Gives a command the argument TASK..., as `task_ids`."""
    return click.argument("task_ids", metavar="TASK...", nargs=-1, required=True, shell_complete=complete_task)(command)


@contextmanager
def opened(settings: Settings, *, make: bool = False) -> Iterator[Store]:
    """The store of this data directory. One that is not there is made only if `make`: else it is a mistyped name, and StoreUnusable."""
    from models.migrate import migrate
    from videogen.streams import listener

    if not make and not settings.database.exists():
        raise StoreUnusable(
            f"There is no store in {settings.data}.", hint="Name its directory with --data or VIDEOGEN_DATA, or make one: app.py serve"
        )
    migrate(settings.data)
    with closing(listener.open_store(settings.data)) as store:
        yield store


def find(store: Store, task_id: str) -> Task:
    """The task of this id; `last` is the newest one. Raises TaskNotFound, TaskGone."""
    from models import task

    if task_id != LAST:
        return task.get(store, task_id)
    with store.reading() as read:
        newest, _ = task.page(read, limit=1)
    if not newest:
        raise TaskNotFound("There is no task yet.", hint="Make one with: app.py submit FILE")
    return newest[0]


def address(settings: Settings, task_id: str) -> str:
    """Where the task's page is: at the server that runs on this data directory, else where one with these settings would listen."""
    return f"{server_address.noted_origin(settings.data) or server_address.origin(settings.host, settings.port)}/tasks/{task_id}"


def read_script(file: str) -> str:
    """The text of a file, or of standard input for `-`. Raises ScriptNotText, EmptyScript."""
    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScriptNotText(f"{_name(file)} is not UTF-8 text.") from error
    if not text.strip():
        raise EmptyScript(f"{_name(file)} is empty.")
    return text


def print_json(value: Any) -> None:
    """One JSON value, for programs: on several lines for a person who looks, on one line in a pipe."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal; in a pipe as wide as it is, since there is no edge where cells would have to be folded."""
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDEST
    console.print(table)


def tell_of(changed: Task, words: str, as_json: bool) -> None:
    """What became of a task: words for people, its state for programs."""
    if as_json:
        print_json({"id": changed.id, "status": changed.status, "message": changed.message, "deleted": changed.deleted_at is not None})
    else:
        click.echo(f"{changed.id}  {words}")


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _name(file: str) -> str:
    return "Standard input" if file == "-" else file
