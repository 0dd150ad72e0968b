"""The result of checking a script. In a module of its own, so that the web process need not import the checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from models.files.blob_store import Asset, staged
from models.files.storage import Files
from videogen.script.theme_names import FILE_SUFFIX


@dataclass(frozen=True)
class CheckedScript:
    """The format and title of a script. `files` are the paths of the files that it uses, by their names in the script.

    `theme` is the name of its theme if that is one of one's own, and `theme_text` what its file says: a task keeps it as an asset.
    `brand` is the name of its brand, if that was found among the files, and `brand_files` are the path and media type of each of its files.
    """

    format: str
    title: str
    files: Mapping[str, str] = field(default_factory=dict)
    theme: str = ""
    theme_text: str = ""
    brand: str = ""
    brand_files: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def with_theme(data: Path, checked: CheckedScript, files: Sequence[Asset], storage: Files | None = None) -> Sequence[Asset]:
    """Return the files of a script, and beside them that of its own theme, which is kept with the task as it is now.

    It is stored in `storage`, by default below `data`. Raises OSError if it cannot be written below `data`.
    """
    if not checked.theme:
        return files
    name = checked.theme + FILE_SUFFIX
    with staged(data, BytesIO(checked.theme_text.encode()), storage) as copy:
        copy.keep()
    return [*(file for file in files if file.name != name), Asset(name, copy.id, "application/yaml", copy.bytes)]
