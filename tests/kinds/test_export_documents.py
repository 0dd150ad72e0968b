"""Documents that are made of a finished video, each opened by another program."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any

import av
import pypdfium2
import pysubs2
import pytest
from pptx import Presentation

from tests.support.completed_video import SECONDS, write_video
from videogen.errors.kinds import BadPayload
from videogen.exports import caption_files, handout, slide_deck, web_package
from videogen.exports.video_files import VideoFiles
from videogen.importers import office_program
from videogen.kinds.export import COPIES, EXPORT, FORMATS, MEDIA_TYPES, SUFFIXES
from videogen.kinds.job import JobRequest, run_job
from videogen.pipeline.report import Report

SRT = "1\n00:00:00,200 --> 00:00:00,900\nBees & flowers.\n\n2\n00:00:01,200 --> 00:00:02,500\nThey {fly}\nto <i>you</i>.\n"


def scene(position: int, title: str, start: float, seconds: float, *texts: str) -> dict[str, Any]:
    sentences = [{"text": text, "start": start + 0.2, "end": start + seconds} for text in texts]
    return {"position": position, "title": title, "page": 1, "start": start, "duration_s": seconds, "sentences": sentences}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> VideoFiles:
    directory = tmp_path_factory.mktemp("video")
    metadata = {
        "title": "Bees </script> & שלום",
        "duration_s": 3.0,
        "width": 320,
        "height": 180,
        "options": {"language": "en"},
        "chapters": [{"title": "One", "start": 0.0, "end": 1.0}, {"title": "Two", "start": 1.0, "end": 3.0}],
        "scenes": [
            scene(1, "One", 0.0, 1.0, "Bees & flowers."),
            scene(2, "Two", 1.0, 2.0, "They {fly} 蜜蜂.", "To you."),
            scene(3, "", 3.0, 0.0),
        ],
    }
    paths = {"video": write_video(directory / "video.mp4")}
    for kind, name, text in (
        ("metadata", "metadata.json", json.dumps(metadata)),
        ("captions_srt", "captions.srt", SRT),
        ("captions_vtt", "captions.vtt", "WEBVTT\n"),
        ("transcript", "transcript.txt", "Bees\n"),
        ("thumbnail", "thumbnail.jpg", "jpeg"),
    ):
        paths[kind] = directory / name
        paths[kind].write_text(text, encoding="utf-8")
    return VideoFiles.read(paths)


def test_handout_has_each_scene_with_what_is_spoken(files: VideoFiles, tmp_path: Path) -> None:
    assert handout.write_handout(files, tmp_path / "a.pdf", lambda done, of: None) == []
    document = pypdfium2.PdfDocument(str(tmp_path / "a.pdf"))
    text = document[0].get_textpage().get_text_bounded()
    assert all(words in text for words in ("Bees & flowers.", "They {fly} 蜜蜂. To you.", "Two"))
    assert document.get_metadata_value("Title") == files.title
    document.close()


def test_slides_have_pictures_and_notes(files: VideoFiles, tmp_path: Path) -> None:
    slide_deck.write_deck(files, tmp_path / "a.pptx", lambda done, of: None)
    deck = Presentation(str(tmp_path / "a.pptx"))
    notes = [slide.notes_slide.notes_text_frame.text for slide in deck.slides if slide.notes_slide.notes_text_frame]
    assert notes == ["Bees & flowers.", "They {fly} 蜜蜂. To you.", ""]
    assert round(deck.slide_width / deck.slide_height, 2) == 1.78
    first, last = (slide.shapes[0].image.blob for slide in (deck.slides[0], deck.slides[1]))
    assert first != last, "each scene shows its own last picture"


def test_slides_are_opened_by_libreoffice(files: VideoFiles, tmp_path: Path) -> None:
    if office_program.find_program() is None:
        pytest.skip("LibreOffice is not installed")
    slide_deck.write_deck(files, tmp_path / "a.pptx", lambda done, of: None)
    document = pypdfium2.PdfDocument(str(office_program.convert(tmp_path / "a.pptx", ".pptx", "pdf", tmp_path)))
    assert (len(document), round(document[0].get_width() / document[0].get_height(), 2)) == (3, 1.78)
    document.close()


def test_ass_captions_are_read_by_another_library(files: VideoFiles, tmp_path: Path) -> None:
    caption_files.write_ass(files, tmp_path / "a.ass")
    events = pysubs2.load(str(tmp_path / "a.ass"), encoding="utf-8")
    assert [(event.start, event.end, event.plaintext) for event in events] == [
        (200, 900, "Bees & flowers."),
        (1200, 2500, "They (fly)\nto you."),
    ]


def test_chapter_lines_begin_at_zero_and_are_ten_seconds_apart(files: VideoFiles, tmp_path: Path) -> None:
    chapters = [{"title": title, "start": start} for title, start in (("One", 0.5), ("Short", 4.0), ("Two\n", 12.0), ("Late", 3700.0))]
    for duration_s, lines in ((100.0, ["0:00 One", "0:12 Two", "61:40 Late"]), (3800.0, ["0:00:00 One", "0:00:12 Two", "1:01:40 Late"])):
        changed = VideoFiles(files.paths, {**files.metadata, "chapters": chapters, "duration_s": duration_s})
        caption_files.write_chapters(changed, tmp_path / "a.txt")
        assert (tmp_path / "a.txt").read_text().splitlines() == lines


def test_course_has_a_manifest_that_names_its_files(files: VideoFiles, tmp_path: Path) -> None:
    web_package.write_page(files, tmp_path / "a.zip", scorm_id="5f0c")
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        assert package.testzip() is None
        names = set(package.namelist())
        root = ET.fromstring(package.read("imsmanifest.xml"))
        page = package.read("index.html").decode()
        (tmp_path / "video.mp4").write_bytes(package.read("video.mp4"))
    space = {"": "http://www.imsproject.org/xsd/imscp_rootv1p1p2"}
    assert {file.get("href") for file in root.iterfind(".//file", space)} | {"imsmanifest.xml"} == names
    assert [title.text for title in root.iterfind(".//title", space)] == [files.title] * 2
    assert root.findtext(".//schemaversion", namespaces=space) == "1.2"
    assert root.find(".//resource", space).get("{http://www.adlnet.org/xsd/adlcp_rootv1p2}scormtype") == "sco"  # type: ignore[union-attr]
    assert "LMSInitialize" in page
    with av.open(str(tmp_path / "video.mp4")) as video:
        assert abs((video.duration or 0) / av.time_base - SECONDS) < 0.5


def test_title_of_a_page_cannot_end_its_script(files: VideoFiles, tmp_path: Path) -> None:
    web_package.write_page(files, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        page = package.read("index.html").decode()
        assert sorted(package.namelist()) == ["index.html", "poster.jpg", "video.mp4"]
    assert page.count("</script>") == 2
    assert "LMSInitialize" not in page
    assert "http:" not in page


@pytest.mark.parametrize("format", sorted(MEDIA_TYPES))
def test_each_document_is_one_file_of_a_task(files: VideoFiles, tmp_path: Path, format: str) -> None:
    reports: list[Report] = []
    inputs = {kind: files.paths[kind] for kind in ("video", "metadata", "captions_srt", "thumbnail", COPIES.get(format, "video"))}
    request = JobRequest("export", {"task": "5f0c", "format": format}, inputs, tmp_path / "work", tmp_path / "cache", 10**9)
    run_job(EXPORT, request, reports.append)
    (made,) = (report.data for report in reports if report.type == "artifact.created")
    assert (made["kind"], made["media_type"]) == ("export", MEDIA_TYPES[format])
    assert made["file"] == f"video.{SUFFIXES.get(format, format)}"
    assert made["bytes"] > 0
    shutil.rmtree(tmp_path / "work")


def test_document_has_no_height() -> None:
    with pytest.raises(BadPayload, match="A document has no height"):
        EXPORT.admission(EXPORT.check_payload({"task": "5f0c", "format": "pdf", "height": 240}), None)  # type: ignore[arg-type]
    assert set(MEDIA_TYPES) < set(FORMATS)
