"""The brand kit of a video: found among its files, and applied to its look and its scenes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from models.errors import Diagnostic
from videogen.errors.script import BadOption
from videogen.pipeline.reporter import StageWarning
from videogen.script.models import ClipScene, ImageScene, OutroScene, Scene, Script, TitleScene

if TYPE_CHECKING:
    from videogen.scenes.brand_file import BrandCard, BrandKit, Find
    from videogen.scenes.scene_clip import RenderSettings

MISSING_HINT = "app.py brand list and the page /brands list what there is."


def find_kit(script: Mapping[str, Any], request: Mapping[str, Any], find: Find) -> tuple[BrandKit | None, list[StageWarning]]:
    """Return the brand that the request names, or else the script; and a warning if the script's does not exist.

    Front matter may be another program's. Raises BadOption for a brand of the request that does not exist, and for one that is unusable.
    """
    asked = request.get("brand")
    name = asked if asked is not None else script.get("brand")
    if not name:
        return None, []
    from videogen.scenes.brand_file import find_brand  # what draws need not be loaded for scripts without a brand

    kit = find_brand(str(name), find)
    if kit is None:
        message = f"There is no brand called {str(name)[:60]!r}."
        if asked is not None:
            raise BadOption(message, hint=MISSING_HINT, diagnostics=[Diagnostic("is no brand", path="options.brand")])
        return None, [StageWarning("unknown_brand", message, MISSING_HINT)]
    return kit, []


def with_brand(look: RenderSettings, kit: BrandKit) -> tuple[RenderSettings, list[StageWarning]]:
    """Return render settings in the look of a brand, and a warning for each of its colours that could not be read."""
    from videogen.scenes.brand_theme import apply_brand

    theme, adjusted = apply_brand(look.theme, kit)
    hint = "Choose a lighter or darker colour in the brand."
    return replace(look, theme=theme), [StageWarning("colour_adjusted", f"The brand's colour {one.text}.", hint) for one in adjusted]


def with_cards(script: Script, kit: BrandKit) -> Script:
    """Return the script with the brand's intro before its scenes and its outro after them; a card takes the place of the closing one."""
    scenes = list(script.scenes)
    if kit.brand.intro is not None:
        scenes.insert(0, _card(kit.brand.intro, kit, TitleScene(kind="title", title=kit.brand.intro.title, subtitle=kit.brand.intro.text)))
    if (outro := kit.brand.outro) is not None:
        if outro.file is None and len(scenes) > 1 and isinstance(scenes[-1], OutroScene):
            del scenes[-1]
        scenes.append(_card(outro, kit, OutroScene(kind="outro", title=outro.title, text=outro.text)))
    return script.model_copy(update={"scenes": tuple(scenes)})


def _card(card: BrandCard, kit: BrandKit, words: Scene) -> Scene:
    """Return the scene of an intro or outro: silent, and as long as the brand says; a video is as long as it is, and is heard."""
    if card.file is None:
        return words.model_copy(update={"say": "", "duration_s": card.seconds})
    file, heading = kit.names[card.file], card.title
    if kit.media_types[card.file].startswith("video/"):
        return ClipScene(kind="clip", file=file, heading=heading, fit="fill", sound="own")
    return ImageScene(kind="image", file=file, heading=heading, fit="fill", say="", duration_s=card.seconds)
