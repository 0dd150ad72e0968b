"""`app.py import`: turns a presentation into a script, with its pictures beside it."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.errors import StoreUnusable
from videogen import PROGRAM
from videogen.cli.common import as_json, pass_settings, print_json

if TYPE_CHECKING:
    from videogen.config import Settings


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The script; FILE with the suffix .md by default.")
@click.option("--force", is_flag=True, help="Replace a script and pictures that are there already.")
@as_json
@pass_settings
def command(settings: Settings, file: Path, output: Path | None, force: bool, as_json: bool) -> None:
    """Turn a presentation into a script. FILE is a .pptx; its pictures are written to a directory beside the script.

    Each slide becomes a scene, its notes are what is spoken. What the script does not show as it was is a warning.
    """
    target = output or file.with_suffix(".md")
    pictures = target.with_name(f"{target.stem}-files")
    if not target.parent.is_dir():
        raise click.UsageError(f"There is no directory {target.parent}.")
    if existing := next((path for path in (target, pictures) if path.exists() and not force), None):
        raise click.UsageError(f"{existing} exists already. Name another script with -o, or replace it with --force.")
    from videogen.processes.document_import import import_document
    from videogen.processes.pool_client import PoolClient

    try:
        (settings.data / "tmp").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="import-", dir=settings.data / "tmp") as scratch:
            limits = settings.limits | {"memory_bytes": 0}
            pool = PoolClient("read", settings.data, renderers=1, memory_mb=settings.preview_memory_mb, limits=limits)
            with closing(pool):
                imported = import_document(
                    pool,
                    file,
                    name=file.name,
                    directory=Path(scratch),
                    prefix=f"{pictures.name}/",
                    key="import",
                    memory_mb=settings.preview_memory_mb,
                )
            if imported["assets"]:
                pictures.mkdir(exist_ok=True)
            for path in map(Path, imported["assets"].values()):
                shutil.copyfile(path, pictures / path.name)
            target.write_text(imported["script"], encoding="utf-8")
    except OSError as error:
        raise StoreUnusable(f"{target} cannot be written: {error.strerror}.", hint="Name another file with -o.") from error
    for warning in imported["warnings"]:
        where = f"slide {warning['slide']}: " if warning["slide"] else ""
        click.secho(f"Warning: {where}{warning['message']}", fg="yellow", err=True)
    if as_json:
        files = [str(pictures / Path(path).name) for path in imported["assets"].values()]
        print_json({"script": str(target), "title": imported["title"], "files": files, "warnings": imported["warnings"]})
    else:
        click.echo(f"{target}: correct it, then make the video: {PROGRAM} render {target}")
