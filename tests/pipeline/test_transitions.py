"""Scenes that come in over one another, in a video joined of what is independent."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support.rendered_clips import pictures
from tests.support.short_video import RenderResult, run

COMES_IN = (None, "fade", "slide", "cut")
SCENE_S = 3.2
SCENES = [
    {"kind": "text", "heading": f"Number {number}", "paragraphs": ["Word " * 3 * number], "say": "", "duration_s": SCENE_S}
    | ({"transition": how} if how else {})
    for number, how in enumerate(COMES_IN, start=1)
]


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    return make(tmp_path_factory, SCENES, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def shown(video: RenderResult) -> list[np.ndarray]:
    return [picture.astype(int) for picture in pictures(video.out / "video.mp4", 30)]


def make(
    directories: pytest.TempPathFactory,
    scenes: list[dict[str, object]],
    cache: Path,
    writer: str = "segments",
    processes: int = 2,
    assets: dict[str, object] | None = None,
    **options: object,
) -> RenderResult:
    source = json.dumps({"title": "Coming in", "scenes": scenes})
    request = {
        "format": "json",
        "voice": "none",
        "thumbnail_s": 0.01,
        "writer": writer,
        "render_processes": processes,
        "assets": assets or {},
    }
    return run(directories.mktemp("film"), cache, source, options=options, **request)


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).mean())


def test_a_transition_makes_no_scene_longer(video: RenderResult, shown: list[np.ndarray]) -> None:
    assert [scene["start"] for scene in video.metadata["scenes"]] == pytest.approx([SCENE_S * n for n in range(4)], abs=1e-5)
    assert len(shown) == 4 * SCENE_S * 30


@pytest.mark.parametrize("scene", [1, 2])
def test_scene_comes_in_over_the_last_picture_of_the_one_before(shown: list[np.ndarray], scene: int) -> None:
    start = round(scene * SCENE_S * 30)
    before, whole = shown[start - 1], shown[start + 60]
    assert apart(before, whole) > 1
    assert apart(shown[start + 12], whole) < 0.5
    if COMES_IN[scene] == "fade":
        assert apart(shown[start], before) < 0.2 * apart(before, whole)
        ground = before[0, 0]
        drawn = [apart(shown[start + n], ground) for n in range(12)]
        gone = drawn.index(min(drawn))
        assert drawn[gone] < 0.5 * min(apart(before, ground), apart(whole, ground)), "no words over words"
        assert drawn == sorted(drawn[: gone + 1], reverse=True) + sorted(drawn[gone + 1 :]), drawn
    else:
        assert apart(shown[start][:, :-6], before[:, 6:]) < 0.3 * apart(shown[start], before), "six pixels on the way"


def test_cut_shows_nothing_of_the_scene_before(shown: list[np.ndarray]) -> None:
    start = round(3 * SCENE_S * 30)
    background = shown[start][0, 0]
    assert (np.abs(shown[start] - background) > 40).mean() < 0.03 < (np.abs(shown[start - 1] - background) > 40).mean()


def test_scene_has_the_picture_of_its_end(video: RenderResult, shown: list[np.ndarray]) -> None:
    for number in range(4):
        picture = np.asarray(Image.open(video.out / f"scene-{number + 1}.png")).astype(int)
        assert apart(picture, shown[round((number + 1) * SCENE_S * 30) - 1]) < 1


def test_scene_that_cuts_does_not_depend_on_the_one_before(video: RenderResult, tmp_path_factory: pytest.TempPathFactory) -> None:
    changed = [*SCENES[:2], {**SCENES[2], "heading": "Another"}, SCENES[3]]
    assert make(tmp_path_factory, changed, video.request.cache).counts("video") == (1, 3)
    changed = [{**SCENES[0], "heading": "Another"}, *SCENES[1:]]
    assert make(tmp_path_factory, changed, video.request.cache).counts("video") == (2, 2)


def test_what_does_not_move_cuts(video: RenderResult, tmp_path_factory: pytest.TempPathFactory) -> None:
    still = make(tmp_path_factory, SCENES, video.request.cache, motion="none", height=240)
    frames = pictures(still.out / "video.mp4", 30)
    for scene in range(4):
        start = round(scene * SCENE_S * 30)
        assert apart(frames[start].astype(int), frames[start + 60].astype(int)) < 0.5


def test_moviepy_writes_the_same_video_frame_by_frame(
    video: RenderResult, shown: list[np.ndarray], tmp_path_factory: pytest.TempPathFactory
) -> None:
    reference = make(tmp_path_factory, SCENES, video.request.cache, writer="moviepy")
    frames = pictures(reference.out / "video.mp4", 30)
    assert len(frames) == len(shown)
    assert max(apart(ours, theirs) for ours, theirs in zip(shown, frames, strict=True)) < 1.8
    assert reference.metadata["scenes"] == video.metadata["scenes"]


def test_scenes_that_are_spoken_out_of_turn_are_drawn_over_the_ones_before_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A camera's scene is begun early; the video is the one that a single process makes one scene after another, and moviepy too."""
    directory = tmp_path_factory.mktemp("picture")
    Image.linear_gradient("L").convert("RGB").resize((1200, 240)).save(directory / "wide.png")
    moving = {"kind": "image", "file": "wide.png", "alt": "A wide picture", "fit": "fill", "move": "pan right", "transition": "fade"}
    scenes = [*SCENES[:2], SCENES[2], moving, SCENES[1]]
    made = [
        make(tmp_path_factory, scenes, tmp_path_factory.mktemp("cache"), assets={"wide.png": directory / "wide.png"}, **how)  # type: ignore[arg-type]
        for how in ({"processes": 2}, {"processes": 1}, {"processes": 1, "writer": "moviepy"})
    ]
    assert [scene["kind"] for scene in made[0].metadata["scenes"]] == ["text", "text", "text", "image", "text"]
    assert (made[0].out / "video.mp4").read_bytes() == (made[1].out / "video.mp4").read_bytes()
    shown = [pictures(video.out / "video.mp4", 30) for video in (made[0], made[2])]
    for one, other in zip(*shown, strict=True):
        assert apart(one.astype(int), other.astype(int)) < 3
