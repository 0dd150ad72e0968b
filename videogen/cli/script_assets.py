"""A script's files on this machine: finds them beside the script, inspects them and copies them into the data directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from rich.console import Console
from rich.progress import wrap_file

from models.errors import Diagnostic, StoreUnusable
from models.files.blob_store import Asset, staged
from models.files.storage import Files
from videogen.config import Settings
from videogen.errors.script import BadAsset
from videogen.pipeline.checked_script import CheckedScript, with_theme
from videogen.pipeline.script_files import LocalFiles, ScriptFiles

if TYPE_CHECKING:
    from models.database import Store


@dataclass(frozen=True)
class FilesWithBrands:
    """Files of a script, and of the brands that it may name."""

    files: ScriptFiles
    brands: Mapping[str, Path]

    @property
    def hint(self) -> str:
        return self.files.hint

    @property
    def inspected(self) -> bool:
        return self.files.inspected

    def find(self, name: str) -> Path | None:
        return self.files.find(name) or self.brands.get(name)

    def names(self) -> Iterable[str]:
        return self.files.names()


def assets_beside(file: str) -> LocalFiles:
    """Return the files beside a script; for standard input those of the current directory."""
    return LocalFiles(Path.cwd() if file == "-" else Path(file).resolve().parent)


def copy_assets(settings: Settings, files: Mapping[str, str], console: Console, storage: Files | None = None) -> Sequence[Asset]:
    """Copy files, {name: path}, into the storage, by default the data directory, with a progress bar for each on a terminal.

    Raises BadAsset, StoreUnusable.
    """
    if not files:
        return ()
    from videogen.media.inspection import inspect

    assets = []
    for name, path in sorted(files.items()):
        try:
            media_type = inspect(Path(path))
            settings.data.mkdir(parents=True, exist_ok=True)
            with (
                Path(path).open("rb") as plain,
                _with_bar(plain, Path(path), name, console) as content,
                staged(settings.data, content, storage) as copy,
            ):
                copy.keep()
        except BadAsset as error:
            raise BadAsset(f"{name}: {error.detail}", hint=error.hint, diagnostics=[Diagnostic(error.detail, path=name)]) from error
        except OSError as error:
            raise StoreUnusable(f"{name} cannot be copied: {error.strerror}.") from error
        assets.append(Asset(name, copy.id, media_type, copy.bytes))
    return assets


def keep_look(settings: Settings, checked: CheckedScript, files: Sequence[Asset], storage: Files | None = None) -> Sequence[Asset]:
    """Return the files of a script, and beside them those of its own theme and of its brand. Raises StoreUnusable."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        known = {file.name for file in files}
        brand_files = []
        for name, (path, media_type) in checked.brand_files.items():
            if name not in known:
                with Path(path).open("rb") as content, staged(settings.data, content, storage) as copy:
                    copy.keep()
                brand_files.append(Asset(name, copy.id, media_type, copy.bytes))
        return with_theme(settings.data, checked, [*files, *brand_files], storage)
    except OSError as error:
        raise StoreUnusable(f"The look of the script cannot be copied: {error.strerror}.") from error


def add_brands(store: Store, source: str, options: Mapping[str, Any], files: ScriptFiles) -> ScriptFiles:
    """Return the files of a script with those of the brands of the store that it may name."""
    from videogen.kinds import stored_brands  # with the database, which a script without a brand does not need

    assets = stored_brands.with_brands(store, source, options, ())
    return FilesWithBrands(files, stored_brands.fetched(store, assets)) if assets else files


def _with_bar(content: BinaryIO, path: Path, name: str, console: Console) -> BinaryIO:
    """Return the file with a bar that shows how much of it has been read."""
    bar = wrap_file(content, path.stat().st_size, description=name, console=console, transient=True, disable=not console.is_terminal)
    return cast(BinaryIO, bar)
