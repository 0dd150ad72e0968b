import errno
import hashlib
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any, Never

import av
import numpy as np
import pysubs2
import pytest

from models.errors import DiskFull
from tests.support.short_video import SCRIPT, RenderResult, run
from videogen.errors.rendering import LanguageNotSpoken, StageFailed, VideoDamaged, VoiceUnavailable
from videogen.errors.script import BadScript, EmptyScript, UnknownFormat
from videogen.pipeline import audio, output, video_stage
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.runner import render_video, shrink_cache
from videogen.pipeline.stages import STAGES
from videogen.render import thumbnail
from videogen.render.forked import ForkedWorker
from videogen.voices.loudness import measure


def sound_of(file: Path) -> np.ndarray:
    with av.open(str(file)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def hashes(made: RenderResult) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in made.out.iterdir()}


def test_script_becomes_a_video_with_all_that_belongs_to_it(video: RenderResult) -> None:
    published = {report.data["kind"]: video.request.work / report.data["file"] for report in video.of("artifact.created")}
    assert set(published) == {"video", "captions_vtt", "captions_srt", "transcript", "metadata", "thumbnail"}
    for report in video.of("artifact.created"):
        content = (video.request.work / report.data["file"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (report.data["bytes"], report.data["sha256"])
    with av.open(str(published["video"])) as container:
        assert {stream.type for stream in container.streams} >= {"video", "audio", "subtitle"}
        assert (container.streams.video[0].width, container.streams.video[0].height) == (426, 240)


def test_stages_start_and_complete_in_order(video: RenderResult) -> None:
    started = [report.stage for report in video.of("stage.started")]
    assert sorted(started) == sorted(stage.name for stage in STAGES)
    assert started[:3] == ["input", "parsing", "narration"] and started[-1] == "output"
    assert {report.stage for report in video.of("stage.completed")} == set(started)
    assert video.reports[-1].type == "stage.completed" and video.reports[-1].stage == "output"
    assert not video.of("stage.failed")


def test_progress_of_a_stage_never_goes_back(video: RenderResult) -> None:
    for stage in STAGES:
        fractions = [report.stage_progress for report in video.reports if report.stage == stage.name and report.stage_progress is not None]
        assert fractions == sorted(fractions)
        assert fractions[0] == 0.0 and fractions[-1] == 1.0


def test_messages_carry_no_counters(video: RenderResult) -> None:
    assert not [report.message for report in video.reports if report.message and any(map(str.isdigit, report.message))]


def test_drawing_starts_before_all_is_spoken(tmp_path: Path) -> None:
    long = "# Title\n\n" + "\n\n".join(f"## Part {n}\n\nThis is the sentence of part {n}. It has a second one too." for n in range(6))
    made = run(tmp_path / "work", tmp_path / "cache", long)
    types = [(report.type, report.stage) for report in made.reports]
    assert types.index(("stage.progress", "video")) < types.index(("stage.completed", "audio"))


def test_every_scene_is_reported_once_with_its_picture_and_its_segment(video: RenderResult) -> None:
    rendered = video.of("scene.rendered")
    scenes = video.metadata["scenes"]
    assert sorted(report.data["position"] for report in rendered) == [scene["position"] for scene in scenes]
    for report in rendered:
        assert report.data["of"] == len(scenes)
        assert {file["kind"] for file in report.data["files"]} == {"scene", "scene_picture"}
        assert all((video.request.work / file["file"]).stat().st_size == file["bytes"] for file in report.data["files"])


def test_scenes_and_video_are_as_long_as_the_metadata_says(video: RenderResult) -> None:
    metadata = video.metadata
    end = 0.0
    for scene in metadata["scenes"]:
        assert scene["start"] == pytest.approx(end, abs=1e-5)
        end = scene["start"] + scene["duration_s"]
        assert round(scene["duration_s"] * metadata["fps"], 3) % 16 == 0
        with av.open(str(video.out / f"scene-{scene['position']}.mp4")) as container:
            for stream in (container.streams.video[0], container.streams.audio[0]):
                assert float(stream.duration * stream.time_base) == pytest.approx(scene["duration_s"], abs=0.002)  # type: ignore[operator]
    assert metadata["duration_s"] == pytest.approx(end, abs=1e-5)
    assert len(sound_of(video.out / "video.mp4")) == round(end * 48_000)


def test_narration_is_heard_where_the_metadata_says(video: RenderResult) -> None:
    samples = sound_of(video.out / "video.mp4")
    checked = 0
    for scene in video.metadata["scenes"]:
        first, last = (round(at * 48_000) for at in (scene["start"], scene["start"] + scene["duration_s"]))
        loud = np.flatnonzero(np.abs(samples[first:last]) > 0.01) / 48_000 + scene["start"]
        if scene["narration_start"] is None:
            assert not len(loud)
            continue
        assert scene["narration_start"] == pytest.approx(scene["start"] + scene["lead_in_s"], abs=1e-5)
        assert loud[0] == pytest.approx(scene["narration_start"], abs=0.05)
        assert loud[-1] == pytest.approx(scene["sentences"][-1]["end"], abs=0.12)
        checked += 1
    assert checked >= 3


def test_video_is_as_loud_as_broadcasters_ask(video: RenderResult) -> None:
    loudness = measure(sound_of(video.out / "video.mp4"))
    assert loudness.integrated == pytest.approx(-16.0, abs=1.0)
    assert loudness.true_peak <= -1.0


def test_captions_are_the_sentences_in_their_time(video: RenderResult) -> None:
    vtt = (video.out / "captions.vtt").read_text()
    assert "It shows what is said." in vtt
    sentence = next(one for scene in video.metadata["scenes"] for one in scene["sentences"] if one["text"] == "It shows what is said.")
    read = pysubs2.SSAFile.from_string(vtt, format_="vtt")
    cue = next(cue for cue in read if "It shows what is said." in cue.plaintext.replace("\n", " "))
    assert cue.start <= sentence["start"] * 1000 + 1 and sentence["end"] * 1000 - 1 <= cue.end <= cue.start + 7001
    assert vtt.startswith("WEBVTT\nKind: captions\nLanguage: en\n\n")


def test_code_is_shown_and_not_read(video: RenderResult) -> None:
    assert "code" in {scene["kind"] for scene in video.metadata["scenes"]}
    assert "never read aloud" not in (video.out / "transcript.txt").read_text()


def test_second_time_nothing_is_made_again_and_the_video_is_the_same(video: RenderResult, tmp_path: Path) -> None:
    again = run(tmp_path / "work", video.request.cache)
    for stage in ("audio", "video"):
        made, reused = again.counts(stage)
        assert (made, reused) == (0, sum(video.counts(stage)))
    assert all(report.data["reused"] for report in again.of("scene.rendered"))
    one, other = hashes(video), hashes(again)
    assert one.pop("thumbnail.jpg") and other.pop("thumbnail.jpg")
    assert one == other


def test_same_script_gives_the_same_bytes_without_a_cache_too(video: RenderResult, tmp_path: Path) -> None:
    again = run(tmp_path / "work", tmp_path / "cache", render_processes=1)
    assert again.counts("video")[1] == 0
    assert hashes(again)["video.mp4"] == hashes(video)["video.mp4"]


def test_changed_scene_is_made_again_and_the_one_that_comes_in_over_it(video: RenderResult, tmp_path: Path) -> None:
    again = run(tmp_path / "work", video.request.cache, SCRIPT.replace("The second point", "Another point"))
    assert again.counts("video")[0] == 2
    assert again.counts("audio")[0] == 1


def test_a_line_put_in_above_makes_nothing_again(video: RenderResult, tmp_path: Path) -> None:
    again = run(tmp_path / "work", video.request.cache, SCRIPT.replace("# A short film", "\n\n# A short film"))
    assert again.counts("video")[0] == 0


def test_nothing_is_left_in_the_work_directory_but_what_is_published(video: RenderResult) -> None:
    assert [path.name for path in video.request.work.iterdir()] == ["out"]
    described = {report.data["file"] for report in video.of("artifact.created")}
    described |= {file["file"] for report in video.of("scene.rendered") for file in report.data["files"]}
    assert {str(path.relative_to(video.request.work)) for path in video.out.iterdir()} == described


def test_publishing_takes_files_away_while_the_video_is_made(tmp_path: Path) -> None:
    """Whoever ordered moves each file as soon as it is reported; the video must not need it any more."""
    request = RenderRequest(SCRIPT, tmp_path / "work", tmp_path / "cache", options={"height": 240}, voice="none", thumbnail_s=60.0)
    taken: list[Any] = []

    def take(report: Any) -> None:
        for file in (report.data,) if report.type == "artifact.created" else report.data.get("files", ()):
            (request.work / file["file"]).replace(tmp_path / f"taken-{len(taken)}")
            taken.append(file["kind"])

    render_video(request, take)
    assert {"video", "thumbnail", "scene", "scene_picture"} <= set(taken)


def test_silent_video_has_scenes_as_long_as_their_words(tmp_path: Path) -> None:
    made = run(tmp_path / "work", tmp_path / "cache", voice="none")
    assert not np.abs(sound_of(made.out / "video.mp4")).max() > 0.001
    scenes = {scene["title"]: scene for scene in made.metadata["scenes"]}
    assert scenes["What it shows"]["sentences"]


@pytest.mark.parametrize(
    ("source", "values", "error", "stage"),
    [
        (" \n", {}, EmptyScript, "parsing"),
        ("title: [", {"format": "yaml"}, BadScript, "parsing"),
        ("# A", {"format": "docx"}, UnknownFormat, "parsing"),
        ("# Hallo", {"options": {"voice": "hibari", "language": "de"}}, LanguageNotSpoken, "audio"),
    ],
)
def test_failure_is_one_report_and_one_error(tmp_path: Path, source: str, values: dict[str, Any], error: type, stage: str) -> None:
    reports: list[Any] = []
    request = RenderRequest(source, tmp_path / "work", tmp_path / "cache", **values)
    with pytest.raises(error) as caught:
        render_video(request, reports.append)
    (failed,) = [report for report in reports if report.type == "stage.failed"]
    assert failed.stage == stage == caught.value.evidence["stage"]  # type: ignore[attr-defined]
    assert failed.data == caught.value.as_dict()  # type: ignore[attr-defined]


def test_voice_that_is_not_there_is_an_error_with_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(VoiceUnavailable) as caught:
        run(tmp_path / "work", tmp_path / "cache", voice="espeak")
    assert "none" in caught.value.hint


def test_killed_render_process_is_an_error_that_says_which_scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(job: Any, progress: Any) -> Any:
        if job.scene.kind == "list":
            os.kill(os.getpid(), signal.SIGKILL)
        return rendered(job, progress)

    rendered = video_stage.render  # type: ignore[attr-defined]
    monkeypatch.setattr(video_stage, "render", killed)
    with pytest.raises(StageFailed, match=r"scene \d+ \(list\).*SIGKILL") as caught:
        run(tmp_path / "work", tmp_path / "cache", voice="none", render_processes=1)
    assert caught.value.evidence["stage"] == "video" and "memory" in caught.value.hint
    monkeypatch.undo()
    again = run(tmp_path / "again", tmp_path / "cache", voice="none")
    assert again.counts("video")[1] >= 1  # what was finished was kept


def test_render_process_that_is_killed_with_nothing_to_do_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Taken(ForkedWorker[Any, Any]):
        def is_alive(self) -> bool:
            os.kill(self.pid, signal.SIGKILL)
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            return super().is_alive()

    monkeypatch.setattr(video_stage, "ForkedWorker", Taken)
    made = run(tmp_path / "work", tmp_path / "cache", voice="none", render_processes=1)
    assert made.counts("video")[0] >= 3


def test_picture_that_can_no_longer_be_read_tells_its_scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(job: Any, progress: Any) -> Never:
        raise BadScript("tea.jpg: The picture cannot be read.")

    monkeypatch.setattr(video_stage, "render", unreadable)
    with pytest.raises(BadScript) as caught:
        run(tmp_path / "work", tmp_path / "cache", voice="none", render_processes=1)
    assert caught.value.evidence["position"] == 1


def test_fault_in_a_drawing_names_the_scene_and_keeps_the_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_stage, "render", lambda job, progress: 1 // 0)
    with pytest.raises(StageFailed, match=r"Scene \d+ \(\w+\) could not be drawn: ZeroDivisionError") as caught:
        run(tmp_path / "work", tmp_path / "cache", voice="none")
    assert "Traceback" in caught.value.evidence["trace"]


def test_full_disk_is_told_apart_wherever_it_is_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for module, name in ((video_stage, "render"), (audio, "write_wav"), (output, "join")):
        with monkeypatch.context() as patched, pytest.raises(DiskFull):
            patched.setattr(module, name, full)
            run(tmp_path / name, tmp_path / "cache", voice="none")


def test_hanging_thumbnail_is_a_warning_and_the_video_is_complete(
    video: RenderResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnail, "draw", lambda *_: time.sleep(600))
    shutil.rmtree(video.request.cache / "thumbnail")  # else it is found there
    made = run(tmp_path / "work", video.request.cache, thumbnail_s=1.0)
    (warning,) = made.of("task.warning")
    assert warning.data["code"] == "thumbnail_failed" and "longer than 1 s" in warning.data["message"]
    assert "thumbnail" not in {report.data["kind"] for report in made.of("artifact.created")}
    assert hashes(made)["video.mp4"] == hashes(video)["video.mp4"]


@pytest.mark.parametrize("remaining", [0, 100, -3000])
def test_damaged_video_takes_its_scenes_out_of_the_cache(tmp_path: Path, remaining: int) -> None:
    short = {"source": "# A title\n", "voice": "none"}
    first = run(tmp_path / "one", tmp_path / "cache", **short)
    (victim, *_) = sorted((tmp_path / "cache" / "segment").rglob("*.mp4"))
    victim.write_bytes(victim.read_bytes()[:remaining])
    with pytest.raises(VideoDamaged):
        run(tmp_path / "two", tmp_path / "cache", **short)
    third = run(tmp_path / "three", tmp_path / "cache", **short)
    assert hashes(third)["video.mp4"] == hashes(first)["video.mp4"]


def test_cache_is_kept_to_its_size(tmp_path: Path) -> None:
    made = run(tmp_path / "work", tmp_path / "cache", voice="none")
    shrink_cache(tmp_path / "cache", 0)
    left = {path.suffix for path in (tmp_path / "cache").rglob("*") if path.is_file()}
    assert left <= {".mp4", ".png", ".jpg"}  # the scenes' files are still somebody's result; the sound is nobody's
    assert made.metadata["scenes"]


def test_order_survives_its_way_through_a_pipe(tmp_path: Path) -> None:
    files = {"a.png": tmp_path / "a"}
    request = RenderRequest("# Ü\n", tmp_path / "w", tmp_path / "c", "markdown", {"height": 240}, files, 3, 10, 1.5, "none", "slate")
    assert RenderRequest.from_json(request.to_json()) == request


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ({"fps": 24, "aspect": "9:16", "motion": "none"}, (240, 426)),
        ({"fps": 60, "aspect": "1:1", "cfr": True, "lead_in_s": 0.0}, (240, 240)),
    ],
)
def test_video_of_any_shape_and_rate_is_whole(tmp_path: Path, options: dict[str, object], size: tuple[int, int]) -> None:
    made = run(tmp_path / "work", tmp_path / "cache", "# A title\n\n## A heading\n\nSome words.\n", voice="none", options=options)
    metadata = made.metadata
    with av.open(str(made.out / "video.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == size
        assert float(stream.duration * stream.time_base) == pytest.approx(metadata["duration_s"], abs=0.002)  # type: ignore[operator]
        if options.get("cfr"):
            assert stream.frames == round(metadata["duration_s"] * metadata["fps"])
    assert len(sound_of(made.out / "video.mp4")) == round(metadata["duration_s"] * 48_000)
