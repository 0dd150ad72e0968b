"""`app.py mcp`: for assistants, over standard input and output. It works on the store, as the other commands do."""

from __future__ import annotations

from importlib.util import find_spec

import click

from videogen.cli.common import opened, pass_settings
from videogen.config import Settings
from videogen.errors.system import ExtraMissing
from videogen.streams.listener import Listener
from videogen.voices import registry


@click.command(name="mcp")
@pass_settings
def command(settings: Settings) -> None:
    """Let an assistant make videos: a server of the Model Context Protocol on standard input and output.

    It puts scripts into the queue; app.py serve or app.py worker makes them.
    """
    if find_spec("mcp") is None:
        raise ExtraMissing(
            "The Python SDK of the Model Context Protocol is not installed.",
            hint="Install it: .venv/bin/python -m pip install 'videogen[mcp]'",
        )
    from videogen.cli.mcp_tools import server

    registry.use_piper_directory(settings.piper_directory)
    with opened(settings, make=True) as store, Listener(store, poll_interval_s=settings.floor_s):
        server(store, settings).run("stdio")
