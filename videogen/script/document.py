"""Scripts that say everything exactly: YAML and JSON in the form of `models.Script`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import ValidationError

from models.errors import Diagnostic
from videogen.errors.script import BadOption, BadScript, EmptyScript, UnknownScene
from videogen.errors.validation import in_words
from videogen.script import options
from videogen.script.json_tree import from_json
from videogen.script.models import Scene, Script
from videogen.script.reading import Reading, ScriptWarning
from videogen.script.scene_types import is_older, read_older
from videogen.script.value_tree import Node, is_notebook, plain
from videogen.script.video_options import Options
from videogen.script.yaml_tree import from_yaml

KINDS: tuple[str, ...] = tuple(get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Scene)[0]))

_HINT = "A script is a title and its scenes. The smallest one is: {title: Hello, scenes: [{kind: title, title: Hello}]}"
_MAX_FAULTS = 20


def read_yaml(text: str) -> Reading:
    """Read the script in a YAML document.

    Raises BadScript (or a leaf of it) with line, column and path of each problem.
    """
    return _reading(from_yaml(text))


def read_json(text: str) -> Reading:
    """Return the script in a JSON document. Raises as `read_yaml` does."""
    root = from_json(text)
    if is_notebook(root):
        from videogen.script.notebook import read_notebook  # here, so that other scripts do not wait for the parser of Markdown

        return read_notebook(root)
    return _reading(root)


def _reading(root: Node) -> Reading:
    if root.value is None:
        raise EmptyScript("The script is empty.")
    if not isinstance(root.value, dict):
        raise _bad(BadScript, [_fault(root, (), "This is not a script: it has to be a mapping with the keys title and scenes")], _HINT)
    if is_older(root):
        return read_older(root)
    scenes = root.value.get("scenes")
    if scenes is None or not scenes.value:
        raise EmptyScript("The script has no scenes.", hint=_HINT, diagnostics=[_fault(root, ("scenes",), "no scenes")])
    if not isinstance(scenes.value, list):
        raise _bad(BadScript, [_fault(root, ("scenes",), "scenes has to be a list")], _HINT)
    value: Any = plain(root)
    value.pop("$schema", None)  # what editors check the document against
    diagnostics, kinds_hint = _kinds(root, scenes.value)
    unknown = len(diagnostics)
    for index, node in enumerate(scenes.value):
        if any(diagnostic.path and diagnostic.path.split(".")[1:2] == [str(index)] for diagnostic in diagnostics):
            value["scenes"][index] = {"kind": "section", "title": "in its place, so that all faults are found"}
        value["scenes"][index]["line"] = node.line
    warnings = tuple(_left_out(root, value["scenes"]))
    if "lang" in value or "language" in value:
        written = value.pop("lang", None)
        written = value.pop("language", None) or written
        value.setdefault("options", {})
        if isinstance(value["options"], dict):
            value["options"].setdefault("language", written)
    of_options: BadOption | None = None
    if isinstance(value.get("options"), dict):

        def place(name: str) -> tuple[int, int]:
            return _position(root, ("options", name), key=name not in Options.model_fields)

        try:
            value["options"] = options.check(value["options"], position_of=place)
        except BadOption as error:
            of_options = error
            diagnostics += error.diagnostics
            del value["options"]
    try:
        script = Script.model_validate(value)
    except ValidationError as error:
        # That `scenes` is too short here means only that a scene in it is wrong: pydantic counts the good ones.
        wrong = [one for one in error.errors(include_url=False) if one["type"] != "too_short" or one["loc"] != ("scenes",)]
        diagnostics += [_mapped(root, one) for one in wrong[:_MAX_FAULTS]]
        raise _bad(BadScript, _in_order(diagnostics), kinds_hint if unknown else None) from error
    if of_options and not unknown:
        raise of_options
    if diagnostics:
        raise _bad(BadScript if kinds_hint == _HINT else UnknownScene, _in_order(diagnostics), kinds_hint)
    return Reading(script, warnings)


def _in_order(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    return sorted(diagnostics, key=lambda diagnostic: (diagnostic.line or 0, diagnostic.column or 0))[:_MAX_FAULTS]


def _kinds(root: Node, scenes: list[Node]) -> tuple[list[Diagnostic], str]:
    """Return the problems with the kinds of the scenes, and a hint."""
    diagnostics = []
    hint = f"The kinds of scene are: {', '.join(KINDS)}."
    for index, scene in enumerate(scenes):
        if not isinstance(scene.value, dict):
            diagnostics.append(_fault(root, ("scenes", index), "a scene has to be a mapping with a kind"))
            hint = _HINT
            continue
        kind = scene.value.get("kind")
        if kind is None:
            diagnostics.append(_fault(root, ("scenes", index), "the scene has no kind"))
        elif kind.value not in KINDS:
            named = kind.value if isinstance(kind.value, str) else "this"
            diagnostics.append(_fault(root, ("scenes", index, "kind"), f"there is no kind of scene called {named[:60]!r}"))
    return diagnostics, hint


def _left_out(root: Node, scenes: list[Any]) -> Iterator[ScriptWarning]:
    """Remove empty entries from lists of texts and points, with a warning for each."""
    for index, scene in enumerate(scenes):
        for name in ("items", "steps", "paragraphs", "columns"):
            node = root.find(("scenes", index, name))
            if scene.get("kind") == "chart" or not isinstance(scene.get(name), list) or not isinstance(node.value, list):
                continue
            for entry in node.value:
                if entry.value is None:
                    yield ScriptWarning(
                        "empty_entry", f"An empty entry of {name} is left out.", "Write a text, or take the line out.", entry.line
                    )
            values = [value for value, entry in zip(scene[name], node.value, strict=True) if entry.value is not None]
            scene[name] = values


def _mapped(root: Node, wrong: Any) -> Diagnostic:
    """Return one fault of pydantic's at its place in the source.

    In a scene's path pydantic puts the kind after the index; it is no key.
    """
    path = wrong["loc"]
    if len(path) > 2 and path[0] == "scenes" and path[2] in KINDS:
        path = path[:2] + path[3:]
    message = in_words(wrong)
    if wrong["type"] == "extra_forbidden" and len(path) == 1 and path[0] in Options.model_fields:
        message += "; it belongs under options"
    return _fault(root, path, message, key=wrong["type"] == "extra_forbidden")


def _fault(root: Node, path: tuple[str | int, ...], message: str, *, key: bool = False) -> Diagnostic:
    line, column = _position(root, path, key=key)
    return Diagnostic(message, line=line, column=column, path=".".join(str(step) for step in path) or None)


def _position(root: Node, path: tuple[str | int, ...], *, key: bool) -> tuple[int, int]:
    node = root.find(path, key=key)
    return node.line, node.column


def _bad(error: type[BadScript], diagnostics: list[Diagnostic], hint: str | None = None) -> BadScript:
    first = diagnostics[0]
    where = f"Line {first.line}" + (f", {first.path}" if first.path else "")
    more = f" (and {len(diagnostics) - 1} more)" if len(diagnostics) > 1 else ""
    return error(f"{where}: {first.message}{more}.", hint=hint, diagnostics=diagnostics)
