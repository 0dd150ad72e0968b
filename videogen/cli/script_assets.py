"""The files of a script on this machine: found beside it, looked at, and taken into the data directory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from rich.console import Console
from rich.progress import wrap_file

from models.errors import Diagnostic, StoreUnusable
from models.files.blob_store import Asset, staged
from videogen.config import Settings
from videogen.errors.script import BadAsset
from videogen.pipeline.script_files import LocalFiles


def beside(file: str) -> LocalFiles:
    """Where the files of a script are; of one from standard input, here."""
    return LocalFiles(Path.cwd() if file == "-" else Path(file).resolve().parent)


def take(settings: Settings, files: Mapping[str, str], console: Console) -> Sequence[Asset]:
    """Copy files, {name: path}, into the data directory, with a bar for each on a terminal. Raises BadAsset, StoreUnusable."""
    if not files:
        return ()
    from videogen.media.inspection import inspect

    taken = []
    for name, path in sorted(files.items()):
        try:
            kind = inspect(Path(path))
            settings.data.mkdir(parents=True, exist_ok=True)
            with (
                Path(path).open("rb") as plain,
                _shown(plain, Path(path), name, console) as content,
                staged(settings.data, content) as copy,
            ):
                copy.keep()
        except BadAsset as error:
            raise BadAsset(f"{name}: {error.detail}", hint=error.hint, diagnostics=[Diagnostic(error.detail, path=name)]) from error
        except OSError as error:
            raise StoreUnusable(f"{name} cannot be copied: {error.strerror}.") from error
        taken.append(Asset(name, copy.id, kind, copy.bytes))
    return taken


def _shown(content: BinaryIO, path: Path, name: str, console: Console) -> BinaryIO:
    """The file, and a bar that shows how much of it has been read."""
    bar = wrap_file(content, path.stat().st_size, description=name, console=console, transient=True, disable=not console.is_terminal)
    return cast(BinaryIO, bar)
