"""Documents for tests of importers, written by hand: a PDF, a notebook, a Word document."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.presentations import png


def pdf(
    path: Path,
    pages: list[list[str]],
    *,
    outline: Sequence[tuple[str, int]] = (),
    size: tuple[int, int] = (960, 540),
    title: str = "",
    form: str = "",
) -> Path:
    """Write a PDF whose pages have these lines, and an outline of (title, index of the page). The first page draws the form `/X`."""
    objects: list[str] = []

    def add(text: str) -> int:
        objects.append(text)
        return len(objects)

    first = 4 + bool(title)
    kids = [first + 2 * index for index in range(len(pages))]
    marks = first + 2 * len(pages) + bool(form)
    root = f" /Outlines {marks} 0 R" if outline else ""
    add(f"<< /Type /Catalog /Pages 2 0 R{root} >>")
    add(f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(pages)} >>")
    add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    if title:
        add(f"<< /Title ({title}) >>")
    for index, lines in enumerate(pages):
        drawn = "".join(f"BT /F1 24 Tf 60 {size[1] - 80 - 40 * row} Td ({line}) Tj ET\n" for row, line in enumerate(lines))
        content = kids[index] + 1
        forms = ""
        if form and not index:
            drawn, forms = f"{drawn}/X Do\n", f" /XObject << /X {marks - 1} 0 R >>"
        box = f"[0 0 {size[0]} {size[1]}]"
        add(f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Resources << /Font << /F1 3 0 R >>{forms} >> /Contents {content} 0 R >>")
        add(f"<< /Length {len(drawn)} >>\nstream\n{drawn}endstream")
    if form:
        kind = f"/Type /XObject /Subtype /Form /BBox {box} /Resources << /XObject << /X {marks - 1} 0 R >> >>"
        add(f"<< {kind} /Length {len(form)} >>\nstream\n{form}\nendstream")
    if outline:
        items = [marks + 1 + index for index in range(len(outline))]
        add(f"<< /Type /Outlines /First {items[0]} 0 R /Last {items[-1]} 0 R /Count {len(items)} >>")
        for index, (name, page) in enumerate(outline):
            following = f" /Next {items[index + 1]} 0 R" if index + 1 < len(items) else ""
            add(f"<< /Title ({name}) /Parent {marks} 0 R /Dest [{kids[page]} 0 R /Fit]{following} >>")
    body, offsets = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    info = " /Info 4 0 R" if title else ""
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{info} >>\nstartxref\n{len(body)}\n%%EOF\n"
    path.write_text(f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}", encoding="latin-1")
    return path


def cell(kind: str, source: str, outputs: list[dict[str, Any]] | None = None, **metadata: Any) -> dict[str, Any]:
    """Return a cell of a notebook."""
    made: dict[str, Any] = {"cell_type": kind, "source": source.splitlines(keepends=True), "metadata": metadata}
    return made | ({"outputs": outputs or [], "execution_count": 1} if kind == "code" else {})


def shown(**data: str) -> dict[str, Any]:
    """Return an output of a cell; `image_png` stands for image/png."""
    return {"output_type": "display_data", "data": {name.replace("_", "/", 1): text for name, text in data.items()}, "metadata": {}}


def png_text() -> str:
    return base64.b64encode(png().getvalue()).decode()


def notebook(path: Path, *cells: dict[str, Any], **metadata: Any) -> Path:
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""


def paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def word_document(path: Path, *parts: str) -> Path:
    """Write a Word document of these parts of XML."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", f'<?xml version="1.0"?><w:document {W}><w:body>{"".join(parts)}</w:body></w:document>')
    return path


def linked_picture(attribute: str) -> str:
    """Return a paragraph with a picture that refers to the relation rI by this attribute: `embed` or `link`."""
    return (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<wp:docPr id="1" name="p"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        f'<a:blip xmlns:r="{OFFICE_RELATIONS}" r:{attribute}="rI"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )


def relation(target: str, mode: str) -> str:
    """Return the relations of a part of a document: rI is a picture at this address."""
    kind = f"{OFFICE_RELATIONS}/image"
    about = f'Id="rI" Type="{kind}" Target="{target}" TargetMode="{mode}"'
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship {about}/></Relationships>'
