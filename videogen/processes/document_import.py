"""Imports a document in a renderer of the pool that reads scripts, for the API and the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from videogen.errors.script import BadDocument
from videogen.processes.pool_client import PoolClient, RequestEnded, refusal

TIMEOUT_S = 60.0
SUFFIXES = (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx")
"""How the names of documents end that can be imported."""


def import_document(
    pool: PoolClient, path: Path, *, name: str, directory: Path, prefix: str = "", key: str, memory_mb: int
) -> dict[str, Any]:
    """Import the document at `path`, which a person calls `name`, and write its pictures to `directory`, which is empty.

    Returns {script, format, title, assets: {name in the script: path}, warnings: [{code, message, slide}]}. `key` names the caller.
    Raises BadDocument, ExtraMissing and ServerBusy.
    """
    if not name.lower().endswith(SUFFIXES):
        raise BadDocument(f"{name} is not a presentation.", hint=f"Import a file with one of these endings: {', '.join(SUFFIXES)}.")
    content = {"files": [(name, str(path.resolve()))], "directory": str(directory.resolve()), "prefix": prefix}
    try:
        return pool.call("import", content, key=key, timeout_s=TIMEOUT_S)
    except RequestEnded as ended:
        raise refusal(
            ended,
            BadDocument,
            too_long=f"The presentation takes longer than {TIMEOUT_S:g} s to read.",
            too_large=f"The presentation takes more than {memory_mb} MiB of memory to read.",
            lost="The process that read the presentation ended.",
            hint="Split it, or make its pictures smaller.",
        ) from ended
