"""The kinds of documents that can be imported, by the ends of their names, and the importer of each. Light: importers are imported late."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePath

from videogen import install_command
from videogen.errors.script import BadDocument
from videogen.errors.system import ExtraMissing
from videogen.importers.document_request import DocumentRequest
from videogen.importers.imported_script import ImportedScript, ImportWarning

IMPORTERS: Mapping[str, str] = {
    ".pptx": "presentation:import_presentation",
    ".pptm": "presentation:import_presentation",
    ".ppsx": "presentation:import_presentation",
    ".ppsm": "presentation:import_presentation",
    ".potx": "presentation:import_presentation",
    ".odp": "open_presentation:import_open_presentation",
    ".pdf": "pdf_document:import_pdf",
    ".ipynb": "notebook_document:import_notebook",
    ".docx": "word_document:import_word_document",
    ".html": "web_page:import_web_page",
    ".htm": "web_page:import_web_page",
}
"""{suffix: module:function below `videogen.importers`}."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "presentation": ("pptx",),
    "open_presentation": ("pptx",),
    "pdf_document": ("pypdfium2",),
    "word_document": ("mammoth", "bs4", "lxml", "markdownify"),
    "web_page": ("bs4", "lxml", "markdownify"),
}
"""The libraries that an importer cannot do without; they come with the extra `import`."""
SUFFIXES = tuple(IMPORTERS)
"""How the names of documents end that can be imported."""


LONG_SCRIPT = 1024 * 1024
"""Bytes of a script from which it is told that it may be too long for a video."""
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""What no script may hold, and no file in UTF-8."""


def check_name(name: str) -> str:
    """Return the suffix of a document's name. Raises BadDocument for one that cannot be imported."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in IMPORTERS:
        raise BadDocument(f"{name[:200]} cannot be imported.", hint=f"Import a file with one of these endings: {', '.join(SUFFIXES)}.")
    return suffix


def check_libraries(name: str) -> None:
    """Raise ExtraMissing if the libraries that read this document are not installed, and BadDocument for a name that is of none."""
    suffix = check_name(name)
    if any(importlib.util.find_spec(module) is None for module in NEEDED.get(IMPORTERS[suffix].partition(":")[0], ())):
        raise ExtraMissing(
            f"Importing {suffix} needs libraries that are not installed here.",
            hint=f"Install them: {install_command('import')} (31 MB). Then restart the server.",
        )


def import_document(request: DocumentRequest) -> ImportedScript:
    """Return the script of a document. Raises BadDocument and ExtraMissing."""
    module, _, name = IMPORTERS[check_name(request.name)].partition(":")
    importer: Callable[[DocumentRequest], ImportedScript] = getattr(importlib.import_module(f"videogen.importers.{module}"), name)
    request.directory.mkdir(parents=True, exist_ok=True)
    imported = importer(request)
    script, warnings = _NO_TEXT.sub("", imported.script), list(imported.warnings)
    if (size := len(script.encode())) > LONG_SCRIPT:
        message = (
            f"The script is {size:,} bytes long; a video takes {LONG_SCRIPT:,}. Import a part of the document (`pages`), or shorten it."
        )
        warnings.append(ImportWarning("too_long", message))
    warnings = [replace(warning, message=_NO_TEXT.sub("", warning.message)) for warning in warnings]
    return replace(imported, script=script, title=_NO_TEXT.sub("", imported.title), warnings=tuple(warnings))
