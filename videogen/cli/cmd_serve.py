"""`app.py serve`."""

from __future__ import annotations

import click

from videogen.cli.common import drop_none, pass_settings
from videogen.config import Settings
from videogen.processes import supervisor


@click.command(name="serve")
@click.option("--host", help="Address to listen on.  [VIDEOGEN_HOST]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.  [VIDEOGEN_PORT]")
@click.option("--workers", type=click.IntRange(min=0), help="Workers to start; 0 is allowed.  [VIDEOGEN_WORKERS]")
@click.option("--demo", is_flag=True, help="Submit an example if the store is empty.")
@pass_settings
def command(settings: Settings, host: str | None, port: int | None, workers: int | None, demo: bool) -> None:
    """Start the server and its workers. Ctrl-C stops it; running tasks continue at the next start."""
    overrides = drop_none({"host": host, "port": port, "workers": workers})
    supervisor.run(settings.model_copy(update=overrides), demo=demo)
