"""Lists as flat points: each with its depth, number and tick. What interrupts a list comes between its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from markdown_it.tree import SyntaxTreeNode

from videogen.script import inline
from videogen.script.blocks import Block, LeftOut, ListBlock, Note, Paragraph, PictureBlock
from videogen.script.inline import Run
from videogen.script.models import ListItem
from videogen.script.node_text import beside, text_of

DEEPEST = 11
"""Level of a point, from 0; what lies deeper is shown at this one."""
_TICK = re.compile(r"\[([ xX])\](?:\s+|\Z)")


@dataclass
class _Point:
    """A point of a list, at whatever depth."""

    text: str
    depth: int
    number: int | None


@dataclass
class FlatList:
    """Flattens a list. What interrupts it (code, a table, a quotation) comes between its parts, led in by the point it belongs to.

    `blocks_of` gives the blocks of what interrupts it, `line_of` the line of the source on which a node begins.
    """

    blocks_of: Callable[[SyntaxTreeNode], Iterator[Block]]
    line_of: Callable[[SyntaxTreeNode], int]
    line: int = 0
    points: list[_Point] = field(default_factory=list)
    after: list[Note | PictureBlock | LeftOut] = field(default_factory=list)

    def flatten(self, node: SyntaxTreeNode) -> Iterator[Block]:
        """Yield the blocks of a list."""
        yield from self._walk(node, 0)
        yield from self._flush()

    def _flush(self) -> Iterator[Block]:
        """Yield the part gathered so far, and what was beside its text."""
        if self.points:
            top = min(point.depth for point in self.points)
            items = tuple(item for item in (_item(point, top) for point in self.points) if item.text)
            if items:
                yield ListBlock(self.line, items)
        yield from self.after
        self.points.clear()
        self.after.clear()

    def _walk(self, node: SyntaxTreeNode, depth: int) -> Iterator[Block]:
        start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
        for position, item in enumerate(node.children):
            yield from self._item_blocks(item, depth, None if start is None else start + position)

    def _item_blocks(self, node: SyntaxTreeNode, depth: int, number: int | None) -> Iterator[Block]:
        point: _Point | None = None
        interrupted = False
        for child in node.children:
            if child.type == "hr":
                continue
            if child.type in ("bullet_list", "ordered_list"):
                yield from self._walk(child, depth + 1)
            elif child.type in ("paragraph", "heading") and not interrupted:
                text = text_of(child)
                if text and point and point is self.points[-1]:
                    point.text = inline.lines([inline.runs(point.text), inline.runs(text)])
                elif text:
                    self.line = self.line if self.points else self.line_of(child)
                    point = _Point(text, depth, None if point else number)
                    self.points.append(point)
                self.after.extend(beside(child, self.line_of(child)))
            else:
                leads = point is not None and not interrupted and point is self.points[-1]
                lead = self.points.pop() if leads else None
                yield from self._flush()
                if lead:
                    label = [] if lead.number is None else [Run(f"{lead.number}. ")]
                    yield Paragraph(self.line_of(node), inline.markup([*label, *inline.runs(lead.text)]))
                yield from self.blocks_of(child)
                interrupted = True


def _item(point: _Point, top: int) -> ListItem:
    """Return a point as an item of a list whose first level is `top`; a tick box at its beginning is taken for one."""
    first, *rest = inline.runs(point.text)
    tick = _TICK.match(first.text)
    text = inline.markup([replace(first, text=first.text[tick.end() :]), *rest]) if tick else point.text
    return ListItem(text=text, level=min(point.depth - top, DEEPEST), number=point.number, checked=tick[1] in "xX" if tick else None)
