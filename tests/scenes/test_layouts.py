"""Where pictures stand beside words, and how points and columns stand on cards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.docs.gallery import sample_scene
from tests.support.paths import ROOT
from videogen.scenes import KINDS, RenderSettings, SceneTiming, missing_characters, paginate, themes
from videogen.scenes.bullets import lay_out_bullets
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.compositor import Compositor
from videogen.scenes.framing import framing
from videogen.scenes.kinds import big_number, code, columns, text, timeline
from videogen.scenes.layout import AnimatedLayer, Layer, Layout, build_head
from videogen.scenes.media_frame import words_fit, words_layout, words_scene
from videogen.scenes.monospace.cell_grid import CellGrid
from videogen.scenes.monospace.listing import SIZES
from videogen.script.models import (
    BigNumberScene,
    CodeScene,
    Column,
    ColumnsScene,
    ImageScene,
    ListItem,
    ListScene,
    Picture,
    PicturesScene,
    QuoteScene,
    TableScene,
    TextScene,
    TimelineScene,
    TitleScene,
)

PHOTO = str(ROOT / "examples" / "tea.jpg")
WIDE, TALL = RenderSettings(960, 540), RenderSettings(540, 960)


def picture(**fields: Any) -> ImageScene:
    return ImageScene(kind="image", file=PHOTO, **{"heading": "A cup", "paragraphs": ("Three minutes, no longer.",), **fields})


@pytest.mark.parametrize(
    ("layout", "box"),
    [
        (None, (480, 0, 960, 540)),
        ("picture-left", (0, 0, 480, 540)),
        ("third-right", (614, 0, 960, 540)),
    ],
)
def test_photo_fills_its_side_of_the_screen(layout: str | None, box: tuple[int, int, int, int]) -> None:
    frame = framing(picture(layout=layout), Layout(WIDE), (1200, 1000), SceneTiming(3.0), 0.33)
    assert frame.box == box and frame.fills


@pytest.mark.parametrize("layout", [None, "picture-left", "third-right"])
def test_picture_stands_above_the_words_where_it_is_not_wide(layout: str | None) -> None:
    left, top, right, bottom = framing(picture(layout=layout), Layout(TALL), (1600, 1000), SceneTiming(3.0), 0.5).box
    assert (left, top, right) == (0, 0, 540) and 400 < bottom < 440


def test_drawing_of_which_much_would_be_cut_off_stands_whole_beside_the_words() -> None:
    frame = framing(picture(), Layout(WIDE), (1600, 800), SceneTiming(3.0), 0.8)
    left, _, right, bottom = frame.box
    assert not frame.fills and left >= 480 and right <= 900 and bottom <= 498


def test_words_without_room_beside_a_picture_follow_it() -> None:
    scene = picture(paragraphs=("Word after word stands here. " * 40,))
    assert not words_fit(scene, Layout(WIDE))
    first, *others = paginate(scene, WIDE)
    assert first.kind == "image" and first.paragraphs == () and {part.kind for part in others} == {"text"}


def test_caption_too_long_to_stand_with_a_picture_beside_words_is_not_lost() -> None:
    caption = "Word after word stands here. " * 9
    parts = paginate(picture(caption=caption, layout="third-left"), WIDE)
    assert len(parts) > 1 and "".join(str(getattr(part, "caption", "")) + "".join(part.paragraphs) for part in parts).count("Word") == 9


def test_names_of_files_are_no_words_that_fonts_have_to_have() -> None:
    pictures = PicturesScene(kind="pictures", pictures=(Picture(file="\U00012000.png"), Picture(file="\U00012001.png")))
    quote = QuoteScene(kind="quote", text="Words", portrait="\U00012000.png")
    assert missing_characters(pictures, WIDE) == missing_characters(quote, WIDE) == set()


def test_three_pictures_stand_two_in_a_row_where_that_shows_most_of_them(tmp_path: Path) -> None:
    file = tmp_path / "wide.png"
    Image.new("RGB", (160, 120), "navy").save(file)
    scene = PicturesScene(kind="pictures", heading="All three", pictures=tuple(Picture(file=str(file)) for _ in range(3)))
    layers = KINDS["pictures"].layers(scene, Layout(RenderSettings(540, 960, captions="karaoke")), SceneTiming(3.0))
    boxes = [layer.under for layer in layers if isinstance(layer, Layer) and layer.under is not None]
    assert [box[0] < 270 < box[2] for box in boxes] == [False, False, True], "the third in the middle below the others"


def test_points_that_begin_with_emoji_stand_on_cards_side_by_side() -> None:
    scene = ListScene(kind="list", heading="Why", items=tuple(ListItem(text=f"{icon} **Word**: more") for icon in "🚀🔒🎨"))
    plain = scene.model_copy(update={"layout": "plain"})
    drawn, without = (len(KINDS["list"].layers(one, Layout(WIDE), SceneTiming(3.0))) for one in (scene, plain))
    assert drawn == without == 4
    cards = columns._fit(
        ColumnsScene(kind="columns", columns=tuple(Column(heading=f"{icon} Word", paragraphs=("more",)) for icon in "🚀🔒🎨🌍🎉")),
        Layout(WIDE),
        build_head(Layout(WIDE), scene),
    )
    assert cards is not None and len({card.top for card in cards.cards}) == 2


def test_each_variant_of_a_sample_is_laid_out_in_every_shape() -> None:
    for size in ((480, 270), (270, 480), (270, 270), (270, 338)):
        for kind in ("pictures", "checkpoint", "columns"):
            for part in paginate(sample_scene(kind), RenderSettings(*size)):
                assert KINDS[part.kind].layers(part, Layout(RenderSettings(*size)), SceneTiming(3.0))


def test_compared_code_grows_in_tall_pictures_where_a_line_may_be_wrapped_between_words() -> None:
    from videogen.scenes.kinds.code_comparison import _fit, _lay_out
    from videogen.scenes.layout import Layout, build_head
    from videogen.script.models import CodeComparisonScene

    layout = Layout(RenderSettings(1080, 1920))
    sizes = []
    for before in ("while kettle.temperature < 95:\n    wait()", "w" * 30 + "\nwait()"):
        scene = CodeComparisonScene(kind="code_comparison", before=before, after="wait()")
        head = build_head(layout, scene)
        pair = _fit(scene, layout, head)
        assert pair is not None and not pair.breaks_words
        sizes.append(pair.grid.size)
    assert sizes[0] > 1.1 * sizes[1]
    assert not _lay_out(scene, layout, head, (24, 1.5), True).wrapped


def test_columns_of_a_table_in_arabic_run_from_right_to_left_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (("النهر", "70"), ("الآبار", "20"))
    scene = TableScene(kind="table", header=("المصدر", "الحصة"), rows=rows, align=("left", "right"))
    drawn: dict[str, tuple[float, float]] = {}
    monkeypatch.setattr(Canvas, "text", lambda canvas, at, run, colour: drawn.setdefault(run.text, at))
    layout = Layout(WIDE)
    Compositor(layout, KINDS["table"].layers(scene, layout, SceneTiming(5.0))).ink()
    first, number = drawn["النهر"], drawn["70"]
    assert first[0] > number[0] and round(first[1]) == round(number[1])


def test_points_without_letters_begin_where_those_of_a_list_in_hebrew_do() -> None:
    layout = Layout(WIDE)
    for first, is_right_to_left in (("דבש", True), ("Honey", False)):
        items = tuple(ListItem(text=text) for text in (first, "10"))
        assert [point.block.right_to_left for point in lay_out_bullets(layout, items, 40, 800)] == [is_right_to_left] * 2


@pytest.mark.parametrize("count", [5, 6, 8])
def test_many_short_points_stand_in_two_columns_across_a_wide_picture(count: int) -> None:
    scene = points(*["A word", "Two more"] * (count // 2), *["Last"] * (count % 2))
    shown = KINDS["list"].layers(scene, Layout(WIDE), SceneTiming(5.0))[1:]
    boxes = [Compositor(Layout(WIDE), (layer,)).ink() for layer in shown]
    lefts = [box[0] for box in boxes if box is not None]
    assert len(lefts) == count and lefts[1] > WIDE.width / 2 > lefts[0] and lefts[2] == lefts[0]
    rights = [box[2] for box in boxes if box is not None]
    assert rights[-1] == rights[1]  # also of one that is alone in its row


def test_long_points_and_those_of_more_than_one_level_stand_in_one_column() -> None:
    long = points(*["A point of so many words that it takes most of the width of the picture"] * 5)
    nested = ListScene(kind="list", items=tuple(ListItem(text="Word", level=n % 2) for n in range(6)))
    for scene in (long, nested):
        boxes = [Compositor(Layout(WIDE), (layer,)).ink() for layer in KINDS["list"].layers(scene, Layout(WIDE), SceneTiming(5.0))]
        assert all(box is None or box[0] < WIDE.width / 4 for box in boxes)


def inked(scene: Any, settings: RenderSettings) -> list[tuple[float, float, float, float] | None]:
    """The boxes of what each layer draws, without those that move."""
    layers = KINDS[scene.kind].layers(scene, Layout(settings), SceneTiming(5.0))
    return [Compositor(Layout(settings), (layer,)).ink() for layer in layers]


def test_words_stand_beside_a_short_number_and_below_a_long_one() -> None:
    for number, is_beside in (("3×", True), ("5 billion", False)):
        scene = BigNumberScene(kind="big_number", heading="Speed", number=number, text="faster")
        fitted = big_number._fit(scene, Layout(WIDE))
        assert fitted is not None and fitted.words is not None and fitted.beside == is_beside
        first, second = fitted.areas()
        assert second.left > first.left + fitted.number.width if is_beside else second.top >= first.bottom


def test_number_with_a_word_takes_two_lines_in_a_tall_picture_and_counts_up_in_them() -> None:
    scene = BigNumberScene(kind="big_number", heading="Every day", number="5 billion", text="cups")
    fitted = big_number._fit(scene, Layout(TALL))
    assert fitted is not None and len(fitted.number.lines) == 2
    assert any(isinstance(layer, AnimatedLayer) for layer in big_number.layers(scene, Layout(TALL), SceneTiming(4.0)))


def test_number_with_a_word_stays_in_one_line_where_two_would_not_make_it_much_larger() -> None:
    scene = BigNumberScene(kind="big_number", heading="Every day", number="5 billion", text="cups")
    for theme in ("slate", "harbour", "midnight"):
        fitted = big_number._fit(scene, Layout(RenderSettings(540, 674, theme=theme)))
        assert fitted is not None and len(fitted.number.lines) == 1


def test_times_beside_a_line_of_events_are_not_broken_in_two() -> None:
    scene = sample_scene("timeline")
    assert isinstance(scene, TimelineScene)
    for theme in themes():
        for settings in (RenderSettings(540, 960, theme=theme), RenderSettings(540, 674, theme=theme)):
            layout = Layout(settings)
            fitted = timeline._fit(scene, layout, build_head(layout, scene))
            assert fitted is not None and fitted.has_whole_times


def test_body_beside_a_picture_is_clearly_smaller_than_its_heading() -> None:
    scene, layout = picture(), Layout(WIDE)
    words = words_scene(scene, layout)
    assert isinstance(words, TextScene)
    prose = text._on_page(words, words_layout(scene, layout, "left", 0.5))
    assert prose is not None and prose.head.block is not None
    assert prose.blocks[0].text_style.size <= 0.7 * prose.head.block.text_style.size


@pytest.mark.parametrize("settings", [TALL, RenderSettings(540, 540)])
def test_code_that_has_to_wrap_is_not_set_the_smallest_for_it(settings: RenderSettings) -> None:
    layout = Layout(settings)
    scene = CodeScene(kind="code", code="kettle.fill(0.2 * cups, water=Water.SOFT, heat=Heat.FULL)\nkettle.pour(into=[pot, *cups, jug])")
    listings = code._fit(scene, layout, build_head(layout, scene))
    assert listings is not None and listings[0].wrapped
    assert listings[0].grid.width > CellGrid.of_size(layout.grid_size(SIZES[-1][0]), 1.4).width
    assert listings[0].height > len(listings[0].rows) * 1.6 * layout.grid_size(SIZES[-1][0])


def test_two_columns_stand_beside_one_another_in_a_square_and_not_in_a_tall_picture() -> None:
    scene = sample_scene("columns")
    assert isinstance(scene, ColumnsScene)
    for settings, is_beside in ((RenderSettings(540, 540), True), (TALL, False)):
        layout = Layout(settings)
        fitted = columns._fit(scene, layout, build_head(layout, scene))
        assert fitted is not None and (fitted.cards[0].top == fitted.cards[1].top) == is_beside


@pytest.mark.parametrize("settings", [WIDE, TALL])
def test_pages_of_code_have_one_size_as_large_as_they_allow(settings: RenderSettings) -> None:
    layout = Layout(settings)
    source = "\n".join(f"count[{n}] = {n}" for n in range(30))
    whole = CodeScene(kind="code", heading="A table", code=source)
    sizes = set()
    parts = paginate(whole, settings)
    for part in parts:
        assert isinstance(part, CodeScene) and paginate(part, settings) == (part,)
        fitted = code._fit(part, layout, build_head(layout, part))
        assert fitted is not None
        sizes.add(fitted[0].grid.size)
    assert len(parts) > 1 and len(sizes) == 1 and sizes.pop() >= layout.grid_size(36)
    assert "\n".join(part.code for part in parts if isinstance(part, CodeScene)) == source


def test_title_stands_on_a_band_in_a_theme_whose_headings_do() -> None:
    title = TitleScene(kind="title", title="A title", subtitle="A line")
    for theme, has_band in (("harbour", True), ("slate", False)):
        settings = RenderSettings(480, 270, theme=theme)
        band, *others = inked(title, settings)
        assert (band is not None and band[0] == 0 and band[2] == 480) == has_band
        if has_band and band and others[-1]:
            assert others[-1][1] >= band[3], "the line stands below the band"


def test_words_of_a_quote_stand_in_the_middle_where_headings_do() -> None:
    quote = QuoteScene(kind="quote", text="Less is more.", by="Mies")
    for theme, is_centred in (("meadow", True), ("slate", False)):
        box = inked(quote, RenderSettings(480, 270, theme=theme))[1]
        assert box is not None and (abs(box[0] + box[2] - 480) <= 4) == is_centred


def points(*texts: str) -> ListScene:
    return ListScene(kind="list", heading="A heading", items=tuple(ListItem(text=text) for text in texts))
