"""`app.py draft`."""

from __future__ import annotations

import sys

import click

from models import draft
from models.text_values import one_line, readable
from videogen.cli.common import as_json, open_store, pass_settings, print_json
from videogen.config import Settings


@click.group(name="draft")
def command() -> None:
    """List, print and remove drafts of scripts, which people write on the page."""


@command.command(name="list")
@as_json
@pass_settings
def list_(settings: Settings, as_json: bool) -> None:
    """List drafts, those changed last first."""
    with open_store(settings) as store, store.reading() as read:
        rows = draft.newest(read)
    if as_json:
        print_json([vars(row) for row in rows])
        return
    for row in rows:
        click.echo("\t".join((row.id, row.updated_at, " ".join(one_line(row.title).split()))))
    if not rows:
        click.echo("There are no drafts.", err=True)


@command.command
@click.argument("draft_id", metavar="DRAFT")
@click.option("--version", "number", type=click.IntRange(1), help="Print this version in place of the newest text.")
@as_json
@pass_settings
def show(settings: Settings, draft_id: str, number: int | None, as_json: bool) -> None:
    """Print the script of a draft; with --json also its versions."""
    with open_store(settings) as store, store.reading() as read:
        row = draft.find(read, draft_id)
        content = draft.version(read, draft_id, number).content if number else row.content
        versions = draft.versions_of(read, draft_id) if as_json else []
    if not as_json:
        script = readable(content.script) if sys.stdout.isatty() else content.script
        click.echo(script, nl=not script.endswith("\n"))
        return
    fields = {"id": row.id, "title": content.title, "script": content.script, "format": content.format, "options": dict(content.options)}
    print_json(fields | {"revision": row.revision, "updated_at": row.updated_at, "versions": [vars(version) for version in versions]})


@command.command
@click.argument("draft_ids", metavar="DRAFT...", nargs=-1, required=True)
@pass_settings
def remove(settings: Settings, draft_ids: tuple[str, ...]) -> None:
    """Remove drafts and their versions. Videos that were made of them stay."""
    with open_store(settings) as store:
        for draft_id in draft_ids:
            click.echo(f"Removed the draft {one_line(draft.remove(store, draft_id).content.title)}.")
