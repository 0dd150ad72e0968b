"""`app.py inspect`: the store in a browser, by Datasette.

Datasette brings the SQLite of the standard library. Two SQLite libraries in one process drop each other's locks, so it gets one of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import click

from videogen import PROGRAM
from videogen.cli.common import opened, pass_settings
from videogen.cli.questions import QUESTIONS
from videogen.config import Settings
from videogen.errors.system import ExtraMissing
from videogen.processes.process_group import Group

LIMITS = {"sql_time_limit_ms": 5000, "default_page_size": 100, "truncate_cells_html": 400, "num_sql_threads": 3}


@click.command(name="inspect")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port to listen on.")
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")
@pass_settings
def command(settings: Settings, port: int, open_browser: bool) -> None:
    """Look into the store with a browser.

    It is Datasette that serves, on this machine alone and for reading alone. videogen's own server may run meanwhile.
    Every table and view is there to be sorted, filtered and exported, and the questions of docs/inspecting.md are ready to be asked.
    """
    if find_spec("datasette") is None:
        raise ExtraMissing("Datasette is not installed.", hint="Install it: .venv/bin/python -m pip install 'videogen[inspect]'")
    with opened(settings):
        pass  # it is there, sound and of this version; nothing of ours stays open
    options = [argument for name, value in LIMITS.items() for argument in ("--setting", name, str(value))]
    serve = [sys.executable, "-P", "-m", "datasette", "serve", str(settings.database), "--host", "127.0.0.1", "--port", str(port)]
    click.echo(f"videogen: the store is at http://127.0.0.1:{port}/videogen; Ctrl-C ends it", err=True)
    with Group([*serve, *options, *["--open"] * open_browser, "--metadata", "-"], stdin=subprocess.PIPE) as datasette:
        assert datasette.stdin is not None
        datasette.stdin.write(json.dumps(metadata()).encode())
        datasette.stdin.close()
        raise SystemExit(datasette.wait())


def metadata() -> dict[str, Any]:
    """What Datasette is told of the store: what it is, and the questions."""
    return {
        "title": "videogen",
        "description": "The store of videogen, for reading. docs/inspecting.md tells what is in it.",
        "databases": {
            "videogen": {
                "description": "Tasks, and the log of all that happened to them.",
                "queries": {each.name: {"title": each.title, "sql": each.sql} for each in QUESTIONS},
                "tables": {
                    "alembic_version": {"hidden": True},
                    "tasks": {
                        "label_column": "title",
                        "sort_desc": "created_at",
                        "description": "A script on its way to a film, as of now.",
                    },
                    "events": {"sort_desc": "seq", "description": "The log: facts about tasks, never changed."},
                    "submit": {"description": f"Not for reading: what is inserted here with {PROGRAM} sql --write is submitted."},
                    "cancel": {"description": f"Not for reading: a task_id inserted here with {PROGRAM} sql --write is cancelled."},
                },
            }
        },
    }
