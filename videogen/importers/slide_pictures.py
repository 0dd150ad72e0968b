"""Draws the slides of a presentation as pictures, by LibreOffice: as faithful as that is."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from videogen.errors.script import BadDocument
from videogen.importers import office_program
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.document_request import DocumentRequest
from videogen.importers.imported_script import ImportWarning
from videogen.importers.page_pictures import PageReader, open_pdf


def draw_slides(
    request: DocumentRequest, shown: Sequence[int], pictures: DocumentPictures, warnings: list[ImportWarning]
) -> dict[int, str]:
    """Draw the slides `shown`, those that are not hidden, and return the names of their pictures in the script, {number: name}.

    Of a slide that cannot be drawn there is none, but a warning. Raises BadDocument, and ExtraMissing without LibreOffice or pypdfium2.
    """
    with tempfile.TemporaryDirectory(prefix="office-", dir=request.directory.parent) as scratch:
        document = open_pdf(
            office_program.convert(request.path, ".pptx", "pdf", Path(scratch), lambda: request.progress(0, 2 * len(shown)))
        )
        try:
            if len(document) != len(shown):
                message = f"LibreOffice made {len(document)} pages of {len(shown)} slides."
                raise BadDocument(message, hint="Import it with its slides rebuilt, or save it as PDF and import that.")
            names, reader = {}, PageReader(document)
            for done, number in enumerate(shown):
                if not request.takes(number):
                    continue
                request.progress(done, 2 * len(shown))
                page = reader.read(done)
                if page.content:
                    names[number] = pictures.add(page.content, f"slide-{number:03}")
                else:
                    warnings.append(ImportWarning("shown_otherwise", f"A slide is rebuilt, not a picture. {page.problem}", number))
            return names
        finally:
            document.close()
