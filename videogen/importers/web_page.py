"""Imports HTML pages (.html): their text as Markdown, with the pictures that stand in them."""

from __future__ import annotations

import codecs
import html
import re
from pathlib import Path

from videogen.errors.script import BadDocument
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.document_request import DocumentRequest
from videogen.importers.html_text import HtmlReader
from videogen.importers.imported_script import ImportedScript
from videogen.importers.markdown_text import one_line
from videogen.importers.prose import finish

MAX_BYTES = 32 * 1024 * 1024
HEAD_LENGTH = 65_536
"""Characters at the beginning of a page in which its title is looked for."""
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,2000}?)</title>", re.IGNORECASE | re.DOTALL)


def import_web_page(request: DocumentRequest) -> ImportedScript:
    """Return the script of an HTML page. Raises BadDocument and ExtraMissing."""
    if request.path.stat().st_size > MAX_BYTES:
        raise BadDocument(f"The page is larger than {MAX_BYTES // 1024**2} MiB.", hint="Make its pictures smaller, or split it.")
    text = _decoded(request.path.read_bytes())
    if "<" not in text or "\0" in text:
        raise BadDocument("The file is not an HTML page.", hint="Save it again as HTML in the program that it was made with.")
    reader = HtmlReader(DocumentPictures(request.directory, request.prefix))
    body = reader.markdown(text)
    title = _TITLE.search(text[:HEAD_LENGTH])
    return finish(one_line(html.unescape(title[1])) if title else "", Path(request.name).stem, body, reader.pictures, reader.warnings)


def _decoded(content: bytes) -> str:
    match = _CHARSET.search(content[:4096])
    encodings = ["utf-8-sig", *([match[1].decode()] if match else []), "windows-1252"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings.insert(0, "utf-16")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1")
