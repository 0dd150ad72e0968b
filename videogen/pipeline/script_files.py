"""The files that a script names: found before anything is made of it, and put where their names stood."""

from __future__ import annotations

import difflib
import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from pydantic import ValidationError

from models.errors import Fault, MissingFile
from videogen.errors.script import BadAsset, BadScript, EmptyScript
from videogen.errors.validation import in_words
from videogen.media import csv_table, sniff
from videogen.media.file_kinds import NAMES, instead
from videogen.script.media_blocks import file_name, is_remote
from videogen.script.models import (
    NOT_SHOWN,
    ChartScene,
    ClipScene,
    ImageScene,
    OutroScene,
    Scene,
    Script,
    SectionScene,
    TextScene,
    TitleScene,
)
from videogen.script.reading import ScriptWarning

SKIP_HINT = "or set the option missing_images to skip"
_WHAT = {"picture": sniff.PICTURES, "video": sniff.VIDEOS, "table": sniff.TABLES, "sound": sniff.SOUNDS | sniff.MAYBE_SOUNDS}
MAX_ENTRIES = 5000
"""Names that are looked through for one that is meant, in all directories together."""
_OF_KIND = {"image": ("file", "picture"), "clip": ("file", "video"), "chart": ("csv", "table")}
_OF_ALL = ("recording", "sound")


class ScriptFiles(Protocol):
    """Where a script's files are.

    `hint` tells a person how to get one there, without a full stop; `inspected` that each was read to its end when it came.
    """

    @property
    def hint(self) -> str: ...

    @property
    def inspected(self) -> bool: ...

    def find(self, name: str) -> Path | None:
        """The file that the script calls so; None when it is not there. ValueError, with the reason, for a name that may not be used."""

    def names(self) -> Iterable[str]:
        """The names of the files that are there, for one that is not: at most MAX_ENTRIES."""


@dataclass(frozen=True)
class UploadedFiles:
    """Files that came with the script, by their names. Of a path in the script its last part will do."""

    paths: Mapping[str, Path] = field(default_factory=dict)
    hint = "Upload the file with the script"
    inspected = True

    def find(self, name: str) -> Path | None:
        named = {_normal(known): path for known, path in self.paths.items()}
        alike = {_key(known): path for known, path in named.items()}
        for wanted in spellings(name):
            if wanted in named:
                return named[wanted]
            if _key(wanted) in alike:
                return alike[_key(wanted)]
            last = _key(PurePosixPath(wanted).name)
            same = {path for known, path in alike.items() if PurePosixPath(known).name == last}
            if len(same) == 1:
                return same.pop()
        return None

    def names(self) -> Iterable[str]:
        return list(self.paths)[:MAX_ENTRIES]


@dataclass(frozen=True)
class LocalFiles:
    """Files in the directory of the script or below it, and nowhere else."""

    directory: Path
    hint = "Put the file beside the script"
    inspected = False

    def find(self, name: str) -> Path | None:
        for wanted in spellings(name):
            path = PurePosixPath(wanted)
            if path.is_absolute() or ".." in path.parts or "\0" in wanted:
                raise ValueError("leads out of the script's directory")
            try:
                found = (self.directory / path).resolve()
                if not found.is_file():
                    found = (_alike(self.directory, path.parts) or found).resolve()
                if not found.is_relative_to(self.directory.resolve()):
                    raise ValueError("leads out of the script's directory")
                if found.is_file():
                    return found
            except OSError:  # a name too long, a loop of links
                continue
        return None

    def names(self) -> Iterable[str]:
        try:
            below = (path for pattern in ("*", "*/*") for path in self.directory.glob(pattern))
            return [str(path.relative_to(self.directory)) for path in islice(below, MAX_ENTRIES)]
        except OSError:
            return []


@dataclass(frozen=True)
class EmbeddedFiles:
    """Pictures that stand in the script itself, written below `directory` as they are asked for, beside other files.

    A picture lies under the SHA-256 of its content, as uploaded files do.
    """

    pictures: Mapping[str, bytes]
    directory: Path
    others: ScriptFiles
    inspected = False

    @property
    def hint(self) -> str:
        return self.others.hint

    def find(self, name: str) -> Path | None:
        if (data := self.pictures.get(name)) is None:
            return self.others.find(name)
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / hashlib.sha256(data).hexdigest()
        if not path.is_file():
            path.write_bytes(data)
        return path

    def names(self) -> Iterable[str]:
        return self.others.names()


def spellings(name: str) -> list[str]:
    """Return the ways in which a name may be meant, the likeliest first: as it stands, as an address, with the slashes of Windows."""
    ways = [name, file_name(name), name.replace("\\", "/"), file_name(name.replace("\\", "/"))]
    return list(dict.fromkeys(_normal(way) if not way.startswith("/") else way for way in ways if way))


def _alike(directory: Path, parts: Sequence[str]) -> Path | None:
    """The only file below a directory whose path differs in nothing but case and the composition of its characters."""
    place = directory
    for part in parts:
        if (place / part).exists():
            place /= part
            continue
        with os.scandir(place) as entries:
            same = [entry.name for entry in islice(entries, MAX_ENTRIES) if _key(entry.name) == _key(part)]
        if len(same) != 1:
            return None
        place /= same[0]
    return place


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


@dataclass(frozen=True)
class ResolvedScript:
    """A script whose scenes have their files' paths in place of the names, `files` by those names, and what was left out."""

    script: Script
    files: Mapping[str, Path]
    warnings: tuple[ScriptWarning, ...]


def resolve(script: Script, files: ScriptFiles, missing: str) -> ResolvedScript:
    """Find each file that the script names.

    Raises MissingFile when one is not there, unless `missing` is skip, and BadScript for one that is of no use in its place; with all the
    faults. A picture on another server is never fetched, but left out with a warning.
    """
    work = _FileResolver(files, missing == "skip")
    found = [work.scene(index, scene) for index, scene in enumerate(script.scenes)]
    scenes = tuple(left for index, scene in enumerate(found) if (left := scene or _without_file(script.scenes, found, index)) is not None)
    if work.faults:
        first = work.faults[0]
        where = f"Line {first.line}, {first.path}" if first.line else first.path
        more = f" (and {len(work.faults) - 1} more)" if len(work.faults) > 1 else ""
        error = MissingFile if work.lacking else BadScript
        hint = f"{files.hint}, {SKIP_HINT}." if work.lacking else work.hint
        raise error(f"{where}: {first.message}{more}.", hint=hint, faults=work.faults[:20])
    if not scenes:
        raise EmptyScript("Nothing is left of the script without its pictures.", hint=f"{files.hint}.")
    return ResolvedScript(script.model_copy(update={"scenes": scenes}), work.found, tuple(work.warnings))


def _without_file(scenes: Sequence[Scene], found: Sequence[Scene | None], index: int) -> Scene | None:
    """What stays of a scene whose file is left out: its heading, unless a scene beside it has it, and the words of the writer's own."""
    scene = scenes[index]
    if not isinstance(scene, (ImageScene, ClipScene, ChartScene)):
        return None
    caption = "" if isinstance(scene, ChartScene) else scene.caption
    neighbours = [(scenes[at], found[at]) for at in (index - 1, index + 1) if 0 <= at < len(scenes)]
    shown = any(kept is not None and scene.heading in (_heading(other), _heading(kept)) for other, kept in neighbours)
    repeated = index > 0 and found[index - 1] is None and _heading(scenes[index - 1]) == scene.heading
    heading = "" if shown or repeated else scene.heading
    if not heading and not caption and not scene.say:
        return None
    common = scene.model_dump(include={"say", "voice", "pause_s", "duration_s", "transition", "line"})
    if caption:
        return TextScene(kind="text", heading=scene.heading, paragraphs=(caption,), **common)
    return SectionScene(kind="section", title=heading or scene.heading or getattr(scene, "alt", "") or "…", **common)


def _heading(scene: Scene) -> str:
    return scene.title if isinstance(scene, (TitleScene, SectionScene, OutroScene)) else scene.heading


def _stretch(scene: ClipScene, path: Path) -> dict[str, Any]:
    """Where the part of a video that is shown ends, and whether it is heard: if nobody said so, when nothing is said in its scene."""
    from videogen.media import footage

    found = footage.probe(path)
    if scene.start_s >= found.seconds:
        raise BadAsset(f"the video is only {found.seconds:.1f} s long")
    end_s = min(scene.end_s or found.seconds, found.seconds)
    if end_s - scene.start_s > footage.MOST_S:
        raise BadAsset(
            f"{end_s - scene.start_s:.0f} s of a video are too long for a scene", hint=f"Up to {footage.MOST_S:.0f} s can be shown."
        )
    silent = scene.sound is None and (scene.say if scene.say is not None else scene.alt).strip()
    heard = found.has_sound and scene.sound != "none" and not silent
    return {"end_s": end_s, "sound": "own" if heard else "none"}


def _numbers(scene: ChartScene, path: Path) -> dict[str, Any]:
    """The numbers of a table in place of its name."""
    x, series = csv_table.read(path, scene.columns)
    try:
        filled = ChartScene.model_validate(scene.model_dump(exclude={"csv"}) | {"x": x, "series": series, "columns": ()})
    except ValidationError as error:
        raise BadAsset(in_words(error.errors()[0]), hint=csv_table.HINT) from error
    return {"x": filled.x, "series": filled.series, "columns": (), "csv": None}


def _checked(scene: ImageScene, path: Path) -> dict[str, Any]:
    from videogen.media import pictures

    pictures.check(path)
    return {}


READ: Mapping[str, Callable[[Any, Path], Mapping[str, Any]]] = {"picture": _checked, "video": _stretch, "table": _numbers}


def _file_of(scene: Scene, what: str) -> str:
    """The name of the scene's file of that kind, as its script has it."""
    return next(value[:100] for _, kind, value in names(scene) if kind == what)


def names(scene: Scene) -> Iterator[tuple[str, str, str]]:
    """The files that a scene names: field, what it has to be, and the name."""
    for name, what in filter(None, (_OF_KIND.get(scene.kind), _OF_ALL)):
        if value := getattr(scene, name, None):
            yield name, what, value


def drawn_of(scene: Scene) -> dict[str, Any]:
    """What of a planned scene goes into its picture, as JSON: its files by their content, and not by where they are."""
    values = scene.model_dump(mode="json", exclude=NOT_SHOWN)
    return values | {name: Path(path).name for name, _, path in names(scene) if name in values}


@dataclass
class _FileResolver:
    files: ScriptFiles
    skip: bool
    found: dict[str, Path] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    lacking: bool = False
    hint: str | None = None
    warnings: list[ScriptWarning] = field(default_factory=list)

    def scene(self, index: int, scene: Scene) -> Scene | None:
        """The scene with its files in place; None when it is left out."""
        changes: dict[str, Any] = {}
        for name, what, value in names(scene):
            if is_remote(value):
                self.warn("remote_picture", f"A {what} on another server is left out.", "Nothing is fetched from other servers.", scene)
                path = None
            else:
                path = self.path(value, what, scene, f"scenes.{index}.{name}")
            if path is None and name != "recording":
                return None
            changes[name] = None if path is None else str(path)
            if path is not None and what in READ and not (what == "picture" and self.files.inspected):
                read = self.read(path, what, scene, f"scenes.{index}.{name}")
                if read is None:
                    return None
                changes |= read
        return scene.model_copy(update=changes) if changes else scene

    def read(self, path: Path, what: str, scene: Scene, place: str) -> dict[str, Any] | None:
        """What more of the scene its file tells; None when the scene is left out because its file cannot be read."""
        try:
            return dict(READ[what](scene, path))
        except BadAsset as error:
            if self.skip:
                message = f"The {what} {_file_of(scene, what)} cannot be used and is left out: {error.detail}"
                self.warn("picture_left_out", message, error.hint or f"{self.files.hint}.", scene)
                return None
            self.faults.append(Fault(error.detail.rstrip("."), line=scene.line, path=place))
            self.hint = self.hint or error.hint
            return {}

    def path(self, name: str, what: str, scene: Scene, place: str) -> Path | None:
        try:
            path = self.files.find(name)
        except ValueError as error:
            if self.skip:
                self.warn("picture_left_out", f"The {what} {name[:100]} {error}: it is left out.", f"{self.files.hint}.", scene)
            else:
                self.faults.append(Fault(f"{name[:100]!r} {error}", line=scene.line, path=place))
            return None
        if path is None:
            if self.skip:
                message = f"The {what} {name[:100]} is not there and is left out{self.nearest(name)}."
                self.warn("picture_left_out", message, f"{self.files.hint}.", scene)
            else:
                self.lacking = True
                self.faults.append(Fault(f"the {what} {name[:100]!r} is not there{self.nearest(name)}", line=scene.line, path=place))
            return None
        kind = sniff.media_type(path)
        if kind not in _WHAT[what]:
            hint = instead(kind, what)
            message = f"{name[:100]!r} is {NAMES.get(kind, kind)}, and should be a {what}"
            if self.skip:
                self.warn("picture_left_out", f"{message}: it is left out.", hint, scene)
                return None
            self.faults.append(Fault(message, line=scene.line, path=place))
            self.hint = self.hint or hint
            return None
        self.found[name] = path
        return path

    def nearest(self, name: str) -> str:
        """Words that offer the name nearest to one that is not there; empty when none is near."""
        last = {PurePosixPath(known).name.casefold(): known for known in self.files.names()}
        wanted = PurePosixPath(_normal(file_name(name))).name.casefold()
        near = difflib.get_close_matches(wanted, last, n=1, cutoff=0.7)
        return f"; did you mean {last[near[0]][:100]!r}?" if near else ""

    def warn(self, code: str, message: str, hint: str, scene: Scene) -> None:
        self.warnings.append(ScriptWarning(code, message, hint, scene.line))


def _normal(name: str) -> str:
    """A name as one of its kind: `./a//b.png` is `a/b.png`."""
    return str(PurePosixPath(name.replace("\\", "/"))).lstrip("/")
