"""A theme of one's own: a copy of one of videogen's, changed."""

from __future__ import annotations

from pathlib import Path

from videogen.script.theme_names import BUNDLED_DIRECTORY

HARBOUR = (BUNDLED_DIRECTORY / "harbour.yaml").read_text(encoding="utf-8")


def theme_text(background: str = "#f6f9fc") -> str:
    """A theme with this background."""
    return HARBOUR.replace("#f6f9fc", background).replace("kind: stripes", "kind: plain")


BROKEN = HARBOUR.replace('text: "#10233a"', "text: blue")
BROKEN_LINE = 8


def write_theme(data: Path, name: str = "mine", text: str | None = None) -> Path:
    """Write a theme into the directory of themes of a data directory."""
    path = data / "themes" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(theme_text() if text is None else text, encoding="utf-8")
    return path
