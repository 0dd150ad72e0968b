"""Captions drawn into the picture."""

import numpy as np
import pytest

from videogen import scenes
from videogen.scenes.burned_captions import CaptionedClip, columns, plate
from videogen.scenes.drawing.surface import Surface
from videogen.scenes.layout import Layout
from videogen.scenes.scene_clip import Caption, MotionSpan, RenderSettings, SceneClip, SceneTiming
from videogen.script.models import TextScene

SETTINGS = RenderSettings(320, 240, 10, captions="subtitles")
CAPTIONS = (Caption(0.5, 1.0, "One\ntwo"), Caption(1.0, 1.4, "A longer line of text"), Caption(2.0, 2.5, "مرحبا 日本語"))


def moving() -> SceneClip:
    """A square that goes down the picture, through where captions are, for two seconds."""

    def frame(t: float) -> np.ndarray:
        picture = np.full((SETTINGS.height, SETTINGS.width, 3), 40, np.uint8)
        top = round(min(t, 2.0) * 100)
        picture[top : top + 30, 100:200] = 250
        return picture

    return SceneClip(frame, 3.0, [MotionSpan(0.0, 2.0)])


def test_captions_are_there_in_their_time_and_nothing_is_left_of_them() -> None:
    bare, captioned = moving(), CaptionedClip(moving(), CAPTIONS, SETTINGS).clip()
    for number in range(30):
        t = number / SETTINGS.fps
        shown = any(caption.start <= t + 1e-6 < caption.end for caption in CAPTIONS)
        assert np.array_equal(bare.get_frame(t), captioned.get_frame(t)) != shown, t


def test_drawing_over_the_last_picture_gives_the_same_as_drawing_anew() -> None:
    captioned = CaptionedClip(moving(), CAPTIONS, SETTINGS).clip()
    canvas = np.zeros((SETTINGS.height, SETTINGS.width, 3), np.uint8)
    on = Surface((canvas,))
    for number in range(30):
        before = canvas.copy()
        patch = captioned.draw(number / SETTINGS.fps, on)  # type: ignore[misc]
        assert np.array_equal(canvas, captioned.get_frame(number / SETTINGS.fps)), number
        left, top, right, bottom = patch or (0, 0, 0, 0)
        before[top:bottom, left:right] = canvas[top:bottom, left:right]
        assert np.array_equal(before, canvas), "changed outside of the patch"


def test_held_picture_moves_only_where_a_caption_changes() -> None:
    scene = TextScene(kind="text", paragraphs=("Text.",))
    still = RenderSettings(320, 240, 10, motion=False, captions="subtitles")
    clip = scenes.draw_scene(scene, still, SceneTiming(3.0, ((0.5, 1.4),), CAPTIONS))
    assert [round(move.start, 3) for move in clip.moves] == [0.5, 1.0, 1.4, 2.0, 2.5]


@pytest.mark.parametrize("size", [(1920, 1080), (608, 1080), (1080, 1080), (426, 240)])
def test_plate_lies_inside_the_picture_and_below_what_scenes_draw(size: tuple[int, int]) -> None:
    settings = RenderSettings(*size, captions="subtitles")
    line = "W" * columns(settings)
    (left, top, right, bottom), _ = plate(f"{line}\n{line}", (0, 0), settings)
    assert 0 <= left < right <= settings.width
    assert Layout(settings).area.bottom <= top < bottom <= settings.height
    assert columns(settings) >= 20


def test_scenes_are_laid_out_above_their_captions() -> None:
    paragraphs = ("A sentence that is long enough to fill the picture when it is said again. " * 4,) * 2
    with_room = scenes.paginate(TextScene(kind="text", paragraphs=paragraphs), SETTINGS)
    for page in with_room:
        assert not np.ptp(
            scenes.draw_scene(page, SETTINGS, SceneTiming(3.0)).get_frame(2.9)[round(Layout(SETTINGS).area.bottom) + 1 :].reshape(-1, 3),
            axis=0,
        ).any()


TALL = RenderSettings(360, 640, 10, captions="karaoke")


def test_karaoke_captions_mark_a_word_and_leave_all_others_where_they_are() -> None:
    text = "Make small steps\nand land often"
    box, bare = plate(text, (0, 0), TALL)
    marked_box, marked = plate(text, (5, 10), TALL)
    assert box == marked_box
    pictures = [Surface((np.full((box[3] - box[1], box[2] - box[0], 3), 90, np.uint8),)) for _ in (bare, marked)]
    for words, on in zip((bare, marked), pictures, strict=True):
        words.lay(on)
    changed = np.flatnonzero((pictures[0].planes[0] != pictures[1].planes[0]).any(axis=(0, 2)))
    width = box[2] - box[0]
    assert 0.2 * width < changed[0] < changed[-1] < 0.75 * width, "the second of three words"


@pytest.mark.parametrize("style", ["subtitles", "karaoke"])
@pytest.mark.parametrize("position", ["bottom", "top"])
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1080, 1080), (1080, 1350), (426, 240)])
def test_captions_lie_in_the_picture_and_beside_what_scenes_draw(size: tuple[int, int], position: str, style: str) -> None:
    settings = RenderSettings(*size, captions=style, caption_position=position)  # type: ignore[arg-type]
    line = "W" * columns(settings)
    (left, top, right, bottom), _ = plate(f"{line}\n{line}", (0, 3), settings)
    area = Layout(settings).area
    assert 0 <= left < right <= settings.width
    assert 0 <= top < bottom <= settings.height
    assert bottom <= area.top if position == "top" else area.bottom <= top
    assert area.height > settings.height * 0.4


def test_karaoke_captions_stay_clear_of_the_buttons_of_apps_in_tall_pictures() -> None:
    settings = RenderSettings(1080, 1920, captions="karaoke")
    (left, _, right, bottom), _ = plate("WWWWWWWWWWWW\nWWWWWWWWWWWW", (0, 0), settings)
    assert bottom <= 0.8 * 1920
    assert left >= 0.1 * 1080
    assert right <= 0.9 * 1080


def test_the_letters_of_an_outlined_caption_stand_on_no_plate() -> None:
    on_plate, outlined = (
        plate("One word", (0, 3), RenderSettings(360, 640, theme=theme, captions="karaoke"))[1] for theme in ("slate", "midnight")
    )
    shares = []
    for words in (on_plate, outlined):
        on = Surface((np.full((200, 360, 3), 128, np.uint8),))
        words.lay(on)
        shares.append((on.planes[0] != 128).any(axis=2).mean())
    assert shares[1] < 0.7 * shares[0]
