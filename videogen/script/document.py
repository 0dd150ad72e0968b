"""Scripts that say everything exactly: YAML and JSON in the form of `models.Script`."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import ValidationError

from videogen.errors import BadScript, EmptyScript, Fault, UnknownScene
from videogen.script import options
from videogen.script.json_tree import from_json
from videogen.script.models import Options, Scene, Script
from videogen.script.reading import Reading
from videogen.script.tree import Node, plain
from videogen.script.yaml_tree import from_yaml
from videogen.validation import in_words

KINDS: tuple[str, ...] = tuple(get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Scene)[0]))

_HINT = "A script is a title and its scenes. The smallest one is: {title: Hello, scenes: [{kind: title, title: Hello}]}"
_MAX_FAULTS = 20


def read_yaml(text: str) -> Reading:
    """The script in a YAML document. Raises BadScript (or a leaf of it) with line, column and path of each fault."""
    return _reading(from_yaml(text))


def read_json(text: str) -> Reading:
    """The script in a JSON document. Raises as `read_yaml` does."""
    return _reading(from_json(text))


def _reading(root: Node) -> Reading:
    if root.value is None:
        raise EmptyScript("The script is empty.")
    if not isinstance(root.value, dict):
        raise _bad(BadScript, [_fault(root, (), "This is not a script: it has to be a mapping with the keys title and scenes")], _HINT)
    scenes = root.value.get("scenes")
    if scenes is None or not scenes.value:
        raise EmptyScript("The script has no scenes.", hint=_HINT, faults=[_fault(root, ("scenes",), "no scenes")])
    if not isinstance(scenes.value, list):
        raise _bad(BadScript, [_fault(root, ("scenes",), "scenes has to be a list")], _HINT)
    _check_kinds(root, scenes.value)
    given: Any = plain(root)
    given.pop("$schema", None)  # what editors check the document against
    for node, scene in zip(scenes.value, given["scenes"], strict=True):
        scene["line"] = node.line
    if isinstance(given.get("options"), dict):

        def place(name: str) -> tuple[int, int]:
            return _place(root, ("options", name), key=name not in Options.model_fields)

        given["options"] = options.check(given["options"], place=place)
    try:
        return Reading(Script.model_validate(given))
    except ValidationError as error:
        # That `scenes` is too short here means only that a scene in it is wrong: pydantic counts the good ones.
        wrong = [one for one in error.errors(include_url=False) if one["type"] != "too_short" or one["loc"] != ("scenes",)]
        raise _bad(BadScript, [_mapped(root, one) for one in wrong[:_MAX_FAULTS]]) from error


def _check_kinds(root: Node, scenes: list[Node]) -> None:
    faults = []
    for index, scene in enumerate(scenes):
        if not isinstance(scene.value, dict):
            raise _bad(BadScript, [_fault(root, ("scenes", index), "a scene has to be a mapping with a kind")], _HINT)
        kind = scene.value.get("kind")
        if kind is None:
            faults.append(_fault(root, ("scenes", index), "the scene has no kind"))
        elif kind.value not in KINDS:
            said = kind.value if isinstance(kind.value, str) else "this"
            faults.append(_fault(root, ("scenes", index, "kind"), f"there is no kind of scene called {said[:60]!r}"))
    if faults:
        raise _bad(UnknownScene, faults[:_MAX_FAULTS], f"The kinds of scene are: {', '.join(KINDS)}.")


def _mapped(root: Node, wrong: Any) -> Fault:
    """One fault of pydantic's at its place in the source. In a scene's path pydantic puts the kind after the index; it is no key."""
    path = wrong["loc"]
    if len(path) > 2 and path[0] == "scenes" and path[2] in KINDS:
        path = path[:2] + path[3:]
    message = in_words(wrong)
    if wrong["type"] == "extra_forbidden" and len(path) == 1 and path[0] in Options.model_fields:
        message += "; it belongs under options"
    return _fault(root, path, message, key=wrong["type"] == "extra_forbidden")


def _fault(root: Node, path: tuple[str | int, ...], message: str, *, key: bool = False) -> Fault:
    line, column = _place(root, path, key=key)
    return Fault(message, line=line, column=column, path=".".join(str(step) for step in path) or None)


def _place(root: Node, path: tuple[str | int, ...], *, key: bool) -> tuple[int, int]:
    node = root.find(path, key=key)
    return node.line, node.column


def _bad(error: type[BadScript], faults: list[Fault], hint: str | None = None) -> BadScript:
    first = faults[0]
    where = f"Line {first.line}" + (f", {first.path}" if first.path else "")
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return error(f"{where}: {first.message}{more}.", hint=hint, faults=faults)
