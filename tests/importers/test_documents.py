"""PDF files, notebooks, Word documents and HTML pages become scripts that read back, and tell of what they leave out."""

from __future__ import annotations

import base64
import contextlib
import os
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.documents import (
    OFFICE_RELATIONS,
    cell,
    linked_picture,
    notebook,
    paragraph,
    pdf,
    png_text,
    relation,
    shown,
    word_document,
)
from videogen.errors.script import BadDocument
from videogen.errors.system import ExtraMissing
from videogen.importers import office_program, page_pictures, process_apart
from videogen.importers.document_request import DocumentRequest
from videogen.importers.documents import IMPORTERS, import_document
from videogen.importers.imported_script import ImportedScript, ImportWarning, merge_warnings
from videogen.importers.page_pictures import PageReader
from videogen.importers.page_text import page_lines, spoken, without_running_titles
from videogen.importers.process_apart import Outcome
from videogen.kinds.document_import import cpu_limit
from videogen.script import inline, read
from videogen.script.models import CodeScene, ImageScene, TableScene, TextScene, TitleScene


def imported(path: Path, pages: str = "") -> ImportedScript:
    return import_document(DocumentRequest(path, path.name, path.parent / "pictures", pages=pages))


def messages(result: ImportedScript) -> list[tuple[str | None, str]]:
    return [(warning.place, warning.message) for warning in merge_warnings(result.warnings)]


def test_pages_of_a_pdf_are_pictures_with_their_text_and_the_chapters_of_the_outline(tmp_path: Path) -> None:
    pages = [["Bees in the city", "A talk by Ada"], ["They need flow-", "ers and water", "2"], [], ["Thank you", "4"]]
    result = imported(pdf(tmp_path / "talk.pdf", pages, outline=[("Start", 0), ("End", 3)], title="City bees"))
    script = read(result.script, "markdown").script
    assert [type(scene) for scene in script.scenes] == [ImageScene] * 3
    assert [scene.say for scene in script.scenes] == ["Bees in the city. A talk by Ada.", "They need flowers and water.", "Thank you."]
    assert [scene.chapter for scene in script.scenes] == ["Start", None, "End"]
    assert [scene.fit for scene in script.scenes if isinstance(scene, ImageScene)] == ["fill"] * 3
    assert (script.title, script.options.aspect, sorted(result.assets)) == (
        "City bees",
        "16:9",
        ["page-001.png", "page-002.png", "page-004.png"],
    )
    assert messages(result) == [("Page 3", "An empty page is left out.")]
    assert list(imported(tmp_path / "talk.pdf", "2").assets) == ["page-002.png"]


def test_portrait_pages_make_a_portrait_video(tmp_path: Path) -> None:
    script = read(imported(pdf(tmp_path / "a.pdf", [["One"]], size=(595, 842))).script, "markdown").script
    assert (script.options.aspect, script.title) == ("4:5", "a")


def test_running_titles_and_page_numbers_are_not_spoken() -> None:
    pages = [page_lines(f"Annual report {number}\nSentence {word}.\n{number} / 5") for number, word in enumerate("abcde", 1)]
    assert [spoken(lines) for lines in without_running_titles(pages)] == [f"Sentence {word}." for word in "abcde"]


def test_words_that_a_line_divides_are_joined_and_keep_their_own_hyphen() -> None:
    assert page_lines("They gather nec\x02tar for a Ulm\ufffeWest hive\x027 of the COVID\x0219 year.") == [
        "They gather nectar for a Ulm-West hive-7 of the COVID-19 year."
    ]


def test_signs_of_fonts_of_symbols_are_bullets_and_never_spoken() -> None:
    lines = page_lines("Buildings \uf0fc Walls\n\uf0a7 Roofs\nof\uf020fice")
    assert spoken(lines).split("\n") == ["Buildings.", "Walls.", "Roofs office."]


def test_page_that_is_drawn_for_ever_or_crashes_is_shown_as_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pdf(tmp_path / "a.pdf", [["One"], ["Two"], ["Three", "# is *shown*"]])
    monkeypatch.setattr(page_pictures, "PAGE_CPU_S", 1)

    def draw(page: Any, scale: float, draw: Callable[[Any, float], tuple[bytes, bool]] = page_pictures._draw) -> tuple[bytes, bool]:
        if "Two" in page.get_textpage().get_text_bounded():
            os.kill(os.getpid(), signal.SIGKILL)
        while "Three" in page.get_textpage().get_text_bounded():
            pass
        return draw(page, scale)

    monkeypatch.setattr(page_pictures, "_draw", draw)
    result = imported(path)
    assert list(result.assets) == ["page-001.png"]
    assert messages(result) == [
        ("Page 2", "A page is shown as its text. It is damaged, or takes too much memory to draw."),
        ("Page 3", "A page is shown as its text. It takes longer than 1 s to draw."),
    ]
    _, two, three = read(result.script, "markdown").script.scenes
    assert (two.say, three.say) == ("Two.", "Three. # is *shown*.")
    assert isinstance(two, TextScene) and isinstance(three, TextScene)
    assert [inline.plain(text) for text in (*two.paragraphs, *three.paragraphs)] == ["Two.", "Three.", "# is *shown*."]


def test_form_that_draws_itself_takes_only_its_page_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_apart, "MEMORY_BYTES", 100 * 1024 * 1024)
    result = imported(pdf(tmp_path / "a.pdf", [["One"], ["Two"]], form="/X Do /X Do"))
    assert messages(result) == [("Page 1", "A page is left out. It is damaged, or takes too much memory to draw.")]
    assert [scene.say for scene in read(result.script, "markdown").script.scenes] == ["Two."]


def test_after_some_slow_pages_the_others_have_less_time_and_at_last_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[int] = []

    def end_as_slow(_function: object, cpu_s: int) -> Outcome:
        limits.append(cpu_s)
        return Outcome((), is_complete=False, is_slow=True, cpu_s=cpu_s)

    monkeypatch.setattr(page_pictures, "run_apart", end_as_slow)
    monkeypatch.setattr(page_pictures, "MAX_SLOW_CPU_S", 95)
    reader = PageReader(None)
    problems = [reader.read(index).problem for index in range(6)]
    assert limits == [30, 30, 30, 3, 3]
    assert problems[-2:] == ["It takes longer than 3 s to draw.", "The pages before it took too long to draw."]


def test_pdf_without_any_page_that_can_be_read_is_refused_with_the_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_apart, "MEMORY_BYTES", 100 * 1024 * 1024)
    with pytest.raises(BadDocument, match="no page that can be shown") as refusal:
        imported(pdf(tmp_path / "a.pdf", [["One"]], form="/X Do /X Do"))
    assert [(one.path, one.message[:19]) for one in refusal.value.diagnostics] == [("page 1", "A page is left out.")]


def test_bullets_are_sentences_and_long_lines_go_on() -> None:
    lines = ["What we need", "• Flowers", "• Water, which is clean and is there from spring until the late autumn", "when they sleep."]
    assert spoken(lines).split("\n") == [
        "What we need.",
        "Flowers.",
        "Water, which is clean and is there from spring until the late autumn when they sleep.",
    ]


def test_notebook_keeps_text_code_and_what_the_code_put_out(tmp_path: Path) -> None:
    table = "<table><tr><th>City</th><th>Hives</th></tr><tr><td>Ulm*</td><td>3</td></tr></table>"
    result = imported(
        notebook(
            tmp_path / "bees.ipynb",
            cell("markdown", "# Bees\n\nThey fly."),
            cell("code", "count()", [shown(image_png=png_text()), {"output_type": "stream", "text": "42\n"}]),
            cell("code", "frame", [shown(text_html=table, text_plain="...")]),
            cell("code", "secret", tags=["hide-input"]),
            cell("code", "hidden", tags=["remove-cell"]),
            cell("code", "plot()", [shown(**{"application_vnd.plotly.v1+json": "{}"})]),
            cell("code", "boom()", [{"output_type": "error", "ename": "ValueError", "evalue": "no"}]),
            kernelspec={"language": "python"},
        )
    )
    scenes = read(result.script, "markdown").script.scenes
    assert [scene.code for scene in scenes if isinstance(scene, CodeScene)] == ["count()", "frame", "plot()", "boom()"]
    assert "```console\n42\n```" in result.script
    assert "```console\nValueError: no\n```" in result.script
    assert [scene.rows for scene in scenes if isinstance(scene, TableScene)] == [(("Ulm*", "3"),)]
    assert [scene.file for scene in scenes if isinstance(scene, ImageScene)] == ["cell-002-1.png"]
    assert messages(result) == [
        ("Cell 5", "A hidden cell is left out."),
        ("Cell 6", "An output that a program draws in the browser is left out: save it as a picture, and add that."),
    ]


def test_notebook_of_quarto_keeps_its_front_matter_and_heeds_the_options_of_its_chunks(tmp_path: Path) -> None:
    front = "---\ntitle: 'Bees: a count'\nauthor: Ada\nlang: de\nformat: html\nexecute:\n  echo: false\njupyter: python3\n---"
    captioned = "#| echo: true\n#| fig-cap: >\n#|   Hives of a year,\n#|   by month\n#| fig-alt: A line that rises\nplot()"
    result = imported(
        notebook(
            tmp_path / "bees.ipynb",
            cell("raw", front),
            cell("markdown", "# How many\n\nWe counted."),
            cell("code", captioned, [shown(image_png=png_text())]),
            cell("code", "#| label: rows\ncount()", [{"output_type": "stream", "text": "42\n"}]),
            cell("code", "#| include: false\nimport bees", [{"output_type": "stream", "text": "loaded\n"}]),
            cell("code", "#| output: false\n#| echo: true\nquiet()", [{"output_type": "stream", "text": "noise\n"}]),
        )
    )
    reading = read(result.script, "markdown")
    script = reading.script
    assert (result.title, script.title, script.options.language, reading.warnings) == ("Bees: a count", "Bees: a count", "de", ())
    assert "Ada" in [getattr(scene, "subtitle", "") for scene in script.scenes]
    assert [scene.code for scene in script.scenes if isinstance(scene, CodeScene)] == ["plot()", "quiet()"]
    assert "```console\n42\n```" in result.script
    assert not {"loaded", "noise", "import bees"} & set(result.script.split("\n"))
    (picture,) = (scene for scene in script.scenes if isinstance(scene, ImageScene))
    assert (picture.alt, picture.caption) == ("A line that rises", "Hives of a year, by month")
    assert messages(result) == [("Cell 5", "A hidden cell is left out.")]


def test_tables_that_a_notebook_has_in_latex_too_are_tables_and_formulas_formulas(tmp_path: Path) -> None:
    rows = "<table><tr><th>City</th><th>Hives</th></tr><tr><td>Ulm</td><td>3</td></tr></table>"
    tabular = "\\begin{tabular}{r|c}\n & City\\\\\n\\hline\n 1 & Ulm\\\\\n\\end{tabular}"
    made = notebook(
        tmp_path / "a.ipynb",
        cell("code", "frame", [shown(text_html=rows, text_latex=tabular, text_plain="1 Ulm")]),
        cell("code", "group", [shown(text_html=f"<p>Two</p>{rows}", text_latex=f"Two\n\n{tabular}", text_plain="Two")]),
        cell("code", "text", [shown(text_latex=tabular, text_plain="1 Ulm")]),
        cell("code", "solve", [shown(text_latex="$\\displaystyle x^2$", text_plain="x**2")]),
        cell("code", "sums", [shown(text_latex="\\begin{align}a &= b\\end{align}", text_plain="a")]),
    )
    for reading in (read(imported(made).script, "markdown"), read(made.read_text(), "json")):
        kinds = [scene.kind for scene in reading.script.scenes if scene.kind in ("table", "equation")]
        assert (kinds, reading.warnings) == (["table", "table", "equation", "equation"], ())


@pytest.mark.parametrize("kind", ["raw", "markdown"])
def test_front_matter_of_a_notebook_may_stand_in_a_cell_of_text(tmp_path: Path, kind: str) -> None:
    front = cell(kind, "---\ntitle: Bees\n---\n\nThey fly." if kind == "markdown" else "---\ntitle: Bees\n---")
    result = imported(notebook(tmp_path / "a.ipynb", front, cell("markdown", "More of them.")))
    assert (result.title, messages(result)) == ("Bees", [])
    assert ("They fly." in result.script, "More of them." in result.script) == (kind == "markdown", True)


def test_pictures_beside_a_notebook_are_told_of(tmp_path: Path) -> None:
    text = "# A\n\n![](img/a.png) ![](https://example.org/b.png)\n\n<img alt='x' src='c.png'> `![](attachment:d.png)`"
    assert messages(imported(notebook(tmp_path / "a.ipynb", cell("markdown", text)))) == [
        ("Cell 1", f"The picture {name} is not in the notebook itself: add the file, or remove it from the script.")
        for name in ("img/a.png", "c.png")
    ]


def test_word_document_keeps_headings_lists_and_tables(tmp_path: Path) -> None:
    rows = "".join(
        f"<w:tr>{''.join(f'<w:tc>{paragraph(text)}</w:tc>' for text in row)}</w:tr>" for row in (("City", "Hives"), ("Ulm", "3"))
    )
    path = word_document(
        tmp_path / "bees.docx",
        paragraph("Bees *in* the city", "Heading1"),
        paragraph("They need $5 a day, {{ maybe }}."),
        paragraph("More", "Heading2"),
        f"<w:tbl>{rows}</w:tbl>",
        '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"/>',
    )
    result = imported(path)
    reading = read(result.script, "markdown")
    assert (result.title, reading.warnings) == ("Bees *in* the city", ())
    (card, *_) = reading.script.scenes
    assert isinstance(card, TitleScene)
    assert inline.plain(card.subtitle) == "They need $5 a day, {{ maybe }}."
    assert [scene.rows for scene in reading.script.scenes if isinstance(scene, TableScene)] == [(("Ulm", "3"),)]
    assert messages(result) == [(None, "Formulas are left out: write them in TeX between two lines of $$.")]


def test_code_in_a_word_document_is_code_unless_all_is_set_so(tmp_path: Path) -> None:
    def typed(text: str) -> str:
        return f'<w:p><w:r><w:rPr><w:rFonts w:ascii="Courier New"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'

    lines = (typed("if hive:"), typed("    feed(hive)"))
    prose = [paragraph(text) for text in ("Bees", "They need flowers.", "And water.")]
    script = imported(word_document(tmp_path / "code.docx", *prose, *lines)).script
    assert "```\nif hive:\n    feed(hive)\n```" in script
    assert "```" not in imported(word_document(tmp_path / "letter.docx", prose[0], *lines)).script


@pytest.mark.parametrize(
    ("mark", "note"),
    [
        ('<sup id="r"><a href="#n">[1]</a></sup>', '<ol><li id="n"><p>Of <i>ponds</i>. <a href="#r">↩</a></p></li></ol>'),
        ('<a href="#n" name="r"><sup>1</sup></a>', '<div><p><a name="n" href="#r">1</a> Of <i>ponds</i>.</p></div>'),
        ('<a role="doc-noteref" href="#n" id="r">*</a>', '<aside id="n">Of <i>ponds</i>.</aside>'),
    ],
)
def test_footnote_of_a_page_stands_at_the_foot_of_its_scene(tmp_path: Path, mark: str, note: str) -> None:
    path = tmp_path / "bees.html"
    path.write_text(f"<h1>Bees</h1><p>All.</p><h2>Water</h2><p>They drink H<sub>2</sub>O{mark}.</p><h2>Honey</h2><p>Much.</p>{note}")
    _, water, honey = read(imported(path).script, "markdown").script.scenes
    assert [inline.plain(one.text) for one in water.footnotes] == ["Of ponds."]
    assert (honey.footnotes, getattr(honey, "paragraphs", None)) == ((), ("Much.",))


@pytest.mark.parametrize("around", ["<figure>{}{}</figure>", "<p>{}</p>{}"])
def test_caption_of_a_picture_stands_with_it(tmp_path: Path, around: str) -> None:
    path = tmp_path / "bees.html"
    picture = f'<img alt="A hive" src="data:image/png;base64,{png_text()}">'
    path.write_text(
        f"<h1>Bees</h1>{around.format(picture, '<figcaption>The *old* hive, or &quot;Box&quot;</figcaption>')}<p>It stands.</p>"
    )
    scene = next(scene for scene in read(imported(path).script, "markdown").script.scenes if isinstance(scene, ImageScene))
    assert (scene.alt, inline.plain(scene.caption)) == ("A hive", 'The *old* hive, or "Box"')


def test_page_is_its_main_part_without_icons_permalinks_and_links_within(tmp_path: Path) -> None:
    path = tmp_path / "bees.html"
    drawing = '<svg viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    path.write_text(
        f"""<body><div class="sidebar">{"Chapters " * 5}</div><main><h1>Bees<a class="headerlink" href="#bees">¶</a></h1>
        <p>See <a href="#hive">the hive</a> and <a href="https://bees.example">more</a>, all about bees in the city.</p>
        <a href="https://code.example">{drawing}</a><span class="icon">{drawing}</span></main><div>Imprint</div></body>"""
    )
    result = imported(path)
    assert result.script.partition("---\n\n")[2] == (
        "# Bees\n\nSee the hive and [more](https://bees.example), all about bees in the city.\n"
    )
    assert [message for _, message in messages(result)] == [
        "Navigation, sidebars and the foot of the page are left out.",
        "Small drawings, such as icons, are left out.",
    ]


def test_web_page_runs_nothing_follows_nothing_and_keeps_its_pictures(tmp_path: Path) -> None:
    path = tmp_path / "bees.html"
    elsewhere = "".join(f'<li><a href="/{number}">Language {number}</a></li>' for number in range(20))
    path.write_text(
        f"""<!doctype html><title>City &amp; bees</title><script>alert(1)</script><nav>Home</nav><h1>Bees</h1><p>They *fly*.</p>
        <ul><li>Flowers</li><li>Water</li></ul><ul>{elsewhere}</ul><img alt="A hive" src="data:image/png;base64,{png_text()}">
        <img src="https://tracker.example/a.png"><iframe src="https://b.example"></iframe><!-- {{{{ secret }}}} -->""",
        encoding="utf-8",
    )
    result = imported(path)
    reading = read(result.script, "markdown")
    assert (result.title, list(result.assets)) == ("City & bees", ["picture-01.png"])
    (scene,) = reading.script.scenes[1:]
    assert isinstance(scene, ImageScene)
    assert (scene.alt, [point.text for point in scene.items]) == ("A hive", ["Flowers", "Water"])
    assert not {"alert", "secret", "tracker", "Home", "Language"} & set(result.script.replace("(", " ").split())
    assert [message.partition(" is")[0].partition(" are")[0] for _, message in messages(result)] == [
        "Long lists that",
        "Navigation, sidebars and the foot of the page",
        "A page within the page",
        "A picture that",
    ]


def test_web_page_without_end_tags_and_without_a_body_is_read_as_browsers_do(tmp_path: Path) -> None:
    path = tmp_path / "old.html"
    path.write_text(
        "<!doctype html><title>Old</title><main><p>One<p>Two" + "<p>More" * 300 + "<ul><li>a<li>b</ul><table><tr><td>x<td>y</table>"
    )
    result = imported(path)
    for words in ("One\n\nTwo\n\nMore", "- a\n- b", "| x | y |"):
        assert words in result.script
    assert messages(result) == []


@pytest.mark.parametrize("deep", ["<ul><li>", "<blockquote>", "<table><tr><td>"])
def test_lists_and_quotations_too_deep_in_one_another_stay_as_their_words(tmp_path: Path, deep: str) -> None:
    path = tmp_path / "deep.html"
    path.write_text(deep * 40 + "Bees fly.")
    assert "Bees fly" in str(read(imported(path).script, "markdown").script)
    path.write_text(deep * 4000 + "Bees fly.")
    with pytest.raises(BadDocument, match="deeper than 200 levels"):
        imported(path)


def test_drawing_in_a_page_keeps_its_size_and_its_gradients(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    gradient = '<linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient>'
    path.write_text(f'<p>Bees<svg viewBox="0 0 300 200"><defs>{gradient}</defs><rect width="300" height="200" fill="url(#g)"/></svg>')
    (file,) = imported(path).assets.values()
    assert b'viewBox="0 0 300 200"' in file.read_bytes()
    assert b"</linearGradient>" in file.read_bytes()


@pytest.mark.parametrize("unit", ["<![CDATA[", "<!--", "<!a", "<?a", "&#", "&amp", "<a ", "<a href='", "<script>", "<textarea>"])
def test_page_of_unfinished_tags_is_read_at_once(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "a.html"
    path.write_text("<p>Bees fly.</p>" + unit * 20_000)
    began = time.process_time()
    assert "Bees fly." in imported(path).script
    assert time.process_time() - began < 2.5


def test_linked_or_missing_picture_of_a_word_document_is_left_out_with_a_warning(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(base64.b64decode(png_text()))
    for attribute, target, mode in (
        ("link", secret.as_uri(), "External"),
        ("link", "secret.png", "External"),
        ("embed", secret.as_uri(), "External"),
        ("embed", f"../../{secret}", "Internal"),
        ("embed", "media/gone.png", "Internal"),
    ):
        path = word_document(tmp_path / "bees.docx", paragraph("Bees fly."), linked_picture(attribute))
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("word/_rels/document.xml.rels", relation(target, mode))
        result = imported(path)
        assert ("Bees fly." in result.script, result.assets) == (True, {})
        message = "A picture that is not in the file itself is left out: links are not followed. Add it as a file."
        assert messages(result) == [(None, message)], (attribute, target)


@pytest.mark.parametrize("relations", [None, "<Relationships/>", relation("media/a.png", "Internal").replace("rI", "rOther")])
def test_picture_or_link_of_a_word_document_without_its_relation_is_left_out(tmp_path: Path, relations: str | None) -> None:
    link = f'<w:p xmlns:r="{OFFICE_RELATIONS}"><w:hyperlink r:id="rGone"><w:r><w:t>They dance.</w:t></w:r></w:hyperlink></w:p>'
    path = word_document(tmp_path / "bees.docx", paragraph("Bees fly."), linked_picture("embed"), link)
    if relations:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("word/_rels/document.xml.rels", relations)
    result = imported(path)
    assert "Bees fly." in result.script and "They dance." in result.script
    assert [message for _, message in messages(result)] == [
        "A picture that is not in the file itself is left out: links are not followed. Add it as a file."
    ]


@pytest.mark.parametrize("suffix", [".pdf", ".ipynb", ".docx", ".html"])
@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\n%%EOF", b"PK\x03\x04", b"{}", b"\0" * 500, b"<" * 5000, b'{"cells": [' * 3000])
def test_damaged_document_is_refused_with_a_hint(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(content)
    try:
        result = imported(path)
    except BadDocument as error:
        assert error.hint
    else:
        assert suffix == ".html", "text with angle brackets is a page"
        assert result.script


def test_characters_that_no_text_has_are_taken_out_of_every_document(tmp_path: Path) -> None:
    texts = cell("markdown", "Bees \ud800fly\0 far.\n\n![](img/\udfff.png)"), cell("raw", "---\ntitle: x\n---")
    for made in (notebook(tmp_path / "a.ipynb", *texts), notebook(tmp_path / "a.ipynb", *texts, title="A\ud800")):
        result = imported(made)
        assert "Bees fly far." in result.script
        assert "".join([result.script, result.title, *(warning.message for warning in result.warnings)]).encode()
        assert read(result.script, "markdown").script.scenes


def test_script_too_long_for_a_video_is_told_of(tmp_path: Path) -> None:
    result = imported(notebook(tmp_path / "a.ipynb", cell("markdown", "Bees fly. " * 110_000)))
    assert [warning.code for warning in result.warnings] == ["too_long"]


def test_document_without_text_is_refused(tmp_path: Path) -> None:
    for path in (notebook(tmp_path / "a.ipynb"), word_document(tmp_path / "a.docx"), pdf(tmp_path / "a.pdf", [[]])):
        with pytest.raises(BadDocument):
            imported(path)


def test_document_that_takes_too_long_is_refused_also_where_errors_are_caught() -> None:
    began = time.process_time()
    with pytest.raises(BadDocument, match=r"takes longer than 0\.1 s"), cpu_limit(0.1):
        while True:
            with contextlib.suppress(Exception):
                sum(range(1000))
    assert time.process_time() - began < 2.0
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0.0


def test_every_kind_of_document_is_offered_by_the_page_and_described() -> None:
    root = Path(__file__).parents[2]
    page = (root / "static/js/added-files.js").read_text()
    described = (root / "docs/importing.md").read_text()
    for suffix in IMPORTERS:
        assert suffix[1:].removesuffix("l") in page, suffix
        assert f"`{suffix}`" in described, suffix


def test_places_of_the_same_warning_are_told_together() -> None:
    warnings = [ImportWarning("left_out", "No.", number, "page") for number in (2, 1, 3, 3)] + [ImportWarning("left_out", "None.")]
    assert [(merged.place, merged.message) for merged in merge_warnings(warnings)] == [("Pages 1, 2 and 3", "No."), (None, "None.")]


def test_presentation_of_libreoffice_without_libreoffice_is_an_error_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_program, "find_program", lambda: None)
    path = word_document(tmp_path / "talk.odp")
    with pytest.raises(ExtraMissing, match="LibreOffice"):
        imported(path)
