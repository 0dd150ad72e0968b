"""Pictures of a section brought together with what belongs beside them: words, or further pictures."""

from __future__ import annotations

from collections.abc import Sequence

from videogen.script import inline
from videogen.script.models import PICTURES_MAX, ClipScene, ImageScene, ListScene, Picture, PicturesScene, Scene, TextScene

PROSE_MAX = 260
"""Characters of prose that may stand beside a picture without being asked to."""
POINTS_MAX, POINT_MAX = 5, 60
"""Points, and characters of each on average."""
SIDES = ("picture-left", "picture-right", "third-left", "third-right", "picture-top")
_OWN = ("voice", "lang", "recording", "duration_s", "transition", "motion", "pause_s", "say", "chapter")


def beside_words(scenes: Sequence[Scene]) -> list[Scene]:
    """Return the scenes of a section, a picture in one scene with the words before or after it.

    That is so where a side is named for the picture, and where a section is nothing but a picture and few words.
    """
    grouped: list[Scene] = []
    for scene in scenes:
        before = grouped[-1] if grouped else None
        if before is not None and (joined := _joined(before, scene, alone=len(scenes) == 2)):
            grouped[-1] = joined
        else:
            grouped.append(scene)
    return grouped


def _joined(first: Scene, second: Scene, *, alone: bool) -> Scene | None:
    """Return a picture and words as one scene; None where they should stay apart."""
    picture, words = (second, first) if isinstance(second, (ImageScene, ClipScene)) else (first, second)
    if not isinstance(picture, (ImageScene, ClipScene)) or not isinstance(words, (TextScene, ListScene)):
        return None
    if picture.paragraphs or picture.items or picture.footnotes or words.footnotes or words.layout:
        return None
    if any(getattr(one, name) is not None for one in (picture, words) for name in _OWN):
        return None
    is_asked = picture.layout in SIDES
    if not is_asked and not (alone and picture.layout is None and picture.fit == "fit" and _is_short(words)):
        return None
    if isinstance(picture, ClipScene) and picture.sound != "none":
        return None  # it is heard itself, unless its scene has words
    prose = words.paragraphs if isinstance(words, TextScene) else (words.lead,) if words.lead else ()
    items = words.items if isinstance(words, ListScene) else ()
    side = picture.layout or ("picture-left" if picture is first else None)
    line = min(one.line or 0 for one in (first, second)) or None
    return picture.model_copy(update={"paragraphs": prose, "items": items, "layout": side, "line": line})


def _is_short(words: TextScene | ListScene) -> bool:
    if isinstance(words, TextScene):
        return sum(len(inline.plain(text)) for text in words.paragraphs) <= PROSE_MAX
    lengths = [len(inline.plain(item.text)) for item in words.items]
    return len(lengths) <= POINTS_MAX and sum(lengths) <= POINTS_MAX * POINT_MAX and len(inline.plain(words.lead)) <= POINT_MAX * 2


def together(first: Scene, second: Scene) -> PicturesScene | None:
    """Return two scenes of pictures as one; None where one of them has more to it than a picture and its words."""
    pictures = _pictures(first)
    if not pictures or len(pictures) >= PICTURES_MAX or not _is_plain(second):
        return None
    shared = {name: getattr(first, name) for name in ("heading", "line")}
    return PicturesScene(kind="pictures", pictures=(*pictures, *_pictures(second)), **shared)


def _is_plain(scene: Scene | None) -> bool:
    """Return whether a picture has nothing that it would lose among others."""
    if not isinstance(scene, ImageScene) or scene.fit != "fit" or scene.move != "none" or scene.layout:
        return False
    return not (scene.paragraphs or scene.items or scene.footnotes or any(getattr(scene, name) is not None for name in _OWN))


def _pictures(scene: Scene | None) -> tuple[Picture, ...]:
    if isinstance(scene, PicturesScene):
        return scene.pictures
    if not isinstance(scene, ImageScene) or not _is_plain(scene):
        return ()
    return (Picture(file=scene.file, alt=scene.alt, caption=scene.caption, focus=scene.focus),)
