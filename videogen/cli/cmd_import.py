"""`app.py import`: turns a document into a script, with its pictures beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from rich.console import Console

from models.errors import StoreUnusable
from videogen import PROGRAM
from videogen.cli.common import as_json, pass_settings, print_json
from videogen.importers.document_request import SlideLook

if TYPE_CHECKING:
    from videogen.config import Settings


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The script; FILE with the suffix .md by default.")
@click.option("--slides", type=click.Choice(get_args(SlideLook)), default="rebuilt", show_default=True, help="How a presentation is shown.")
@click.option("--pages", default="", help="Slides or pages to take, such as 1-5,8; all by default.")
@click.option("--force", is_flag=True, help="Replace a script and pictures that are there already.")
@as_json
@pass_settings
def command(settings: Settings, file: Path, output: Path | None, slides: str, pages: str, force: bool, as_json: bool) -> None:
    """Turn a document into a script. Its pictures are written to a directory beside the script.

    FILE is a presentation (.pptx and its kin, .odp), a .pdf, .ipynb, .docx or .html. Each slide becomes a scene, and its notes are what is
    spoken; with --slides pictures each is shown as it is, which needs LibreOffice. What the script does not show as it was is a warning.
    """
    target = output or file.with_suffix(".md")
    pictures = target.with_name(f"{target.stem}-files")
    if not target.parent.is_dir():
        raise click.UsageError(f"There is no directory {target.parent}.")
    if existing := next((path for path in (target, pictures) if path.exists() and not force), None):
        raise click.UsageError(f"{existing} exists already. Name another script with -o, or replace it with --force.")
    from videogen.cli.local_render import confine_libraries, work_directory
    from videogen.cli.progress_board import ProgressBoard
    from videogen.kinds.document_import import IMPORT
    from videogen.kinds.job import JobRequest
    from videogen.processes.renderer_client import JOBS_ONLY, RENDERER_COMMAND, RendererClient

    payload = {"document": file.name, "slides": slides, "pages": pages, "prefix": f"{pictures.name}/"}
    IMPORT.admission(IMPORT.check_payload(payload), None)  # type: ignore[arg-type]  # it looks at the payload alone
    confine_libraries(settings)
    try:
        with work_directory(settings) as work, ProgressBoard(Console(stderr=True, highlight=False), IMPORT.stages) as board:
            cache = settings.data.resolve() / "cache"
            inputs = {file.name: file.resolve()}
            request = JobRequest(IMPORT.name, payload, inputs, work, cache, settings.cache_max_bytes, settings.limits)
            with RendererClient((*RENDERER_COMMAND, JOBS_ONLY), nice=0) as renderer:
                renderer.call("job", request.to_json(), send=board.handle)
            about = json.loads((work / "import.json").read_text(encoding="utf-8"))
            names = [Path(name).name for name in about["files"]]
            if names:
                pictures.mkdir(exist_ok=True)
            for name in names:
                shutil.copyfile(work / "pictures" / name, pictures / name)
            target.write_text((work / "script.md").read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        raise StoreUnusable(f"{target} cannot be written: {error.strerror}.", hint="Name another file with -o.") from error
    if as_json:
        files = [str(pictures / name) for name in names]
        print_json({"script": str(target), "title": about["title"], "files": files, "warnings": about["warnings"]})
    else:
        click.echo(f"{target}: correct it, then make the video: {PROGRAM} render {target}")
