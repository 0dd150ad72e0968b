"""`app.py sql`: an SQL shell on the store, with the driver that the store itself uses."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.sqlite.driver import connect, driver
from models.text_values import readable
from videogen import PROGRAM
from videogen.cli.common import as_json, escape_controls, open_store, pass_settings, print_json, require_sqlite
from videogen.config import Settings
from videogen.streams import listener

PROMPT, MORE = "videogen> ", "     ...> "
QUIT = (".quit", ".exit")
PROGRESS_STEPS = 100_000
HELP = """\
Statements end with ; and may take several lines.
.tables         tables and views
.schema [NAME]  their CREATE statements
.quit           quit, as does Ctrl-D"""
TABLES = "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY type, name"
SCHEMA = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND (? = '' OR tbl_name = ?) ORDER BY type DESC, name"


@click.command(name="sql")
@click.option("-c", "--command", "query", help="Run this statement and exit. Without it: a shell, or standard input.")
@click.option("--write", is_flag=True, help="Allow changes; the store is read-only by default.")
@as_json
@pass_settings
def command(settings: Settings, query: str | None, write: bool, as_json: bool) -> None:
    """Query the store with SQL. The views queue, task_timeline, stage_times, failures and storage answer the usual questions.

    A terminal shows a table, a pipe gets tab-separated lines with a header; --json prints a list of objects. With --write,
    INSERT INTO submit(source) submits a task and INSERT INTO cancel(task_id) cancels one.
    """
    require_sqlite(settings, 'Use psql "$VIDEOGEN_DATABASE_URL": it has the same tables and views.')
    with open_store(settings), contextlib.closing(connect(settings.database, read_only=not write)) as connection:
        shell = Shell(connection, settings, as_json)
        if write:
            connection.execute("PRAGMA foreign_keys = ON")
        if query is not None or not sys.stdin.isatty():
            *complete, rest = split(query if query is not None else sys.stdin.read())
            raise SystemExit(0 if all(shell.run(statement) for statement in (*complete, rest) if statement.strip()) else 1)
        shell.interact()


@dataclass
class Shell:
    """Runs statements on a connection and prints their results."""

    connection: Any
    settings: Settings
    as_json: bool = False

    def __post_init__(self) -> None:
        # Called during long queries, so that Python handles Ctrl-C.
        self.connection.set_progress_handler(lambda: 0, PROGRESS_STEPS)

    def interact(self) -> None:
        """Read statements until Ctrl-D. Ctrl-C discards the current statement."""
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401 - input() then has line editing
        click.echo("SQL on the store. Try: SELECT * FROM queue;  or .help", err=True)
        waiting = ""
        while True:
            try:
                waiting += input(MORE if waiting.strip() else PROMPT) + "\n"
                *complete, waiting = split(waiting)
                for statement in complete:
                    if statement in QUIT:
                        return
                    self.run(statement)
            except KeyboardInterrupt:
                waiting = ""
                click.echo()
            except EOFError:
                click.echo()
                return

    def run(self, statement: str) -> bool:
        """Run one statement or dot command and print its result. Returns False on failure, with the reason on standard error."""
        try:
            if statement.startswith("."):
                return self._dot(statement)
            before = self.connection.total_changes
            cursor = self.connection.execute(statement)
            rows = cursor.fetchall()
        except (driver.Error, driver.Warning) as error:
            click.secho(f"Error: {error}", fg="red", err=True)
            if "readonly" in str(error):
                click.echo(f"Hint: {PROGRAM} sql --write allows changes.", err=True)
            return False
        changed = self.connection.total_changes - before
        if cursor.description:
            self._print([column[0] for column in cursor.description], rows)
        if changed:
            listener.notify(self.settings.data / "listen")
            click.echo(f"rows changed: {changed}", err=True)
        return True

    def _dot(self, line: str) -> bool:
        name, *arguments = line.split()
        if name == ".tables":
            self._print(["type", "name"], self.connection.execute(TABLES).fetchall())
        elif name == ".schema":
            of = arguments[0] if arguments else ""
            click.echo("\n\n".join(f"{sql};" for (sql,) in self.connection.execute(SCHEMA, (of, of))))
        elif name == ".help":
            click.echo(HELP)
        else:
            click.echo(f"Error: unknown command {name}.\n{HELP}", err=True)
            return False
        return True

    def _print(self, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        console = Console(highlight=False)
        if self.as_json:
            print_json([dict(zip(names, map(_jsonable, row), strict=True)) for row in rows])
        elif console.is_terminal:
            table = Table(*names, header_style="dim")
            for row in rows:
                table.add_row(*(Text("NULL", "dim") if value is None else Text(readable(str(value))) for value in row))
            console.print(table)
            console.print(f"rows: {len(rows)}", style="dim")
        else:
            for row in (names, *rows):
                click.echo("\t".join("" if value is None else _one_line(value) for value in row))


def split(text: str) -> list[str]:
    """Return the complete statements and dot commands of a text, and as the last item the rest."""
    complete, waiting = [], ""
    for line in text.splitlines(keepends=True):
        if line.startswith(".") and not waiting.strip():
            complete.append(line.strip())
            waiting = ""
            continue
        for piece in re.split("(?<=;)", line):
            waiting += piece
            if waiting.strip() and driver.complete_statement(waiting):
                complete.append(waiting.strip())
                waiting = ""
    return [*complete, waiting]


def _one_line(value: Any) -> str:
    return escape_controls(json.dumps(value, ensure_ascii=False)[1:-1]) if isinstance(value, str) else str(value)


def _jsonable(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value
