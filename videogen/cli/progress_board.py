"""Shows the progress of a task on standard error: a bar for each stage on a terminal, else a line for each new step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from models.text_values import readable
from videogen.pipeline.stages import STAGES, StageInfo

WAITING, RUNNING, DONE, FAILED = "dim", "bold", "green", "red"


class ProgressEvent(Protocol):
    """What a renderer's report and an event of the log have in common."""

    @property
    def type(self) -> str: ...
    @property
    def stage(self) -> str | None: ...
    @property
    def stage_progress(self) -> float | None: ...
    @property
    def message(self) -> str | None: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


class ProgressBoard:
    """Shows reports or events of a task with these stages. Use it as a context manager: the bars are live inside."""

    def __init__(self, console: Console | None = None, stages: Sequence[StageInfo] = STAGES) -> None:
        self.stages = stages
        self.labels = {stage.name: stage.label for stage in stages}
        self.console = console or Console(stderr=True, highlight=False)
        self.bars = Progress(
            TextColumn("{task.fields[mark]}{task.description}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("[dim]{task.fields[detail]}", markup=True),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self.rows: dict[str, TaskID] = {}
        self.messages: dict[str, str] = {}
        self.warnings: list[Mapping[str, Any]] = []
        self.reset()

    def __enter__(self) -> Self:
        self.bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.bars.stop()

    def reset(self) -> None:
        """Reset all stages: a new attempt starts."""
        for row in self.rows.values():
            self.bars.remove_task(row)
        self.rows = {stage.name: self.bars.add_task(stage.label, total=1.0, detail="", mark=f"[{WAITING}]") for stage in self.stages}
        self.messages.clear()

    def handle(self, event: ProgressEvent) -> None:
        match event.type:
            case "task.started":
                self.reset()
            case "task.warning":
                self.warn(event.data)
            case "stage.started":
                self._restyle(event, RUNNING)
            case "stage.completed":
                self._restyle(event, DONE)
                self._print_line(event, _count_scenes(event.data))
            case "stage.failed":
                self._restyle(event, FAILED)
        if event.stage in self.rows:
            self._advance(event)

    def warn(self, warning: Mapping[str, Any]) -> None:
        self.warnings.append(warning)
        where = f"line {warning['line']}: " if warning.get("line") else ""
        hint = f" [dim]{escape(str(warning['hint']))}[/dim]" if warning.get("hint") else ""
        self.console.print(readable(f"[yellow]Warning:[/yellow] {where}{escape(str(warning['message']))}{hint}"), soft_wrap=True)

    def print(self, text: str, style: str = "") -> None:
        self.console.print(escape(readable(text)), style=style, soft_wrap=True)

    def _advance(self, event: ProgressEvent) -> None:
        assert event.stage is not None
        row = self.rows[event.stage]
        if event.stage_progress is not None:
            self.bars.update(row, completed=event.stage_progress)
        if event.type in ("stage.completed", "stage.failed"):
            self.bars.update(row, detail=escape(_count_scenes(event.data)))
        elif event.type == "stage.progress":
            self.bars.update(row, detail=escape(_describe_step(event)))
        if event.type == "stage.progress" and event.message and self.messages.get(event.stage) != event.message:
            self.messages[event.stage] = event.message
            self._print_line(event, event.message)

    def _restyle(self, event: ProgressEvent, style: str) -> None:
        if event.stage in self.rows:
            self.bars.update(self.rows[event.stage], mark=f"[{style}]")

    def _print_line(self, event: ProgressEvent, text: str) -> None:
        if self.bars.disable and text:
            self.print(f"{self.labels.get(event.stage or '', event.stage)}: {text}")


def _describe_step(event: ProgressEvent) -> str:
    count = f" {event.data['done']} of {event.data['of']}" if {"done", "of"} <= event.data.keys() else ""
    left = event.data.get("remaining_s")
    return f"{event.message or ''}{count}{f', about {format_duration(left)} left' if left else ''}".strip()


def _count_scenes(data: Mapping[str, Any]) -> str:
    return ", ".join(f"{data[name]} {name}" for name in ("made", "reused") if data.get(name))


def format_duration(seconds: float) -> str:
    """Return hours, minutes and seconds: 0:07, 12:34, 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
