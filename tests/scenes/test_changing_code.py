from __future__ import annotations

import numpy as np
import pytest

from videogen.scenes import RenderSettings, SceneTiming, draw_scene, paginate
from videogen.scenes.drawing.surface import blank
from videogen.scenes.monospace.cell_grid import CellStyle, cells
from videogen.scenes.monospace.token_motion import Token, TokenTrack, tokens, tracks
from videogen.scenes.theme import Colour
from videogen.script import read
from videogen.script.models import CodeScene

SMALL = RenderSettings(480, 270)
HEARD = ((0.4, 2.0), (2.2, 4.0), (4.2, 6.0))
SCENE = CodeScene(
    kind="code",
    language="python",
    code="import a\n\nprint(a.one)",
    states=[{"code": "import b\nimport a\n\nprint(a.one)"}, {"code": "import b\n\nprint(b.two)", "highlight": [3]}],
)


def lines(text: str) -> list[list[Token]]:
    style = CellStyle(Colour(0, 0, 0))
    return [list(tokens(list(cells(line, style)), row, 0)) for row, line in enumerate(text.split("\n"))]


def moves(before: str, after: str) -> set[tuple[str, str]]:
    """Return what moves, as the text and the places."""

    def seen(track: TokenTrack) -> tuple[str, str]:
        token = track.before or track.after
        places = [f"{one.row},{one.column}" if one else "" for one in (track.before, track.after)]
        return (token.text if token else "", "→".join(places))

    return {seen(track) for track in tracks(lines(before), lines(after)) if not track.rests}


def test_line_that_stays_moves_as_one() -> None:
    assert moves("f(a, b)", "x = 1\nf(a, b)") == {("f(a, b)", "0,0→1,0"), ("x", "→0,0"), ("=", "→0,2"), ("1", "→0,4")}


def test_tokens_within_a_changed_line_stay_go_and_come() -> None:
    assert moves("get(url)", "get(url, 5)") == {(")", "0,7→"), (",", "→0,7"), ("5", "→0,9"), (")", "→0,10")}


def test_word_that_moves_elsewhere_is_followed() -> None:
    assert ("alpha", "0,0→1,0") in moves("alpha\nbeta gamma", "beta gamma\nalpha")


def test_each_state_is_shown_and_the_change_between_is_neither() -> None:
    clip = draw_scene(SCENE, SMALL, SceneTiming(8.0, HEARD))
    assert [(span.start, round(span.end, 2)) for span in clip.moves][1:] == [(2.2, 3.0), (4.2, 5.0)]
    states = [SCENE.model_copy(update={"states": ()}), *(SCENE.model_copy(update=dict(state) | {"states": ()}) for state in SCENE.states)]
    rest = [clip.get_frame(t) for t in (2.1, 4.1, 7.9)]
    assert len({frame.tobytes() for frame in (*rest, clip.get_frame(2.6))}) == 4
    alone = [draw_scene(state, SMALL, SceneTiming(8.0)).get_frame(7.9) for state in states]
    top = slice(60, 120)  # below, the card of a longer state is higher
    same_size = [np.array_equal(one[top, 20:100], other[top, 20:100]) for one, other in zip(rest, alone, strict=True)]
    assert same_size[1], "the longest state looks as it does by itself"


def test_moving_picture_begins_and_ends_as_the_states_look() -> None:
    clip = draw_scene(SCENE, SMALL, SceneTiming(8.0, HEARD))
    for at in (2.2, 4.2):
        before, first, last, after = (clip.get_frame(at + n / 30).astype(int) for n in (-1, 0, 22, 24))
        assert np.abs(before - first).mean() < 0.35
        assert np.abs(after - last).mean() < 0.35


def test_drawing_on_the_video_itself_gives_the_same_pictures() -> None:
    clip = draw_scene(SCENE, SMALL, SceneTiming(8.0, HEARD))
    one, other = blank(480, 270, Colour(0, 0, 0), yuv=True), blank(480, 270, Colour(0, 0, 0), yuv=True)
    assert clip.draw is not None
    for number in range(60, 100):
        clip.draw(number / 30, one)
    draw_scene(SCENE, SMALL, SceneTiming(8.0, HEARD)).draw(99 / 30, other)  # type: ignore[misc]
    assert all(np.array_equal(a, b) for a, b in zip(one.planes, other.planes, strict=True))
    assert clip.draw(100 / 30, one) is None, "at rest nothing is drawn"


def test_without_motion_each_state_is_cut_to() -> None:
    clip = draw_scene(SCENE, RenderSettings(480, 270, motion=False), SceneTiming(8.0, HEARD))
    assert [round((span.end - span.start) * 30) for span in clip.moves] == [1, 1]
    still = draw_scene(SCENE.model_copy(update={"motion": "none"}), SMALL, SceneTiming(8.0, HEARD))
    moving = draw_scene(SCENE, SMALL, SceneTiming(8.0, HEARD))
    for t in (2.1, 2.2, 4.1, 4.2):
        assert np.array_equal(clip.get_frame(t), still.get_frame(t))
    assert np.array_equal(clip.get_frame(2.2), moving.get_frame(4.1))


def test_states_that_do_not_fit_together_become_pages_and_nothing_is_lost() -> None:
    scene = CodeScene(kind="code", code="one = 1", states=["\n".join(f"line_{n} = {n}" for n in range(60)), "last = 3"])
    pages = paginate(scene, RenderSettings())
    assert len(pages) > 3 and not any(page.states for page in pages if isinstance(page, CodeScene))
    whole = "\n".join(page.code for page in pages if isinstance(page, CodeScene))
    assert all(text in whole for text in ("one = 1", "line_59", "last = 3"))


@pytest.mark.parametrize("language", ["python", "html", "no such language"])
def test_odd_code_changes_without_harm(language: str) -> None:
    scene = CodeScene(kind="code", language=language, code='""" 漢字 🎉 العربية\n\tx', states=["", 'ﷺ "', "a\n" * 12])
    clip = draw_scene(scene, SMALL, SceneTiming(6.0))
    assert clip.get_frame(3.0).shape == (270, 480, 3)


def test_code_marked_then_is_what_the_code_before_it_becomes() -> None:
    first, second = "```python {1}\na = 1\n```", "```python {2} then\na = 1\nb = 2\n```"
    text = f"# T\n\n## H\n\n{first}\n\n<!-- say: First. -->\n\n{second}\n\n<!-- say: Second. -->\n"
    scene = read(text, "markdown").script.scenes[-1]
    assert isinstance(scene, CodeScene) and scene.language == "python" and scene.say == "First. Second."
    assert (scene.code, scene.highlight) == ("a = 1", (1,))
    assert [(state.code, state.highlight) for state in scene.states] == [("a = 1\nb = 2", (2,))]


def test_terminal_and_drawing_marked_then_stay_scenes_of_their_own() -> None:
    text = "# T\n\n```python\na\n```\n\n```console then\n$ a\n```\n"
    assert [scene.kind for scene in read(text, "markdown").script.scenes][-2:] == ["code", "command"]
