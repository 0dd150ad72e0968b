"""How large a video may be: scenes, length, picture, formulas and cells of tables. The owner of a server sets it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.errors import Diagnostic
from videogen.errors.script import OverLimit
from videogen.script.formulas import count_formulas
from videogen.script.models import Scene, Script, TableScene
from videogen.script.video_options import Options


@dataclass(frozen=True)
class ScriptLimits:
    """The most that a script may ask for. `minutes` is the length of the video, `table_cells` and `formulas` are of all scenes."""

    scenes: int = 2000
    minutes: float = 240.0
    height: int = 2160
    fps: int = 60
    formulas: int = 1000
    table_cells: int = 50_000

    def check(self, script: Script, options: Options) -> None:
        """Raise OverLimit with a diagnostic for each limit that a script with its merged options exceeds.

        Of the length only what the script asks for in seconds counts here: `check_length` knows the words too.
        """
        diagnostics = list(self._counts(script.scenes))
        for name, most, unit in (("height", self.height, " pixels"), ("fps", self.fps, " frames a second")):
            value = getattr(options, name)
            if value > most:
                diagnostics.append(Diagnostic(f"{name} is {value}, and at most {most}{unit} are allowed", path=f"options.{name}"))
        diagnostics += self._too_long((scene, (scene.duration_s or 0.0) + (scene.pause_s or 0.0)) for scene in script.scenes)
        _refuse(diagnostics)

    def lower_defaults(self, options: Options) -> Options:
        """Return merged options in which a default that nobody asked for is not beyond the limits."""
        lowered = {name: most for name, most in (("height", self.height), ("fps", self.fps)) if name not in options.model_fields_set}
        return options.model_copy(update={name: min(getattr(options, name), most) for name, most in lowered.items()})

    def check_length(self, seconds: Iterable[tuple[Scene, float]]) -> None:
        """Raise OverLimit if scenes with these lengths make too long a video. The diagnostic is at the scene that is beyond the limit."""
        _refuse(list(self._too_long(seconds)))

    def _counts(self, scenes: tuple[Scene, ...]) -> Iterator[Diagnostic]:
        """Yield a diagnostic for each thing of which there are too many, at the scene with which there are."""
        for what, most, count in (
            ("scenes", self.scenes, lambda scene: 1),
            ("formulas", self.formulas, count_formulas),
            ("cells of tables", self.table_cells, _cells),
        ):
            total = 0
            for scene in scenes:
                before, total = total, total + count(scene)
                if before <= most < total:
                    first = scene
            if total > most:
                yield Diagnostic(f"the script has {total:,} {what}, and at most {most:,} are allowed", line=first.line)

    def _too_long(self, seconds: Iterable[tuple[Scene, float]]) -> Iterator[Diagnostic]:
        total = 0.0
        first: Scene | None = None
        for scene, length_s in seconds:
            total += length_s
            if first is None and total > self.minutes * 60:
                first = scene
        if first is not None:
            message = f"the video is about {total / 60:,.0f} minutes long, and at most {self.minutes:g} are allowed"
            yield Diagnostic(message, line=first.line)


def _cells(scene: Scene) -> int:
    return len(scene.header) * (len(scene.rows) + 1) if isinstance(scene, TableScene) else 0


def _refuse(diagnostics: list[Diagnostic]) -> None:
    if diagnostics:
        message = diagnostics[0].message
        raise OverLimit(f"{message[0].upper()}{message[1:]}.", diagnostics=diagnostics)
