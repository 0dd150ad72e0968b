"""`app.py render`: the pipeline without a server, in its own renderer."""

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
    """A command that starts a renderer first, so that both processes import at the same time."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if context.resilient_parsing:  # shell completion
            return super().parse_args(context, args)
        try:
            context.obj = context.with_resource(RendererClient(nice=0))
            return super().parse_args(context, args)
        except BaseException:
            context.close()
            raise


@click.command(name="render", cls=RendererCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The video; FILE with the suffix .mp4 by default.")
@click.option("--extras", is_flag=True, help="Write captions, transcript, metadata and thumbnail beside the video, too.")
@click.option(
    "--writer", type=click.Choice(["segments", "moviepy"]), default="segments", help="moviepy writes every frame: slow, for comparison."
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
    """Render a video here, without a server. FILE is Markdown, YAML or JSON; - is standard input.
    Pictures and other files are read from its directory and its subdirectories.

    Finished scenes are cached in the data directory: after a change to one scene only that scene is rendered again.
    """
    if output is None and file == "-":
        raise click.UsageError("A script from standard input needs an output file: -o FILE.")
    target = output or Path(file).with_suffix(".mp4")
    if not target.parent.is_dir():
        raise click.UsageError(f"There is no directory {target.parent}.")
    started = time.monotonic()
    from videogen.cli.local_render import LocalRender

    result = LocalRender(settings, file, format, options, writer).run(renderer, target, extras=extras)
    result.print(time.monotonic() - started, as_json=as_json)
