"""Markdown as a film: the first heading is its title, each further heading a scene or several, in the order they are read in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from videogen.errors import BadScript, EmptyScript, Fault
from videogen.script import blocks, inline
from videogen.script.blocks import Block, Heading
from videogen.script.front_matter import FrontMatter, split
from videogen.script.models import (
    CodeScene,
    DiagramScene,
    ListItem,
    ListScene,
    OutroScene,
    QuoteScene,
    Scene,
    Script,
    SectionScene,
    TableScene,
    TextScene,
    TitleScene,
)
from videogen.script.reading import Reading, Warning_

LEAD_MAX = 240
"""Characters a paragraph may have to stand as the lead of the list, code, diagram or table right after it."""
SUBTITLE_MAX = 140
SCENE_TEXT_MAX = 480
"""Characters of prose at which the next paragraph begins a scene of its own."""
LIST_MAX = 10
"""Points of a list that may stand together; a longer one is cut before points of its first level."""
OUTRO_FROM = 6
"""Scenes from which a film without words of its own for the end is closed with a card."""
TITLE_MAX = 300
SCENES_MAX = 2000

_ORDINAL = re.compile(r"\s*(\d+|[ivxIVX]+)[.):]\s|.*#\s?\d")
_DRAWN = re.compile("[\u2500-\u259f\u25b2\u25b6\u25bc\u25c0]")
_ARROW = re.compile("[\u2190-\u21ff\u27f0-\u27ff]|(?<!-)-{1,40}>|<-{1,40}|(?<!=)={1,40}>")
_ASCII_BOX = re.compile(r"^\s*(\+[-=+]{3,}\+|\|.*\|\s*$|[|v^]\s*$)", re.MULTILINE)
_PLAIN_LANGUAGES = {"", "text", "txt", "plain", "plaintext", "ascii", "diagram", "none"}
_HIGHLIGHT = re.compile(r"\{([\d,\s-]+)\}")


def read_markdown(text: str) -> Reading:
    """The film in a Markdown document. `text` is cleaned. Raises EmptyScript, BadScript or BadOption, with the line at fault."""
    front, body, line = split(text)
    found = blocks.blocks(body, line=line)
    warnings = list(front.warnings) + _pictures(block for block in found if isinstance(block, blocks.Picture))
    scenes = _Film(front).scenes([block for block in found if not isinstance(block, blocks.Picture)])
    if not scenes:
        raise EmptyScript("There is nothing in the script to show.")
    if len(scenes) > SCENES_MAX:
        where = scenes[SCENES_MAX].line
        raise BadScript(
            f"The script makes {len(scenes)} scenes; {SCENES_MAX} are the most.",
            hint="Split the document and make a film of each part.",
            faults=[Fault(f"scene {SCENES_MAX + 1} begins here", line=where)],
        )
    return Reading(Script(title=_title(front, found, scenes), options=front.options, scenes=tuple(scenes)), tuple(warnings))


def _title(front: FrontMatter, found: Sequence[Block], scenes: Sequence[Scene]) -> str:
    headings = [block.text for block in found if isinstance(block, Heading)]
    texts = [block.text for block in found if isinstance(block, (blocks.Paragraph, blocks.Quote))]
    points = [item.text for block in found if isinstance(block, blocks.Points) for item in block.items]
    first = next((scene.title for scene in scenes if isinstance(scene, TitleScene)), None)
    title = inline.plain(first or next(iter([*headings, *texts, *points]), "")) or "Untitled"
    most = TITLE_MAX if first or headings else 80
    return title if len(title) <= most else title[: most - 1].rstrip() + "…"


def _pictures(pictures: Iterable[blocks.Picture]) -> list[Warning_]:
    """One warning for each line that shows pictures."""
    lines: dict[tuple[int, bool], int] = {}
    for picture in pictures:
        remote = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", picture.address) is not None
        lines[picture.line, remote] = lines.get((picture.line, remote), 0) + 1
    out = []
    for (line, remote), count in lines.items():
        what = "A picture" if count == 1 else f"{count} pictures"
        left_out = "is left out" if count == 1 else "are left out"
        if remote:
            message, hint = f"{what} on another server {left_out}.", "Pictures are never fetched from other servers."
            out.append(Warning_("remote_picture", message, hint, line))
        else:
            out.append(Warning_("picture_left_out", f"{what} {left_out}.", "Scenes with pictures cannot be made yet.", line))
    return out


@dataclass
class _Part:
    """A heading and what stands under it, up to the next heading of whatever level."""

    heading: Heading | None
    content: list[Block] = field(default_factory=list)


@dataclass
class _Film:
    """Turns blocks into scenes. `front` may name the title, the subtitle and the words of the closing card."""

    front: FrontMatter

    def scenes(self, found: Sequence[Block]) -> list[Scene]:
        parts = [_Part(None)]
        for block in found:
            if isinstance(block, Heading):
                parts.append(_Part(block))
            else:
                parts[-1].content.append(block)
        title = self.front.title
        scenes: list[Scene] = []
        if title:
            scenes.append(TitleScene(kind="title", title=title, subtitle=self.front.subtitle, line=1))
        for position, part in enumerate(parts):
            heading = part.heading
            if heading and heading.level == 1 and title is None:
                title = heading.text
                scenes.extend(self.opening(part, heading))
            elif heading and position == 1 and inline.plain(heading.text) == inline.plain(self.front.title or ""):
                scenes.extend(_Stretch(heading.text).scenes(part.content))
            else:
                scenes.extend(self.part(part))
        return self.closed(_numbered(scenes), title)

    def opening(self, part: _Part, heading: Heading) -> list[Scene]:
        """The title card, with a first short paragraph as its subtitle, then what else stands under the title."""
        content = list(part.content)
        say = None
        subtitle = self.front.subtitle
        if content and isinstance(content[0], blocks.Say):
            say = content.pop(0).text  # type: ignore[union-attr]
        first = content[0] if content else None
        if not subtitle and isinstance(first, blocks.Paragraph) and _is_subtitle(first, content[1:2]):
            subtitle = first.text
            content.pop(0)
            if say is None and content and isinstance(content[0], blocks.Say):
                say = content.pop(0).text  # type: ignore[union-attr]
        card = TitleScene(kind="title", title=heading.text, subtitle=subtitle, say=say, line=heading.line)
        return [card, *_Stretch(heading.text).scenes(content)]

    def part(self, part: _Part) -> list[Scene]:
        heading = part.heading
        scenes = _Stretch(heading.text if heading else "").scenes(part.content)
        if scenes or not heading:
            return scenes
        say = " ".join(block.text for block in part.content if isinstance(block, blocks.Say))
        silent = say if any(isinstance(block, blocks.Say) for block in part.content) else None
        return [SectionScene(kind="section", title=heading.text, say=silent, line=heading.line)]

    def closed(self, scenes: list[Scene], title: str | None) -> list[Scene]:
        """The scenes with a closing card: the words the front matter has for it, or for a long film its title once more, in silence."""
        if self.front.outro:
            return [*scenes, OutroScene(kind="outro", title=self.front.outro)]
        if self.front.outro is None and title and len(scenes) >= OUTRO_FROM:
            return [*scenes, OutroScene(kind="outro", title=title, text=self.front.subtitle, say="", duration_s=3.0)]
        return scenes


def _is_subtitle(first: blocks.Paragraph, following: Sequence[Block]) -> bool:
    leads = bool(following) and isinstance(following[0], (blocks.Points, blocks.Code, blocks.Table))
    text = inline.plain(first.text)
    return not leads and len(text) <= SUBTITLE_MAX and not text.endswith(":")


def _numbered(scenes: list[Scene]) -> list[Scene]:
    """The section cards counted, unless there is one only or their titles are numbered already."""
    cards = [scene for scene in scenes if isinstance(scene, SectionScene)]
    if len(cards) < 2 or any(_ORDINAL.match(inline.plain(card.title)) for card in cards):
        return scenes
    numbers = {id(card): number for number, card in enumerate(cards, 1)}
    return [scene.model_copy(update={"number": numbers[id(scene)]}) if id(scene) in numbers else scene for scene in scenes]


@dataclass
class _Stretch:
    """What stands under one heading, as scenes that carry it."""

    heading: str
    made: list[Scene] = field(default_factory=list)
    prose: list[blocks.Paragraph] = field(default_factory=list)
    says: dict[int, str] = field(default_factory=dict)
    """What is to be said where a paragraph of `prose` stands, by its position."""
    coming: str | None = None
    """What the next scene is to say: a comment stood before anything that could say it."""
    open: bool = False
    """Whether the scene made last may still be told what to say: no rule has ended it."""

    def scenes(self, content: Sequence[Block]) -> list[Scene]:
        for block in content:
            self.take(block)
        self.flush()
        return self.made

    def take(self, block: Block) -> None:
        heading = self.heading
        if isinstance(block, blocks.Paragraph):
            if self.prose and (self.says or _length([*self.prose, block]) > SCENE_TEXT_MAX):
                self.flush()
            self.prose.append(block)
        elif isinstance(block, blocks.Say):
            self.say(block.text)
        elif isinstance(block, blocks.Rule):
            self.flush()
            self.open = False
        elif isinstance(block, blocks.Points):
            lead, line = self.lead(block)
            for items in _grouped(block.items):
                self.add(ListScene(kind="list", heading=heading, lead=lead, items=items, line=line))
                lead = ""
        elif isinstance(block, blocks.Code):
            lead, line = self.lead(block)
            self.add(_code(block, heading, lead, line))
        elif isinstance(block, blocks.Table):
            lead, line = self.lead(block)
            shape = {"header": block.header, "rows": block.rows, "align": block.align}
            self.add(TableScene(kind="table", heading=heading, lead=lead, line=line, **shape))
        elif isinstance(block, blocks.Quote):
            self.flush()
            self.add(QuoteScene(kind="quote", heading=heading, text=block.text, by=block.by, line=block.line))

    def say(self, text: str) -> None:
        """Said of the scene it stands in: of the block before it, or when none stands before it, of the scene that follows."""
        if self.prose:
            last = len(self.prose) - 1
            self.says[last] = _joined(self.says.get(last), text)
        elif self.made and self.open:
            self.made[-1] = self.made[-1].model_copy(update={"say": _joined(self.made[-1].say, text)})
        else:
            self.coming = _joined(self.coming, text)

    def lead(self, block: Block) -> tuple[str, int]:
        """The last paragraph gathered, taken as the lead of the block after it, if it is short; and the line where that scene begins."""
        if not self.prose or len(inline.plain(self.prose[-1].text)) > LEAD_MAX:
            self.flush()
            return "", block.line
        lead = self.prose.pop()
        said = self.says.pop(len(self.prose), None)
        self.flush()
        if said is not None:
            self.coming = _joined(self.coming, said)
        return lead.text, lead.line

    def flush(self) -> None:
        if self.prose:
            paragraphs = tuple(paragraph.text for paragraph in self.prose)
            line = self.prose[0].line
            for said in self.says.values():
                self.coming = _joined(self.coming, said)
            self.prose, self.says = [], {}
            self.add(TextScene(kind="text", heading=self.heading, paragraphs=paragraphs, line=line))

    def add(self, scene: Scene) -> None:
        if self.coming is not None:
            scene = scene.model_copy(update={"say": self.coming})
        self.coming, self.open = None, True
        self.made.append(scene)


def _grouped(items: Sequence[ListItem]) -> list[tuple[ListItem, ...]]:
    """The points in groups of about even length, each beginning with a point of the first level."""
    groups: list[list[ListItem]] = []
    top = min(item.level for item in items)
    fair = len(items) / -(-len(items) // LIST_MAX)
    for start, item in enumerate(items):
        if item.level == top:
            length = next((n for n, other in enumerate(items[start + 1 :], 1) if other.level == top), len(items) - start)
            if not groups or len(groups[-1]) + length / 2 > fair:
                groups.append([])
        groups[-1].append(item)
    return [tuple(group) for group in groups]


def _joined(before: str | None, text: str) -> str:
    return f"{before} {text}".strip() if before else text


def _length(prose: Sequence[blocks.Paragraph]) -> int:
    return sum(len(inline.plain(paragraph.text)) for paragraph in prose)


def _code(block: blocks.Code, heading: str, lead: str, line: int) -> CodeScene | DiagramScene:
    named = re.match(r"[\w+#.-]*", block.info)
    language = named.group().lower().strip(".") if named else ""
    code = block.code.expandtabs(4)
    if language in _PLAIN_LANGUAGES:
        if _is_drawing(code):
            return DiagramScene(kind="diagram", heading=heading, lead=lead, text=code, line=line)
        language = ""
    highlight = _lines(found[1]) if (found := _HIGHLIGHT.search(block.info)) else ()
    return CodeScene(kind="code", heading=heading, lead=lead, code=code, language=language, highlight=highlight, line=line)


def _is_drawing(code: str) -> bool:
    """Whether text is drawn with characters: box drawing, or arrows or ASCII boxes on a good part of its lines."""
    lines = [line for line in code.split("\n") if line.strip()]
    if len(_DRAWN.findall(code)) >= 4:
        return True
    pointing = sum(1 for line in lines if _ARROW.search(line) or _ASCII_BOX.search(line))
    return len(lines) >= 2 and pointing * 3 >= len(lines)


def _lines(text: str) -> tuple[int, ...]:
    """The lines that `1,3-5` names, at most a thousand."""
    found: list[int] = []
    for part in re.findall(r"\d{1,6}(?:\s*-\s*\d{1,6})?", text):
        first, _, last = part.partition("-")
        found.extend(range(int(first), min(int(last or first), int(first) + 999) + 1))
    return tuple(sorted(set(found)))
