"""Brand kits of the store for the scripts that may name them, as files beside the scripts' own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from models import brand
from models.brand import Brand
from models.database import Store
from models.files.blob_store import Asset, staged
from videogen.script import brand_names

YAML = "application/yaml"


def with_brands(store: Store, source: str, options: Mapping[str, Any], files: Sequence[Asset]) -> list[Asset]:
    """Return the files of a script, and those of the brands that it may name. A file of the script's own wins over one of the same name."""
    names = brand_names.mentioned(source, options)
    if not names:
        return list(files)
    with store.reading() as read:
        found = brand.of_names(read, names)
    return merge_brands(found, files)


def merge_brands(found: Sequence[Brand], files: Sequence[Asset]) -> list[Asset]:
    """Return files with those of brands, but of none whose kit is among the files already."""
    own = {file.name for file in files}
    merged = list(files)
    for row in found:
        if row.name + brand_names.FILE_SUFFIX not in own:
            merged += [file for file in row.assets if file.name not in own]
    return merged


def keep_brand(store: Store, name: str, files: Sequence[Asset]) -> Sequence[Asset]:
    """Return the files of a task, and beside them those of its brand, as they are now."""
    if not name:
        return files
    with store.reading() as read:
        found = brand.of_names(read, [name])
    return merge_brands(found, files)


def save_brand(store: Store, name: str, checked: Mapping[str, Any], files: Sequence[Asset]) -> Brand:
    """Save a brand as `describe_brand` checked it, whose files, named as in its kit, are kept already.

    Raises TooManyBrands, and OSError if it cannot be written.
    """
    text = json.dumps(checked["definition"], ensure_ascii=False)
    with staged(store.data, BytesIO(text.encode()), store.files) as copy:
        copy.keep()
    assets = [Asset(name + brand_names.FILE_SUFFIX, copy.id, YAML, copy.bytes)]
    assets += [Asset(brand_names.file_names(name, file.name)[0], file.id, file.media_type, file.bytes) for file in files]
    return brand.put(store, name, text, assets, checked["colours"])


def files_of(row: Brand) -> dict[str, Asset]:
    """Return the files of a brand under the names that its kit has for them."""
    prefix = f"{row.name}.brand."
    kit = row.name + brand_names.FILE_SUFFIX
    files = {asset.name.removeprefix(prefix): asset for asset in row.assets if asset.name.startswith(prefix) and asset.name != kit}
    return {name: Asset(name, asset.id, asset.media_type, asset.bytes) for name, asset in files.items()}


def fetched(store: Store, assets: Sequence[Asset]) -> dict[str, Path]:
    """Return where files are on this machine, by their names."""
    return {asset.name: store.files.fetch(asset.key) for asset in assets}
