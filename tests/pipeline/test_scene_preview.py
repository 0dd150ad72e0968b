"""A scene that is played before its video is made."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from tests.support.short_video import run
from videogen.errors.script import BadScript
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.scene_preview import render_scene

SCRIPT = "## One\n\nFirst.\n\n## Two\n\nSecond.\n\n## Three\n\nThird."
OPTIONS = {"height": 240, "fps": 24}


def request(tmp_path: Path) -> RenderRequest:
    (tmp_path / "clip").mkdir()
    (tmp_path / "cache").mkdir()
    return RenderRequest(SCRIPT, tmp_path / "clip", tmp_path / "cache", options=OPTIONS, voice="none")


def test_video_takes_a_scene_that_was_played_before_from_the_cache(tmp_path: Path) -> None:
    clip = render_scene(request(tmp_path), 2)
    with av.open(str(clip)) as played:
        assert {stream.type for stream in played.streams} == {"video", "audio"}
    made = run(tmp_path / "work", tmp_path / "cache", SCRIPT, options=OPTIONS, voice="none")
    assert {report.data["position"]: report.data["reused"] for report in made.of("scene.rendered")} == {1: False, 2: True, 3: False}


def test_scene_that_is_not_there_is_a_diagnostic(tmp_path: Path) -> None:
    with pytest.raises(BadScript, match="there is no scene 4") as refused:
        render_scene(request(tmp_path), 4)
    assert refused.value.diagnostics[0].path == "scene"
