"""Completes the relations of a Word document's parts: a library that misses one refuses the document.

Format: ECMA-376, part 2, clause 9.3: `word/document.xml` names its pictures and links by ids that `word/_rels/document.xml.rels` resolves.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import quoteattr

PARTS = re.compile(r"word/(?:document|footnotes|endnotes|comments)\d{0,3}\.xml")
_REFERENCE = re.compile(rb"""\br:(?:embed|link|id)\s{0,9}=\s{0,9}["']([^"'<>&]{1,200})["']""")
_DEFINED = re.compile(rb"""\bId\s{0,9}=\s{0,9}["']([^"']{1,200})["']""")
_END = re.compile(rb"</[\w:]{0,40}Relationships\s{0,9}>")
NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
NOTHING = "#"
"""Target of what nobody defined: a link to nowhere, and a picture that is not there."""


def open_complete(path: Path, parts: Collection[str]) -> BinaryIO:
    """Open a document; where relations are missing, a copy in memory in which they lead nowhere."""
    additions: dict[str, bytes] = {}
    archive: Any
    with zipfile.ZipFile(path) as archive:
        for part in filter(PARTS.fullmatch, parts):
            name = f"word/_rels/{part.removeprefix('word/')}.rels"
            relations = archive.read(name) if name in parts else b""
            missing = sorted(set(_REFERENCE.findall(archive.read(part))) - set(_DEFINED.findall(relations)))
            if missing:
                additions[name] = _with_relations(relations, missing)
        if not additions:
            return path.open("rb")
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as complete:
            for entry in archive.infolist():
                if entry.filename not in additions:
                    complete.writestr(entry, archive.read(entry))
            for name, content in additions.items():
                complete.writestr(name, content)
    copy.seek(0)
    return copy


def _with_relations(relations: bytes, ids: Collection[bytes]) -> bytes:
    added = "".join(
        f'<Relationship xmlns="{NAMESPACE}" Id={quoteattr(id.decode("utf-8", "replace"))} Type="{NAMESPACE}/none" Target="{NOTHING}"/>'
        for id in ids
    ).encode()
    end = _END.search(relations)
    if end is None:  # there are none, or it is an element without content
        return b'<Relationships xmlns="' + NAMESPACE.encode() + b'">' + added + b"</Relationships>"
    return relations[: end.start()] + added + relations[end.start() :]
