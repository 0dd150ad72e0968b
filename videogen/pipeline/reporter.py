"""How a stage says how far it is. For a test, `Reporter("audio", reports.append)` with a list is all there is to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from videogen.pipeline.report import Report, ReportType, Send


@dataclass(frozen=True)
class StageWarning:
    """Something that the film goes on without."""

    code: str
    message: str
    hint: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Published:
    """A finished file below the request's work directory, for the caller to take away."""

    kind: str
    file: Path
    media_type: str


class Reporter:
    """The reports of one stage. It counts what was made and what was found ready, for the stage's last report."""

    def __init__(self, stage: str, send: Send, work: Path = Path()) -> None:
        self.stage = stage
        self.made = 0
        self.reused = 0
        self.fraction = 0.0
        self.outcome: dict[str, Any] = {}
        """What else the stage's last report tells."""
        self._send = send
        self._work = work

    def __call__(self, fraction: float | None = None, message: str | None = None, **data: Any) -> None:
        """The stage's own fraction, 0..1; it never goes back. A message stays until the next one, so it has no counters: `data` has."""
        if fraction is not None:
            self.fraction = max(self.fraction, min(1.0, fraction))
        self._say("stage.progress", message, data)

    def started(self, message: str) -> None:
        self._say("stage.started", message, {})

    def completed(self) -> None:
        self.fraction = 1.0
        self._say("stage.completed", None, {"made": self.made, "reused": self.reused, **self.outcome})

    def failed(self, error: dict[str, Any]) -> None:
        self._say("stage.failed", error["message"], error)

    def warn(self, warning: StageWarning) -> None:
        data = {"code": warning.code, "message": warning.message, "hint": warning.hint}
        self._say("task.warning", None, data if warning.line is None else data | {"line": warning.line})

    def scene_rendered(self, files: tuple[Published, ...], **data: Any) -> None:
        self._say("scene.rendered", None, data | {"files": [self._described(file) for file in files]})

    def artifact(self, file: Published) -> None:
        self._say("artifact.created", None, self._described(file))

    def _described(self, file: Published) -> dict[str, Any]:
        with file.file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return {
            "kind": file.kind,
            "file": str(file.file.relative_to(self._work)),
            "media_type": file.media_type,
            "bytes": file.file.stat().st_size,
            "sha256": digest,
        }

    def _say(self, type_: ReportType, message: str | None, data: dict[str, Any]) -> None:
        progress = self.fraction if type_ in ("stage.started", "stage.progress", "stage.completed") else None
        self._send(Report(type_, self.stage, progress, message, data))
