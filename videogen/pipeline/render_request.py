"""What a renderer is asked to make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PATHS = ("work", "cache", "piper", "themes", "slots")


@dataclass(frozen=True)
class RenderRequest:
    """A script and everything that making its video needs to know; it crosses a pipe as JSON.

    `format` is markdown, yaml or json; empty: find out. `options` are the request's. Files for publication appear below `work`, which is
    made if need be and belongs to this request alone; `cache` is shared. `assets` are the files that the script may use, by their
    names in it; each lies under the SHA-256 of its content. `piper` is where models of that voice are, `themes` where
    themes of one's own are that are not among the assets.
    Those who share `slots` draw at most `render_processes` scenes at a time together. `writer` is segments, or moviepy: the reference.
    `limits` are the fields of `sandbox.Limits`, `script_limits` those of `ScriptLimits`; the defaults for those that are missing.
    `language` is that of a script whose own cannot be told, a BCP 47 tag.
    `scene_s` is about how many seconds drawing a scene takes, from videos made before; None if that is not known.
    """

    source: str
    work: Path
    cache: Path
    format: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    assets: Mapping[str, Path] = field(default_factory=dict)
    render_processes: int = 1
    cache_max_bytes: int = 5 * 1024**3
    thumbnail_s: float = 30.0
    voice: str = "hibari"
    theme: str = "slate"
    language: str = "en"
    piper: Path | None = None
    themes: Path | None = None
    slots: Path | None = None
    writer: str = "segments"
    scene_s: float | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    script_limits: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the request as JSON values."""
        values = asdict(self) | {"options": dict(self.options), "assets": {name: str(path) for name, path in self.assets.items()}}
        return values | {name: None if values[name] is None else str(values[name]) for name in PATHS}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> RenderRequest:
        paths = {name: None if values[name] is None else Path(values[name]) for name in PATHS}
        return cls(**dict(values) | paths | {"assets": {name: Path(path) for name, path in values["assets"].items()}})
