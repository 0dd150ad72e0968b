"""Renders a video for `app.py render`: builds the request, shows the progress, and moves the finished files to their places."""

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

from models import DATABASE_NAME
from models.errors import StoreUnusable
from videogen.cli import script_assets
from videogen.cli.admission import check
from videogen.cli.common import open_store, print_json, read_script
from videogen.cli.progress_board import ProgressBoard, format_duration
from videogen.config import Settings
from videogen.files.confine import confine
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.script_check import format_of
from videogen.pipeline.script_files import ScriptFiles
from videogen.processes.renderer_client import RendererClient
from videogen.script import brand_names
from videogen.script.theme_names import use_theme_directory
from videogen.voices import engines

EXTRAS = {"captions.vtt": ".vtt", "captions.srt": ".srt", "transcript.txt": ".txt", "metadata.json": ".json", "thumbnail.jpg": ".jpg"}


@dataclass(frozen=True)
class LocalResult:
    """A finished video: its metadata.json, and the files that were written."""

    target: Path
    metadata: Mapping[str, Any]
    files: list[Path]
    board: ProgressBoard

    def print(self, took_s: float, *, as_json: bool) -> None:
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
            video = f"{format_duration(seconds)} in {scenes} scene{'' if scenes == 1 else 's'}, {decimal(size)}"
            self.board.print(f"{self.target}: {video}, rendered in {format_duration(took_s)}", "green")


@dataclass(frozen=True)
class LocalRender:
    """A script in a file, with the options and the writer of its video."""

    settings: Settings
    file: str
    format: str | None
    options: Mapping[str, Any]
    writer: str

    def run(self, renderer: RendererClient, target: Path, *, extras: bool) -> LocalResult:
        """Render the video to `target`, with captions and the like beside it if `extras`. Raises VideogenError."""
        settings, console = self.settings, Console(stderr=True, highlight=False)
        source, format = read_script(self.file), self.format or format_of(self.file)
        engines.use_piper_directory(settings.piper_directory)
        use_theme_directory(settings.themes_directory)
        files: ScriptFiles = script_assets.assets_beside(self.file)
        if brand_names.mentioned(source, self.options) and (settings.data / DATABASE_NAME).is_file():
            with open_store(settings) as store:
                files = script_assets.add_brands(store, source, self.options, files)
        confine_libraries(settings)
        admitted = check(settings, source, format, self.options, files)
        assets = script_assets.copy_assets(settings, admitted.files, console)
        assets = script_assets.keep_look(settings, admitted, assets)
        data = settings.data.resolve()
        with ProgressBoard(console) as board, work_directory(settings) as work:
            request = RenderRequest(
                source=source,
                format=admitted.format,
                options=self.options,
                work=work,
                cache=data / "cache",
                assets={asset.name: data / asset.key for asset in assets},
                writer=self.writer,
                slots=data / "slots",
                **settings.rendering,
            )
            renderer.call("video", request.to_json(), send=board.handle)
            out = work / "out"
            metadata = json.loads((out / "metadata.json").read_text(encoding="utf-8"))
            targets = {"video.mp4": target} | ({name: target.with_suffix(ending) for name, ending in EXTRAS.items()} if extras else {})
            written = [publish(out / name, path) for name, path in targets.items() if (out / name).exists()]
        return LocalResult(target, metadata, written, board)


@contextmanager
def work_directory(settings: Settings) -> Iterator[Path]:
    """Create a work directory on the disk of the cache, so that cached files can be linked into it. It is removed afterwards."""
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


def confine_libraries(settings: Settings) -> None:
    """Confine libraries to the data directory. Raises StoreUnusable."""
    try:
        confine(settings.data)
    except OSError as error:
        raise StoreUnusable(f"The data directory {settings.data} cannot be written: {error.strerror}.") from error


def publish(source: Path, target: Path) -> Path:
    """Move a finished file to its place atomically, also to another disk. A file that is linked from the cache is copied."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if source.stat().st_nlink > 1:
            shutil.copyfile(source, temporary)
        else:
            shutil.move(source, temporary)
        temporary.replace(target)
    except OSError as error:
        raise StoreUnusable(f"{target} cannot be written: {error.strerror}.", hint="Name another file with -o.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return target
