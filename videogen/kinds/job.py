"""What a kind's handler is called with: its payload and files, and how it reports. Runs in a confined renderer, which knows no store."""

from __future__ import annotations

import importlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from models.errors import VideogenError
from videogen.errors.rendering import StageFailed
from videogen.kinds.kind import Kind, RequestContext
from videogen.pipeline.report import Report, Send
from videogen.pipeline.reporter import PublishedFile, Reporter, StageWarning, running_stage
from videogen.render.cache import Cache, Key, key

Handler = Callable[["Job"], None]


@dataclass(frozen=True)
class JobRequest:
    """A task for the handler of a kind; it crosses a pipe as JSON.

    Files for publication appear below `work`, which belongs to this attempt alone; `cache` is shared. `inputs` are the files that the
    handler may read, by name. `limits` are the fields of `sandbox.Limits`, the defaults for those that are missing.
    """

    kind: str
    payload: Mapping[str, Any]
    inputs: Mapping[str, Path]
    work: Path
    cache: Path
    cache_max_bytes: int
    limits: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        paths = {"work": str(self.work), "cache": str(self.cache), "inputs": {name: str(path) for name, path in self.inputs.items()}}
        return asdict(self) | {"payload": dict(self.payload)} | paths

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> JobRequest:
        inputs = {name: Path(path) for name, path in values["inputs"].items()}
        return cls(**dict(values) | {"work": Path(values["work"]), "cache": Path(values["cache"]), "inputs": inputs})


def make_job_request(kind: Kind, payload: Mapping[str, Any], context: RequestContext) -> JobRequest:
    """Return the request for a task, with the files that its kind finds for it. Raises BadPayload and what the kind raises."""
    model = kind.check_payload(payload)
    try:
        kind_inputs = kind.inputs(model, context) if kind.inputs else {}
    except (VideogenError, OSError):
        raise
    except Exception as error:  # it may be another package's code, and must not end this worker
        raise StageFailed(f"The inputs of the task could not be found: {type(error).__name__}: {error}.") from error
    settings, cache = context.settings, context.settings.data.resolve() / "cache"
    inputs = {**context.assets, **kind_inputs}
    return JobRequest(kind.name, payload, inputs, context.work, cache, settings.cache_max_bytes, settings.limits)


class JobStage:
    """A stage that runs. `job.stage(name)` gives it; leaving the block completes it, and an exception fails it and the task."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def progress(self, fraction: float, message: str | None = None, **data: Any) -> None:
        """Report how far the stage is: `fraction` 0..1, and what it does, for people. `data` may have `done` and `of`, `remaining_s`.

        Call it as often as you like: frequent reports are merged.
        """
        self._reporter(fraction, message, **data)

    def item(self, position: int, *, reused: bool = False, **data: Any) -> None:
        """Report that a part is done and saved. An attempt that is lost after that costs nothing. `position` counts from 1."""
        if reused:
            self._reporter.reused += 1
        else:
            self._reporter.made += 1
        self._reporter.item_completed(position=position, reused=reused, **data)

    def artifact(self, kind: str, file: Path, media_type: str, position: int = 0) -> None:
        """Publish a finished file, which lies below `job.work`. It moves away. Several of a kind have positions, from 1."""
        self._reporter.artifact(PublishedFile(kind, file, media_type), position)

    def warn(self, code: str, message: str, hint: str = "") -> None:
        """Report a problem that does not stop the task."""
        self._reporter.warn(StageWarning(code, message, hint))


class Job:
    """A task, for its handler. `payload` is an instance of the kind's model, `inputs` are files to read, `work` is a private directory."""

    def __init__(self, kind: Kind, request: JobRequest, send: Send) -> None:
        self.payload: Any = kind.check_payload(request.payload)
        self.inputs: Mapping[str, Path] = request.inputs
        self.work = request.work
        self._labels = {stage.name: stage.label for stage in kind.stages}
        self._kind = kind
        self._request = request
        self._send = send
        self._cache = Cache(request.cache)

    @contextmanager
    def stage(self, name: str) -> Iterator[JobStage]:
        """Run a stage of the kind."""
        if name not in self._labels:
            raise StageFailed(f"The kind {self._kind.name} has no stage {name!r}.")
        with running_stage(name, self._labels[name], self._send, self.work) as reporter:
            yield JobStage(reporter)

    def save(self, name: str, content: bytes) -> None:
        """Save a part of the work for a later attempt. Old ones may be removed when the cache is full."""
        file = self.work / f"save-{secrets.token_hex(8)}"
        file.write_bytes(content)
        self._cache.put(self._key(name), file)
        file.unlink()

    def load(self, name: str) -> bytes | None:
        """Return what an earlier attempt at the same work has saved under this name, None if there is nothing."""
        file = self.work / f"load-{secrets.token_hex(8)}"
        if not self._cache.take(self._key(name), file):
            return None
        content = file.read_bytes()
        file.unlink()
        return content

    def _key(self, name: str) -> Key:
        inputs = {name: str(path) for name, path in self.inputs.items()}
        return key("job", "part", {"kind": self._kind.name, "payload": self._request.payload, "inputs": inputs, "name": name})


def run_job(kind: Kind, request: JobRequest, send: Callable[[Report], None]) -> None:
    """Call the kind's handler. Raises VideogenError, or whatever the handler raises outside of a stage."""
    request.work.mkdir(parents=True, exist_ok=True)
    resolve(kind.handler)(Job(kind, request, send))


def resolve(handler: str) -> Handler:
    """Import the function that `package.module:function` names. Raises StageFailed."""
    module, _, name = handler.partition(":")
    try:
        function: Handler = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise StageFailed(f"The handler {handler} cannot be imported: {error}.") from error
    return function
