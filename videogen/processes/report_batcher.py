"""Turns a renderer's reports into facts for the log: resolves files, adds up the progress, and merges frequent progress reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from models.artifact import File
from models.attempt import BELOW_ONE, Fact
from models.event import EventType
from videogen.errors.rendering import StageFailed
from videogen.pipeline.report import Report, ReportType
from videogen.pipeline.stages import StageInfo

REPORT_TYPES = frozenset(get_args(ReportType))
MERGE_INTERVAL_S = 1 / 20
MAX_POSITION = 1_000_000
MAX_BYTES = 2**53


@dataclass
class StageState:
    """How far a stage is. `pending` is the latest of its merged progress reports, and `released_at` when it last gave a fact."""

    name: str
    label: str
    weight: float
    message: str
    fraction: float = 0.0
    pending: Fact | None = None
    released_at: float = 0.0
    started_at: float | None = None


class ReportBatcher:
    """Takes the reports of one attempt and returns facts in batches. `stages` are those of the task's kind.

    Times are monotonic seconds that the caller gives.

    Progress reports with the same message as the one before are merged: at most twenty a second per stage, and always the last.
    Reports of another type or with a new message are never dropped; they follow what their stage has pending.
    """

    def __init__(self, work: Path, now: float, stages: Sequence[StageInfo]) -> None:
        self.last_report_at = now
        self.last_stage: StageState | None = None
        """The stage that reported last."""
        self.finished = False
        """Whether the last stage has completed: the result and all its files were reported."""
        self._work = work
        self._stages = {info.name: StageState(info.name, info.label, info.weight, info.label) for info in stages}
        self._last_stage = stages[-1].name
        self._ready: list[Fact] = []

    @property
    def fraction(self) -> float:
        """The progress of the whole task: the stages' fractions by weight. Below 1, which only task.completed says."""
        return min(sum(stage.weight * stage.fraction for stage in self._stages.values()), BELOW_ONE)

    def add(self, report: Report, now: float) -> None:
        """Add a report.

        Raises StageFailed if a stage or type is unknown, its data are not as `Report` describes them, or it names what is no file of the
        work directory.
        """
        stage = self._stages.get(report.stage)
        if stage is None or report.type not in REPORT_TYPES:
            raise StageFailed(f"The renderer sent a report {report.type[:40]!r} of the stage {report.stage[:40]!r}, which is unknown.")
        self.last_report_at, self.last_stage = now, stage
        can_merge = report.type == "stage.progress" and report.message in (None, stage.message)
        if report.message is not None:
            stage.message = report.message
        if report.stage_progress is not None:
            stage.fraction = max(stage.fraction, min(report.stage_progress, 1.0))
        if report.type == "stage.started":
            stage.started_at = now
        elif report.type in ("stage.completed", "stage.failed"):
            stage.started_at = None
        self.finished = self.finished or (report.type == "stage.completed" and report.stage == self._last_stage)
        fact = self._fact(report, stage)
        if can_merge:
            stage.pending = fact
        else:
            self._release(stage, now)
            self._ready.append(fact)
            stage.released_at = now

    def take_due(self, now: float) -> list[Fact]:
        """Remove and return the facts that are due now, in order."""
        for stage in self._stages.values():
            if now >= stage.released_at + MERGE_INTERVAL_S:
                self._release(stage, now)
        return self._take_ready()

    def take_all(self, now: float) -> list[Fact]:
        """Remove and return all facts, due or not: the attempt ends."""
        for stage in self._stages.values():
            self._release(stage, now)
        return self._take_ready()

    def due_at(self) -> float:
        """Return when the next pending fact becomes due; infinity without one."""
        pending = (stage.released_at + MERGE_INTERVAL_S for stage in self._stages.values() if stage.pending)
        return min(pending, default=float("inf"))

    def running(self) -> Sequence[StageState]:
        """Return the stages that have started and not ended."""
        return [stage for stage in self._stages.values() if stage.started_at is not None]

    def _release(self, stage: StageState, now: float) -> None:
        if stage.pending:
            self._ready.append(stage.pending)
            stage.pending, stage.released_at = None, now

    def _take_ready(self) -> list[Fact]:
        ready, self._ready = self._ready, []
        return ready

    def _fact(self, report: Report, stage: StageState) -> Fact:
        data = dict(report.data)
        files: Sequence[File] = ()
        try:
            if report.type == "scene.rendered":
                position = _position(data["position"])
                files = tuple(self._file(file, position) for file in data.pop("files", ()))
            elif report.type == "artifact.created":
                files = (self._file(data, _position(data.get("position", 0))),)
                data = {name: data[name] for name in ("kind", "position") if name in data}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StageFailed(f"The renderer sent a report {report.type} whose data cannot be read.") from error
        return Fact(
            EventType(report.type),  # type: ignore[call-arg]  # looked up by its value
            stage=report.stage,
            stage_progress=None if report.stage_progress is None else stage.fraction,
            progress=self.fraction,
            message=stage.message,
            data=data,
            files=files,
        )

    def _file(self, fields: Mapping[str, Any], position: int) -> File:
        path = self._work / fields["file"]
        if not path.resolve().is_relative_to(self._work.resolve()):
            raise StageFailed(f"The renderer named a file outside of its work directory: {path.name}")
        if path.is_symlink() or not path.is_file():
            raise StageFailed(f"The renderer named a file that is none: {path.name}")
        texts = {name: fields[name] for name in ("kind", "media_type", "sha256")}
        size = fields["bytes"]
        if not all(type(text) is str for text in texts.values()) or type(size) is not int or not 0 <= size < MAX_BYTES:
            raise ValueError("not the fields of a file")
        return File(path=path, name=path.name, bytes=size, position=position, **texts)


def _position(value: object) -> int:
    """Return the position of a scene. Raises ValueError for anything else."""
    if type(value) is not int or not 0 <= value <= MAX_POSITION:
        raise ValueError("not a position")
    return value
