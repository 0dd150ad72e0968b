"""What a renderer says while it works: small values that cross a pipe to the worker, which alone writes them down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ReportType = Literal[
    "stage.started",
    "stage.progress",
    "stage.completed",
    "stage.failed",
    "item.completed",
    "scene.rendered",
    "artifact.created",
    "task.warning",
]


@dataclass(frozen=True)
class Report:
    """One fact. `stage_progress` is 0..1, None where the report does not change it; `message` None keeps the last one.

    `data` is JSON. By type: `stage.completed` has {made, reused}, of `parsing` also {language}; `stage.progress` may have {done, of, ...};
    `item.completed` has {position, reused, ...}; `scene.rendered` has {position, of, kind, title, seconds, reused, files: [{kind, file,
    media_type, bytes, sha256}]}; `artifact.created` has {kind, file, media_type, bytes, sha256}, and a position if there are several of its
    kind; `task.warning` has {code, message, hint}. `file` is a path relative to the request's `work` directory.
    """

    type: ReportType
    stage: str
    stage_progress: float | None = None
    message: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


Send = Callable[[Report], None]
