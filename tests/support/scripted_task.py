"""A video whose every step is told by the test: a worker of this process, on the server's store."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from models import attempt, task, worker
from models.artifact import File
from models.attempt import Fact
from models.database import Store
from models.errors import VideogenError
from models.event import EventType
from models.task import Task

LEASE_S = 600
METADATA = {
    "scenes": [
        {"position": 1, "title": "The first", "start": 0, "duration_s": 1},
        {"position": 2, "title": "The second", "start": 1, "duration_s": 2},
    ],
    "chapters": [{"title": "Beginning", "start": 0, "end": 1}, {"title": "End", "start": 1, "end": 3}],
}


class ScriptedTask:
    """One task, submitted; `start` begins an attempt, each further step is one event (or a few)."""

    def __init__(self, store: Store, title: str = "A film", source: str = "# A film\n") -> None:
        self.store = store
        self.task = task.submit(store, source=source, format="markdown", title=title)
        self.id = self.task.id
        self.worker_id = worker.register(store)

    @property
    def path(self) -> str:
        return f"/tasks/{self.id}"

    def start(self) -> ScriptedTask:
        claimed = attempt.claim(self.store, self.worker_id, LEASE_S)
        assert isinstance(claimed, Task) and claimed.id == self.id
        self.lease = claimed.lease
        return self

    def stage(self, name: str) -> None:
        self.report(EventType.STAGE_STARTED, name, stage_progress=0.0)

    def progress(self, stage: str, stage_progress: float, progress: float, message: str, **data: Any) -> None:
        self.report(EventType.STAGE_PROGRESS, stage, stage_progress=stage_progress, progress=progress, message=message, data=data)

    def stage_done(self, name: str) -> None:
        self.report(EventType.STAGE_COMPLETED, name, stage_progress=1.0, data={"made": 1, "reused": 0})

    def parsed(self, language: str) -> None:
        data = {"made": 0, "reused": 0, "language": language}
        self.report(EventType.STAGE_COMPLETED, "parsing", stage_progress=1.0, data=data)

    def scene(self, position: int, of: int, title: str) -> None:
        picture = self._file("scene_picture", f"scene-{position}.png", "image/png", png(), position)
        segment = self._file("scene", f"scene-{position}.mp4", "video/mp4", mp4(), position)
        data = {"position": position, "of": of, "kind": "text", "title": title, "seconds": 3.0, "reused": False}
        data["files"] = [{"kind": "scene_picture"}, {"kind": "scene"}]
        self.report(EventType.SCENE_RENDERED, "video", stage_progress=position / of, data=data, files=(picture, segment))

    def file(self, kind: str, name: str, media_type: str, content: bytes) -> None:
        self.report(EventType.ARTIFACT_CREATED, "output", data={"kind": kind}, files=(self._file(kind, name, media_type, content),))

    def complete(self) -> None:
        self.file("video", "video.mp4", "video/mp4", mp4())
        self.file("captions_vtt", "captions.vtt", "text/vtt", b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n")
        self.file("metadata", "metadata.json", "application/json", json.dumps(METADATA).encode())
        self.file("thumbnail", "thumbnail.png", "image/png", png())
        attempt.complete(self.store, self.lease)

    def fail(self, error: VideogenError, stage: str = "video") -> None:
        attempt.fail(self.store, self.lease, error, stage)

    def report(self, type: EventType, stage: str | None = None, **fact: Any) -> None:
        attempt.report(self.store, self.lease, [Fact(type, stage, **fact)])

    def ids(self) -> list[str]:
        """The ids of the task's events, in order, as the log has them."""
        from models import event
        from models.event import Cursor

        with self.store.reading() as read:
            return [str(Cursor(read.epoch, entry.seq)) for entry in event.after(read, read.floor, task_ids={self.id}, limit=10_000)]

    def close(self) -> None:
        worker.unregister(self.store, self.worker_id)

    def _file(self, kind: str, name: str, media_type: str, content: bytes, position: int = 0) -> File:
        path: Path = self.store.data / f"{self.id}-{kind}-{position}"
        path.write_bytes(content)
        return File(kind, path, name, media_type, len(content), hashlib.sha256(content).hexdigest(), position)


def png() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (64, 36), (30, 60, 90)).save(target, "PNG")
    return target.getvalue()


def mp4() -> bytes:
    """Three seconds of a changing colour."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for step in range(30):
            frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), 8 * step, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return target.getvalue()
