"""The video itself in a browser: it plays to its end, and shows at any moment the scene that belongs there."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.support.coloured_video import COLOURS
from tests.support.rendered_clips import beep
from videogen.render.encoder import Encoding, encode
from videogen.render.join import VideoLabels, join
from videogen.scenes.scene_clip import MotionSpan, SceneClip

FPS = 30
LENGTHS_S = (1.5, 4.2, 0.5, 2.0, 11.0, 0.5, 3.1)
LOAD = """async film => {
    const bytes = Uint8Array.from(atob(film), one => one.charCodeAt(0));
    const video = document.querySelector('video');
    video.src = URL.createObjectURL(new Blob([bytes], {type: 'video/mp4'}));
    await new Promise((done, failed) => { video.oncanplaythrough = done; video.onerror = () => failed(video.error.message); });
    return [video.duration, video.videoWidth];
}"""
SEEK = """async seconds => {
    const video = document.querySelector('video');
    const arrived = new Promise(done => video.addEventListener('seeked', done, {once: true}));
    video.currentTime = seconds;
    await arrived;
}"""
SHOWS = """colour => {
    const canvas = document.querySelector('canvas').getContext('2d', {willReadFrequently: true});
    canvas.drawImage(document.querySelector('video'), 0, 0, 32, 18);
    return canvas.getImageData(3, 9, 1, 1).data.slice(0, 3).every((part, n) => Math.abs(part - colour[n]) < 20);
}"""
PLAYED = """async () => {
    const video = document.querySelector('video');
    video.muted = true;
    video.currentTime = 0;
    video.playbackRate = 8;
    const ended = new Promise((done, failed) => { video.onended = done; video.onerror = () => failed(video.error.message); });
    await video.play();
    await ended;
    return [video.currentTime, video.webkitAudioDecodedByteCount, video.webkitVideoDecodedByteCount];
}"""


def coloured(colour: tuple[int, int, int]) -> SceneClip:
    """One colour, in which a white square moves for the first half second."""

    def frame(t: float) -> np.ndarray:
        picture = np.full((180, 320, 3), colour, np.uint8)
        left = 80 + int(min(t, 0.5) * 300)
        picture[20:60, left : left + 40] = 255
        return picture

    return SceneClip(frame, 60.0, (MotionSpan(0.0, 0.5),))


@pytest.fixture(scope="module", params=["held", "cfr"])
def video(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """A video of seven colours, and the frames at which its scenes end."""
    directory, encoding = tmp_path_factory.mktemp(request.param), Encoding(FPS, cfr=request.param == "cfr")
    segments = []
    for number, (length_s, colour) in enumerate(zip(LENGTHS_S, COLOURS, strict=True)):
        frames = encoding.grid.frames(length_s)
        segments.append(encode(coloured(colour), beep(frames, FPS, 0.2, 0.2), frames, directory / f"{number}.mp4", encoding))
    join(segments, FPS, directory / "film.mp4", VideoLabels("Colours"))
    return directory / "film.mp4", np.cumsum([segment.frames for segment in segments]).tolist()


@pytest.fixture
def player(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(60_000)
    page.set_content("<video></video><canvas width=32 height=18></canvas>")
    yield page
    page.close()


def test_chromium_seeks_to_every_scene_to_the_frame_and_plays_to_the_end(player: Page, video: tuple[Path, list[int]]) -> None:
    file, ends = video
    duration_s, width = player.evaluate(LOAD, base64.b64encode(file.read_bytes()).decode())
    assert duration_s == pytest.approx(ends[-1] / FPS, abs=0.005)
    assert width == 320
    moments = [(number, moment) for number, end in enumerate(ends) for moment in (end - 0.5, ([0, *ends][number] + end) / 2)]
    moments += [(number + 1, end + 0.5) for number, end in enumerate(ends[:-1])]
    for number, moment in (*moments, *moments[::-1]):
        player.evaluate(SEEK, moment / FPS)
        player.wait_for_function(SHOWS, arg=COLOURS[number])
    end_s, sound, picture = player.evaluate(PLAYED)
    assert end_s == pytest.approx(duration_s, abs=0.005)
    assert sound > 0 and picture > 0
