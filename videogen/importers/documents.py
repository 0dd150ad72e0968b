"""The kinds of documents that can be imported, by the ends of their names, and the importer of each. Light: importers are imported late."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from pathlib import PurePath

from videogen.errors.script import BadDocument
from videogen.errors.system import ExtraMissing
from videogen.importers.document_request import DocumentRequest
from videogen.importers.imported_script import ImportedScript

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
            hint="Install them: pip install 'videogen[import]'. Then restart the server and its workers.",
        )


def import_document(request: DocumentRequest) -> ImportedScript:
    """Return the script of a document. Raises BadDocument and ExtraMissing."""
    module, _, name = IMPORTERS[check_name(request.name)].partition(":")
    importer: Callable[[DocumentRequest], ImportedScript] = getattr(importlib.import_module(f"videogen.importers.{module}"), name)
    request.directory.mkdir(parents=True, exist_ok=True)
    return importer(request)
