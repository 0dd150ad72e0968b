"""`app.py serve`."""

from __future__ import annotations

import click

from videogen.cli.common import pass_settings, without_none
from videogen.config import Settings
from videogen.processes import supervisor


@click.command(name="serve")
@click.option("--host", help="Address to listen on.  [VIDEOGEN_HOST]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.  [VIDEOGEN_PORT]")
@click.option("--workers", type=click.IntRange(min=0), help="Workers to start; 0 is allowed.  [VIDEOGEN_WORKERS]")
@click.option("--demo", is_flag=True, help="Begin an empty store with an example, so that there is something to watch.")
@pass_settings
def command(settings: Settings, host: str | None, port: int | None, workers: int | None, demo: bool) -> None:
    """Start the server and its workers. It ends on Ctrl-C; what is being made then goes on when it is started again."""
    given = without_none({"host": host, "port": port, "workers": workers})
    supervisor.run(settings.model_copy(update=given), demo=demo)
