"""`app.py inspect`: the store in a browser, with Datasette.

Datasette uses the SQLite of the standard library. Two SQLite libraries in one process drop each other's locks, so it has its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import click

from videogen import PROGRAM
from videogen.cli.common import open_store, pass_settings, require_sqlite
from videogen.cli.questions import QUESTIONS
from videogen.config import Settings
from videogen.errors.system import ExtraMissing
from videogen.processes.process_group import ProcessGroup

LIMITS = {"sql_time_limit_ms": 5000, "default_page_size": 100, "truncate_cells_html": 400, "num_sql_threads": 3}


@click.command(name="inspect")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port to listen on.")
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")
@pass_settings
def command(settings: Settings, port: int, open_browser: bool) -> None:
    """Browse the store with Datasette.

    Datasette serves read-only, to this machine only. videogen's own server may run meanwhile.
    Tables and views can be sorted, filtered and exported; the queries of docs/inspecting.md are ready to run.
    """
    if find_spec("datasette") is None:
        raise ExtraMissing("Datasette is not installed.", hint="Install it: .venv/bin/python -m pip install 'videogen[inspect]'")
    require_sqlite(settings, "Datasette reads SQLite alone. Use psql or pgAdmin: the tables and views are the same.")
    with open_store(settings):
        pass  # it exists, is sound and migrated; we keep no connection
    options = [argument for name, value in LIMITS.items() for argument in ("--setting", name, str(value))]
    serve = [sys.executable, "-P", "-m", "datasette", "serve", str(settings.database), "--host", "127.0.0.1", "--port", str(port)]
    click.echo(f"videogen: the store is at http://127.0.0.1:{port}/videogen; press Ctrl-C to stop", err=True)
    with ProcessGroup([*serve, *options, *["--open"] * open_browser, "--metadata", "-"], stdin=subprocess.PIPE) as datasette:
        assert datasette.stdin is not None
        datasette.stdin.write(json.dumps(metadata()).encode())
        datasette.stdin.close()
        raise SystemExit(datasette.wait())


def metadata() -> dict[str, Any]:
    """Return Datasette's metadata: descriptions and canned queries."""
    return {
        "title": "videogen",
        "description": "The store of videogen, read-only. docs/inspecting.md describes it.",
        "databases": {
            "videogen": {
                "description": "Tasks and their event log.",
                "queries": {question.name: {"title": question.title, "sql": question.sql} for question in QUESTIONS},
                "tables": {
                    "alembic_version": {"hidden": True},
                    "tasks": {
                        "label_column": "title",
                        "sort_desc": "created_at",
                        "description": "Tasks and their current state.",
                    },
                    "events": {"sort_desc": "seq", "description": "The append-only event log."},
                    "submit": {"description": f"Insert here with {PROGRAM} sql --write to submit a task."},
                    "cancel": {"description": f"Insert a task_id here with {PROGRAM} sql --write to cancel a task."},
                },
            }
        },
    }
