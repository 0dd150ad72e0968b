"""A file is found under whatever spelling of its name a script has, or the nearest name is offered."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from models.errors import VideogenError
from tests.support.media_files import picture
from videogen.pipeline.script_files import LocalFiles, UploadedFiles, resolve
from videogen.script import read
from videogen.script.media_blocks import file_name
from videogen.script.models import Script

NAMES = ("media/pic.png", "Bild 1.PNG", "Slide #2.png", "Grün.png", "100%.png")
SPELLINGS = [
    ("media\\pic.png", "media/pic.png"),
    ("./media//pic.png", "media/pic.png"),
    ("MEDIA/Pic.PNG", "media/pic.png"),
    ("media/pic.png?raw=true", "media/pic.png"),
    ("media/pic.png#top", "media/pic.png"),
    ("Bild%201.PNG", "Bild 1.PNG"),
    ("BILD 1.png", "Bild 1.PNG"),
    ("Slide #2.png", "Slide #2.png"),
    ("Slide%20%232.png", "Slide #2.png"),
    (unicodedata.normalize("NFD", "Grün.png"), "Grün.png"),
    ("Gr%C3%BCn.png", "Grün.png"),
    ("100%.png", "100%.png"),
]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(picture())
    return tmp_path


@pytest.mark.parametrize(("spelt", "name"), SPELLINGS)
def test_file_is_found_beside_the_script_and_among_uploads(directory: Path, spelt: str, name: str) -> None:
    assert LocalFiles(directory).find(spelt) == (directory / name).resolve()
    assert UploadedFiles({name: directory / name}).find(spelt) == directory / name


def test_a_name_leads_nowhere_out_of_the_directory(directory: Path) -> None:
    for name in ("..\\secret.png", "media\\..\\..\\secret.png", "%2e%2e/secret.png", "/etc/hostname"):
        with pytest.raises(ValueError, match="leads out"):
            LocalFiles(directory / "media").find(name)


@pytest.mark.parametrize(("address", "name"), [("#top", ""), ("?x", ""), ("a.png#frag", "a.png"), ("Slide%20#2.png", "Slide #2.png")])
def test_address_names_a_file(address: str, name: str) -> None:
    assert file_name(address) == name


def script(text: str) -> Script:
    return read(text, "markdown").script


def test_nearest_name_is_offered(directory: Path) -> None:
    for files in (LocalFiles(directory), UploadedFiles({"media/pic.png": directory / "media/pic.png"})):
        with pytest.raises(VideogenError, match=r"did you mean 'media/pic.png'\?"):
            resolve(script("# A\n\n![](media/pics.png)\n"), files, "fail")


def test_what_cannot_be_read_is_left_out_with_a_word_where_missing_pictures_are(directory: Path) -> None:
    (directory / "half.png").write_bytes(picture((600, 400))[:-900])
    (directory / "photo.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    text = "# A\n\nWords.\n\n![](half.png)\n\n![](photo.heic)\n"
    with pytest.raises(VideogenError) as refused:
        resolve(script(text), LocalFiles(directory), "fail")
    assert "an HEIC photo" in " ".join(diagnostic.message for diagnostic in refused.value.diagnostics)
    resolved = resolve(script(text), LocalFiles(directory), "skip")
    assert [warning.code for warning in resolved.warnings] == ["picture_left_out"] * 2
    assert "JPEG" in resolved.warnings[1].hint
