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
    """Start another worker on the same store. Ctrl-C stops it; its task returns to the queue."""
    migrate(settings.data, settings.server)
    click.echo(f"Working on {settings.data.resolve()}; press Ctrl-C to stop.", err=True)
    worker_process.run(settings)
