"""What a renderer reports, as the facts of the log: files by path, the film's overall progress, and floods of reports made few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.artifact import File
from models.attempt import Fact
from models.event import EventType
from videogen.errors.rendering import StageFailed
from videogen.pipeline.report import Report
from videogen.pipeline.stages import STAGE, STAGES

MERGE_S = 1 / 20
NOT_YET_COMPLETED = 0.999
FILE_FIELDS = ("media_type", "bytes", "sha256")


@dataclass
class Stage:
    """How far a stage is. `held` is the last of the reports that were merged, told at `reported_at` at the earliest."""

    name: str
    message: str
    fraction: float = 0.0
    held: Fact | None = None
    reported_at: float = 0.0
    started_at: float | None = None


class Progress:
    """One attempt's reports in, facts out. Times are monotonic seconds, given by the caller.

    A report that says the same as its stage's last one and only counts on is held back, so that a stage tells at most twenty a second,
    the last one always. One with a new message or of another type is never dropped, and comes after what its stage held.
    """

    def __init__(self, work: Path, now: float) -> None:
        self.heard_at = now
        self.last: Stage | None = None
        self._work = work
        self._stages = {info.name: Stage(info.name, info.label) for info in STAGES}
        self._ready: list[Fact] = []
        self.finished = False
        """Whether every stage has ended well: the video is complete, and all of its files were reported."""

    @property
    def fraction(self) -> float:
        """The whole film's progress: the stages' own, by weight. Below 1, which only task.completed may say."""
        return min(sum(STAGE[stage.name].weight * stage.fraction for stage in self._stages.values()), NOT_YET_COMPLETED)

    def take(self, report: Report, now: float) -> None:
        """Takes a report in. Raises StageFailed when it names a file outside of the work directory."""
        stage = self._stages[report.stage]
        self.heard_at, self.last = now, stage
        counts_on = report.type == "stage.progress" and report.message in (None, stage.message)
        if report.message is not None:
            stage.message = report.message
        if report.stage_progress is not None:
            stage.fraction = max(stage.fraction, report.stage_progress)
        if report.type == "stage.started":
            stage.started_at = now
        elif report.type in ("stage.completed", "stage.failed"):
            stage.started_at = None
        self.finished = self.finished or (report.type == "stage.completed" and report.stage == STAGES[-1].name)
        fact = self._fact(report, stage)
        if counts_on:
            stage.held = fact
        else:
            self._release(stage, now)
            self._ready.append(fact)
            stage.reported_at = now

    def due(self, now: float) -> list[Fact]:
        """What is to be told now, in order."""
        for stage in self._stages.values():
            if now >= stage.reported_at + MERGE_S:
                self._release(stage, now)
        return self._take_ready()

    def rest(self, now: float) -> list[Fact]:
        """All that was not told yet, before the end."""
        for stage in self._stages.values():
            self._release(stage, now)
        return self._take_ready()

    def due_at(self) -> float:
        """When something that is held back becomes due; infinity when nothing is."""
        return min((stage.reported_at + MERGE_S for stage in self._stages.values() if stage.held), default=float("inf"))

    def running(self) -> Sequence[Stage]:
        """The stages that have started and not ended."""
        return [stage for stage in self._stages.values() if stage.started_at is not None]

    def _release(self, stage: Stage, now: float) -> None:
        if stage.held:
            self._ready.append(stage.held)
            stage.held, stage.reported_at = None, now

    def _take_ready(self) -> list[Fact]:
        ready, self._ready = self._ready, []
        return ready

    def _fact(self, report: Report, stage: Stage) -> Fact:
        data = dict(report.data)
        files: Sequence[File] = ()
        if report.type == "scene.rendered":
            position = int(data["position"])
            files = tuple(self._file(file, position) for file in data.pop("files", ()))
        elif report.type == "artifact.created":
            files = (self._file(data, int(data.get("position", 0))),)
            data = {"kind": data["kind"]}
        return Fact(
            EventType(report.type),  # type: ignore[call-arg]  # looked up by its value
            stage=report.stage,
            stage_progress=None if report.stage_progress is None else stage.fraction,
            progress=self.fraction,
            message=stage.message,
            data=data,
            files=files,
        )

    def _file(self, described: Mapping[str, Any], position: int) -> File:
        path = self._work / described["file"]
        if not path.resolve().is_relative_to(self._work.resolve()):
            raise StageFailed(f"The renderer named a file outside of its work directory: {path.name}")
        return File(described["kind"], path, path.name, **{field: described[field] for field in FILE_FIELDS}, position=position)
