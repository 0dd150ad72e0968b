"""Resolve the files that a script names: find them, check them, and put their paths into the scenes."""

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

from models.errors import Diagnostic, MissingFile
from videogen.errors.script import BadAsset, BadScript, EmptyScript
from videogen.errors.validation import in_words
from videogen.media import csv_table, sniff
from videogen.media.file_kinds import NAMES, instead
from videogen.script import music_names
from videogen.script.media_blocks import file_name, is_remote
from videogen.script.models import (
    NOT_SHOWN,
    ChartScene,
    ClipScene,
    ImageScene,
    ListScene,
    OutroScene,
    PicturesScene,
    Scene,
    SceneBase,
    Script,
    SectionScene,
    TextScene,
    TitleScene,
)
from videogen.script.reading import ScriptWarning

SKIP_HINT = "or set the option missing_images to skip"
_WHAT = {"picture": sniff.PICTURES, "video": sniff.VIDEOS, "table": sniff.TABLES, "sound": sniff.SOUNDS | sniff.MAYBE_SOUNDS}
MAX_ENTRIES = 5000
"""Names to search for a similar one, in all directories together."""
_OF_KIND = {"image": ("file", "picture"), "clip": ("file", "video"), "chart": ("csv", "table"), "quote": ("portrait", "picture")}
_OF_ALL = ("recording", "sound")
_SPARED = ("recording", "portrait")
"""Fields whose file may be missing without the scene being left out."""


class ScriptFiles(Protocol):
    """A source of files for a script.

    `hint` says how to add one, without a full stop; `inspected`: each file was decoded completely when it was uploaded.
    """

    @property
    def hint(self) -> str: ...

    @property
    def inspected(self) -> bool: ...

    def find(self, name: str) -> Path | None:
        """Return the file of that name, None if there is none. Raises ValueError, with the reason, for a forbidden name."""

    def names(self) -> Iterable[str]:
        """Return at most MAX_ENTRIES names, to suggest one for a name that is missing."""


@dataclass(frozen=True)
class UploadedFiles:
    """Files that came with the script, by name. The last part of a path in the script is enough."""

    paths: Mapping[str, Path] = field(default_factory=dict)
    hint = "Upload the file with the script"
    inspected = True

    def find(self, name: str) -> Path | None:
        named = {_normal(known): path for known, path in self.paths.items()}
        alike = {_key(known): path for known, path in named.items()}
        for spelling in spellings(name):
            if spelling in named:
                return named[spelling]
            if _key(spelling) in alike:
                return alike[_key(spelling)]
            last = _key(PurePosixPath(spelling).name)
            same = {path for known, path in alike.items() if PurePosixPath(known).name == last}
            if len(same) == 1:
                return same.pop()
        return None

    def names(self) -> Iterable[str]:
        return list(self.paths)[:MAX_ENTRIES]


@dataclass(frozen=True)
class LocalFiles:
    """Files in or below the directory of the script, and nowhere else."""

    directory: Path
    hint = "Put the file beside the script"
    inspected = False

    def find(self, name: str) -> Path | None:
        for spelling in spellings(name):
            path = PurePosixPath(spelling)
            if path.is_absolute() or ".." in path.parts or "\0" in spelling:
                raise ValueError("leads out of the script's directory")
            try:
                candidate = (self.directory / path).resolve()
                if not candidate.is_file():
                    candidate = (_alike(self.directory, path.parts) or candidate).resolve()
                if not candidate.is_relative_to(self.directory.resolve()):
                    raise ValueError("leads out of the script's directory")
                if candidate.is_file():
                    return candidate
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
    """Pictures embedded in the script, written below `directory` when they are needed; otherwise the files of `others`.

    A picture is named by the SHA-256 of its content, as uploaded files are.
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
    """Return possible readings of a name, the likeliest first: as it is, as a URL, with backslashes as slashes."""
    ways = [name, file_name(name), name.replace("\\", "/"), file_name(name.replace("\\", "/"))]
    return list(dict.fromkeys(_normal(way) if not way.startswith("/") else way for way in ways if way))


def _alike(directory: Path, parts: Sequence[str]) -> Path | None:
    """Return the file whose path differs only in case and Unicode normalization, None unless there is exactly one."""
    path = directory
    for part in parts:
        if (path / part).exists():
            path /= part
            continue
        with os.scandir(path) as entries:
            same = [entry.name for entry in islice(entries, MAX_ENTRIES) if _key(entry.name) == _key(part)]
        if len(same) != 1:
            return None
        path /= same[0]
    return path


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


@dataclass(frozen=True)
class ResolvedScript:
    """A script whose scenes have paths in place of file names, the `files` by those names, and warnings."""

    script: Script
    files: Mapping[str, Path]
    warnings: tuple[ScriptWarning, ...]
    music: Path | None = None


def resolve(script: Script, files: ScriptFiles, missing: str, music: str | None = None) -> ResolvedScript:
    """Find and check each file that the script names, and the one that the option `music` names.

    Raises MissingFile if one is missing, unless `missing` is skip, and BadScript for an unusable one, with all diagnostics. Remote
    pictures are never fetched: they are left out with a warning.
    """
    resolver = _FileResolver(files, missing == "skip")
    resolved = [resolver.scene(index, scene) for index, scene in enumerate(script.scenes)]
    scenes = tuple(
        left for index, scene in enumerate(resolved) if (left := scene or _without_file(script.scenes, resolved, index)) is not None
    )
    music_file = resolver.file(music, "sound", None, "options.music") if music and music_names.is_file(music) else None
    if resolver.diagnostics:
        first = resolver.diagnostics[0]
        where = f"Line {first.line}, {first.path}" if first.line else first.path
        more = f" (and {len(resolver.diagnostics) - 1} more)" if len(resolver.diagnostics) > 1 else ""
        error = MissingFile if resolver.lacking else BadScript
        hint = f"{files.hint}, {SKIP_HINT}." if resolver.lacking else resolver.hint
        raise error(f"{where}: {first.message}{more}.", hint=hint, diagnostics=resolver.diagnostics[:20])
    if not scenes:
        raise EmptyScript("Nothing is left of the script without its pictures.", hint=f"{files.hint}.")
    return ResolvedScript(script.model_copy(update={"scenes": scenes}), resolver.found, tuple(resolver.warnings), music_file)


def _without_file(scenes: Sequence[Scene], resolved: Sequence[Scene | None], index: int) -> Scene | None:
    """Return what remains of a scene whose file is left out: its heading, unless a neighbour has it too, its caption and narration."""
    scene = scenes[index]
    if not isinstance(scene, (ImageScene, ClipScene, ChartScene, PicturesScene)):
        return None
    caption = "" if isinstance(scene, (ChartScene, PicturesScene)) else scene.caption
    if isinstance(scene, (ImageScene, ClipScene)) and (scene.paragraphs or scene.items):
        return _words_of(scene)
    neighbours = [(scenes[at], resolved[at]) for at in (index - 1, index + 1) if 0 <= at < len(scenes)]
    shown = any(
        resolved_neighbour is not None and scene.heading in (_heading(other), _heading(resolved_neighbour))
        for other, resolved_neighbour in neighbours
    )
    repeated = index > 0 and resolved[index - 1] is None and _heading(scenes[index - 1]) == scene.heading
    heading = "" if shown or repeated else scene.heading
    if not heading and not caption and not scene.say:
        return None
    common = scene.model_dump(include={"say", "voice", "pause_s", "duration_s", "transition", "line"})
    if caption:
        return TextScene(kind="text", heading=scene.heading, paragraphs=(caption,), **common)
    return SectionScene(kind="section", title=heading or scene.heading or getattr(scene, "alt", "") or "…", **common)


def _words_of(scene: ImageScene | ClipScene) -> TextScene | ListScene:
    """Return the words that stood beside a picture that is left out."""
    shared = {name: getattr(scene, name) for name in SceneBase.model_fields} | {"layout": None}
    if not scene.items:
        return TextScene(kind="text", heading=scene.heading, paragraphs=scene.paragraphs, **shared)
    return ListScene(kind="list", heading=scene.heading, lead="\n".join(scene.paragraphs), items=scene.items, **shared)


def _heading(scene: Scene) -> str:
    return scene.title if isinstance(scene, (TitleScene, SectionScene, OutroScene)) else scene.heading


def _clip_range(scene: ClipScene, path: Path) -> dict[str, Any]:
    """Return the end of the range of a clip, and whether its own sound plays: by default only in a scene without narration."""
    from videogen.media import footage

    info = footage.probe(path)
    if scene.start_s >= info.seconds:
        raise BadAsset(f"the video is only {info.seconds:.1f} s long")
    end_s = min(scene.end_s or info.seconds, info.seconds)
    if end_s - scene.start_s > footage.MOST_S:
        raise BadAsset(
            f"{end_s - scene.start_s:.0f} s of a video are too long for a scene", hint=f"Up to {footage.MOST_S:.0f} s can be shown."
        )
    silent = scene.sound is None and (scene.say if scene.say is not None else scene.alt).strip()
    has_sound = info.has_sound and scene.sound != "none" and not silent
    return {"end_s": end_s, "sound": "own" if has_sound else "none"}


def _chart_values(scene: ChartScene, path: Path) -> dict[str, Any]:
    """Return the numbers of a CSV file in place of its name."""
    x, series = csv_table.read(path, scene.columns)
    try:
        filled = ChartScene.model_validate(scene.model_dump(exclude={"csv"}) | {"x": x, "series": series, "columns": ()})
    except ValidationError as error:
        raise BadAsset(in_words(error.errors()[0]), hint=csv_table.HINT) from error
    return {"x": filled.x, "series": filled.series, "columns": (), "csv": None}


def _check_picture(scene: Scene, path: Path) -> dict[str, Any]:
    from videogen.media import images

    images.check(path)
    return {}


READ: Mapping[str, Callable[[Any, Path], Mapping[str, Any]]] = {"picture": _check_picture, "video": _clip_range, "table": _chart_values}


def names(scene: Scene) -> Iterator[tuple[str, str, str]]:
    """Yield the files that a scene names: field, kind of file, and name. Of several pictures the field is `pictures.0` and so on."""
    for name, what in filter(None, (_OF_KIND.get(scene.kind), _OF_ALL)):
        if value := getattr(scene, name, None):
            yield name, what, value
    if isinstance(scene, PicturesScene):
        for number, one in enumerate(scene.pictures):
            yield f"pictures.{number}", "picture", one.file


def _without_missing(scene: PicturesScene, changes: dict[str, Any]) -> Scene | None:
    """Return the scene with the paths of its pictures; a scene of one picture if only one is left, None if none is."""
    paths = [(one, changes.pop(f"pictures.{number}", None)) for number, one in enumerate(scene.pictures)]
    left = tuple(one.model_copy(update={"file": path}) for one, path in paths if path is not None)
    if len(left) > 1:
        return scene.model_copy(update={**changes, "pictures": left})
    if not left:
        return None
    shared = {name: getattr(scene, name) for name in SceneBase.model_fields} | changes | {"layout": None}
    only = left[0]
    return ImageScene(kind="image", heading=scene.heading, file=only.file, alt=only.alt, caption=only.caption, focus=only.focus, **shared)


def picture_ingredients(scene: Scene) -> dict[str, Any]:
    """Return the ingredients of the picture of a planned scene as JSON: files by their content, not by their path."""
    values = scene.model_dump(mode="json", exclude=NOT_SHOWN)
    if isinstance(scene, PicturesScene):
        values["pictures"] = [one | {"file": Path(one["file"]).name} for one in values["pictures"]]
    return values | {name: Path(path).name for name, _, path in names(scene) if name in values}


@dataclass
class _FileResolver:
    files: ScriptFiles
    skip: bool
    found: dict[str, Path] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    lacking: bool = False
    hint: str | None = None
    warnings: list[ScriptWarning] = field(default_factory=list)

    def scene(self, index: int, scene: Scene) -> Scene | None:
        """Return the scene with paths in place of names; None if it is left out."""
        changes: dict[str, Any] = {}
        for name, what, value in names(scene):
            path = self.file(value, what, scene.line, f"scenes.{index}.{name}")
            is_spared = name in _SPARED or name.startswith("pictures.")
            if path is None and not is_spared:
                return None
            changes[name] = None if path is None else str(path)
            if path is not None and what in READ and not (what == "picture" and self.files.inspected):
                read = self.read(path, what, scene, f"scenes.{index}.{name}", value[:100])
                if read is None and not is_spared:
                    return None
                changes |= {name: None} if read is None else read
        if isinstance(scene, PicturesScene):
            return _without_missing(scene, changes)
        return scene.model_copy(update=changes) if changes else scene

    def read(self, path: Path, what: str, scene: Scene, path_in_script: str, file_name: str) -> dict[str, Any] | None:
        """Return the fields that the file supplies; None if it cannot be read and is left out."""
        try:
            return dict(READ[what](scene, path))
        except BadAsset as error:
            if self.skip:
                message = f"The {what} {file_name} cannot be used and is left out: {error.detail}"
                self.warn("picture_left_out", message, error.hint or f"{self.files.hint}.", scene.line)
                return None
            self.diagnostics.append(Diagnostic(error.detail.rstrip("."), line=scene.line, path=path_in_script))
            self.hint = self.hint or error.hint
            return {}

    def file(self, name: str, what: str, line: int | None, path_in_script: str) -> Path | None:
        """Return the path of a file; None, with a warning or a diagnostic, for one that cannot be used."""
        if is_remote(name):
            self.warn("remote_picture", f"A {what} on another server is left out.", "Nothing is fetched from other servers.", line)
            return None
        try:
            path = self.files.find(name)
        except ValueError as error:
            if self.skip:
                self.warn("picture_left_out", f"The {what} {name[:100]} {error}: it is left out.", f"{self.files.hint}.", line)
            else:
                self.diagnostics.append(Diagnostic(f"{name[:100]!r} {error}", line=line, path=path_in_script))
            return None
        if path is None:
            if self.skip:
                message = f"The {what} {name[:100]} is not there and is left out{self.nearest(name)}."
                self.warn("picture_left_out", message, f"{self.files.hint}.", line)
            else:
                self.lacking = True
                self.diagnostics.append(
                    Diagnostic(f"the {what} {name[:100]!r} is not there{self.nearest(name)}", line=line, path=path_in_script)
                )
            return None
        kind = sniff.media_type(path)
        if kind not in _WHAT[what]:
            hint = instead(kind, what)
            message = f"{name[:100]!r} is {NAMES.get(kind, kind)}, and should be a {what}"
            if self.skip:
                self.warn("picture_left_out", f"{message}: it is left out.", hint, line)
                return None
            self.diagnostics.append(Diagnostic(message, line=line, path=path_in_script))
            self.hint = self.hint or hint
            return None
        self.found[name] = path
        return path

    def nearest(self, name: str) -> str:
        """Return a suggestion of the most similar name; empty if none is similar."""
        last = {PurePosixPath(known).name.casefold(): known for known in self.files.names()}
        sought = PurePosixPath(_normal(file_name(name))).name.casefold()
        near = difflib.get_close_matches(sought, last, n=1, cutoff=0.7)
        return f"; did you mean {last[near[0]][:100]!r}?" if near else ""

    def warn(self, code: str, message: str, hint: str, line: int | None) -> None:
        self.warnings.append(ScriptWarning(code, message, hint, line))


def _normal(name: str) -> str:
    """Normalize a path: `./a//b.png` is `a/b.png`."""
    return str(PurePosixPath(name.replace("\\", "/"))).lstrip("/")
