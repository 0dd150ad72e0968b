"""`app.py render`: the pipeline without a server, in a maker of its own."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from videogen.cli import assets
from videogen.cli.board import Board, clock
from videogen.cli.choices import script_options
from videogen.cli.common import as_json, pass_settings, print_json, read_script
from videogen.config import MIB, Settings
from videogen.errors import StoreUnusable
from videogen.orders import Maker
from videogen.pipeline.admission import admit, format_of
from videogen.pipeline.order import Order
from videogen.voices import registry

EXTRAS = {"captions.vtt": ".vtt", "captions.srt": ".srt", "transcript.txt": ".txt", "metadata.json": ".json", "thumbnail.jpg": ".jpg"}


@click.command(name="render")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The film; FILE with .mp4 in place of its ending.")
@script_options
@click.option("--extras", is_flag=True, help="Write captions, transcript, metadata and thumbnail beside the film, too.")
@click.option(
    "--writer", type=click.Choice(["segments", "moviepy"]), default="segments", help="moviepy writes every frame: slow, and for comparison."
)
@as_json
@pass_settings
def command(
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
    with Maker(nice=0) as maker:  # it gets ready while the script is read
        source, format = read_script(file), format or format_of(file)
        registry.look_in(settings.piper_directory)
        admitted = admit(source, format, options, voice=settings.voice, theme=settings.theme, files=assets.beside(file))
        console = Console(stderr=True, highlight=False)
        taken = assets.take(settings, admitted.files, console)
        with Board(console) as board, _work(settings) as work:
            order = Order(
                source=source,
                format=admitted.format,
                options=options,
                work=work,
                cache=settings.data.resolve() / "cache",
                assets={each.name: settings.data.resolve() / each.key for each in taken},
                writer=writer,
                slots=settings.data.resolve() / "slots",
                render_processes=settings.render_processes,
                cache_max_bytes=settings.cache_max_bytes,
                thumbnail_s=settings.thumbnail_s,
                voice=settings.voice,
                theme=settings.theme,
                piper=settings.piper_directory,
            )
            maker.ask("film", order.to_json(), send=board.take)
            made = work / "out"
            metadata = json.loads((made / "metadata.json").read_text(encoding="utf-8"))
            files = {"video.mp4": target} | ({name: target.with_suffix(ending) for name, ending in EXTRAS.items()} if extras else {})
            written = [_bring(made / name, path) for name, path in files.items() if (made / name).exists()]
    size, scenes, took_s = target.stat().st_size, len(metadata["scenes"]), time.monotonic() - began
    if as_json:
        print_json(
            {
                "video": str(target),
                "title": metadata["title"],
                "seconds": metadata["duration_s"],
                "scenes": scenes,
                "bytes": size,
                "took_s": round(took_s, 2),
                "files": [str(path) for path in written],
                "warnings": board.warnings,
            }
        )
    else:
        length = clock(metadata["duration_s"])
        board.say(f"{target}: {length} in {scenes} scenes, {size / MIB:.1f} MiB, made in {clock(took_s)}", "green")


@contextmanager
def _work(settings: Settings) -> Iterator[Path]:
    """A directory of this order's own, beside the cache: what is in the cache can be linked there."""
    parent = settings.data.resolve() / "work"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix="render-", dir=parent))
    except OSError as error:
        raise StoreUnusable(f"The data directory {settings.data} cannot be written: {error.strerror}.") from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _bring(made: Path, target: Path) -> Path:
    """Puts a finished file in its place whole or not at all, also on another disk."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copyfile(made, beside)
        beside.replace(target)
    except OSError as error:
        raise StoreUnusable(f"{target} cannot be written: {error.strerror}.", hint="Name another place with -o.") from error
    finally:
        beside.unlink(missing_ok=True)
    return target
