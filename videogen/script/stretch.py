"""What stands under one heading, as the scenes that carry it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from videogen.script import blocks, inline
from videogen.script.blocks import Block
from videogen.script.code_block import code_scene
from videogen.script.models import ListScene, OutroScene, QuoteScene, Scene, TableScene, TextScene

LEAD_MAX = 240
"""Characters a paragraph may have to stand as the lead of the list, code, diagram or table right after it."""
SCENE_TEXT_MAX = 480
"""Characters of prose at which the next paragraph begins a scene of its own."""
LIST_MAX = 10
"""Points of a list that may stand together; a longer one is cut before points of its first level."""


@dataclass
class Stretch:
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

    def scenes(self, content: Iterable[Block]) -> list[Scene]:
        for block in content:
            self.take(block)
        self.flush()
        return [part for scene in self.made for part in (_divided(scene) if isinstance(scene, ListScene) else [scene])]

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
            self.add(ListScene(kind="list", heading=heading, lead=lead, items=block.items, line=line))
        elif isinstance(block, blocks.Code):
            lead, line = self.lead(block)
            self.add(code_scene(block, heading=heading, lead=lead, line=line))
        elif isinstance(block, blocks.Table):
            lead, line = self.lead(block)
            shape = {"header": block.header, "rows": block.rows, "align": block.align}
            self.add(TableScene(kind="table", heading=heading, lead=lead, line=line, **shape))
        elif isinstance(block, blocks.Quote):
            self.flush()
            self.add(QuoteScene(kind="quote", heading=heading, text=block.text, by=block.by, line=block.line))
        elif isinstance(block, blocks.Outro):
            self.flush()
            self.add(OutroScene(kind="outro", title=block.title, text=block.text, line=block.line))

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


def _divided(scene: ListScene) -> list[ListScene]:
    """A list of more than LIST_MAX points in parts of about even length, each beginning with a point of the first level.

    What is to be said of it is said with the first.
    """
    items = scene.items
    fair = len(items) / -(-len(items) // LIST_MAX)
    starts = [index for index, item in enumerate(items) if item.level == 0 or index == 0]
    cuts = [0]
    for start, end in pairwise([*starts, len(items)]):
        if start and (start + end) / 2 - cuts[-1] > fair:
            cuts.append(start)
    if len(cuts) == 1:
        return [scene]
    parts = [scene.model_copy(update={"items": items[start:end]}) for start, end in pairwise([*cuts, len(items)])]
    carried = {"lead": "", "say": None if scene.say is None else ""}
    return [parts[0], *(part.model_copy(update=carried) for part in parts[1:])]


def _joined(before: str | None, text: str) -> str:
    return f"{before} {text}".strip() if before else text


def _length(prose: Sequence[blocks.Paragraph]) -> int:
    return sum(len(inline.plain(paragraph.text)) for paragraph in prose)
