"""Imports presentations of LibreOffice and OpenOffice (.odp), which LibreOffice itself turns into .pptx first."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from videogen.importers import office_file, office_program
from videogen.importers.document_request import DocumentRequest
from videogen.importers.imported_script import ImportedScript
from videogen.importers.presentation import import_presentation


def import_open_presentation(request: DocumentRequest) -> ImportedScript:
    """Return the script of a presentation. Raises BadDocument, and ExtraMissing without LibreOffice or python-pptx."""
    office_file.check(request.path, save_again="Open it in LibreOffice, and save it again.")
    with tempfile.TemporaryDirectory(prefix="office-", dir=request.directory.parent) as scratch:
        converted = office_program.convert(request.path, ".odp", "pptx", Path(scratch), lambda: request.progress(0, 1))
        return import_presentation(replace(request, path=converted))
