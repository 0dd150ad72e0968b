"""Pictures and videos in Markdown, as one writes them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.script.scripts import scenes_of
from videogen.errors.script import BadScript
from videogen.script import read
from videogen.script.models import Script
from videogen.script.spoken_text import narration_of


def one(text: str) -> Any:
    (scene,) = scenes_of(text)
    return scene


def test_picture_alone_in_a_paragraph_is_a_scene_with_its_words() -> None:
    scene = one('## Harbour\n\n![Boats at dusk](pictures/my%20boats.jpg "They *come* home")\n')
    assert (scene.kind, scene.heading, scene.file, scene.line) == ("image", "Harbour", "pictures/my boats.jpg", 3)
    assert (scene.alt, scene.caption) == ("Boats at dusk", "They \\*come\\* home")


@pytest.mark.parametrize(
    ("written", "file", "caption"),
    [
        ("my leaf.jpg", "my leaf.jpg", ""),
        ('IMG 12 (1).JPG "Ours"', "IMG 12 (1).JPG", "Ours"),
        ("50 % #1?.png", "50 % #1?.png", ""),
        ("<my leaf.jpg>", "my leaf.jpg", ""),
    ],
)
def test_name_of_a_picture_may_have_spaces(written: str, file: str, caption: str) -> None:
    scene = one(f"## Leaf\n\n![A *green* leaf]({written}){{fill}}\n")
    assert (scene.kind, scene.file, scene.alt, scene.caption, scene.fit) == ("image", file, "A green leaf", caption, "fill")


@pytest.mark.parametrize("text", ["![a](no picture)", "![a] (my leaf.jpg)", "`![a](my leaf.jpg)`", "![a](my\nleaf.jpg)"])
def test_what_only_looks_like_a_picture_is_text(text: str) -> None:
    assert one(f"## T\n\n{text}\n").kind == "text"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("{fill}", {"fit": "fill"}),
        (" {Fill, zoom in}", {"fit": "fill", "move": "zoom in"}),
        ("\n{pan left; focus 30% 100%}", {"move": "pan left", "focus": (0.3, 1.0)}),
        ("{focus top fit}", {"fit": "fit", "focus": (0.5, 0.0)}),
        ('{.wide #cat width=50% title="a b" fill}', {"fit": "fill"}),
        ("{}", {}),
    ],
)
def test_options_of_a_picture_stand_after_it_in_braces(options: str, expected: dict[str, object]) -> None:
    scene = one(f"![A cat](cat.png){options}\n")
    assert {name: getattr(scene, name) for name in expected} == expected


def test_what_marp_says_of_a_picture_is_not_spoken() -> None:
    scene = one("![bg right:40% blur:3px](cat.png)")
    assert (scene.fit, scene.alt) == ("fill", "")
    assert one("![w:300 A grey cat](cat.png)").alt == "A grey cat"


@pytest.mark.parametrize(
    ("options", "start_s", "end_s", "sound"),
    [
        ("", 0, None, None),
        ("{from 0:05 to 1:02.5}", 5, 62.5, None),
        ("{own sound to 8}", 0, 8, "own"),
        ("{no sound, fill}", 0, None, "none"),
    ],
)
def test_video_is_a_clip_by_its_ending(options: str, start_s: float, end_s: float | None, sound: str | None) -> None:
    scene = one(f"![](talk.MP4){options}\n")
    assert (scene.kind, scene.start_s, scene.end_s, scene.sound) == ("clip", start_s, end_s, sound)


@pytest.mark.parametrize("text", ["![a](a.png){fil}", "![a](a.png){focus middle}", "![a](a.mp4){from 9 to 3}", "![a](a.mp4){zoom in}"])
def test_option_that_there_is_not_is_a_fault_with_its_line(text: str) -> None:
    with pytest.raises(BadScript) as refused:
        read(f"# T\n\ntext\n\n{text}\n", "markdown")
    assert refused.value.diagnostics[0].line == 5


@pytest.mark.parametrize("address", ["", "#top", "?size=2"])
def test_address_that_names_no_file_is_left_out_with_a_warning(address: str) -> None:
    reading = read(f"# T\n\ntext\n\n![a]({address})\n", "markdown")
    assert [(warning.code, warning.line) for warning in reading.warnings] == [("picture_left_out", 5)]


@pytest.mark.parametrize(
    "text",
    [f"![a]({'x' * 600}.png)", f"![a]({'x' * 600}.mp4)", f"<img src='{'x' * 600}.png'>", "![](a.mp4){own sound}\n\n<!-- say: Over it. -->"],
    ids=["long name", "long name of a video", "long name in HTML", "spoken over"],
)
def test_picture_that_cannot_be_meant_is_a_fault_with_its_line(text: str) -> None:
    with pytest.raises(BadScript) as refused:
        read(f"# T\n\ntext\n\n{text}\n", "markdown")
    assert refused.value.diagnostics[0].line == 5


def test_several_pictures_are_a_scene_each_and_those_within_prose_come_after_it() -> None:
    scenes = scenes_of(
        "![a](a.png)\n[![b](b.png){fill}](x)\n\nwords ![c](c.png) words\n\n- point ![d](d.png)\n\n<img src='e.png' alt='An egg'>\n"
    )
    assert [(scene.kind, getattr(scene, "file", "")) for scene in scenes] == [
        ("image", "a.png"),
        ("image", "b.png"),
        ("text", ""),
        ("image", "c.png"),
        ("list", ""),
        ("image", "d.png"),
        ("image", "e.png"),
    ]
    assert (scenes[1].fit, scenes[-1].alt) == ("fill", "An egg")


@pytest.mark.parametrize(
    ("markdown", "spoken"),
    [
        ('![A grey cat](a.png "Photo: Ada")', "A grey cat."),
        ('![](a.png "Photo by Ada")', "Photo by Ada."),
        ('![IMG_2034.jpg](a.png "Photo by Ada")', "Photo by Ada."),
        ("![screenshot 2](a.png)", ""),
        ("![A grey cat](a.png)\n\n<!-- say: Meow. -->", "Meow."),
        ("![A grey cat](a.mp4)", "A grey cat."),
        ("![A grey cat](a.mp4){own sound}", ""),
    ],
)
def test_what_is_spoken_is_what_it_shows_in_words(markdown: str, spoken: str) -> None:
    scene = one(markdown)
    assert narration_of(scene, Script(title="T", scenes=(scene,))) == spoken
