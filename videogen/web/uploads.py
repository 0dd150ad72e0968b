"""Files that come in for scripts: kept by their content, once they turn out to be of use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Any

from flask import request
from werkzeug.datastructures import FileStorage

from models import asset, task
from models.artifact import Artifact
from models.database import Store
from models.errors import Diagnostic, MissingFile, TaskGone, TaskNotFound
from models.files import blob_store
from models.files.blob_store import ID, Asset
from models.refusals import files_written
from videogen.errors.request import BadRequest
from videogen.importers.documents import check_name
from videogen.kinds import stored_brands
from videogen.media import sniff
from videogen.pipeline.checked_script import CheckedScript, with_theme
from videogen.web.auth import SMALL_FORM_BYTES
from videogen.web.file_access import in_file_thread
from videogen.web.native_thread import in_thread
from videogen.web.services import current_services

MOST = 500
NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,200}")


def take(uploads: Iterable[FileStorage]) -> list[Asset]:
    """Store uploaded files. Raises BadAsset, with a diagnostic for each unusable one, and then stores none."""
    store = current_services().store
    admit_small()
    with ExitStack() as leaving:
        files = [(name_of(upload.filename), in_thread(stage, leaving, store, upload.stream)) for upload in uploads]
        if not files:
            raise BadRequest("There is no file in the request.", hint="Send files as multipart/form-data, in fields called file.")
        readers = current_services().readers
        media_types = readers.inspect_files([(name, file.path) for name, file in files], key=request.remote_addr or "")
        for _, file in files:
            in_file_thread(file.keep)
    return [Asset(name, file.id, kind, file.bytes) for (name, file), kind in zip(files, media_types, strict=True)]


def stage(leaving: ExitStack, store: Store, content: IO[bytes] | BufferedIOBase) -> blob_store.Staged:
    """Copy a file until `leaving` is left. Raises DiskFull, StoreUnusable."""
    with files_written(store.data / "assets"):
        return leaving.enter_context(blob_store.staged(store.data, content, store.files))


def admit_small() -> None:
    """Count the files of a form that was too small to be counted before it was read. Raises UploadQuotaFull and DiskLow."""
    size = request.content_length
    if size is not None and size <= SMALL_FORM_BYTES:
        current_services().upload_limits.admit_small(size)


def keep_document(files: Sequence[FileStorage]) -> Asset:
    """Keep an uploaded document for a task. Raises BadRequest unless there is one, BadDocument, DiskFull, StoreUnusable."""
    if len(files) != 1:
        raise BadRequest(f"There are {len(files)} files in the request, not one.", hint="Send one file as multipart/form-data.")
    name = name_of(files[0].filename).rpartition("/")[2]
    check_name(name)
    admit_small()
    store = current_services().store
    with ExitStack() as leaving:
        document = in_thread(stage, leaving, store, files[0].stream)
        kind = sniff.media_type(document.path)
        in_file_thread(document.keep)
    return Asset(name, document.id, kind, document.bytes)


def keep_artifact(name: str, file: Artifact) -> Asset:
    """Make a file that a task has published a file for scripts, called `name`. Raises FileNotFoundError, DiskFull, StoreUnusable."""
    store = current_services().store
    try:
        in_file_thread(store.files.keep, blob_store.key_of(file.sha256))
    except FileNotFoundError:
        in_file_thread(_keep_file, store, file.key)
    return Asset(name, file.sha256, file.media_type, file.bytes)


def _keep_file(store: Store, key: str) -> None:
    with ExitStack() as leaving, store.files.open(key) as content:
        stage(leaving, store, content).keep()


def with_brands(source: str, options: Mapping[str, Any], files: Sequence[Asset]) -> list[Asset]:
    """Return the files of a script, and those of the brands that it may name."""
    return stored_brands.with_brands(current_services().store, source, options, files)


def keep_look(checked: CheckedScript, files: Sequence[Asset]) -> Sequence[Asset]:
    """Return the files of a task, and beside them those of its own theme and of its brand. Raises DiskFull, StoreUnusable."""
    store = current_services().store
    files = stored_brands.keep_brand(store, checked.brand, files)
    with files_written(store.data / "assets"):
        return in_file_thread(with_theme, store.data, checked, files, store.files) if checked.theme else files


def named(mapping: Mapping[str, str], made_from: str | None = None, *, draft: bool = False) -> list[Asset]:
    """Return the files of a script by their names in it, {name: id}, and what the task that it is made from had under other names.

    Raises MissingFile for an id that was never uploaded, or so long ago that the file is gone; of a draft those come along, of no bytes,
    and whoever reads it finds out.
    """
    store = current_services().store
    by_name = {file.name: file for file in _of_task(made_from)}
    diagnostics = []
    for name, id in mapping.items():
        try:
            path = in_file_thread(store.files.keep, blob_store.key_of(id))  # a preview is often followed by a submission
            by_name[name] = Asset(name, id, sniff.media_type(path), path.stat().st_size)
        except FileNotFoundError:
            by_name[name] = Asset(name, id, "", 0)
            diagnostics.append(Diagnostic("was not uploaded, or long ago", path=f"assets.{name}"))
    if diagnostics and not draft:
        hint = "Upload it with POST /api/assets, and name the id that it answers."
        raise MissingFile(f"{diagnostics[0].path} {diagnostics[0].message}.", hint=hint, diagnostics=diagnostics)
    return [by_name[name] for name in sorted(by_name)]


def paths(files: Iterable[Asset]) -> dict[str, Path]:
    """Return where the files are on this machine, by their names. One that is not there any more has a path, too."""
    storage = current_services().store.files
    if storage.is_local:
        return {file.name: storage.fetch(file.key) for file in files}
    return {file.name: in_file_thread(storage.fetch, file.key) for file in files}


def checked(value: Any) -> dict[str, str]:
    """Return the field `assets` of a request: an object of names and ids. Raises BadRequest."""
    if value is None:
        return {}
    if not isinstance(value, dict) or len(value) > MOST:
        raise BadRequest(
            f"The field assets is not an object of at most {MOST} files.", diagnostics=[Diagnostic("Must be an object.", path="assets")]
        )
    for name, id in value.items():
        if not NAME.fullmatch(name) or not isinstance(id, str) or not ID.fullmatch(id):
            diagnostic = Diagnostic("Must be a file's id as POST /api/assets answers it.", path=f"assets.{name[:80]}")
            raise BadRequest(f"The field assets.{name[:80]} is not a name and an id.", diagnostics=[diagnostic])
    return value


def name_of(filename: str | None) -> str:
    """Return the name of an uploaded file: its path as the client gives it, with slashes."""
    name = (filename or "").replace("\\", "/").lstrip("/").removeprefix("./")
    if not NAME.fullmatch(name):
        raise BadRequest("A file has no name, or one that cannot be used.", hint="Give each file a name of up to 200 characters.")
    return name


def _of_task(task_id: str | None) -> list[Asset]:
    store = current_services().store
    if task_id is None:
        return []
    try:
        with store.reading() as read:
            return asset.of_task(read, task.find(read, task_id).id)
    except (TaskGone, TaskNotFound):
        return []
