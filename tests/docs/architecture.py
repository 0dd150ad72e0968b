"""Draw docs/images/packages.svg from the imports of the code: `python -m tests.docs.architecture`.

The places of the boxes are chosen by hand. An arrow says "imports"; those that follow from others are left out (transitive reduction).
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from tests.docs.tables import DOCS
from tests.test_house import imports_of, module_of, sources

PICTURE = DOCS / "images" / "packages.svg"
WIDTH, ROW_HEIGHT, BOX_WIDTH, BOX_HEIGHT = 940, 88, 196, 56
REACH = 70  # how far from its middle an arrow may leave a box

# By package: row, centre of its box (0 to 1), and what it is for.
PLACES: Mapping[str, tuple[int, float, str]] = {
    "videogen.web": (0, 0.30, "pages, API, streams"),
    "videogen.cli": (0, 0.70, "commands"),
    "videogen.processes": (1, 0.50, "supervisor, worker, renderers"),
    "videogen.streams": (2, 0.14, "the log as live streams"),
    "videogen.kinds": (3, 0.20, "what a task can be"),
    "videogen.pipeline": (4, 0.50, "the six stages"),
    "videogen.render": (5, 0.50, "encoder, cache, joining"),
    "videogen.scenes": (6, 0.38, "layout and drawing"),
    "videogen.voices": (6, 0.76, "text becomes sound"),
    "videogen.script": (7, 0.38, "text becomes scenes"),
    "videogen.media": (7, 0.62, "pictures, clips, sounds"),
    "videogen.files": (7, 0.89, "secrets, disk space"),
    "process group": (8, 0.67, "no process outlives its owner"),
    "videogen.config": (8, 0.89, "settings"),
    "videogen.errors": (9, 0.50, "errors by area"),
    "models": (10, 0.50, "the job store, all SQL"),
    "models.files": (11, 0.50, "blobs, walks, fsync"),
}
PROCESS_GROUP = ("process_group", "wakeup", "server_address")
"""Modules of `videogen.processes` that the lowest packages use, too."""


def package_of(module: str) -> str | None:
    """Return the box that a module belongs to."""
    parts = module.split(".")
    if parts[:2] == ["videogen", "processes"] and parts[2:3] and parts[2] in PROCESS_GROUP:
        return "process group"
    if parts[:2] == ["models", "files"] or parts[0] == "videogen":
        return ".".join(parts[:2]) if ".".join(parts[:2]) in PLACES else None
    return "models" if parts[0] == "models" else None


def package_imports() -> dict[str, set[str]]:
    """Return, for each package, the packages that it imports."""
    imports: dict[str, set[str]] = {package: set() for package in PLACES}
    for path in sources():
        package = package_of(module_of(path))
        if package:
            imports[package] |= {target for module in imports_of(path) if (target := package_of(module)) and target != package}
    return imports


def reachable(edges: Mapping[str, set[str]], package: str) -> set[str]:
    """Return everything below a package, itself included."""
    seen, waiting = {package}, [package]
    while waiting:
        new = edges[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


def reduced(edges: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Return the edges that do not follow from others, in the order of PLACES."""
    order = list(PLACES)
    needed = [
        (package, target)
        for package, targets in edges.items()
        for target in targets
        if not any(target in reachable(edges, other) for other in targets - {target})
    ]
    return sorted(needed, key=lambda edge: (order.index(edge[0]), order.index(edge[1])))


def drawing() -> str:
    height = ROW_HEIGHT * (1 + max(row for row, _, _ in PLACES.values()))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" text-anchor="middle">',
        "<title>The packages of videogen; an arrow says: imports</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#64748b"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height}" fill="#f8fafc"/>',
    ]
    for package, target in reduced(package_imports()):
        (x, bottom), (target_x, top) = middle(package, BOX_HEIGHT / 2), middle(target, -BOX_HEIGHT / 2)
        x += max(-REACH, min(REACH, target_x - x)) if top - bottom > ROW_HEIGHT else 0
        straight = top - (ROW_HEIGHT - BOX_HEIGHT)  # past the boxes of the rows between, then to the side
        bend = (straight + top) / 2
        parts.append(
            f'<path d="M{x:g} {bottom:g}V{straight:g}C{x:g} {bend:g} {target_x:g} {bend:g} {target_x:g} {top:g}" fill="none"'
            f' stroke="#64748b" stroke-width="1.5" marker-end="url(#tip)"><title>{package} imports {target}</title></path>'
        )
    for package, (_, _, purpose) in PLACES.items():
        x, y = middle(package, 0)
        parts.append(
            f'<rect x="{x - BOX_WIDTH / 2:g}" y="{y - BOX_HEIGHT / 2:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8" fill="#fff"'
            f' stroke="#334fd1"/><text x="{x:g}" y="{y - 4:g}" font-size="15" font-weight="600" fill="#0f172a">{escape(package)}</text>'
            f'<text x="{x:g}" y="{y + 15:g}" font-size="12" fill="#475569">{escape(purpose)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def middle(package: str, down: float) -> tuple[float, float]:
    row, across, _ = PLACES[package]
    return round(across * WIDTH), row * ROW_HEIGHT + ROW_HEIGHT / 2 + down


if __name__ == "__main__":
    PICTURE.write_text(drawing(), encoding="utf-8")
