"""What stands under one heading, as the scenes that carry it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from videogen.script import blocks, inline, notes, pauses, picture_groups
from videogen.script.blocks import Block
from videogen.script.chart_block import chart_scene, is_chart
from videogen.script.code_block import code_scene, comparison_scene, states_scene
from videogen.script.containers import in_states, natural_steps, paired
from videogen.script.media_blocks import media_scene
from videogen.script.models import (
    BigNumberScene,
    CalloutScene,
    CheckpointScene,
    ColumnsScene,
    EquationScene,
    ExerciseScene,
    ImageScene,
    LearningObjectivesScene,
    ListScene,
    OutroScene,
    ProblemScene,
    QuizScene,
    QuoteScene,
    Scene,
    SolutionScene,
    StepsScene,
    TableScene,
    TextScene,
    TimelineScene,
)
from videogen.script.notes import Fields

LEAD_MAX = 240
"""Characters a paragraph may have to stand as the lead of the list, code, diagram or table right after it."""
SCENE_TEXT_MAX = 480
"""Characters of prose at which the next paragraph begins a scene of its own."""
_MINUTES = re.compile(r"(\d{1,3})\s*(?:min|minutes?|m)\.?", re.IGNORECASE)
LIST_MAX = 10
"""Points of a list that may stand together; a longer one is cut before points of its first level."""


@dataclass
class SectionBuilder:
    """What stands under one heading, as scenes that carry it."""

    heading: str
    made: list[Scene] = field(default_factory=list)
    prose: list[blocks.Paragraph] = field(default_factory=list)
    notes: dict[int, Fields] = field(default_factory=dict)
    """What was noted where a paragraph of `prose` stands, by its position."""
    coming: Fields = field(default_factory=dict)
    """What was noted of the next scene: before anything that it could be said of."""
    open: bool = False
    """Whether something may still be noted of the scene made last: no rule has ended it."""
    before: Block | None = None
    """The block taken last."""

    def scenes(self, content: Iterable[Block]) -> list[Scene]:
        for block in in_states(paired(content)):
            self.take(block)
        self.flush()
        divided = [part for scene in self.made for part in (_divided(scene) if isinstance(scene, ListScene) else [scene])]
        return picture_groups.beside_words(divided)

    def take(self, block: Block) -> None:
        before, self.before = self.before, block
        heading = self.heading
        if isinstance(block, blocks.ListBlock):
            block = natural_steps(block) or block
        if isinstance(block, blocks.Paragraph):
            if self.prose and (self.notes or _length([*self.prose, block]) > SCENE_TEXT_MAX):
                self.flush()
            self.prose.append(self.after_pause(block))
        elif isinstance(block, blocks.Note):
            self.note(notes.fields(block))
        elif isinstance(block, blocks.ThematicBreak):
            self.flush()
            self.open = False
        elif isinstance(block, blocks.ListBlock) and isinstance(before, blocks.ListBlock) and isinstance(self.made[-1], ListScene):
            self.made[-1] = self.made[-1].model_copy(update={"items": self.made[-1].items + block.items})  # one list, its marks changed
        elif isinstance(block, blocks.ListBlock):
            lead, line = self.lead(block)
            self.add(ListScene(kind="list", heading=heading, lead=lead, items=block.items, line=line))
        elif isinstance(block, blocks.Steps):
            lead, line = self.lead(block)
            self.add(StepsScene(kind="steps", heading=heading, lead=lead, steps=block.steps, first=block.first, line=line))
        elif isinstance(block, blocks.Columns):
            lead, line = self.lead(block)
            self.add(ColumnsScene(kind="columns", heading=heading, lead=lead, columns=block.columns, line=line))
        elif isinstance(block, blocks.Comparison):
            lead, line = self.lead(block)
            self.add(comparison_scene(block, heading=heading, lead=lead, line=line))
        elif isinstance(block, blocks.CodeStates):
            if (changing := states_scene(block, heading=heading)) is not None:
                lead, line = self.lead(block)
                self.add(changing.model_copy(update={"lead": lead, "line": line}))
            else:
                for state in block.states:
                    self.take(state)
        elif isinstance(block, blocks.FormulaBlock):
            lead, line = self.lead(block)
            self.add(_equation(block, heading, lead, line))
        elif isinstance(block, blocks.Code):
            lead, line = self.lead(block)
            self.add((chart_scene if is_chart(block) else code_scene)(block, heading=heading, lead=lead, line=line))
        elif isinstance(block, blocks.Table):
            lead, line = self.lead(block)
            shape = {"header": block.header, "rows": block.rows, "align": block.align}
            self.add(TableScene(kind="table", heading=heading, lead=lead, line=line, **shape))
        elif isinstance(block, blocks.Callout):
            self.flush()
            self.add(_card(block, heading))
        elif isinstance(block, (blocks.Quiz, blocks.TimelineBlock, blocks.BigNumber, blocks.Lesson)):
            self.flush()
            # A list of what is learned is no part of what was shown under a heading before it: it is called by what it is.
            self.add(_lesson(block, "" if isinstance(block, blocks.Lesson) and self.made else heading))
        elif isinstance(block, blocks.QuoteBlock):
            self.flush()
            # After other content it stands alone and large; a portrait or the like may have begun the scene.
            heading = "" if self.made else heading
            self.add(QuoteScene(kind="quote", heading=heading, text=block.text, by=block.by, line=block.line))
        elif isinstance(block, blocks.PictureBlock):
            self.flush()
            self.picture(block, before)
        elif isinstance(block, blocks.Outro):
            self.flush()
            self.add(OutroScene(kind="outro", title=block.title, text=block.text, line=block.line))

    def picture(self, block: blocks.PictureBlock, before: Block | None) -> None:
        """Take a picture: the portrait of the quotation before it, one more of several in a paragraph, or a scene of its own."""
        scene = media_scene(block, self.heading)
        last = self.made[-1] if self.made else None
        if block.is_portrait and isinstance(last, QuoteScene) and isinstance(before, blocks.QuoteBlock) and isinstance(scene, ImageScene):
            self.made[-1] = last.model_copy(update={"portrait": scene.file})
            return
        is_next = isinstance(before, blocks.PictureBlock) and block.paragraph is not None and before.paragraph == block.paragraph
        if is_next and last is not None and (several := picture_groups.together(last, scene)):
            self.made[-1] = several
        else:
            self.add(scene)

    def note(self, fields: Fields) -> None:
        """Add a note to the scene of the block before it, or else to the next one.

        A pause between paragraphs stays between them.
        """
        if self.prose and "pause_s" in fields:
            self.prose[-1] = replace(self.prose[-1], text=self.prose[-1].text + pauses.comment(fields["pause_s"]))
        elif self.prose:
            last = len(self.prose) - 1
            self.notes[last] = notes.joined(self.notes.get(last, {}), fields)
        elif self.made and self.open:
            before = {name: getattr(self.made[-1], name) for name in fields}
            self.made[-1] = self.made[-1].model_copy(update=notes.joined(before, fields))
        else:
            self.coming = notes.joined(self.coming, fields)

    def after_pause(self, block: blocks.Paragraph) -> blocks.Paragraph:
        """Return a paragraph, with the pause that was noted before it."""
        pause_s = None if self.prose else self.coming.get("pause_s")
        if pause_s is None:
            return block
        self.coming = {name: value for name, value in self.coming.items() if name != "pause_s"}
        return replace(block, text=pauses.comment(pause_s) + block.text)

    def lead(self, block: Block) -> tuple[str, int]:
        """Return the last paragraph gathered, taken as the lead of the block after it, if it is short.

        And the line where that scene begins.
        """
        if not self.prose or len(inline.plain(self.prose[-1].text)) > LEAD_MAX:
            self.flush()
            return "", block.line
        lead = self.prose.pop()
        noted = self.notes.pop(len(self.prose), {})
        self.flush()
        self.coming = notes.joined(self.coming, noted)
        return lead.text, lead.line

    def flush(self) -> None:
        if self.prose:
            paragraphs = tuple(paragraph.text for paragraph in self.prose)
            line = self.prose[0].line
            self.coming = notes.joined(self.coming, *self.notes.values())
            self.prose, self.notes = [], {}
            self.add(TextScene(kind="text", heading=self.heading, paragraphs=paragraphs, line=line))

    def add(self, scene: Scene) -> None:
        if self.coming:
            scene = scene.model_copy(update=self.coming)
        self.coming, self.open = {}, True
        self.made.append(scene)


def _card(block: blocks.Callout, heading: str) -> Scene:
    """Return a callout, or a card of a lesson; what stands after `exercise` may be its minutes."""
    about: dict[str, Any] = {"heading": heading, "line": block.line, "paragraphs": block.paragraphs, "items": block.items}
    match block.kind:
        case "problem":
            return ProblemScene(kind="problem", title=block.title, **about)
        case "solution":
            return SolutionScene(kind="solution", title=block.title, **about)
        case "exercise":
            minutes = _MINUTES.fullmatch(inline.plain(block.title).strip())
            timed: dict[str, Any] = {"minutes": int(minutes[1])} if minutes and int(minutes[1]) else {"title": block.title}
            return ExerciseScene(kind="exercise", **timed, **about)
    return CalloutScene(kind="callout", tone=block.tone, title=block.title, **about)


def _lesson(block: blocks.Quiz | blocks.TimelineBlock | blocks.BigNumber | blocks.Lesson, heading: str) -> Scene:
    common: dict[str, Any] = {"heading": heading, "line": block.line}
    match block:
        case blocks.Quiz():
            about = {name: getattr(block, name) for name in ("question", "options", "answer", "explanation", "think_s")}
            return QuizScene(kind="quiz", **about, **common)
        case blocks.TimelineBlock():
            return TimelineScene(kind="timeline", lead=block.lead, events=block.events, **common)
        case blocks.BigNumber():
            return BigNumberScene(kind="big_number", number=block.number, text=block.text, **common)
    scene = LearningObjectivesScene if block.kind == "learning_objectives" else CheckpointScene
    return scene(kind=block.kind, **common | {"heading": block.title or heading}, lead=block.lead, items=block.items)


def _equation(block: blocks.FormulaBlock, heading: str, lead: str, line: int) -> EquationScene:
    return EquationScene(kind="equation", heading=heading, lead=lead, tex=block.tex.strip(), line=line)


def _divided(scene: ListScene) -> list[ListScene]:
    """Divide a list of more than LIST_MAX points evenly, each part beginning with a point of the first level.

    What is to be said of it is said with the first, unless it is written for each page, and a pause after it comes with the last.
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
    says = pauses.of_pages(scene.say, len(parts))
    carried = {"lead": "", "duration_s": None}
    parts = [
        parts[0].model_copy(update={"say": says[0]}),
        *(part.model_copy(update=carried | {"say": say}) for part, say in zip(parts[1:], says[1:], strict=True)),
    ]
    return [*(part.model_copy(update={"pause_s": None}) for part in parts[:-1]), parts[-1]]


def _length(prose: Sequence[blocks.Paragraph]) -> int:
    return sum(len(inline.plain(paragraph.text)) for paragraph in prose)
