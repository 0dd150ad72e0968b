"""`app.py worker`."""

from __future__ import annotations

import click

from models.migrate import migrate
from videogen.cli.common import pass_settings
from videogen.config import Settings
from videogen.processes import worker_process


@click.command(name="worker")
@pass_settings
def command(settings: Settings) -> None:
    """Start one more worker on the same store. It ends on Ctrl-C, and puts back what it was working on."""
    migrate(settings.data)
    click.echo(f"Working on {settings.data.resolve()}; Ctrl-C ends it.", err=True)
    worker_process.run(settings)
