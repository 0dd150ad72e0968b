"""A notebook with a picture of its own, from its submission to the video."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.support.media_files import picture
from tests.support.short_video import run
from videogen.errors.script import BadScript
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.script_check import check_script
from videogen.pipeline.storyboard import draw_storyboard


def notebook(data: bytes) -> str:
    outputs = [{"output_type": "display_data", "data": {"image/png": base64.b64encode(data).decode()}}]
    cells = [{"cell_type": "markdown", "source": "# Tea"}, {"cell_type": "code", "source": "plot()", "outputs": outputs}]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells})


@pytest.fixture
def red() -> str:
    return notebook(picture((640, 360), colour=(200, 0, 0)))


def test_the_picture_of_a_notebook_is_in_its_video(tmp_path: Path, red: str) -> None:
    made = run(tmp_path / "work", tmp_path / "cache", red, voice="none")
    assert [scene["kind"] for scene in made.metadata["scenes"]] == ["title", "code", "image"]
    with av.open(str(made.out / "video.mp4")) as container:
        pixels = [frame.to_ndarray(format="rgb24")[120, 120].astype(int) for frame in container.decode(video=0)]
    assert any(np.abs(pixel - (200, 0, 0)).max() < 20 for pixel in pixels)


def test_the_picture_of_a_notebook_is_in_its_storyboard(tmp_path: Path, red: str) -> None:
    board = draw_storyboard(RenderRequest(red, tmp_path / "work", tmp_path / "cache", options={"height": 240, "voice": "none"}))
    assert board.problem is None and board.warnings == ()
    with Image.open(board.scenes[-1].picture or "", formats=["PNG"]) as image:
        assert image.convert("RGB").getpixel((120, 120)) == (200, 0, 0)


def test_a_notebook_is_admitted_and_names_no_file_of_its_own_as_an_upload(red: str) -> None:
    assert check_script(red, None, {"voice": "none"}, voice="none", theme="slate").files == {}


def test_what_is_no_picture_in_a_notebook_is_left_out_or_refused_as_any_file_is(tmp_path: Path) -> None:
    false = notebook(b"no picture at all")
    board = draw_storyboard(RenderRequest(false, tmp_path / "work", tmp_path / "cache", options={"height": 240, "voice": "none"}))
    assert [warning.code for warning in board.warnings] == ["picture_left_out"]
    with pytest.raises(BadScript):
        check_script(false, None, {"voice": "none", "missing_images": "fail"}, voice="none", theme="slate")
