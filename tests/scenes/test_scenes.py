"""What every kind of scene promises, on content that hypothesis makes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.support.scene_contents import EXAMPLES, RENDER_SETTINGS, SCENES
from videogen.errors.script import BadOption
from videogen.scenes import KINDS, SET_ON_A_GRID, RenderSettings, SceneTiming, draw_scene, drawn_texts, missing_characters, paginate, themes
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.compositor import Compositor
from videogen.scenes.drawing.surface import Surface
from videogen.scenes.layout import LEAST_TYPE, AnimatedLayer, Area, Layer, Layout
from videogen.scenes.text.glyphs import GlyphRun
from videogen.scenes.text.segmentation import graphemes
from videogen.scenes.text.shaping import clean
from videogen.script import inline
from videogen.script.models import (
    CodeComparisonScene,
    CodeScene,
    Column,
    ColumnsScene,
    DiagramScene,
    EquationScene,
    Footnote,
    ImageScene,
    ListItem,
    ListScene,
    Scene,
    TextScene,
    TitleScene,
)

pytestmark = pytest.mark.slow

EVERY_KIND = pytest.mark.parametrize("kind", sorted(KINDS))
LOREM = "Sound leads: a scene lasts as long as its narration, its lead-in and its padding. "


class Ink:
    """Every text that was drawn, as shaped."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.runs: list[GlyphRun] = []
        draw = Canvas.text

        def text(canvas: Canvas, at: Any, run: GlyphRun, colour: Any) -> None:
            self.runs.append(run)
            draw(canvas, at, run, colour)

        monkeypatch.setattr(Canvas, "text", text)


MISSING_GLYPH = 0
"""The glyph of every font that stands for what it does not have."""


def drawn(part: Scene, settings: RenderSettings) -> Compositor:
    layout = Layout(settings)
    return Compositor(layout, KINDS[part.kind].layers(part, layout, SceneTiming(5.0)))


def written(scene: Scene) -> Counter[str]:
    """The letters and digits of all texts of a scene that are drawn; those of characters that no font has are a question mark."""
    lacking = missing_characters(scene, RenderSettings())
    notes = {note.text for note in scene.footnotes}
    texts = [
        clean(text if (scene.kind, name) in SET_ON_A_GRID and text not in notes else inline.letters(text))
        for name, text in drawn_texts(scene)
    ]
    drawable = [cluster for text in texts for cluster in graphemes(text) if not lacking.intersection(cluster)]
    return Counter(character for cluster in drawable for character in cluster if character.isalnum())


def letters(laid: list[tuple[Layer | AnimatedLayer, ...]], settings: RenderSettings) -> Counter[str]:
    """All characters of what is laid out."""
    shown: Counter[str] = Counter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Canvas, "text", lambda canvas, at, run, colour: shown.update(run.text))
        nowhere = Canvas(Image.new("RGB", (settings.width, settings.height)))
        for one in (one for layers in laid for one in layers):
            if isinstance(one, Layer):
                one.paint(nowhere)
            else:
                left, top, right, bottom = one.box
                for number in {0, *(end for _, end in one.moves)}:  # at rest after each move
                    one.draw(Surface((np.zeros((bottom - top, right - left, 3), np.uint8),)), number, 128)
    return shown


@EVERY_KIND
@given(data=st.data())
def test_whatever_is_written_is_drawn_inside_the_margins_and_shows_no_missing_glyph(kind: str, data: st.DataObject) -> None:
    settings = data.draw(RENDER_SETTINGS)
    scene = data.draw(SCENES[kind])
    parts = paginate(scene, settings)
    layout = Layout(settings)
    area = layout.area
    if layout.theme.heading.position == "band":  # which reaches from edge to edge
        area = Area(0, 0, settings.width, area.bottom)
    slack = 0.05 * settings.height
    laid = [KINDS[part.kind].layers(part, Layout(settings), SceneTiming(5.0)) for part in parts]
    assert all(laid), "every part fits"
    if kind not in ("equation", "chart"):  # the letters of a formula are outlines; labels of a chart are shortened with an ellipsis
        assert not written(scene) - letters(laid, settings)
    with pytest.MonkeyPatch.context() as patch:
        ink = Ink(patch)
        for part in {id(part): part for part in (parts[0], parts[-1])}.values():
            assert paginate(part, settings) == (part,), "what was planned needs no planning"
            box = drawn(part, settings).ink()
            if box is not None:
                assert box[0] >= area.left - slack and box[2] <= area.right + slack, (part, box)
                assert box[1] >= area.top - slack and box[3] <= area.bottom + slack, (part, box)
    for run in ink.runs:
        assert all(glyph.number != MISSING_GLYPH for glyph in run.glyphs), run.text


def words(scene: Scene) -> Iterator[str]:
    """All characters that a scene shows below its heading, white space aside."""
    if isinstance(scene, TextScene):
        yield from map(inline.plain, scene.paragraphs)
    elif isinstance(scene, ListScene):
        yield inline.plain(scene.lead)
        yield from (inline.plain(item.text) for item in scene.items)
    elif scene.kind == "quote":
        yield inline.plain(scene.text)


@pytest.mark.parametrize("kind", ["text", "list", "quote"])
@given(data=st.data())
def test_nothing_that_was_written_is_lost_when_a_scene_is_split(kind: str, data: st.DataObject) -> None:
    scene = data.draw(SCENES[kind]).model_copy(update={"heading": "", "footnotes": (), **({"by": ""} if kind == "quote" else {})})
    parts = paginate(scene, data.draw(RENDER_SETTINGS))
    assert "".join("".join(w for part in parts for w in words(part)).split()) == "".join("".join(words(scene)).split())


@given(scene=SCENES["code"], settings=RENDER_SETTINGS)
def test_every_line_of_code_is_on_some_page_under_its_number(scene: CodeScene, settings: RenderSettings) -> None:
    parts = paginate(scene.model_copy(update={"heading": "", "lead": "", "footnotes": ()}), settings)
    if len(parts) == 1:
        return
    shown: dict[int, str] = {}
    for part in parts:
        for n, line in enumerate(part.code.split("\n")):
            shown[part.first_line + n] = shown.get(part.first_line + n, "") + line
    written = scene.code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for n, line in enumerate(written):
        assert "".join(shown.get(scene.first_line + n, "").split()) == "".join(clean(line).replace("\u200b", "").split())


def test_planning_a_long_text_gives_pages_that_say_which_they_are() -> None:
    scene = TextScene(kind="text", heading="Long", paragraphs=(LOREM * 40,), line=12, duration_s=30)
    parts = paginate(scene, RenderSettings())
    assert len(parts) > 1
    assert [(part.page, part.pages, part.line) for part in parts] == [(n, len(parts), 12) for n in range(1, len(parts) + 1)]
    assert all(part.heading == "Long" for part in parts)
    assert sum(part.duration_s or 0 for part in parts) == pytest.approx(30)
    assert all(part.paragraphs[-1].endswith(".") for part in parts)


def test_what_is_said_by_hand_stays_with_the_first_part() -> None:
    parts = paginate(TextScene(kind="text", paragraphs=(LOREM * 40,), say="All of it."), RenderSettings())
    assert [part.say for part in parts] == ["All of it."] + [""] * (len(parts) - 1)
    assert {part.say for part in paginate(TextScene(kind="text", paragraphs=(LOREM * 40,)), RenderSettings())} == {None}


def test_lead_stands_on_the_first_page_only() -> None:
    parts = paginate(CodeScene(kind="code", lead="The lead:", code="x = 1\n" * 90), RenderSettings())
    assert [part.lead for part in parts] == ["The lead:"] + [""] * (len(parts) - 1)


def test_heading_too_long_to_be_one_becomes_prose_before_the_scene() -> None:
    parts = paginate(ListScene(kind="list", heading=LOREM * 12, items=(ListItem(text="one"),)), RenderSettings())
    assert parts[0].kind == "text" and parts[-1].kind == "list" and parts[-1].heading == ""
    assert "".join("".join(words(part)) for part in parts[:-1]).replace(" ", "") == (LOREM * 12).replace(" ", "")


def test_no_text_is_under_24_pixels_at_1080_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    ink = Ink(monkeypatch)
    scenes: list[Scene] = [
        TitleScene(kind="title", title=LOREM * 3, subtitle=LOREM * 4),
        TextScene(kind="text", heading=LOREM * 2, paragraphs=(LOREM * 9 + "`code`",)),
        CodeScene(kind="code", code="\n".join("a + b" * 30 for _ in range(60)), language="python"),
        DiagramScene(kind="diagram", text="\n".join("+--" * 40 for _ in range(60))),
    ]
    for settings in (RenderSettings(), RenderSettings(608, 1080), RenderSettings(1080, 1080)):
        for scene in scenes:
            for part in paginate(scene, settings):
                drawn(part, settings).ink()
    assert min(run.font.size for run in ink.runs) >= LEAST_TYPE - 0.01


@pytest.mark.parametrize("items", [(), (ListItem(text="one"),)])
def test_columns_that_are_written_out_as_prose_keep_their_footnotes(items: tuple[ListItem, ...]) -> None:
    note = Footnote(mark="1", text="Where this comes from.")
    scene = ColumnsScene(kind="columns", footnotes=(note,), columns=(Column(heading=LOREM * 30, items=items),))
    parts = paginate(scene, RenderSettings(480, 270))
    assert {part.kind for part in parts} == ({"text", "list"} if items else {"text"})
    assert all(part.footnotes == (note,) for part in parts)


def test_diagram_is_fitted_whole_while_it_can_be_read_so() -> None:
    box = "\n".join(["┌" + "─" * 90 + "┐", *["│" + " " * 90 + "│"] * 20, "└" + "─" * 90 + "┘"])
    assert len(paginate(DiagramScene(kind="diagram", heading="Box", text=box), RenderSettings())) == 1


def test_diagram_too_high_is_cut_between_its_boxes() -> None:
    box = ["┌" + "─" * 30 + "┐", *["│ some text" + " " * 20 + "│"] * 14, "└" + "─" * 30 + "┘", ""]
    parts = paginate(DiagramScene(kind="diagram", heading="Boxes", text="\n".join(box * 3)), RenderSettings())
    assert len(parts) == 3
    assert all(part.text.strip("\n").startswith("┌") and part.text.strip("\n").endswith("┘") for part in parts)


BOXES = """\
┌────────┐   ┌──────┐   ┌──────────┐   ┌─────┐
│ Kettle │──→│ Pot  │──→│ Two cups │──→│ End │
└────────┘   └──────┘   └──────────┘   └─────┘"""


def test_wide_diagram_in_a_tall_picture_is_cut_between_its_boxes() -> None:
    wide = "\n".join(f"{line}   {line}" for line in BOXES.split("\n"))
    parts = paginate(DiagramScene(kind="diagram", text=wide), RenderSettings(608, 1080))
    assert len(parts) > 1
    shown = "".join("".join(row) for row in zip(*(part.text.split("\n") for part in parts), strict=True))
    assert "".join(shown.split()) == "".join(wide.split())
    for part in parts:
        above, _, below = part.text.split("\n")
        assert above.count("┌") == above.count("┐") == below.count("└") == below.count("┘")


def test_diagram_a_little_too_wide_for_a_tall_picture_takes_some_of_its_margins() -> None:
    box = "\n".join(("┌" + "─" * 36 + "┐", "│" + " One box".ljust(36) + "│", "└" + "─" * 36 + "┘"))
    (scene,) = paginate(DiagramScene(kind="diagram", text=box), RenderSettings(608, 1080))
    ink = drawn(scene, RenderSettings(608, 1080)).ink()
    area = Layout(RenderSettings(608, 1080)).area
    assert ink is not None and area.left / 3 <= ink[0] < area.left and area.right < ink[2] <= 608 - area.left / 3


def test_code_is_compared_side_by_side_where_that_makes_it_little_smaller() -> None:
    heights = []
    for width in (18, 60):
        code = "x = " + "y" * width
        ink = drawn(CodeComparisonScene(kind="code_comparison", before=code, after=code + "z"), RenderSettings()).ink()
        assert ink is not None
        heights.append(ink[3] - ink[1])
    assert heights[0] < 260 < heights[1], "one card high, and two"


@EVERY_KIND
def test_same_scene_gives_the_same_bytes(kind: str) -> None:
    first, second = (draw_scene(EXAMPLES[kind], RenderSettings(480, 270), SceneTiming(3.0)) for _ in range(2))
    for t in (0.0, 0.2, 2.5):
        assert first.get_frame(t).tobytes() == second.get_frame(t).tobytes()


@EVERY_KIND
def test_picture_moves_only_when_the_clip_says_so(kind: str) -> None:
    settings = RenderSettings(480, 270)
    scene = draw_scene(EXAMPLES[kind], settings, SceneTiming(6.0, ((0.4, 1.5), (1.5, 2.5), (2.5, 3.5))))
    assert scene.moves and scene.moves[0].start == 0
    before = None
    for n in range(6 * round(settings.fps)):
        t = n / settings.fps
        frame = scene.get_frame(t)
        assert frame.shape == (270, 480, 3) and frame.dtype == np.uint8
        is_still = not any(span.start <= t < span.end for span in scene.moves)
        if is_still and before is not None:
            assert np.array_equal(frame, before)
        before = frame


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"clip"}))
def test_without_motion_the_first_frame_is_the_last(kind: str) -> None:
    still = draw_scene(EXAMPLES[kind], RenderSettings(480, 270, motion=False), SceneTiming(3.0, ((0.4, 2.0),)))
    moving = draw_scene(EXAMPLES[kind], RenderSettings(480, 270), SceneTiming(3.0))
    assert still.moves == ()
    assert np.array_equal(still.get_frame(0), moving.get_frame(2.9))


def test_entrance_begins_without_the_words_and_takes_eighteen_frames() -> None:
    scene = draw_scene(TextScene(kind="text", heading="Heading", paragraphs=("Words.",)), RenderSettings(480, 270), SceneTiming(3.0))
    assert [(span.start, span.end) for span in scene.moves] == [(0.0, 18 / 30)]
    background = np.array(themes()["slate"].background)
    first, last = (int((scene.get_frame(t) != background).sum()) for t in (0.0, 1.0))
    assert first < last


@pytest.mark.parametrize(
    "settings",
    [
        RenderSettings(1920, 1080),
        RenderSettings(608, 1080),
        RenderSettings(1080, 1080),
        RenderSettings(426, 240),
        RenderSettings(3840, 2160),
    ],
)
def test_frame_has_the_size_of_the_render_settings(settings: RenderSettings) -> None:
    frame = draw_scene(EXAMPLES["title"], settings, SceneTiming(1.0)).get_frame(0.9)
    assert frame.shape == (settings.height, settings.width, 3)


def test_characters_that_no_font_has_are_told() -> None:
    scene = TextScene(kind="text", heading="Cuneiform 𒀀", paragraphs=("plain ✓ 漢字 🎉 &#x12001;",), say="𒀂")
    assert missing_characters(scene, RenderSettings()) == {"𒀀", "𒀁"}
    assert missing_characters(CodeScene(kind="code", code="a → 𒀀\t"), RenderSettings()) == {"𒀀"}
    assert missing_characters(ImageScene(kind="image", file="𒀀.png", alt="𒀁 is spoken", caption="𒀂 is drawn"), RenderSettings()) == {"𒀂"}


def test_unknown_theme_is_a_bad_option_that_names_the_known_ones() -> None:
    with pytest.raises(BadOption) as caught:
        paginate(EXAMPLES["text"], RenderSettings(theme="neon"))
    assert "slate" in caught.value.hint


def test_every_kind_of_the_script_can_be_drawn() -> None:
    assert set(KINDS) == set(EXAMPLES) == set(SCENES)


def test_formula_of_many_rows_stays_within_a_small_picture() -> None:
    """Rows are rounded up to pixels, which adds up in a picture of 270 lines."""
    settings = RenderSettings(480, 270, theme="slate")
    scene = EquationScene(kind="equation", tex=r" \\ ".join([r"\text{words}", "x^2", "+", r"\alpha", r"\sqrt{2}"] * 2))
    for part in paginate(scene, settings):
        box = drawn(part, settings).ink()
        area = Layout(settings).area
        assert box is not None
        assert area.top <= box[1] and box[3] <= area.bottom, box
