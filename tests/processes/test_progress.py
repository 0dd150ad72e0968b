from pathlib import Path

import pytest

from models.attempt import Fact
from models.event import EventType
from videogen.errors.rendering import StageFailed
from videogen.pipeline.report import Report
from videogen.pipeline.stages import STAGES
from videogen.processes.report_batcher import MERGE_S, Progress


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    return Progress(tmp_path, now=0.0)


def counting(fraction: float, message: str | None = None) -> Report:
    return Report("stage.progress", "video", fraction, message, {"fraction": fraction})


def told(facts: list[Fact]) -> list[tuple[float | None, str | None]]:
    return [(fact.stage_progress, fact.message) for fact in facts]


def test_a_flood_of_equal_messages_becomes_twenty_a_second_with_the_last_one_kept(progress: Progress) -> None:
    facts: list[Fact] = []
    for step in range(1, 10_001):
        progress.take(counting(step / 10_000, "Drawing scenes"), now=step / 1000)
        facts += progress.due(now=step / 1000)
    assert 180 <= len(facts) <= 10 / MERGE_S + 2
    assert told(facts + progress.rest(now=10.0))[-1] == (1.0, "Drawing scenes")


def test_the_last_of_a_flood_becomes_due_by_itself(progress: Progress) -> None:
    for fraction in (0.1, 0.2, 0.3):
        progress.take(counting(fraction, "Drawing scenes"), now=1.0)
    assert told(progress.due(1.0)) == [(0.1, "Drawing scenes")]
    assert progress.due_at() == 1.0 + MERGE_S
    assert told(progress.due(1.0 + MERGE_S)) == [(0.3, "Drawing scenes")]
    assert progress.due_at() == float("inf")


def test_a_new_message_is_never_dropped_and_comes_after_what_was_held(progress: Progress) -> None:
    progress.take(counting(0.1, "Drawing scenes"), now=0.0)
    progress.take(counting(0.2), now=0.0)
    progress.take(counting(0.3, "Joining"), now=0.0)
    progress.take(counting(0.4, "Checking"), now=0.0)
    assert told(progress.due(0.0)) == [(0.1, "Drawing scenes"), (0.2, "Drawing scenes"), (0.3, "Joining"), (0.4, "Checking")]


def test_what_is_no_mere_progress_is_told_at_once(progress: Progress) -> None:
    for type_ in ("stage.started", "task.warning", "stage.failed", "stage.completed"):
        progress.take(Report(type_, "video"), now=0.0)  # type: ignore[arg-type]
    assert [fact.type for fact in progress.due(0.0)] == ["stage.started", "task.warning", "stage.failed", "stage.completed"]


def test_overall_progress_follows_the_weights_never_goes_back_and_stays_below_one(progress: Progress) -> None:
    seen = [0.0]
    for stage in STAGES:
        for type_, fraction in (("stage.started", 0.0), ("stage.progress", 0.5), ("stage.progress", 0.2), ("stage.completed", 1.0)):
            progress.take(Report(type_, stage.name, fraction, f"{type_} {fraction}"), now=0.0)  # type: ignore[arg-type]
            seen.append(progress.fraction)
    assert seen == sorted(seen)
    assert 0.99 < seen[-1] < 1.0


def test_stages_that_overlap_count_both_and_keep_their_own_messages(progress: Progress) -> None:
    progress.take(Report("stage.progress", "audio", 1.0, "Speaking the narration"), now=0.0)
    progress.take(Report("stage.progress", "video", 0.5, "Drawing scenes"), now=0.0)
    progress.take(Report("task.warning", "audio"), now=0.0)
    assert [(fact.stage, fact.message) for fact in progress.due(0.0)] == [
        ("audio", "Speaking the narration"),
        ("video", "Drawing scenes"),
        ("audio", "Speaking the narration"),
    ]
    assert progress.fraction == pytest.approx(0.25 + 0.3)


def test_a_stage_that_says_nothing_yet_is_called_by_its_label(progress: Progress) -> None:
    progress.take(Report("stage.started", "video", 0.0), now=0.0)
    assert progress.due(0.0)[0].message == "Drawing"


def test_files_of_scenes_and_of_the_film_are_published_by_their_names(progress: Progress, tmp_path: Path) -> None:
    described = {"media_type": "image/png", "bytes": 4, "sha256": "00"}
    progress.take(Report("scene.rendered", "video", data={"position": 3, "files": [{"kind": "scene", "file": "out/3.png"} | described]}), 0)
    progress.take(Report("artifact.created", "output", data={"kind": "video", "file": "out/film.mp4"} | described), 0)
    scene, film = progress.due(0.0)
    assert [(file.kind, file.position, file.path, file.name) for file in scene.files] == [("scene", 3, tmp_path / "out/3.png", "3.png")]
    assert [(file.kind, file.position, file.path) for file in film.files] == [("video", 0, tmp_path / "out/film.mp4")]
    assert (scene.type, scene.data) == (EventType.SCENE_RENDERED, {"position": 3})
    assert film.data == {"kind": "video"}


@pytest.mark.parametrize("name", ["../other/film.mp4", "/etc/passwd"])
def test_a_file_outside_of_the_work_directory_is_refused(progress: Progress, name: str) -> None:
    with pytest.raises(StageFailed, match="outside"):
        progress.take(Report("artifact.created", "output", data={"kind": "video", "file": name}), 0)
