"""Exports: what becomes of a finished video in each format, by a task and on the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import av
import pytest

from models import task
from models.database import Store
from tests.conftest import Serve
from tests.processes.conftest import Workspace
from tests.support.completed_video import CHAPTERS, SECONDS, completed_video, write_video
from tests.support.process_state import until
from tests.support.task_moves import Moves
from videogen.errors.kinds import BadPayload
from videogen.kinds.export import EXPORT, FORMAT_LABELS, FORMATS, MEDIA_TYPES, missing_formats
from videogen.kinds.kind import AdmissionContext
from videogen.render import transcoder


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("video") / "video.mp4")


@pytest.mark.parametrize(
    ("format", "codecs", "chapters"),
    [
        ("webm", ["vp9", "opus"], True),
        ("mp4", ["h264", "aac"], True),
        ("gif", ["gif"], False),
        ("m4a", ["aac"], True),
        ("mp3", ["mp3float"], True),
    ],
)
def test_each_format_has_the_length_the_codecs_and_the_chapters(
    video: Path, tmp_path: Path, format: str, codecs: list[str], chapters: bool
) -> None:
    target, seen = tmp_path / f"export.{format}", [0.0]
    transcoder.convert(video, target, format, height=120 if "v" in codecs[0] or format == "mp4" else None, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] > 0.5
    assert abs(transcoder.length_of(target) - SECONDS) < 0.4
    with av.open(str(target)) as made:
        assert [stream.codec_context.name for stream in made.streams if stream.type in ("video", "audio")][: len(codecs)] == codecs
        if chapters:
            assert [chapter["metadata"]["title"] for chapter in made.chapters()] == [title for title, _, _ in CHAPTERS]
        if format in ("webm", "mp4"):
            assert (made.streams.video[0].width, made.streams.video[0].height) == (214, 120)
            frames = [frame.to_ndarray(format="rgb24") for frame in made.decode(video=0)]
            assert len(frames) >= 17
            assert frames[-1][60, 60:].max() > 200, "the box is still there at the end"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "avi"}, "payload.format"),
        ({"height": 121}, "payload.height"),
        ({"size": 3}, "payload.size"),
        ({"format": "mp3", "height": 240}, "payload.height"),
        ({"task": "waiting"}, "payload.task"),
    ],
    ids=str,
)
def test_export_that_cannot_be_is_refused_with_its_place(store: Store, video: Path, change: dict[str, object], path: str) -> None:
    content = {"task": completed_video(store, video), "format": "webm"} | change
    if content["task"] == "waiting":
        content["task"] = Moves(store).submit().id
    with pytest.raises(BadPayload) as refused:
        EXPORT.admission(EXPORT.check_payload(content), AdmissionContext(store))
    assert [diagnostic.path for diagnostic in refused.value.diagnostics] == [path]


def test_every_format_is_offered_and_can_be_made() -> None:
    assert set(FORMATS) == set(transcoder.TARGETS) | set(MEDIA_TYPES) == set(FORMAT_LABELS)


def test_video_is_exported_by_a_task_and_saved_under_its_title(workspace: Workspace, serve: Serve, video: Path) -> None:
    source = completed_video(workspace.store, video)
    server = serve()
    assert "WebM video" in server.client.get(f"/tasks/{source}").text
    made = server.client.post("/api/tasks", json={"kind": "export", "payload": {"task": source, "format": "webm"}}).json()
    assert (made["title"], made["made_from_task_id"], made["label"]) == ("Short (WebM)", source, "Queued")
    workspace.start(sys.executable, "-m", "tests.support.cold_worker")
    until(lambda: workspace.task(made["id"]).finished, within_s=180)
    shown = server.client.get(f"/api/tasks/{made['id']}").json()
    assert (shown["status"], shown["error"], shown["summary"]) == ("completed", None, "Your export is ready")
    (file,) = shown["artifacts"]
    answer = server.client.get(f"{file['url']}?download")
    assert answer.headers["Content-Type"] == "video/webm"
    assert 'filename="Short-WebM.webm"' in answer.headers["Content-Disposition"]
    assert len(answer.content) == file["bytes"]
    page = server.client.get(f"/tasks/{made['id']}").text
    assert f'href="{file["url"]}?download"' in page
    assert "<video" not in page


def test_export_of_a_video_that_was_deleted_meanwhile_fails_and_says_so(workspace: Workspace, video: Path) -> None:
    made = task.submit(workspace.store, kind="export", title="Gone", payload={"task": "0123456789abcdef", "format": "gif"}).id
    workspace.start(sys.executable, "-m", "tests.support.cold_worker")
    until(lambda: workspace.task(made).finished, within_s=180)
    ended = workspace.task(made)
    assert (ended.status, ended.error_code) == ("failed", "bad_payload")
    assert "not there any more" in (ended.error_message or "")


def test_formats_whose_extra_is_not_installed_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_formats() == set()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "fpdf" else name)
    assert missing_formats() == {"pdf"}
