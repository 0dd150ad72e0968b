"""What is fuzzed: functions that take bytes and may raise only errors that a person is told of, each with inputs to start from."""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.fuzz.tokens import (
    CRON_TOKENS,
    DIALECT_TOKENS,
    FORMULA_TOKENS,
    HTML_TOKENS,
    JSON_TOKENS,
    MARKDOWN_TOKENS,
    PDF_TOKENS,
    SLIDE_TOKENS,
    SVG_TOKENS,
    TABLE_TOKENS,
    THEME_TOKENS,
    WORD_TOKENS,
    YAML_TOKENS,
)

ROOT = Path(__file__).resolve().parents[2]
WHOLE = 255
"""In place of the number of a part: what follows is a whole file."""
INTERNAL = 500
"""Errors with this status or a higher one are faults of ours, unless they say that an extra is missing."""


@dataclass(frozen=True)
class Target:
    """A reader. `load` imports it and returns the function to call; `seeds` are inputs to start from; `modules` are traced for coverage."""

    load: Callable[[], Callable[[bytes], object]]
    seeds: Callable[[], Iterable[bytes]]
    modules: tuple[str, ...]
    tokens: tuple[str, ...] = ()
    max_bytes: int = 4096


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _script(format: str) -> Callable[[], Callable[[bytes], object]]:
    def load() -> Callable[[bytes], object]:
        return lambda data: _narrate(text_of(data), format)

    return load


def _narrate(text: str, format: str) -> object:
    """Read a script and the sentences of each scene, as a voice gets them."""
    from videogen import script
    from videogen.pipeline.narration import NarrationStage
    from videogen.pipeline.parsing import Plan
    from videogen.pipeline.reporter import SILENT_REPORTER

    return NarrationStage().run(Plan(script.read(text, format).script, ()), SILENT_REPORTER)


def _detected() -> Callable[[bytes], object]:
    from videogen import script

    return lambda data: script.detect_format(text_of(data))


def _formula() -> Callable[[bytes], object]:
    return lambda data: _narrate(f"# A\n\n$$\n{text_of(data)}\n$$\n", "markdown")


def _file(ending: str, read: Callable[[], Callable[[Path], object]]) -> Callable[[], Callable[[bytes], object]]:
    """Call a reader of files with a file in a directory of its own, which must be empty again but for what the reader is to write."""

    def load() -> Callable[[bytes], object]:
        reader = read()
        directory = Path(tempfile.mkdtemp(prefix="fuzz-", dir=os.environ.get("FUZZ_DIRECTORY")))
        path = directory / f"input{ending}"

        def call(data: bytes) -> object:
            path.write_bytes(data)
            return reader(path)

        return call

    return load


def _inspect() -> Callable[[Path], object]:
    from videogen.media.inspection import inspect

    return inspect


def _svg() -> Callable[[bytes], object]:
    from videogen.media import svg, svg_process

    def call(data: bytes) -> object:
        size = svg.natural_size(data)
        try:
            return svg_process.sanitize(data, 64, 64, size)
        except (svg_process.TooComplex, SyntaxError, ValueError, LookupError) as error:  # what the drawing process reports as a refusal
            return error

    return call


def _table() -> Callable[[Path], object]:
    from videogen.media import csv_table

    return csv_table.read


def _document(name: str) -> Callable[[], Callable[[bytes], object]]:
    """Import a document of this name."""

    def load() -> Callable[[bytes], object]:
        from videogen.importers.document_request import DocumentRequest
        from videogen.importers.documents import import_document

        def call(data: bytes) -> object:
            with tempfile.TemporaryDirectory(dir=os.environ.get("FUZZ_DIRECTORY")) as directory:
                path = Path(directory) / name
                path.write_bytes(data)
                return import_document(DocumentRequest(path, name, Path(directory) / "pictures"))

        return call

    return load


def _office_file(name: str, whole: Callable[[], bytes]) -> Callable[[], Callable[[bytes], object]]:
    """Fuzz one part of a file that is otherwise sound: nearly every other mutation only damages the archive. The first byte says which."""

    def load() -> Callable[[bytes], object]:
        read = _document(name)()
        sound = whole()
        parts = _xml_parts(sound)

        def call(data: bytes) -> object:
            number, content = (data[0] if data else 0), data[1:]
            return read(content if number == WHOLE else _replace(sound, parts[number % len(parts)], content))

        return call

    return load


def _office_parts(whole: Callable[[], bytes], *wanted: str) -> Callable[[], Iterable[bytes]]:
    """Return the seeds for the parts with these words in their names, and the whole file."""

    def seeds() -> Iterable[bytes]:
        sound = whole()
        with zipfile.ZipFile(io.BytesIO(sound)) as archive:
            for number, name in enumerate(_xml_parts(sound)):
                if any(word in name for word in wanted):
                    yield bytes([number]) + archive.read(name)
        yield bytes([WHOLE]) + sound

    return seeds


def _xml_parts(archive: bytes) -> list[str]:
    return [name for name in zipfile.ZipFile(io.BytesIO(archive)).namelist() if name.endswith((".xml", ".rels"))]


def _replace(archive: bytes, name: str, content: bytes) -> bytes:
    """Return a copy of a ZIP archive in which the entry `name` has another content."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return stream.getvalue()


def deck_of_two_slides() -> bytes:
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    for layout, title in ((1, "Watering"), (5, "Numbers")):
        slide = deck.slides.add_slide(deck.slide_layouts[layout])
        slide.shapes.title.text = title
        slide.notes_slide.notes_text_frame.text = "Water it in the morning."
    deck.slides[0].placeholders[1].text_frame.text = "Twice a week"
    table = deck.slides[1].shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(1, 1).text = "Day", "2"
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


def _letter() -> bytes:
    """Return a Word document with headings, a list, a table and a picture."""
    from tests.support.documents import linked_picture, paragraph, word_document

    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Day", "Litres"))
    bold = "<w:p><w:r><w:rPr><w:b/><w:i/></w:rPr><w:t>Twice</w:t></w:r><w:hyperlink w:anchor='a'><w:r><w:br/></w:r></w:hyperlink></w:p>"
    numbered = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>Water</w:t></w:r></w:p>'
    with tempfile.TemporaryDirectory() as directory:
        path = word_document(
            Path(directory) / "letter.docx",
            *(paragraph("Watering", "Heading1"), bold, numbered, f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>", linked_picture("embed")),
        )
        return path.read_bytes()


def _pdfs() -> Iterable[bytes]:
    from tests.support.documents import pdf

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "talk.pdf"
        yield pdf(path, [["Watering", "Twice a week"], ["Numbers"]], outline=[("Part", 1)], title="Plants").read_bytes()
        yield pdf(path, [["Watering"]], form="q 1 0 0 1 0 0 cm Q").read_bytes()


WEB_PAGES = (
    b"<!doctype html><title>Plants</title><nav>Menu</nav><main><h1>Plants</h1><p>Water <b>twice</b> &amp; <code>stop</code>.<ul><li>One"
    b"<li>Two</ul><table><tr><th>Day<td>2</table><pre><code class=language-py>a = 1</code></pre></main>",
    b'<meta charset="windows-1252"><h2>A picture</h2><figure><img src="data:image/png;base64,iVBORw0KGgo=" alt="A"><figcaption>B</figure>'
    b"<details><summary>More</summary>Text</details><math><mi>x</mi></math><script>a()</script><svg><text>c</text></svg>",
)


def _theme() -> Callable[[bytes], object]:
    from videogen.scenes.theme_file import contrasts, read_theme

    return lambda data: list(contrasts(read_theme("mine", text_of(data))))


def _themes() -> Iterable[bytes]:
    return [path.read_bytes() for path in sorted((ROOT / "videogen" / "scenes" / "themes").glob("*.yaml"))]


def _cron() -> Callable[[bytes], object]:
    from models import cron

    moment = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)

    def call(data: bytes) -> object:
        expression, _, timezone = text_of(data).partition("\n")
        cron.check(expression, timezone)
        return cron.describe(expression), cron.next_after(expression, timezone, moment)

    return call


def _cursors() -> Callable[[bytes], object]:
    from models.event import Cursor

    def call(data: bytes) -> object:
        cursor = Cursor.parse(text_of(data))
        assert cursor is None or Cursor.parse(str(cursor)) == cursor
        return cursor

    return call


def _examples(*endings: str) -> Callable[[], Iterable[bytes]]:
    return lambda: [path.read_bytes() for path in sorted((ROOT / "examples").rglob("*")) if path.suffix in endings]


def _samples() -> Iterable[bytes]:
    from videogen.script.sample_yaml import written_samples

    return [f"title: A\nscenes:\n{sample['yaml']}".encode() for sample in written_samples()]


def _documents() -> Iterable[bytes]:
    from videogen.script.sample_yaml import written_samples

    return [*_examples(".md")(), *(sample["markdown"].encode() for sample in written_samples())]


def _dialects() -> Iterable[bytes]:
    """Yield a document of each dialect with everything that it adds to Markdown, and the same below front matter."""
    for path in sorted((ROOT / "tests" / "fuzz" / "dialects").glob("*.md")):
        yield path.read_bytes()
        for head in ("marp: true\n", "theme: seriph\nlayout: cover\nclass: big\n", "format: revealjs\nsubstitutions: {who: all}\n"):
            yield f"---\n{head}---\n\n{path.read_text()}".encode()


def _notebooks() -> Iterable[bytes]:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["1\n", "2\n"]},
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<table><tr><td>1</td></tr></table>", "image/png": "AAAA"}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\u001b[31mE\u001b[0m"]},
    ]
    cells = [
        {
            "cell_type": "markdown",
            "metadata": {"slideshow": {"slide_type": "slide"}},
            "source": [(ROOT / "tests/fuzz/dialects/myst.md").read_text()],
            "attachments": {},
        },
        {"cell_type": "code", "metadata": {"tags": ["hide-input"]}, "execution_count": 1, "source": "%%bash\nls", "outputs": outputs},
        {"cell_type": "raw", "metadata": {"format": "text/html"}, "source": ["---\ntitle: A\n---"]},
    ]
    language = {"kernelspec": {"language": "python", "name": "p"}, "language_info": {"name": "python"}}
    yield json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": language, "cells": cells}).encode()
    yield json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}).encode()


def _json_samples() -> Iterable[bytes]:
    import yaml

    return [json.dumps(yaml.safe_load(sample), ensure_ascii=False).encode() for sample in _samples()]


def _media() -> Iterable[bytes]:
    from PIL import Image

    picture = Image.new("RGB", (8, 6), "#338855")
    for format in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"):
        stream = io.BytesIO()
        picture.save(stream, format)
        yield stream.getvalue()
    frames = io.BytesIO()
    picture.save(frames, "GIF", save_all=True, append_images=[Image.new("RGB", (8, 6), "white")], duration=80)
    yield frames.getvalue()
    yield from DRAWINGS
    yield from TABLES
    for format, codec in (("mp4", "libx264"), ("webm", "libvpx"), ("avi", "mjpeg")):
        yield _clip(format, codec)
    yield _sound()


def _clip(format: str, codec: str) -> bytes:
    import av
    import numpy as np

    stream = io.BytesIO()
    with av.open(stream, "w", format=format) as container:
        video = container.add_stream(codec, rate=10)
        video.width, video.height, video.pix_fmt = 32, 24, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for level in (0, 90, 180):
            container.mux(video.encode(av.VideoFrame.from_ndarray(np.full((24, 32, 3), level, np.uint8), "rgb24")))  # type: ignore[arg-type]
        container.mux(video.encode())
    return stream.getvalue()


def _sound() -> bytes:
    import wave

    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\x00\x10" * 400)
    return stream.getvalue()


DRAWINGS = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><g fill="red"><rect width="9"/><text x="3">Hi</text></g></svg>',
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="2in" height="50%">'
    b"<style>@import url(other.css); .a{fill:url(#g)}</style><defs><linearGradient id='g'/></defs>"
    b'<use xlink:href="#g"/><image href="a.png"/></svg>',
)
FORMULAS = (
    rb"\frac{a}{b} + \sqrt[3]{x_1^2}",
    rb"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
    rb"\sum_{i=1}^{n} \left( i \right)",
)
TABLES = (b"month,sun,rain\nMay,210,48\nJune,240,51\n", b"Tag;Wert\nMo;1,5\nDi;2,25\n")


TARGETS = {
    "markdown": Target(_script("markdown"), _documents, ("videogen.script", "markdown_it", "mdit_py_plugins"), MARKDOWN_TOKENS),
    "dialects": Target(_script("markdown"), _dialects, ("videogen.script",), DIALECT_TOKENS, 6000),
    "notebooks": Target(_script("json"), _notebooks, ("videogen.script",), JSON_TOKENS, 6000),
    "themes": Target(_theme, _themes, ("videogen.scenes.theme_file", "videogen.script.yaml_tree"), THEME_TOKENS),
    "schedules": Target(
        _cron, lambda: [b"*/5 9-17 * * MON-FRI\nUTC", b"0 0 29 2 *\nEurope/Berlin"], ("models.cron", "cronsim"), CRON_TOKENS, 120
    ),
    "formulas": Target(_formula, lambda: FORMULAS, ("videogen.script", "ziamath", "latex2mathml"), FORMULA_TOKENS, 300),
    "yaml": Target(_script("yaml"), _samples, ("videogen.script", "yaml"), YAML_TOKENS),
    "json": Target(_script("json"), _json_samples, ("videogen.script",), JSON_TOKENS),
    "formats": Target(_detected, lambda: [*_samples(), *_json_samples()], ("videogen.script",), YAML_TOKENS),
    "cursors": Target(_cursors, lambda: [b"0123456789abcdef-17"], ("models.event",), ("-", "0", "9223372036854775807"), 80),
    "media": Target(_file("", _inspect), _media, ("videogen.media",), max_bytes=16_384),
    "drawings": Target(_svg, lambda: DRAWINGS, ("videogen.media",), SVG_TOKENS),
    "tables": Target(_file(".csv", _table), lambda: TABLES, ("videogen.media",), TABLE_TOKENS),
    "presentations": Target(
        _office_file("deck.pptx", deck_of_two_slides),
        _office_parts(deck_of_two_slides, "/slides/", "/notesSlides/"),
        ("videogen.importers", "pptx"),
        SLIDE_TOKENS,
        65_536,
    ),
    "word": Target(
        _office_file("letter.docx", _letter),
        _office_parts(_letter, ".xml", ".rels"),
        ("videogen.importers", "mammoth"),
        WORD_TOKENS,
        65_536,
    ),
    "web_pages": Target(_document("page.html"), lambda: WEB_PAGES, ("videogen.importers", "markdownify", "bs4"), HTML_TOKENS),
    "pdf": Target(_document("talk.pdf"), _pdfs, ("videogen.importers", "pypdfium2"), PDF_TOKENS),
}
