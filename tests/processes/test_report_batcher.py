from pathlib import Path
from typing import Literal

import pytest

from models.attempt import Fact
from models.event import EventType
from videogen.errors.rendering import StageFailed
from videogen.pipeline.report import Report
from videogen.pipeline.stages import STAGES
from videogen.processes.report_batcher import MERGE_INTERVAL_S, ReportBatcher


@pytest.fixture
def batcher(tmp_path: Path) -> ReportBatcher:
    return ReportBatcher(tmp_path, 0.0, STAGES)


def progress_report(fraction: float, message: str | None = None) -> Report:
    return Report("stage.progress", "video", fraction, message, {"fraction": fraction})


def progress_of(facts: list[Fact]) -> list[tuple[float | None, str | None]]:
    return [(fact.stage_progress, fact.message) for fact in facts]


def test_a_flood_of_equal_messages_becomes_twenty_a_second_with_the_last_one(batcher: ReportBatcher) -> None:
    facts: list[Fact] = []
    for step in range(1, 10_001):
        batcher.add(progress_report(step / 10_000, "Drawing scenes"), now=step / 1000)
        facts += batcher.take_due(now=step / 1000)
    assert 180 <= len(facts) <= 10 / MERGE_INTERVAL_S + 2
    assert progress_of(facts + batcher.take_all(now=10.0))[-1] == (1.0, "Drawing scenes")


def test_the_last_of_a_flood_becomes_due_by_itself(batcher: ReportBatcher) -> None:
    for fraction in (0.1, 0.2, 0.3):
        batcher.add(progress_report(fraction, "Drawing scenes"), now=1.0)
    assert progress_of(batcher.take_due(1.0)) == [(0.1, "Drawing scenes")]
    assert batcher.due_at() == 1.0 + MERGE_INTERVAL_S
    assert progress_of(batcher.take_due(1.0 + MERGE_INTERVAL_S)) == [(0.3, "Drawing scenes")]
    assert batcher.due_at() == float("inf")


def test_a_new_message_is_never_dropped_and_follows_what_is_pending(batcher: ReportBatcher) -> None:
    batcher.add(progress_report(0.1, "Drawing scenes"), now=0.0)
    batcher.add(progress_report(0.2), now=0.0)
    batcher.add(progress_report(0.3, "Joining"), now=0.0)
    batcher.add(progress_report(0.4, "Checking"), now=0.0)
    assert progress_of(batcher.take_due(0.0)) == [(0.1, "Drawing scenes"), (0.2, "Drawing scenes"), (0.3, "Joining"), (0.4, "Checking")]


def test_reports_of_other_types_are_due_at_once(batcher: ReportBatcher) -> None:
    for type_ in ("stage.started", "task.warning", "stage.failed", "stage.completed"):
        batcher.add(Report(type_, "video"), now=0.0)
    assert [fact.type for fact in batcher.take_due(0.0)] == ["stage.started", "task.warning", "stage.failed", "stage.completed"]


def test_overall_progress_follows_the_weights_never_goes_back_and_stays_below_one(batcher: ReportBatcher) -> None:
    seen = [0.0]
    for stage in STAGES:
        for type_, fraction in (("stage.started", 0.0), ("stage.progress", 0.5), ("stage.progress", 0.2), ("stage.completed", 1.0)):
            batcher.add(Report(type_, stage.name, fraction, f"{type_} {fraction}"), now=0.0)  # type: ignore[arg-type]
            seen.append(batcher.fraction)
    assert seen == sorted(seen)
    assert 0.99 < seen[-1] < 1.0


def test_stages_that_overlap_count_both_and_keep_their_own_messages(batcher: ReportBatcher) -> None:
    batcher.add(Report("stage.progress", "audio", 1.0, "Speaking the narration"), now=0.0)
    batcher.add(Report("stage.progress", "video", 0.5, "Drawing scenes"), now=0.0)
    batcher.add(Report("task.warning", "audio"), now=0.0)
    assert [(fact.stage, fact.message) for fact in batcher.take_due(0.0)] == [
        ("audio", "Speaking the narration"),
        ("video", "Drawing scenes"),
        ("audio", "Speaking the narration"),
    ]
    assert batcher.fraction == pytest.approx(0.25 + 0.3)


def test_a_stage_without_a_message_is_called_by_its_label(batcher: ReportBatcher) -> None:
    batcher.add(Report("stage.started", "video", 0.0), now=0.0)
    assert batcher.take_due(0.0)[0].message == "Drawing"


def test_files_of_scenes_and_of_the_video_are_published_by_their_names(batcher: ReportBatcher, tmp_path: Path) -> None:
    fields = {"media_type": "image/png", "bytes": 4, "sha256": "00"}
    (tmp_path / "out").mkdir()
    for name in ("3.png", "film.mp4"):
        (tmp_path / "out" / name).write_bytes(b"data")
    batcher.add(Report("scene.rendered", "video", data={"position": 3, "files": [{"kind": "scene", "file": "out/3.png"} | fields]}), 0)
    batcher.add(Report("artifact.created", "output", data={"kind": "video", "file": "out/film.mp4"} | fields), 0)
    scene, video = batcher.take_due(0.0)
    assert [(file.kind, file.position, file.path, file.name) for file in scene.files] == [("scene", 3, tmp_path / "out/3.png", "3.png")]
    assert [(file.kind, file.position, file.path) for file in video.files] == [("video", 0, tmp_path / "out/film.mp4")]
    assert (scene.type, scene.data) == (EventType.SCENE_RENDERED, {"position": 3})
    assert video.data == {"kind": "video"}


@pytest.mark.parametrize("name", ["../other/film.mp4", "/etc/passwd"])
def test_a_file_outside_of_the_work_directory_is_refused(batcher: ReportBatcher, name: str) -> None:
    with pytest.raises(StageFailed, match="outside"):
        batcher.add(Report("artifact.created", "output", data={"kind": "video", "file": name}), 0)


FIELDS = {"kind": "video", "file": "film.mp4", "media_type": "video/mp4", "bytes": 4, "sha256": "00"}


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("scene.rendered", {}),
        ("scene.rendered", {"position": "1"}),
        ("scene.rendered", {"position": -1}),
        ("scene.rendered", {"position": 2**70}),
        ("scene.rendered", {"position": 1, "files": 5}),
        ("scene.rendered", {"position": 1, "files": ["film.mp4"]}),
        ("scene.rendered", {"position": 1, "files": [FIELDS | {"bytes": "4"}]}),
        ("artifact.created", {}),
        ("artifact.created", FIELDS | {"file": None}),
        ("artifact.created", FIELDS | {"file": "fi\0lm.mp4"}),
        ("artifact.created", FIELDS | {"file": "missing.mp4"}),
        ("artifact.created", FIELDS | {"file": "directory"}),
        ("artifact.created", FIELDS | {"file": "."}),
        ("artifact.created", FIELDS | {"file": "link"}),
        ("artifact.created", FIELDS | {"kind": ["video"]}),
        ("artifact.created", FIELDS | {"bytes": 2**70}),
        ("artifact.created", FIELDS | {"bytes": True}),
        ("artifact.created", FIELDS | {"sha256": 5}),
    ],
)
def test_a_report_whose_data_cannot_be_read_is_an_error_of_its_attempt(
    batcher: ReportBatcher, tmp_path: Path, type_: Literal["scene.rendered", "artifact.created"], data: dict[str, object]
) -> None:
    (tmp_path / "film.mp4").write_bytes(b"data")
    (tmp_path / "directory").mkdir()
    (tmp_path / "link").symlink_to("film.mp4")
    with pytest.raises(StageFailed):
        batcher.add(Report(type_, "video", data=data), 0)
