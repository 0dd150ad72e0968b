"""The files that a script names are found before anything is made of it, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.errors import MissingFile
from tests.support.media_files import picture, video
from videogen.errors.script import BadScript, EmptyScript
from videogen.pipeline.script_files import LocalFiles, ScriptFiles, UploadedFiles, picture_ingredients, resolve
from videogen.script import read
from videogen.script.models import Script


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """secret.png, and beside it talk/ with cat.png, sub/dog.png, a video, a text, and a link out."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "talk" / "sub").mkdir(parents=True)
    (folder / "secret.png").write_bytes(picture())
    (folder / "talk" / "cat.png").write_bytes(picture())
    (folder / "talk" / "sub" / "dog.png").write_bytes(picture(colour=(1, 2, 3)))
    (folder / "talk" / "notes.png").write_text("a,b\n1,2\n")
    (folder / "talk" / "link.png").symlink_to(folder / "secret.png")
    (folder / "talk" / "inside.png").symlink_to(folder / "talk" / "cat.png")
    video(folder / "talk" / "clip.mp4", 1.0)
    return folder / "talk"


def script(*lines: str) -> Script:
    return read("# Film\n\ntext\n\n" + "\n\n".join(lines) + "\n", "markdown").script


def test_names_give_way_to_paths(directory: Path) -> None:
    resolved = resolve(script("![a](cat.png)", "![b](./sub//dog.png)", "![c](inside.png)"), LocalFiles(directory), "fail")
    paths = [directory / "cat.png", directory / "sub" / "dog.png", directory / "cat.png"]
    assert [scene.file for scene in resolved.script.scenes if scene.kind == "image"] == [str(path) for path in paths]
    assert resolved.files == {"cat.png": paths[0], "./sub//dog.png": paths[1], "inside.png": paths[2]}


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "sub/../../secret.png", "link.png", "sub/../cat.png"])
def test_nothing_outside_of_the_scripts_directory_is_ever_taken(directory: Path, name: str) -> None:
    with pytest.raises(BadScript) as refused:
        resolve(script(f"![a]({name})"), LocalFiles(directory), "fail")
    (diagnostic,) = refused.value.diagnostics
    assert (diagnostic.line, diagnostic.path) == (5, "scenes.1.file")
    assert "leads out" in diagnostic.message
    resolved = resolve(script(f"![a]({name})"), LocalFiles(directory), "skip")
    assert (resolved.files, [scene.kind for scene in resolved.script.scenes]) == ({}, ["title"])
    (warning,) = resolved.warnings
    assert (warning.code, warning.line) == ("picture_left_out", 5)
    assert "leads out" in warning.message


@pytest.mark.parametrize("files", [UploadedFiles(), UploadedFiles({"other.png": Path("x")})], ids=["none", "another"])
def test_file_that_is_not_there_is_a_fault_with_its_place_and_what_to_do(files: ScriptFiles) -> None:
    with pytest.raises(MissingFile) as refused:
        resolve(script("![a](cat.png)", "![b](dog.png)"), files, "fail")
    assert [(diagnostic.line, diagnostic.path) for diagnostic in refused.value.diagnostics] == [(5, "scenes.1.file"), (7, "scenes.2.file")]
    assert "Upload" in refused.value.hint
    assert "missing_images" in refused.value.hint


def test_skipped_pictures_leave_a_warning_and_the_rest(directory: Path) -> None:
    resolved = resolve(script("![a](cat.png)", "![b](gone.png)"), LocalFiles(directory), "skip")
    assert [scene.kind for scene in resolved.script.scenes] == ["title", "image"]
    assert [(warning.code, warning.line) for warning in resolved.warnings] == [("picture_left_out", 7)]
    with pytest.raises(EmptyScript):
        resolve(read("![a](gone.png)\n", "markdown").script, LocalFiles(directory), "skip")


def test_by_default_no_file_refuses_a_script(directory: Path) -> None:
    """A picture not there, a table that is none, a recording mistyped: each is left out, and its heading stays."""
    (directory / "prose.csv").write_text("no numbers\n")
    chart, recording = "```chart\ntype: bar\ncsv: prose.csv\n```", "<!-- recording: gone.wav -->"
    source = f"# T\n\n## One\n\n![a](ct.png)\n\n## Two\n\n{chart}\n\n## Three\n\nWords.\n\n{recording}\n"
    read_script = read(source, "markdown").script
    resolved = resolve(read_script, LocalFiles(directory), read_script.options.missing_images)
    assert [warning.line for warning in resolved.warnings if warning.code == "picture_left_out"] == [5, 9, 16]
    assert "did you mean 'cat.png'?" in resolved.warnings[0].message
    assert [getattr(scene, "title", "") or scene.heading for scene in resolved.script.scenes] == ["T", "One", "Two", "Three"]


def test_uploaded_file_answers_to_the_last_part_of_a_path_when_only_one_has_it() -> None:
    files = UploadedFiles({"a/cat.png": Path("1"), "b\\cat.png": Path("2"), "/dog.png": Path("3")})
    assert [files.find(name) for name in ("a/cat.png", "./b/cat.png", "cat.png", "../img/dog.png", "x.png")] == [
        Path("1"),
        Path("2"),
        None,
        Path("3"),
        None,
    ]


def test_file_of_another_kind_is_a_fault_that_says_what_it_is(directory: Path) -> None:
    with pytest.raises(BadScript, match="text/csv") as refused:
        resolve(script("![a](notes.png)"), LocalFiles(directory), "fail")
    assert refused.value.diagnostics[0].line == 5
    assert "PNG, JPEG, SVG" in refused.value.hint


@pytest.mark.parametrize("missing", ["fail", "skip"])
def test_recording_of_another_kind_is_told_with_the_kinds_that_are_taken(directory: Path, missing: str) -> None:
    (directory / "mine.au").write_bytes(b".snd\0\0\0\x18" + bytes(40))
    source = script("## Said", "Words.", "<!-- recording: mine.au -->")
    if missing == "fail":
        with pytest.raises(BadScript, match="should be a sound") as refused:
            resolve(source, LocalFiles(directory), missing)
        hint = refused.value.hint
    else:
        resolved = resolve(source, LocalFiles(directory), missing)
        assert [scene.recording for scene in resolved.script.scenes] == [None, None]
        hint = resolved.warnings[0].hint
    assert "WAV, MP3, M4A, AAC, OGG, Opus, WebM, FLAC, AIFF, CAF or AMR" in hint


def test_picture_on_another_server_is_left_out_of_an_exact_script_too() -> None:
    source = '{"title": "T", "scenes": [{"kind": "title", "title": "T"}, {"kind": "image", "file": "https://e.org/a.png"}]}'
    resolved = resolve(read(source, "json").script, UploadedFiles(), "fail")
    assert [warning.code for warning in resolved.warnings] == ["remote_picture"]
    assert len(resolved.script.scenes) == 1


@pytest.mark.parametrize(
    ("markdown", "end_s", "sound"),
    [
        ("![](clip.mp4)", 1.0, "own"),
        ("![It grows brighter](clip.mp4)", 1.0, "none"),
        ("![It grows brighter](clip.mp4){own sound to 0.5}", 0.5, "own"),
        ("![](clip.mp4){from 0.2 to 30, no sound}", 1.0, "none"),
    ],
)
def test_stretch_of_a_video_ends_with_it_and_is_heard_when_nothing_is_said(
    directory: Path, markdown: str, end_s: float, sound: str
) -> None:
    scene = resolve(script(markdown), LocalFiles(directory), "fail").script.scenes[-1]
    assert (scene.end_s, scene.sound) == (pytest.approx(end_s, abs=0.05), sound)


def test_stretch_beyond_the_videos_end_is_a_fault(directory: Path) -> None:
    with pytest.raises(BadScript, match=r"only 1\.0 s long"):
        resolve(script("![](clip.mp4){from 5}"), LocalFiles(directory), "fail")


def test_picture_goes_into_a_scenes_key_by_its_content(directory: Path, tmp_path: Path) -> None:
    scenes: list[Any] = []
    for path in ("a" * 64, "elsewhere/" + "a" * 64, "b" * 64):
        scene = script("![a](cat.png)").scenes[-1].model_copy(update={"file": str(tmp_path / path), "line": len(scenes) + 1})
        scenes.append(picture_ingredients(scene))
    assert scenes[0] == scenes[1] != scenes[2]
