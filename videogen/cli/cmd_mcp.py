"""`app.py mcp`: tools for assistants, over standard input and output. Works on the store, like the other commands."""

from __future__ import annotations

from importlib.util import find_spec

import click

from videogen.cli.common import open_store, pass_settings
from videogen.config import Settings
from videogen.errors.system import ExtraMissing
from videogen.script.theme_names import use_theme_directory
from videogen.streams.listener import Listener
from videogen.voices import engines


@click.command(name="mcp")
@pass_settings
def command(settings: Settings) -> None:
    """Serve the Model Context Protocol, for assistants.

    It reads standard input and writes standard output. It submits scripts to the queue; app.py serve or app.py worker renders them.
    """
    if find_spec("mcp") is None:
        raise ExtraMissing(
            "The Python SDK of the Model Context Protocol is not installed.",
            hint="Install it: .venv/bin/python -m pip install 'videogen[mcp]'",
        )
    from videogen.cli.mcp_tools import server

    engines.use_piper_directory(settings.piper_directory)
    use_theme_directory(settings.themes_directory)
    with open_store(settings, create=True) as store, Listener(store, poll_interval_s=settings.floor_s):
        server(store, settings).run("stdio")
