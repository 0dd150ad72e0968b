"""Imports Word documents (.docx): headings, lists, tables, pictures and footnotes as Markdown."""

from __future__ import annotations

import base64
import html as html_text
import re
import zipfile
from pathlib import Path
from typing import Any

from videogen.errors.script import BadDocument
from videogen.errors.system import ExtraMissing
from videogen.importers import office_file, word_relations
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.document_request import DocumentRequest
from videogen.importers.html_text import HtmlReader
from videogen.importers.imported_script import ImportedScript, ImportWarning
from videogen.importers.markdown_text import MONOSPACED, one_line
from videogen.importers.prose import finish

CODE_STYLES = ("Code", "Code Block", "Source Code", "HTML Preformatted", "Preformatted Text", "Macro Text")
CODE_WORDS = ("Source Text", "HTML Code", "Verbatim Char", "Code Char")
STYLES = "\n".join(
    [
        *("p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh", "p[style-name='TOC Heading'] => !"),
        "p[style-name='Caption'] => figcaption:fresh",
        *(f"p[style-name='toc {level}'] => !" for level in range(1, 10)),
        *(f"p[style-name='{name}'] => pre:separator('\\n')" for name in CODE_STYLES),
        *(f"r[style-name='{name}'] => code" for name in CODE_WORDS),
    ]
)
MOST_CODE = 0.5
"""Share of the paragraphs from which letters of one width are the document's own, and no code."""
SAVE_AGAIN = "Open it in a word processor, and save it as .docx."
MARKERS = {
    b'"TOC1"': "The table of contents is left out.",
    b"<m:oMath": "Formulas are left out: write them in TeX between two lines of $$.",
    b"<c:chart": "Charts are left out: save them as pictures, and add those.",
    b'/diagram"': "SmartArt drawings are left out: save them as pictures, and add those.",
    b"<o:OLEObject": "Objects of other programs are left out: save them as pictures, and add those.",
}


def import_word_document(request: DocumentRequest) -> ImportedScript:
    """Return the script of a Word document. Raises BadDocument and ExtraMissing."""
    parts = office_file.check(request.path, "a Word document", SAVE_AGAIN)
    try:
        import mammoth
    except ImportError as error:
        raise ExtraMissing("Importing Word documents needs mammoth.", hint="Install it: pip install 'videogen[import]'") from error
    reader = HtmlReader(DocumentPictures(request.directory, request.prefix))
    try:
        with word_relations.open_complete(request.path, parts) as file:
            images = mammoth.images.img_element(_embedded)
            result = mammoth.convert_to_html(file, style_map=STYLES, convert_image=images, transform_document=_with_code)
        body = reader.markdown(result.value)
    except (ExtraMissing, BadDocument):
        raise
    except Exception as error:
        raise BadDocument("The file is not a Word document, or it is damaged.", hint=SAVE_AGAIN) from error
    warnings = [*_left_out(request.path, parts), *reader.warnings]
    ignored = [str(message.message) for message in result.messages if "ignored" in str(message.message) or message.type == "error"]
    if any("oMath" not in message for message in ignored):
        warnings.append(ImportWarning("left_out", "Some parts of the document could not be read and are left out."))
    return finish(_title(request.path, parts), Path(request.name).stem, body, reader.pictures, warnings)


def _with_code(document: Any) -> Any:
    """Give paragraphs that are set in letters of one width the style of code."""
    import mammoth

    def is_code(paragraph: Any) -> bool:
        runs = [run for run in mammoth.transforms.get_descendants_of_type(paragraph, mammoth.documents.Run) if _text_of(run).strip()]
        return bool(runs) and all(MONOSPACED.search(run.font or "") for run in runs)

    paragraphs = [one for one in mammoth.transforms.get_descendants_of_type(document, mammoth.documents.Paragraph) if _text_of(one).strip()]
    if sum(map(is_code, paragraphs)) > MOST_CODE * len(paragraphs):
        return document
    change = mammoth.transforms.paragraph(lambda one: one.copy(style_name=CODE_STYLES[0], numbering=None) if is_code(one) else one)
    return change(document)


def _text_of(element: Any) -> str:
    import mammoth

    return "".join(text.value for text in mammoth.transforms.get_descendants_of_type(element, mammoth.documents.Text))


def _embedded(image: Any) -> dict[str, str]:
    """Return the attributes of a picture that is in the document itself, and no address for one that is linked, missing or damaged."""
    try:
        with image.open() as file:
            content = base64.b64encode(file.read()).decode()
    except Exception:  # noqa: BLE001 - the library raises anything for what is damaged
        return {"src": ""}
    return {"src": f"data:image/unknown;base64,{content}"}


def _left_out(path: Path, parts: set[str]) -> list[ImportWarning]:
    content = _part(path, "word/document.xml", parts)
    warnings = [ImportWarning("left_out", message) for marker, message in MARKERS.items() if marker in content]
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        warnings.append(ImportWarning("left_out", "The macros of the document are left out."))
    return warnings


def _title(path: Path, parts: set[str]) -> str:
    match = re.search(rb"<dc:title>([^<]{1,800})</dc:title>", _part(path, "docProps/core.xml", parts))
    return one_line(html_text.unescape(match[1].decode("utf-8", "replace"))) if match else ""


def _part(path: Path, name: str, parts: set[str]) -> bytes:
    if name not in parts:
        return b""
    archive: Any
    with zipfile.ZipFile(path) as archive:
        return bytes(archive.read(name))
