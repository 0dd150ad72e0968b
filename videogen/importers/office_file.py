"""Checks a document of an office program before a library reads it: what it is, and how large it is unpacked.

Format: ECMA-376, part 2 (Open Packaging Conventions): a zip archive of parts.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from videogen.errors.script import BadDocument

MIB = 1024 * 1024
NO_PRESENTATION = "The file is not a presentation, or it is damaged."
SAVE_AGAIN = "Open it in a program for presentations, and save it as .pptx."
MAX_PARTS = 20_000
MAX_UNPACKED_BYTES = 400 * MIB
"""The library holds all parts in memory."""
MAX_XML_BYTES = 32 * MIB
"""Of one part in XML, whose tree takes several times as much."""
MAX_ALL_XML_BYTES = 96 * MIB
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check(path: Path, what: str = "a presentation", save_again: str = SAVE_AGAIN) -> set[str]:
    """Return the names of a document's parts. Raises BadDocument if it is none, or too large unpacked. `what` it should be is for people.

    `zipfile` never unpacks more of a part than the archive's directory says, so checking that is enough.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start == OLE_MAGIC:
        raise BadDocument(
            "The file is protected by a password, or of a format before 2007 (.ppt, .doc).",
            hint=f"Remove its password. {save_again}",
        )
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise BadDocument(f"The file has {len(parts):,} parts; the limit is {MAX_PARTS:,}.")
            _check_sizes(parts)
            return {part.filename for part in parts}
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zlib.error) as error:
        raise BadDocument(f"The file is not {what}, or it is damaged.", hint=save_again) from error


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    xml = [part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
    if unpacked > MAX_UNPACKED_BYTES:
        raise BadDocument(f"The file is {unpacked // MIB:,} MiB unpacked; the limit is {MAX_UNPACKED_BYTES // MIB:,}.")
    if max(xml, default=0) > MAX_XML_BYTES or sum(xml) > MAX_ALL_XML_BYTES:
        raise BadDocument(f"The text of the file is {sum(xml) // MIB:,} MiB unpacked; the limit is {MAX_ALL_XML_BYTES // MIB:,}.")
