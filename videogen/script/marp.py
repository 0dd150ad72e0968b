"""Marp Markdown as it is (https://marpit.marp.app/directives): slides between rules, directives and presenter notes in comments.

What is only about a slide's looks is passed over: a video has a theme of its own. What the presenter would say is what is spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from typing import Any

from videogen.script import inline
from videogen.script.blocks import OTHER, PRESENTER, Block, Heading, Note, Paragraph, PictureBlock, ThematicBreak
from videogen.script.dialects.comments import is_for_tools
from videogen.script.media_blocks import is_behind, media_scene
from videogen.script.models import Scene, Script, SectionScene, TitleScene
from videogen.script.notes import as_spoken, joined, of_blocks
from videogen.script.pronunciation import as_written
from videogen.script.section_scenes import SectionBuilder
from videogen.script.sentences import STOPS_OF_OTHERS, sentences
from videogen.script.spoken_text import narration_of
from videogen.script.video_options import Options

_KEYS = """
marp theme class paginate header footer backgroundColor backgroundImage backgroundPosition backgroundRepeat backgroundSize color size style
headingDivider math lang title description author keywords url image transition html fit
"""
KEYS = frozenset(_KEYS.split())
"""What Marp knows in front matter and, most of it, in comments."""

SUBTITLE_MAX = 140
REMARK_MAX = 8
"""Words from which a comment is a presenter's note, whatever else there is on its slide."""
FULL_FROM = 24
"""Words of a slide beside which a short sentence is a remark, too."""
_LABELLED = re.compile(r"\s*(?:(?:speaker|presenter)(?:'s)?\s+)?notes?\s*:\s*", re.IGNORECASE)
"""How a presenter's note is marked as one."""
_DIRECTIVE = re.compile(r"\s*[_$]?([A-Za-z]+)\s*(?::|\Z)")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{3,8}|[A-Za-z]+|[a-z-]+\(.*\)")
"""What Marp takes for the ground of a slide in place of a picture: a colour or a gradient."""
_DARK = {"invert", "dark"}
_SIZES = {"4:3": "4:3", "16:9": "16:9", "9:16": "9:16", "1:1": "1:1", "4:5": "4:5"}


def options_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that Marp's front matter sets: `size`, `lang`, and whether its theme is light or dark."""
    result: dict[str, Any] = {}
    if str(values.get("size")) in _SIZES:
        result["aspect"] = _SIZES[str(values["size"])]
    classes = values.get("class") or ()
    dark = _DARK & set(classes.split() if isinstance(classes, str) else map(str, classes) if isinstance(classes, list) else ())
    return result | {"theme": "slate" if dark else "paper"}


def dividers(value: Any) -> frozenset[int]:
    """Return the levels of the headings that begin a slide, by a deck's `headingDivider`: all down to one, or those of a list."""
    if isinstance(value, list):
        return frozenset(int(level) for level in value if str(level).isdecimal())
    return frozenset(range(1, min(int(value), 6) + 1)) if str(value).isdecimal() else frozenset()


def slide_scenes(
    content: Sequence[Block],
    dividers: Set[int] = frozenset(),
    *,
    opened: bool = False,
    comments: bool = True,
    options: Options | None = None,
) -> list[Scene]:
    """Return the scenes of a deck, a slide after the other.

    A heading of one of the levels in `dividers` begins a slide, as a rule does.

    `opened`: there is an opening card before it. `comments`: those that are for no tool are presenter notes.
    """
    scenes: list[Scene] = []
    for slide in _slides(content, dividers, comments, options or Options()):
        scenes += slide.scenes(first=not scenes and not opened)
    return scenes


@dataclass(frozen=True)
class MarpSlide:
    """What stands between two rules, what its presenter says, and whether it is laid out as a title.

    `adds`: what is said may be no more than a remark, which then comes after what the slide itself suggests.
    """

    blocks: tuple[Block, ...]
    spoken: tuple[str, ...]
    leads: bool
    adds: bool = False
    punctuated: bool = True
    """Whether its notes end as sentences do."""
    options: Options = field(default_factory=Options)

    def scenes(self, *, first: bool) -> list[Scene]:
        """Return the scenes of the slide; as the deck's first one it may be the opening card.

        Pictures that are its ground come first, under its heading, which on a slide of little else is shown there alone.
        """
        grounds = [block for block in self.blocks if isinstance(block, PictureBlock) and is_behind(block)]
        shown = [block for block in self.blocks if block not in grounds]
        heading = "" if first else next((block.text for block in shown if isinstance(block, Heading)), "")
        behind: list[Scene] = [media_scene(block, heading) for block in grounds]
        card = MarpSlide(tuple(shown), (), self.leads).card(first=first) if _is_seen(shown) else None
        scenes = [card] if card else _made(_parts(shown), first)
        if behind and not first and len(scenes) == 1 and isinstance(scenes[0], SectionScene) and not scenes[0].subtitle:
            scenes = []  # nothing but the heading, which stands on the pictures
        if not scenes:
            notes = of_blocks(block for block in shown if isinstance(block, Note))
            behind = [scene.model_copy(update=notes) if scene is behind[0] else scene for scene in behind]
            return _narrated(behind, self.spoken)
        spoken = self.spoken
        if self.adds and spoken and (own := self.remarked(scenes)):
            scenes, spoken = own, ()
        if first and len(scenes) > 1 and len(spoken) != len(scenes) and spoken and isinstance(scenes[0], TitleScene):
            narrated = [scenes[0], *_narrated(scenes[1:], spoken)]  # the opening card says its title itself
        else:
            narrated = _narrated(scenes, spoken)
        return [*(_narrated(behind, [""]) if self.spoken else behind), *narrated]

    def remarked(self, scenes: list[Scene]) -> list[Scene] | None:
        """Return the scenes with the note after what they say themselves, if it is a mere remark beside that."""
        script = Script.model_construct(title="", options=self.options, scenes=tuple(scenes))
        own = [as_written(narration_of(scene, script)) for scene in scenes]
        remark = " ".join(self.spoken)
        words, shown = len(remark.split()), sum(len(text.split()) for text in own)
        is_sentence = remark.endswith((*".!?…", *STOPS_OF_OTHERS)) and self.punctuated and shown < FULL_FROM
        if words >= REMARK_MAX or words * 3 >= shown or is_sentence or any(scene.say is not None for scene in scenes):
            return None
        last = next((n for n in reversed(range(len(scenes))) if own[n]), len(scenes) - 1)
        return [scene.model_copy(update={"say": f"{own[n]} {remark}".strip()}) if n == last else scene for n, scene in enumerate(scenes)]

    def card(self, *, first: bool) -> Scene | None:
        """Return a slide of nothing but a heading and a line or two below it, when it opens the deck or is laid out as a title."""
        noted = [block for block in self.blocks if isinstance(block, Note)]
        heading, *rest = [block for block in self.blocks if not isinstance(block, Note)]
        if not isinstance(heading, Heading) or any(not isinstance(block, Heading | Paragraph) for block in rest):
            return None
        below = inline.lines([inline.runs(block.text) for block in rest if isinstance(block, Heading | Paragraph)])
        if len(inline.plain(below)) > SUBTITLE_MAX or not (first or self.leads or not rest):
            return None
        kind: type[TitleScene | SectionScene] = TitleScene if first else SectionScene
        values = {"kind": "title" if first else "section", "title": heading.text, "subtitle": below, "line": heading.line}
        return kind.model_validate(values | of_blocks(noted))


def _slides(content: Iterable[Block], dividers: Set[int], comments: bool, options: Options) -> Iterator[MarpSlide]:
    """Yield the slides of a deck, without those on which nothing is to be seen."""
    blocks: list[Block] = []
    spoken: list[str] = []
    leads = always = marked = False
    punctuated = True

    def slide() -> MarpSlide:
        return MarpSlide(tuple(blocks), tuple(spoken), leads or always, not marked, punctuated, options)

    noted: list[Note] = []

    def unseen() -> Iterator[MarpSlide]:
        """Yield a slide of nothing but notes shows them: no word is lost."""
        if noted:
            texts = tuple(Paragraph(note.line, inline.markup(inline.runs(" ".join(note.text.split())))) for note in noted)
            yield MarpSlide(texts, tuple(spoken), False, False, punctuated, options)

    for block in content:
        if isinstance(block, ThematicBreak) or (isinstance(block, Heading) and block.level in dividers and _is_seen(blocks)):
            if _is_seen(blocks):
                yield slide()
            else:
                yield from unseen()
            blocks, spoken, leads, marked, punctuated, noted = [], [], False, False, True, []
        if isinstance(block, Note) and block.name == PRESENTER:
            spoken.append(as_spoken(block.text))
            noted.append(block)
            marked = True
        elif isinstance(block, Note) and block.name == OTHER:
            directives = dict(_directives(block.text))
            leads |= "lead" in directives.get("_class", "").split()
            if "class" in directives:
                always = "lead" in directives["class"].split()
            if comments and not directives and not is_for_tools(block.text):
                label = _LABELLED.match(block.text)
                marked |= label is not None
                punctuated &= block.text.rstrip("\"')*_ ").endswith((*".!?…:", *STOPS_OF_OTHERS))
                spoken.append(as_spoken(block.text[label.end() :] if label else block.text))
        elif isinstance(block, PictureBlock) and is_behind(block) and _COLOUR.fullmatch(block.address):
            continue
        elif not isinstance(block, ThematicBreak):
            blocks.append(block)
    if _is_seen(blocks):
        yield slide()
    else:
        yield from unseen()


def _is_seen(blocks: Sequence[Block]) -> bool:
    return any(not isinstance(block, Note) for block in blocks)


def _directives(comment: str) -> Iterator[tuple[str, str]]:
    """Yield the directives of a comment that holds nothing else. Each line names one or continues the one before."""
    lines = [line for line in comment.splitlines() if line.strip()]
    result: list[tuple[str, str]] = []
    for line in lines:
        named = _DIRECTIVE.match(line)
        if named and named[1] in KEYS:
            result.append((line[: named.end()].strip(" :"), line[named.end() :].strip().strip("\"'[]")))
        elif not result or not (line[0].isspace() or line.lstrip().startswith("-")):
            return
    yield from result


def _parts(blocks: Sequence[Block]) -> list[tuple[Heading | None, list[Block]]]:
    parts: list[tuple[Heading | None, list[Block]]] = [(None, [])]
    for block in blocks:
        if isinstance(block, Heading):
            parts.append((block, []))
        else:
            parts[-1][1].append(block)
    return [(heading, content) for heading, content in parts if heading or _is_seen(content)]


def _made(parts: Sequence[tuple[Heading | None, Sequence[Block]]], first: bool) -> list[Scene]:
    """Return the scenes of a slide's parts.

    The deck's first heading, when nothing stands right below it, is its title.
    """
    scenes_out: list[Scene] = []
    for heading, content in parts:
        scenes = _part(heading, content)
        if first and not scenes_out and len(parts) > 1 and len(scenes) == 1 and heading and isinstance(scenes[0], SectionScene):
            scenes = [TitleScene(kind="title", title=heading.text, line=heading.line, **of_blocks(content))]
        scenes_out += scenes
    return scenes_out


def _part(heading: Heading | None, content: Sequence[Block]) -> list[Scene]:
    scenes = SectionBuilder(heading.text if heading else "").scenes(content)
    if heading and not scenes:
        return [SectionScene(kind="section", title=heading.text, line=heading.line, **of_blocks(content))]
    return scenes


def _narrated(scenes: list[Scene], spoken: Sequence[str]) -> list[Scene]:
    """Give the scenes of a slide its speaker notes: one each if there are as many, else the sentences shared out."""
    if not spoken or not scenes:
        return scenes
    if len(spoken) != len(scenes):
        phrases = [sentence for note in spoken for sentence in sentences(note)]
        share = len(phrases) / len(scenes)
        bounds = [ceil(number * share) for number in range(len(scenes) + 1)]
        spoken = [" ".join(phrases[start:end]) for start, end in pairwise(bounds)]
    return [scene.model_copy(update=joined({"say": text}, {"say": scene.say})) for scene, text in zip(scenes, spoken, strict=True)]
