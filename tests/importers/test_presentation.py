"""A presentation becomes a script: its slides are scenes, and what is lost is told."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.oxml import parse_xml
from pptx.util import Inches, Pt

from tests.support.presentations import BLANK, BULLETS, ONLY_TITLE, changed, png, points, slide, talk
from videogen.errors.script import BadDocument
from videogen.importers import office_file
from videogen.importers.document_request import DocumentRequest
from videogen.importers.imported_script import ImportedScript
from videogen.importers.office_fonts import letters_without_font
from videogen.importers.presentation import import_presentation
from videogen.script import read
from videogen.script.models import ChartScene, CodeScene, ImageScene, ListScene, TableScene, TitleScene


def imported(path: Path) -> ImportedScript:
    pictures = path.parent / "pictures"
    pictures.mkdir(exist_ok=True)
    return import_presentation(DocumentRequest(path, path.name, pictures))


def saved(deck: Any, path: Path) -> ImportedScript:
    deck.save(str(path))
    return imported(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "talk.pptx"


def test_each_slide_is_a_scene_and_its_notes_are_spoken(path: Path) -> None:
    result = imported(talk(path))
    reading = read(result.script, "markdown")
    title, needs, hives, chart, picture = reading.script.scenes
    assert reading.warnings == ()
    assert isinstance(title, TitleScene)
    assert (title.title, title.subtitle, title.say) == ("Bees in the city", "A talk by Ada", "Good morning. Let us talk about bees.")
    assert isinstance(needs, ListScene)
    assert [(item.level, item.text) for item in needs.items] == [(0, "Flowers"), (1, "From spring to autumn"), (0, "Water")]
    assert needs.say is None
    assert isinstance(hives, TableScene)
    assert (hives.heading, hives.rows, hives.say) == ("Hives", (("2025", "40|50"),), "More hives each year.")
    assert isinstance(chart, ChartScene)
    assert (chart.x, chart.series[0].values, chart.say) == (("North", "South"), (12, 30.5), "The roofs are full.")
    assert isinstance(picture, ImageScene)
    assert (picture.alt, result.assets[picture.file].read_bytes()) == ("A hive on a roof", png().getvalue())
    assert (result.title, reading.script.title, reading.script.options.aspect) == ("City bees", "City bees", "4:3")


def test_hidden_slide_is_left_out_with_its_number(path: Path) -> None:
    result = imported(talk(path))
    assert [(warning.code, warning.number) for warning in result.warnings] == [("hidden_slide", 3)]
    assert "Not for today" not in result.script


@pytest.mark.parametrize(("width", "height", "aspect"), [(13.33, 7.5, "16:9"), (10, 7.5, "4:3"), (7.5, 13.33, "9:16"), (10, 10, "1:1")])
def test_size_is_the_nearest_there_is(path: Path, width: float, height: float, aspect: str) -> None:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(width), Inches(height)
    slide(deck, ONLY_TITLE, "Here")
    assert read(saved(deck, path).script, "markdown").script.options.aspect == aspect


def test_language_is_the_one_that_the_text_is_marked_with(path: Path) -> None:
    deck = Presentation()
    points(made := slide(deck, BULLETS, "Bienen"), (0, "Sie brauchen Wasser"))
    for run in made._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}r"):
        run.get_or_add_rPr().set("lang", "de-DE")
    assert read(saved(deck, path).script, "markdown").script.options.language == "de"


def test_cropped_picture_is_cut_and_one_shown_twice_is_written_once(path: Path) -> None:
    deck = Presentation()
    picture = slide(deck, BLANK).shapes.add_picture(png(size=(100, 50)), 0, 0, Inches(5), Inches(4))
    picture.crop_left = 0.25
    for _ in range(2):
        slide(deck, BLANK).shapes.add_picture(png("navy"), 0, 0, Inches(5), Inches(4))
    result = saved(deck, path)
    assert sorted(result.assets) == ["slide-01-1.png", "slide-02-1.png"]
    with Image.open(result.assets["slide-01-1.png"]) as cropped:
        assert cropped.size == (75, 50)
    assert result.script.count("slide-02-1.png") == 2


@pytest.mark.parametrize("kind", [kind for kind in XL_CHART_TYPE if "THREE_D" not in kind.name and "STOCK" not in kind.name])
def test_chart_of_any_kind_keeps_its_numbers(path: Path, kind: XL_CHART_TYPE) -> None:
    deck = Presentation()
    if "XY" in kind.name:
        data: CategoryChartData | XyChartData = XyChartData()
        series = data.add_series("Cups")
        for x, y in ((1, 2), (2, 4.5)):
            series.add_data_point(x, y)
    else:
        data = CategoryChartData()
        data.categories = ["A: b", "C"]
        data.add_series("Cups", (2, 4.5))
    try:
        slide(deck, BLANK).shapes.add_chart(kind, 0, 0, Inches(5), Inches(4), data)
    except (NotImplementedError, AttributeError):
        pytest.skip("python-pptx does not write this kind")
    (scene,) = read(saved(deck, path).script, "markdown").script.scenes
    assert isinstance(scene, ChartScene)
    assert (scene.series[0].name, scene.series[0].values) == ("Cups", (2, 4.5))


@pytest.mark.parametrize(
    ("flat", "solid", "type_"), [("bar", "bar3D", "bar"), ("pie", "pie3D", "pie"), ("line", "line3D", "line"), ("pie", "ofPie", "pie")]
)
def test_chart_in_three_dimensions_is_drawn_flat_with_its_numbers(path: Path, flat: str, solid: str, type_: str) -> None:
    deck = Presentation()
    data = CategoryChartData()
    data.categories = ["North", "South"]
    data.add_series("Hives", (2, None))
    data.add_series("Bees", (3, 4.5))
    kind = {"bar": XL_CHART_TYPE.COLUMN_STACKED, "pie": XL_CHART_TYPE.PIE, "line": XL_CHART_TYPE.LINE}[flat]
    slide(deck, BLANK).shapes.add_chart(kind, 0, 0, Inches(5), Inches(4), data)
    deck.save(str(path))
    old, new = f"c:{flat}Chart>".encode(), f"c:{solid}Chart>".encode()
    changed(path, lambda name, content: content.replace(old, new) if name.startswith("ppt/charts/chart") else content)
    result = imported(path)
    (scene,) = read(result.script, "markdown").script.scenes
    assert isinstance(scene, ChartScene)
    assert (scene.x, scene.series[0].values) == (("North", "South"), (2, None))
    assert (scene.type, scene.stacked) == (type_, flat == "bar")


def test_chart_keeps_the_titles_of_its_axes_and_its_dates(path: Path) -> None:
    deck = Presentation()
    data = CategoryChartData()
    data.categories = [date(2026, 3, 1), date(2026, 4, 1)]
    data.add_series("Hives", (2, 4.5))
    made = slide(deck, BLANK).shapes.add_chart(XL_CHART_TYPE.LINE, 0, 0, Inches(5), Inches(4), data).chart
    made.category_axis.axis_title.text_frame.text = "Months"
    made.value_axis.axis_title.text_frame.text = "Hives (in 1,000)"
    (scene,) = read(saved(deck, path).script, "markdown").script.scenes
    assert isinstance(scene, ChartScene)
    assert (scene.x, scene.x_label, scene.y_label) == (("2026-03-01", "2026-04-01"), "Months", "Hives (in 1,000)")


def test_bullets_that_somebody_typed_are_points(path: Path) -> None:
    deck = Presentation()
    frame = slide(deck, ONLY_TITLE, "What they need").shapes.add_textbox(0, 0, Inches(6), Inches(3)).text_frame
    frame.text = "Bees need"
    for text in ("• Flowers", "•Water", "\u25aa  Peace"):
        frame.add_paragraph().text = text
    (scene,) = read(saved(deck, path).script, "markdown").script.scenes
    assert isinstance(scene, ListScene)
    assert [item.text for item in scene.items] == ["Flowers", "Water", "Peace"]


MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def with_alternatives(path: Path, pattern: bytes, choice: bytes) -> None:
    """Put what a pattern matches in a slide into the fallback of alternatives, beside a choice that only newer programs know."""

    def change(name: str, content: bytes) -> bytes:
        if not name.startswith("ppt/slides/slide"):
            return content
        inner = rb'<mc:AlternateContent xmlns:mc="%s"><mc:Choice Requires="a14">%s</mc:Choice><mc:Fallback>\g<0></mc:Fallback>'
        return re.sub(pattern, inner % (MC.encode(), choice) + b"</mc:AlternateContent>", content, count=1, flags=re.DOTALL)

    changed(path, change)


@pytest.mark.parametrize("pattern", [rb"<p:pic>.*</p:pic>", rb"<p:blipFill>.*</p:blipFill>"])
def test_of_an_object_that_only_newer_programs_know_the_picture_is_shown(path: Path, pattern: bytes) -> None:
    deck = Presentation()
    slide(deck, ONLY_TITLE, "Hive").shapes.add_picture(png(), 0, 0, Inches(5), Inches(4)).crop_left = 0.5
    deck.save(str(path))
    with_alternatives(path, pattern, b"")
    result = imported(path)
    assert result.warnings == ()
    (picture_path,) = result.assets.values()
    with Image.open(picture_path) as picture:
        assert picture.size == (32, 36)


def test_text_with_a_formula_is_shown_as_its_picture_whose_description_has_the_words(path: Path) -> None:
    deck = Presentation()
    slide(deck, ONLY_TITLE, "Honey").shapes.add_picture(png(), 0, 0, Inches(5), Inches(4))
    deck.save(str(path))
    a, m = b"http://schemas.openxmlformats.org/drawingml/2006/main", b"http://schemas.openxmlformats.org/officeDocument/2006/math"
    words = b'<p:sp xmlns:a="%s" xmlns:m="%s"><a:t>The yield</a:t><m:oMath/><a:t>of a year</a:t></p:sp>' % (a, m)
    with_alternatives(path, rb"<p:pic>.*</p:pic>", words)
    result = imported(path)
    (scene,) = read(result.script, "markdown").script.scenes
    assert isinstance(scene, ImageScene)
    assert scene.alt == "The yield of a year"
    assert [warning.message for warning in result.warnings] == ["A text with a formula is shown as its picture."]


def test_shape_that_is_filled_with_a_picture_shows_it_unless_it_has_words(path: Path) -> None:
    deck = Presentation()
    made = slide(deck, ONLY_TITLE, "A hive")
    for text in ("", "Over there"):
        shape = made.shapes.add_shape(MSO_SHAPE.OVAL, Inches(1), Inches(2), Inches(4), Inches(4))
        shape.text_frame.text = text
        _, relation = made.part.get_or_add_image_part(png())
        a, r = (
            "http://schemas.openxmlformats.org/drawingml/2006/main",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        )
        fill = parse_xml(f'<a:blipFill xmlns:a="{a}" xmlns:r="{r}"><a:blip r:embed="{relation}"/><a:stretch/></a:blipFill>')
        shape._element.spPr.insert(2, fill)
    result = saved(deck, path)
    assert (len(result.assets), "Over there" in result.script, result.warnings) == (1, True, ())


def test_object_of_another_program_is_shown_as_the_picture_that_it_brings(path: Path) -> None:
    deck = Presentation()
    made = slide(deck, ONLY_TITLE, "Sheet")
    made.shapes.add_ole_object(io.BytesIO(b"cells"), "Excel.Sheet.12", 0, 0, Inches(4), Inches(3), icon_file=png())
    result = saved(deck, path)
    assert len(result.assets) == 1
    assert [warning.message for warning in result.warnings] == ["An object of another program is shown as its picture."]


@pytest.mark.parametrize(("texts", "order"), [(("One", "Two"), [0, 1]), (("אחת", "שתיים"), [1, 0])])
def test_shapes_beside_each_other_are_read_in_the_direction_of_their_script(path: Path, texts: tuple[str, str], order: list[int]) -> None:
    deck = Presentation()
    made = slide(deck, BLANK)
    for column, text in enumerate(texts):
        made.shapes.add_textbox(Inches(1 + 4 * column), Inches(2), Inches(3), Inches(1)).text_frame.text = text
    script = saved(deck, path).script
    assert sorted(range(2), key=lambda column: script.index(texts[column])) == order


@pytest.mark.parametrize(("size", "top", "title"), [(40, 0.4, "Bees"), (12, 0.4, None), (40, 4, None)])
def test_largest_text_at_the_top_is_the_title_of_a_slide_without_one(path: Path, size: int, top: float, title: str | None) -> None:
    deck = Presentation()
    made = slide(deck, BLANK)
    for at, text, height in ((top, "Bees", size), (5.0, "They need flowers in spring.", 20)):
        frame = made.shapes.add_textbox(Inches(1), Inches(at), Inches(8), Inches(1)).text_frame
        frame.text = text
        frame.paragraphs[0].runs[0].font.size = Pt(height)
    (scene,) = read(saved(deck, path).script, "markdown").script.scenes
    assert (getattr(scene, "heading", None) or getattr(scene, "title", None) or None) == title


def test_many_small_text_boxes_are_the_labels_of_a_drawing_each_told_once(path: Path) -> None:
    deck = Presentation()
    made = slide(deck, ONLY_TITLE, "The year")
    for column, text in enumerate(("Hive", "Swarm", "Honey") * 3):
        made.shapes.add_textbox(Inches(column), Inches(4), Inches(1), Inches(1)).text_frame.text = text
    result = saved(deck, path)
    (scene,) = read(result.script, "markdown").script.scenes
    assert isinstance(scene, ListScene)
    assert [item.text for item in scene.items] == ["Hive", "Swarm", "Honey"]
    assert [warning.message for warning in result.warnings] == ["A drawing of shapes is shown as its words."]


def test_drawing_of_shapes_without_words_is_told_of(path: Path) -> None:
    deck = Presentation()
    for count in (2, 3):
        made = slide(deck, ONLY_TITLE, f"{count} shapes")
        for left in range(count - 1):
            made.shapes.add_shape(MSO_SHAPE.RIGHT_ARROW, Inches(left), Inches(2), Inches(1), Inches(1))
        made.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, 0, 0, Inches(1), Inches(1))
    told = [(warning.number, warning.message) for warning in saved(deck, path).warnings]
    assert told == [(2, "Shapes without words, such as arrows and boxes, are left out.")]


def test_video_is_left_out_with_a_warning(path: Path) -> None:
    deck = Presentation()
    slide(deck, ONLY_TITLE, "Watch").shapes.add_movie(io.BytesIO(b"moving"), 0, 0, Inches(4), Inches(3), png())
    result = saved(deck, path)
    assert [(warning.number, warning.message.partition(":")[0]) for warning in result.warnings] == [(1, "A video or a sound is left out")]
    assert result.assets == {}


def test_linked_picture_is_not_fetched(path: Path) -> None:
    deck = Presentation()
    slide(deck, ONLY_TITLE, "Far away").shapes.add_picture(png(), 0, 0, Inches(5), Inches(4))
    deck.save(str(path))
    changed(path, lambda name, content: content.replace(b"r:embed=", b"r:link=") if name.startswith("ppt/slides/slide") else content)
    result = imported(path)
    assert "links are not followed" in result.warnings[0].message
    assert result.assets == {}


def test_macros_are_left_out(path: Path) -> None:
    changed(talk(path), lambda _, content: content, **{"ppt/vbaProject.bin": b"Sub Auto_Open"})
    assert "macros" in imported(path).warnings[0].message


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"text", b"\0" * 5000])
def test_file_that_is_no_presentation_is_refused_in_plain_words(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(BadDocument, match=r"^The file is "):
        imported(path)


def test_other_archive_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no slides")
    with pytest.raises(BadDocument, match="not a presentation"):
        imported(path)


@pytest.mark.slow
def test_damage_anywhere_is_a_refusal_or_a_warning_but_no_other_error(path: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(talk(path)) as archive:
        names = archive.namelist()
    for index, damaged in enumerate(names):
        for cut in (lambda content: content[: len(content) // 2], lambda _: None, lambda _: b"<a/>"):
            copy = tmp_path / f"{index}.pptx"
            copy.write_bytes(path.read_bytes())
            changed(copy, lambda name, content, damaged=damaged, cut=cut: cut(content) if name == damaged else content)  # type: ignore[misc]
            try:
                read(imported(copy).script, "markdown")
            except BadDocument as error:
                assert error.detail.startswith(("The file is", "The presentation has"))


def test_file_that_unpacks_to_more_than_the_limit_is_refused_before_it_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed(talk(path), lambda _, content: content, **{"ppt/media/zeros.bin": b"\0" * 3_000_000})
    monkeypatch.setattr(office_file, "MAX_UNPACKED_BYTES", 2_000_000)
    with pytest.raises(BadDocument, match="unpacked"):
        imported(path)


def test_entities_of_xml_are_not_expanded(path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'

    def change(name: str, content: bytes) -> bytes:
        if name != "ppt/slides/slide1.xml":
            return content
        head, _, rest = content.partition(b"?>")
        return head + b"?>" + bomb + rest.replace(b"Bees in the city", b"Bees &b; &c; end")

    try:
        script = imported(changed(talk(path), change)).script
    except BadDocument:
        return
    assert "aaaa" not in script
    assert Path("/etc/hostname").read_text().strip() not in script


def test_slides_beyond_all_measure_are_cut_with_a_warning_and_read_at_once(path: Path) -> None:
    paragraph, cell = b"<a:p><a:r><a:t>More</a:t></a:r></a:p>", b"<a:tc><a:txBody><a:bodyPr/><a:p/></a:txBody></a:tc>"

    def change(name: str, content: bytes) -> bytes:
        if name == "ppt/slides/slide2.xml":
            before, end, after = content.rpartition(b"</p:txBody>")
            return before + paragraph * 3000 + end + after
        return content.replace(b"</a:tr>", cell * 3000 + b"</a:tr>", 1) if name == "ppt/slides/slide4.xml" else content

    result = imported(changed(talk(path), change))
    assert [warning.message.partition(";")[0] for warning in result.warnings if "those after" in warning.message] == [
        "A text has 3,003 paragraphs",
        "A table has 3,002 columns",
    ]
    assert len(read(result.script, "markdown").script.scenes) >= 5


def test_presentation_that_lists_its_slides_thousands_of_times_is_refused(path: Path) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != "ppt/presentation.xml":
            return content
        return re.sub(rb"(<p:sldId [^>]*/>)", lambda entry: entry[1] * 1500, content)

    with pytest.raises(BadDocument, match="slides; the limit is 5,000"):
        imported(changed(talk(path), change))


def test_what_stands_in_the_margin_of_most_slides_is_left_out_with_one_warning(path: Path) -> None:
    deck = Presentation()
    for number in range(1, 5):
        made = slide(deck, BLANK)
        for top, height, text, size in (
            (0.1, 0.4, "Beekeepers of the north", 12),
            (0.6, 0.6, "Honey", 32),
            (3, 1, "Rest" if number % 2 else "Work", 20),
            (6.9, 0.4, f"Spring {2024} | page {number + 7}", 12),
        ):
            frame = made.shapes.add_textbox(Inches(1), Inches(top), Inches(8), Inches(height)).text_frame
            frame.text = text
            frame.paragraphs[0].runs[0].font.size = Pt(size)
    result = saved(deck, path)
    assert [(scene.heading, scene.paragraphs) for scene in read(result.script, "markdown").script.scenes[1:]] == [  # type: ignore[union-attr]
        ("Honey", ("Work",)),
        ("Honey", ("Rest",)),
        ("Honey", ("Work",)),
    ]
    (warning,) = result.warnings
    assert "“Beekeepers of the north”, “Spring 2024 | page 8”" in warning.message


def test_text_that_stands_on_most_slides_but_in_no_margin_stays(path: Path) -> None:
    deck = Presentation()
    for number in range(1, 4):
        made = slide(deck, ONLY_TITLE, f"Week {number}")
        made.shapes.add_textbox(Inches(1), Inches(3), Inches(8), Inches(1)).text_frame.text = "Feed the bees in the evening."
    result = saved(deck, path)
    assert (result.script.count("Feed the bees"), result.warnings) == (3, ())


@pytest.mark.parametrize("text", ["Source: Keepers' yearbook, 2025", "Quelle: Jahrbuch", "Note: counted in May", "* Without wild bees"])
def test_source_at_the_foot_of_a_slide_is_a_footnote_of_its_scene(path: Path, text: str) -> None:
    deck = Presentation()
    slide(deck, ONLY_TITLE, "Bees")
    points(made := slide(deck, BULLETS, "Hives"), (0, "More in the town"), (0, "Fewer in the fields"))
    made.shapes.add_textbox(Inches(1), Inches(6.5), Inches(8), Inches(0.5)).text_frame.text = text
    result = saved(deck, path)
    _, scene = read(result.script, "markdown").script.scenes
    assert isinstance(scene, ListScene)
    assert [note.text.replace("\\", "") for note in scene.footnotes] == [text]
    assert result.warnings == ()


def test_text_in_letters_of_one_width_is_code_with_its_lines_as_they_are(path: Path) -> None:
    deck = Presentation()
    made = slide(deck, ONLY_TITLE, "In code")
    frame = made.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(3)).text_frame
    frame.text = "def feed(jar):\n    if not jar:\n\n        return {\n        }"
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.name = "Courier New"
    made.shapes.add_textbox(Inches(1), Inches(5), Inches(6), Inches(1)).text_frame.text = "Not at night\nNor by day"
    code, text = read(saved(deck, path).script, "markdown").script.scenes
    assert isinstance(code, CodeScene)
    assert code.code == "def feed(jar):\n    if not jar:\n\n        return {\n        }"
    assert getattr(text, "paragraphs", None) == ("Not at night", "Nor by day")


def test_letters_that_no_font_has_are_found_by_their_writing_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "fc-list"
    program.write_text('#!/bin/sh\nif [ "$1" = :charset=5d0 ]; then echo "A font"; fi\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert letters_without_font("אabc, 12い蜜β") == {"Greek": "β", "Hiragana": "い", "Chinese": "蜜"}
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert letters_without_font("い") == {}
