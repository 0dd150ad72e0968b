"""`app.py render`: the pipeline without a server, in a renderer of its own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from videogen.cli.choices import ScriptCommand
from videogen.cli.common import as_json, pass_settings
from videogen.processes.renderer_client import RendererClient

if TYPE_CHECKING:
    from videogen.config import Settings


class RendererCommand(ScriptCommand):
    """A command with a renderer, which does its imports while this process does its own."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if context.resilient_parsing:  # the shell asks how a word may go on
            return super().parse_args(context, args)
        try:
            context.obj = context.with_resource(RendererClient(nice=0))
            return super().parse_args(context, args)
        except BaseException:
            context.close()
            raise


@click.command(name="render", cls=RendererCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The film; FILE with .mp4 in place of its ending.")
@click.option("--extras", is_flag=True, help="Write captions, transcript, metadata and thumbnail beside the film, too.")
@click.option(
    "--writer", type=click.Choice(["segments", "moviepy"]), default="segments", help="moviepy writes every frame: slow, and for comparison."
)
@as_json
@pass_settings
@click.pass_obj
def command(
    renderer: RendererClient,
    settings: Settings,
    file: str,
    output: Path | None,
    format: str | None,
    options: dict[str, Any],
    extras: bool,
    writer: str,
    as_json: bool,
) -> None:
    """Make a film here and now, without a server. FILE is Markdown, YAML or JSON; - is standard input.
    Pictures and other files are taken from its directory and from below it.

    What was made is kept in the cache of the data directory: the same script with one scene changed takes as long as that scene.
    """
    if output is None and file == "-":
        raise click.UsageError("Where to? Name the film with -o.")
    target = output or Path(file).with_suffix(".mp4")
    if not target.parent.is_dir():
        raise click.UsageError(f"There is no directory {target.parent}.")
    began = time.monotonic()
    from videogen.cli.local_render import Filming

    made = Filming(settings, file, format, options, writer).make(renderer, target, extras=extras)
    made.tell(time.monotonic() - began, as_json=as_json)
