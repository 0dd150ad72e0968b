"""The film of `app.py render`: its order, what the renderer says meanwhile, and the finished files in their places."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.filesize import decimal

from models.errors import StoreUnusable
from videogen.cli import script_assets
from videogen.cli.common import print_json, read_script
from videogen.cli.progress_board import Board, clock
from videogen.config import Settings
from videogen.files.confine import confine
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.script_check import check_script, format_of
from videogen.processes.renderer_client import RendererClient
from videogen.voices import registry

EXTRAS = {"captions.vtt": ".vtt", "captions.srt": ".srt", "transcript.txt": ".txt", "metadata.json": ".json", "thumbnail.jpg": ".jpg"}


@dataclass(frozen=True)
class Made:
    """A film that is there, what metadata.json says of it, and the files that were written."""

    target: Path
    metadata: Mapping[str, Any]
    files: list[Path]
    board: Board

    def tell(self, took_s: float, *, as_json: bool) -> None:
        size, seconds, scenes = self.target.stat().st_size, self.metadata["duration_s"], len(self.metadata["scenes"])
        if as_json:
            print_json(
                {
                    "video": str(self.target),
                    "title": self.metadata["title"],
                    "seconds": seconds,
                    "scenes": scenes,
                    "bytes": size,
                    "took_s": round(took_s, 2),
                    "files": [str(path) for path in self.files],
                    "warnings": self.board.warnings,
                }
            )
        else:
            what = f"{clock(seconds)} in {scenes} scene{'' if scenes == 1 else 's'}, {decimal(size)}, made in {clock(took_s)}"
            self.board.say(f"{self.target}: {what}", "green")


@dataclass(frozen=True)
class Filming:
    """A script in a file, how its film is to be made, and by which writer."""

    settings: Settings
    file: str
    format: str | None
    options: Mapping[str, Any]
    writer: str

    def make(self, renderer: RendererClient, target: Path, *, extras: bool) -> Made:
        """Has the film made and puts it in its place, with what goes beside it if `extras`. Raises VideogenError."""
        settings, console = self.settings, Console(stderr=True, highlight=False)
        source, format = read_script(self.file), self.format or format_of(self.file)
        registry.use_piper_directory(settings.piper_directory)
        files = script_assets.beside(self.file)
        _confine(settings)
        admitted = check_script(source, format, self.options, voice=settings.voice, theme=settings.theme, files=files)
        taken = script_assets.take(settings, admitted.files, console)
        data = settings.data.resolve()
        with Board(console) as board, _work(settings) as work:
            request = RenderRequest(
                source=source,
                format=admitted.format,
                options=self.options,
                work=work,
                cache=data / "cache",
                assets={each.name: data / each.key for each in taken},
                writer=self.writer,
                slots=data / "slots",
                **settings.film,
            )
            renderer.call("film", request.to_json(), send=board.take)
            made = work / "out"
            metadata = json.loads((made / "metadata.json").read_text(encoding="utf-8"))
            wanted = {"video.mp4": target} | ({name: target.with_suffix(ending) for name, ending in EXTRAS.items()} if extras else {})
            written = [_bring(made / name, path) for name, path in wanted.items() if (made / name).exists()]
        return Made(target, metadata, written, board)


@contextmanager
def _work(settings: Settings) -> Iterator[Path]:
    """A directory of this request's own, beside the cache: what is in the cache can be linked there."""
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


def _confine(settings: Settings) -> None:
    """Have the libraries that read a script keep to the data directory. Raises StoreUnusable."""
    try:
        confine(settings.data)
    except OSError as error:
        raise StoreUnusable(f"The data directory {settings.data} cannot be written: {error.strerror}.") from error


def _bring(made: Path, target: Path) -> Path:
    """Puts a finished file in its place whole or not at all, also on another disk. What the cache has too is copied."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if made.stat().st_nlink > 1:
            shutil.copyfile(made, beside)
        else:
            shutil.move(made, beside)
        beside.replace(target)
    except OSError as error:
        raise StoreUnusable(f"{target} cannot be written: {error.strerror}.", hint="Name another place with -o.") from error
    finally:
        beside.unlink(missing_ok=True)
    return target
