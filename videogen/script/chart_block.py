"""A fenced block of YAML that begins with ```chart, as the scene it makes."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from models.errors import Diagnostic
from videogen.errors.script import BadScript
from videogen.errors.validation import in_words
from videogen.script.blocks import Code
from videogen.script.models import ChartScene
from videogen.script.value_tree import Node, plain
from videogen.script.yaml_tree import from_yaml

_KNOWN = "type (bar, line, area, pie, scatter), title, x, series, csv, columns, stacked, unit, x_label, y_label"
_SAMPLE = "For example: {type: bar, x: [Mon, Tue], series: {Cups: [3, 5]}}"


def is_chart(block: Code) -> bool:
    return block.info.split()[:1] == ["chart"]


def chart_scene(block: Code, *, heading: str, lead: str, line: int) -> ChartScene:
    """Return the chart of a block.

    Its title is the heading if none stands above it. Raises BadScript with the line of each problem.
    """
    root = from_yaml(block.code, line=block.line + 1)
    if not isinstance(root.value, dict):
        raise _bad([Diagnostic("a chart has to be keys and values", line=block.line)], _SAMPLE)
    values: dict[str, Any] = dict(plain(root))  # type: ignore[arg-type]
    title = values.pop("title", "")
    if title and not isinstance(title, str):
        raise _bad([_fault(root, ("title",), "the title has to be a text")])
    common = {"heading": heading or title, "lead": lead or (title if heading else ""), "line": line}
    try:
        return ChartScene.model_validate({"kind": "chart", **common, **values})
    except ValidationError as error:
        diagnostics = [_mapped(root, one) for one in error.errors(include_url=False)[:20]]
        raise _bad(
            diagnostics, f"Keys of a chart are: {_KNOWN}." if any("no such key" in one.message for one in diagnostics) else None
        ) from error


def _mapped(root: Node, wrong: Any) -> Diagnostic:
    """Return one fault of pydantic's at its place in the source.

    Series that are written by their names have numbers in its paths.
    """
    path = list(wrong["loc"])
    series = root.value.get("series") if isinstance(root.value, dict) else None
    if path[:1] == ["series"] and series is not None:
        if isinstance(series.value, dict) and len(path) > 1:
            path = ["series", list(series.value)[path[1]], *path[3:]]
        elif isinstance(series.value, list) and len(path) > 2 and not isinstance(series.value[0].value, dict):
            path = ["series", *path[3:]]
    return _fault(root, tuple(path), in_words(wrong))


def _fault(root: Node, path: tuple[str | int, ...], message: str) -> Diagnostic:
    node = root.find(path, key=message == "there is no such key")
    return Diagnostic(message, line=node.line, column=node.column, path=".".join(map(str, path)) or None)


def _bad(diagnostics: list[Diagnostic], hint: str | None = None) -> BadScript:
    first = diagnostics[0]
    where = f"Line {first.line}" + (f", {first.path}" if first.path else "")
    more = f" (and {len(diagnostics) - 1} more)" if len(diagnostics) > 1 else ""
    return BadScript(f"{where}: {first.message}{more}.", hint=hint, diagnostics=diagnostics)
