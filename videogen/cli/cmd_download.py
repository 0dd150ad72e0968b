"""`app.py download`: saves the files of a video, or of all videos of a set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.filesize import decimal
from rich.progress import Progress

from models import artifact
from models.errors import StoreUnusable
from videogen.cli.common import as_json, find, named_task, open_store, pass_settings, print_json
from videogen.errors.request import NotFound
from videogen.files.file_names import file_name
from videogen.files.zip_stream import zip_blocks
from videogen.kinds.set_files import SAVED_KINDS, SetFile, SetFiles, files_of_set
from videogen.kinds.video_set import SET

if TYPE_CHECKING:
    from models.database import Store
    from models.task import Task
    from videogen.config import Settings
    from videogen.kinds.set_files import ReadRange


@click.command(name="download")
@named_task
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A .zip or a directory; by default a directory called like TASK.")
@click.option("--kind", "kinds", type=click.Choice(SAVED_KINDS), multiple=True, default=("video",), show_default=True, help="Which files.")
@as_json
@pass_settings
def command(settings: Settings, task_id: str, output: Path | None, kinds: tuple[str, ...], as_json: bool) -> None:
    """Save the files of a video, or of all videos of a set.

    They are called after their titles; those of a set begin with the number of their row. TASK is an id, or last for the newest task.
    """
    with open_store(settings) as store:
        row = find(store, task_id)
        found = _files(store, row, kinds)
        if not found.files:
            raise NotFound("There is no such file yet.", hint="Wait until the video is completed: app.py tasks")
        target = output or Path(file_name(row.title) or row.id)
        try:
            saved = _save(found, target, store.files.range)
        except OSError as error:
            raise StoreUnusable(f"{target} cannot be written: {error.strerror}.", hint="Name another place with -o.") from error
    for line in found.missing:
        click.echo(f"Not saved: {line}", err=True)
    if as_json:
        print_json({"files": [str(path) for path in saved], "missing": list(found.missing)})
    else:
        for path in saved:
            click.echo(f"{path}: {decimal(path.stat().st_size)}")


def _files(store: Store, row: Task, kinds: Iterable[str]) -> SetFiles:
    with store.reading() as read:
        if row.kind == SET.name:
            return files_of_set(read, row.id, kinds)
        found = [file for kind in kinds if (file := artifact.one(read, row.id, kind)) is not None]
    name = file_name(row.title) or row.id
    return SetFiles([SetFile(name + Path(file.key).suffix, file, row.finished_at or row.created_at) for file in found], ())


def _save(found: SetFiles, target: Path, read: ReadRange) -> list[Path]:
    """Write the files to an archive or a directory, with a bar, and return the paths that were written."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Saving", total=sum(file.file.bytes for file in found.files))

        def counted(blocks: Iterable[bytes]) -> Iterator[bytes]:
            for block in blocks:
                progress.advance(bar, len(block))
                yield block

        if target.suffix.lower() == ".zip":
            _write(target, counted(zip_blocks(found.members(read))))
            return [target]
        target.mkdir(exist_ok=True)
        for file in found.files:
            _write(target / file.name, counted(file.member(read).blocks()))
        return [target / file.name for file in found.files]


def _write(path: Path, blocks: Iterable[bytes]) -> None:
    """Write a file under another name first, so that no half of it is taken for the whole."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(blocks)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
