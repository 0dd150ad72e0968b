"""Progress reports of a stage. A test needs only `Reporter("audio", reports.append)` with a list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import VideogenError
from videogen.errors.rendering import StageFailed
from videogen.pipeline.report import Report, ReportType, Send
from videogen.render.disk_errors import disk_full


@dataclass(frozen=True)
class StageWarning:
    """A problem that does not stop the video."""

    code: str
    message: str
    hint: str = ""
    line: int | None = None


@dataclass(frozen=True)
class PublishedFile:
    """A finished file below the request's work directory, for the caller to take away."""

    kind: str
    file: Path
    media_type: str


class Reporter:
    """Sends the reports of one stage, and counts what it made and reused for the last one."""

    def __init__(self, stage: str, send: Send, work: Path = Path()) -> None:
        self.stage = stage
        self.made = 0
        self.reused = 0
        self.fraction = 0.0
        self.outcome: dict[str, Any] = {}
        """More data of the last report of the stage."""
        self._send = send
        self._work = work

    def __call__(self, fraction: float | None = None, message: str | None = None, **data: Any) -> None:
        """Report progress. `fraction` of the stage, 0..1, never decreases; `message` stays until the next one: put counters into `data`."""
        if fraction is not None:
            self.fraction = max(self.fraction, min(1.0, fraction))
        self._send_report("stage.progress", message, data)

    def started(self, message: str) -> None:
        self._send_report("stage.started", message, {})

    def completed(self) -> None:
        self.fraction = 1.0
        self._send_report("stage.completed", None, {"made": self.made, "reused": self.reused, **self.outcome})

    def failed(self, error: dict[str, Any]) -> None:
        self._send_report("stage.failed", error["message"], error)

    def warn(self, warning: StageWarning) -> None:
        data = {"code": warning.code, "message": warning.message, "hint": warning.hint}
        self._send_report("task.warning", None, data if warning.line is None else data | {"line": warning.line})

    def scene_rendered(self, files: tuple[PublishedFile, ...], **data: Any) -> None:
        self._send_report("scene.rendered", None, data | {"files": [self._describe(file) for file in files]})

    def item_completed(self, **data: Any) -> None:
        self._send_report("item.completed", None, data)

    def artifact(self, file: PublishedFile, position: int = 0) -> None:
        self._send_report("artifact.created", None, self._describe(file) | ({"position": position} if position else {}))

    def _describe(self, file: PublishedFile) -> dict[str, Any]:
        with file.file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return {
            "kind": file.kind,
            "file": str(file.file.relative_to(self._work)),
            "media_type": file.media_type,
            "bytes": file.file.stat().st_size,
            "sha256": digest,
        }

    def _send_report(self, type_: ReportType, message: str | None, data: dict[str, Any]) -> None:
        progress = self.fraction if type_ in ("stage.started", "stage.progress", "stage.completed") else None
        self._send(Report(type_, self.stage, progress, message, data))


@contextmanager
def running_stage(name: str, label: str, send: Send, work: Path) -> Iterator[Reporter]:
    """Report the start and end of a stage, and turn any exception in it into one VideogenError and one report."""
    reporter = Reporter(name, send, work)
    reporter.started(label)
    try:
        yield reporter
    except Exception as error:
        failure = _failure(label, error)
        if "stage" not in failure.evidence:  # else a stage inside this one has said so
            failure.evidence["stage"] = name
            reporter.failed(failure.as_dict())
        if failure is error:
            raise
        raise failure from error
    reporter.completed()


def _failure(label: str, error: Exception) -> VideogenError:
    if isinstance(error, VideogenError):
        return error
    return disk_full(error) or StageFailed(f"{label} failed: {type(error).__name__}: {error}")


SILENT_REPORTER = Reporter("draft", lambda report: None)
"""For plans that nobody follows."""
