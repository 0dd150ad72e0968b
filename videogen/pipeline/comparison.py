"""What differs between two scripts: which scenes, and in those which words of what is said and of what is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from videogen.pipeline.draft import plan_draft
from videogen.pipeline.narration import NarrationStage
from videogen.pipeline.narration_edit import text_of
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.reporter import SILENT_REPORTER
from videogen.pipeline.text_pieces import difference, words
from videogen.scenes import SET_ON_A_GRID, drawn_texts
from videogen.script.inline import plain
from videogen.script.models import NOT_SHOWN, Scene

ALIKE = 0.5
"""Scenes of which less is alike are not one that was changed, but one that went and one that came."""

Change = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True)
class ComparedScene:
    """A scene as it is compared: what is said, what words are shown, and all else that decides its picture."""

    position: int
    kind: str
    title: str
    text: str
    shown: str
    look: str


def compare(before: RenderRequest, after: RenderRequest) -> dict[str, Any]:
    """Return {scenes, counts}: a row for each scene of either video, in order.

    A row is {change, differs, before, after, text, shown}: `differs` names what differs of `text` (what is said), `shown` (the words in
    the picture), `picture` (all else that is seen); the texts are lists of {text, change}. Raises what reading a script raises.
    """
    old, new = _scenes(before), _scenes(after)
    rows = [_row(one, other) for one, other in _pairs(old, new)]
    return {"scenes": rows, "counts": {change: Counter(row["change"] for row in rows)[change] for change in _CHANGES}}


_CHANGES: tuple[Change, ...] = ("same", "changed", "added", "removed")


def _scenes(request: RenderRequest) -> list[ComparedScene]:
    draft = plan_draft(request)
    if draft.plan is None:
        assert draft.problem is not None
        raise draft.problem
    look = repr(draft.plan.look)
    scenes = []
    for narrated in NarrationStage().run(draft.plan, SILENT_REPORTER).scenes:
        said = text_of(narrated)
        scenes.append(ComparedScene(said.position, said.kind, said.title, said.text, _shown(narrated.scene), _seen(narrated.scene) + look))
    return scenes


def _shown(scene: Scene) -> str:
    """Return the words of a scene's picture, a line for each text."""
    texts = [written if (scene.kind, name) in SET_ON_A_GRID else plain(written) for name, written in drawn_texts(scene)]
    return "\n".join(reversed(texts))  # those of the first field come last


def _seen(scene: Scene) -> str:
    return repr(scene.model_dump(exclude=NOT_SHOWN))


def _pairs(old: Sequence[ComparedScene], new: Sequence[ComparedScene]) -> Iterator[tuple[ComparedScene | None, ComparedScene | None]]:
    """Yield the scenes of both in order, each beside the other's scene that it is."""
    matcher = SequenceMatcher(None, [_key(scene) for scene in old], [_key(scene) for scene in new], autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(old[old_from:old_to], new[new_from:new_to], strict=True)
        else:
            yield from _changed(old[old_from:old_to], new[new_from:new_to])


def _changed(old: Sequence[ComparedScene], new: Sequence[ComparedScene]) -> Iterator[tuple[ComparedScene | None, ComparedScene | None]]:
    """Yield scenes of a stretch where none is the same: beside each other those that are alike."""
    done = 0
    for scene in old:
        match = next((at for at in range(done, min(done + 20, len(new))) if _alike(scene, new[at], len(old) == len(new))), None)
        if match is None:
            yield scene, None
            continue
        yield from ((None, other) for other in new[done:match])
        yield scene, new[match]
        done = match + 1
    yield from ((None, other) for other in new[done:])


def _alike(one: ComparedScene, other: ComparedScene, same_count: bool) -> bool:
    if one.kind != other.kind:
        return False
    if one.title == other.title and (one.title or same_count):
        return True
    first, second = words(f"{one.title} {one.shown} {one.text}"), words(f"{other.title} {other.shown} {other.text}")
    return SequenceMatcher(None, first[:500], second[:500], autojunk=False).ratio() >= ALIKE


def _key(scene: ComparedScene) -> tuple[str, ...]:
    return scene.kind, scene.title, scene.text, scene.shown, scene.look


def _row(before: ComparedScene | None, after: ComparedScene | None) -> dict[str, Any]:
    old, new = before or _NOTHING, after or _NOTHING
    parts = {"text": old.text != new.text, "shown": old.shown != new.shown, "picture": old.look != new.look}
    differs = [name for name, differ in parts.items() if differ]
    if "shown" in differs and "picture" in differs:
        differs.remove("picture")  # the words are a part of it
    change: Change = "added" if before is None else "removed" if after is None else "changed" if differs else "same"
    return {
        "change": change,
        "differs": differs if change == "changed" else [],
        "before": before and _side(before),
        "after": after and _side(after),
        "text": difference(old.text, new.text),
        "shown": difference(old.shown, new.shown),
    }


_NOTHING = ComparedScene(0, "", "", "", "", "")


def _side(scene: ComparedScene) -> Mapping[str, Any]:
    return {name: value for name, value in asdict(scene).items() if name in ("position", "kind", "title")}
