"""`app.py set`: many videos of one script, one for each row of values; writes to the store, the server need not run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from models.intake import submit_all
from models.text_values import one_line
from videogen.cli import script_assets
from videogen.cli.choices import ScriptCommand
from videogen.cli.common import as_json, open_store, pass_settings, print_json, read_script, task_url, warn_without_worker
from videogen.cli.set_specs import specs_of_rows
from videogen.config import Settings
from videogen.errors.script import BadValues
from videogen.kinds.video_set import specs_of_set
from videogen.pipeline.script_check import format_of
from videogen.pipeline.script_set import expand
from videogen.pipeline.set_titles import set_title, unused_warning
from videogen.script.theme_names import use_theme_directory
from videogen.voices import engines as voices

YAML = (".yaml", ".yml", ".json")


@click.command(name="set", cls=ScriptCommand)
@click.argument("file", metavar="SCRIPT", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--values",
    "values_file",
    metavar="FILE",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The values: a table in CSV, or a list in YAML.",
)
@click.option("--title", default="", help="What the set is called; by default after its videos.")
@click.option("--priority", type=click.IntRange(-100, 100), default=0, help="A point is worth ten minutes of waiting; 0 by default.")
@click.option("--key", help="Idempotency key: submitting the same set again returns the same tasks.")
@click.option("--dry-run", is_flag=True, help="Show the rows and the titles of their videos, and submit nothing.")
@as_json
@pass_settings
def command(
    settings: Settings,
    file: str,
    values_file: Path,
    format: str | None,
    options: dict[str, Any],
    title: str,
    priority: int,
    key: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make many videos of one script, one for each row of values. All are submitted or none.

    The script has variables, such as {{name}}; the first line of a table names its columns. A task of the kind set comes after the videos
    and completes when the last one has. Prints the id of each task and the URL of its page, the set's last.
    """
    voices.use_piper_directory(settings.piper_directory)
    use_theme_directory(settings.themes_directory)
    source = read_script(file)
    try:
        values = values_file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadValues(f"{values_file} is not UTF-8 text.", hint="Save it as CSV in UTF-8.") from error
    except OSError as error:
        raise click.UsageError(f"{values_file} cannot be read: {error.strerror}.") from error
    expanded = expand(source, format or format_of(file), values, "yaml" if values_file.suffix.lower() in YAML else "csv")
    if warning := unused_warning(expanded.unused):
        click.echo(f"Warning: {warning}", err=True)
    with open_store(settings, create=True) as store:
        specs = specs_of_rows(store, settings, expanded, options, script_assets.assets_beside(file), key)
        videos = [replace(spec, priority=priority) for spec in specs]
        titles = [video.title for video in videos]
        if dry_run:
            for number, name in enumerate(titles, 1):
                click.echo(f"{number:3}  {one_line(name)}")
            return
        tasks = [
            made.task
            for made in submit_all(
                store, specs_of_set(videos, set_title(title, titles), settings.attempts, key), max_queued=settings.max_queued
            )
        ]
        if as_json:
            end = tasks[-1]
            print_json(
                {
                    "id": end.id,
                    "title": end.title,
                    "page": task_url(settings, end.id),
                    "videos": [{"id": task.id, "title": task.title, "page": task_url(settings, task.id)} for task in tasks[:-1]],
                }
            )
        else:
            for task in tasks:
                click.echo(f"{task.id}  {task_url(settings, task.id)}  {task.title}")
        warn_without_worker(store)
