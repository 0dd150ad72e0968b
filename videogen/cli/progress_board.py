"""How far a film is, on standard error: a bar for each stage on a terminal, else a line for each new step."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from videogen.pipeline.stages import STAGE, STAGES

WAITING, RUNNING, DONE, FAILED = "dim", "bold", "green", "red"


class Said(Protocol):
    """A report of a renderer, or an event of the log: both say these."""

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


class Board:
    """Takes what is said about a film and shows it. Use it as a context: that is when the bars live."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self.bars = Progress(
            TextColumn("{task.fields[mark]}{task.description}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("[dim]{task.fields[said]}", markup=True),
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
        """A new attempt: every stage waits."""
        for row in self.rows.values():
            self.bars.remove_task(row)
        self.rows = {stage.name: self.bars.add_task(stage.label, total=1.0, said="", mark=f"[{WAITING}]") for stage in STAGES}
        self.messages.clear()

    def take(self, said: Said) -> None:
        match said.type:
            case "task.started":
                self.reset()
            case "task.warning":
                self.warn(said.data)
            case "stage.started":
                self._mark(said, RUNNING)
            case "stage.completed":
                self._mark(said, DONE)
                self._line(said, _made(said.data))
            case "stage.failed":
                self._mark(said, FAILED)
        if said.stage in self.rows:
            self._move(said)

    def warn(self, warning: Mapping[str, Any]) -> None:
        self.warnings.append(warning)
        where = f"line {warning['line']}: " if warning.get("line") else ""
        hint = f" [dim]{escape(str(warning['hint']))}[/dim]" if warning.get("hint") else ""
        self.console.print(f"[yellow]Warning:[/yellow] {where}{escape(str(warning['message']))}{hint}", soft_wrap=True)

    def say(self, text: str, style: str = "") -> None:
        self.console.print(escape(text), style=style, soft_wrap=True)

    def _move(self, said: Said) -> None:
        assert said.stage is not None
        row = self.rows[said.stage]
        if said.stage_progress is not None:
            self.bars.update(row, completed=said.stage_progress)
        if said.type in ("stage.completed", "stage.failed"):
            self.bars.update(row, said=escape(_made(said.data)))
        elif said.type == "stage.progress":
            self.bars.update(row, said=escape(_step(said)))
        if said.type == "stage.progress" and said.message and self.messages.get(said.stage) != said.message:
            self.messages[said.stage] = said.message
            self._line(said, said.message)

    def _mark(self, said: Said, style: str) -> None:
        if said.stage in self.rows:
            self.bars.update(self.rows[said.stage], mark=f"[{style}]")

    def _line(self, said: Said, text: str) -> None:
        if self.bars.disable and text:
            self.say(f"{STAGE[said.stage or ''].label}: {text}")


def _step(said: Said) -> str:
    counted = f" {said.data['done']} of {said.data['of']}" if {"done", "of"} <= said.data.keys() else ""
    left = said.data.get("remaining_s")
    return f"{said.message or ''}{counted}{f', about {clock(left)} left' if left else ''}".strip()


def _made(data: Mapping[str, Any]) -> str:
    return ", ".join(f"{data[name]} {name}" for name in ("made", "reused") if data.get(name))


def clock(seconds: float) -> str:
    """Minutes and seconds, for people: 0:07, 12:34, 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
