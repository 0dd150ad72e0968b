"""What each scene of a video says, to be read and changed scene by scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from models.errors import Diagnostic
from videogen import script
from videogen.errors.script import BadScript
from videogen.pipeline.draft import plan_draft
from videogen.pipeline.narration import NarratedScene, NarrationStage
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.reporter import SILENT_REPORTER
from videogen.pipeline.titles import title_of
from videogen.script import detect_format, pauses
from videogen.script.models import Scene
from videogen.script.narration_edit import with_narration

TEXT_MAX = 20_000


@dataclass(frozen=True)
class SceneText:
    """What a scene says. `written`: the script writes it out, and it is not taken from what is shown. `editable`: the script has a place
    for it, which a closing card that is added has not."""

    position: int
    kind: str
    title: str
    line: int | None
    text: str
    written: bool
    editable: bool


def edit_narration(request: RenderRequest, changes: Mapping[int, str]) -> dict[str, Any]:
    """Return {scenes, script, format}: what each scene says, and the script in which those at the positions of `changes` say that.

    A scene that is shown on several pages has a text for each. Raises what reading the script raises, and BadScript for a position that
    there is not, and for a scene whose narration cannot be written into the script.
    """
    draft = plan_draft(request)
    if draft.plan is None:
        assert draft.problem is not None
        raise draft.problem
    narrated = NarrationStage().run(draft.plan, SILENT_REPORTER).scenes
    texts = {scene.position: text_of(scene) for scene in narrated}
    format = request.format or detect_format(request.source)
    if unknown := [position for position in changes if position not in texts or not texts[position].editable]:
        if unknown[0] in texts:
            raise BadScript(
                "This scene is added to the script, which has no place for what it says.", hint="Write a closing card of your own."
            )
        diagnostic = Diagnostic("is no scene of the script", path="scenes")
        raise BadScript(f"The script has {len(texts)} scenes; there is no scene {unknown[0]}.", diagnostics=[diagnostic])
    source = request.source
    # From the end, so that the lines of the others stay where they are.
    for indexes, positions in reversed(list(_units(narrated, source, format).items())):
        changed = {position: changes[position] for position in positions if position in changes}
        if all(text.strip() == texts[position].text for position, text in changed.items()):
            continue
        pages = [changed.get(position, texts[position].text).strip() for position in positions]
        source = with_narration(source, format, indexes, f" {pauses.NEXT_PAGE} ".join(pages) if any(pages) else "")
        texts |= {position: SceneText(**{**asdict(texts[position]), "text": text, "written": True}) for position, text in changed.items()}
    return {"scenes": [asdict(text) for text in texts.values()], "script": source, "format": format}


def text_of(narrated: NarratedScene) -> SceneText:
    """Return what a scene says, with the pauses in it written as `[pause 1s]`."""
    scene = narrated.scene
    if scene.say is not None:
        text = scene.say
    else:
        parts = [_pause(narrated.pause_s(0))]
        for number, sentence in enumerate(narrated.sentences, 1):
            parts += [sentence, _pause(narrated.pause_s(number))]
        text = " ".join(filter(None, parts))
    return SceneText(
        narrated.position, scene.kind, title_of(scene), scene.line, text.strip(), scene.say is not None, scene.line is not None
    )


def _pause(seconds: float) -> str:
    return f"[pause {seconds:g}s]" if seconds else ""


def _units(narrated: Sequence[NarratedScene], source: str, format: str) -> dict[tuple[int, ...], list[int]]:
    """Return the positions of the pages of each scene that the source has, by its indexes there. Those without a line have none."""
    written = script.read(source, format, set_formulas=False).script.scenes
    by_line: dict[int | None, list[int]] = {}
    for index, scene in enumerate(written):
        by_line.setdefault(scene.line, []).append(index)
    units: dict[tuple[int, ...], list[int]] = {}
    for narrated_scene in narrated:
        of_line = by_line.get(narrated_scene.scene.line, []) if narrated_scene.scene.line else []
        same = [index for index in of_line if _is_of(written[index], narrated_scene.scene)]
        if of_line:
            units.setdefault(tuple(same or of_line), []).append(narrated_scene.position)
    return dict(sorted(units.items()))


def _is_of(written: Scene, planned: Scene) -> bool:
    return written.kind == planned.kind and title_of(written) == title_of(planned)
