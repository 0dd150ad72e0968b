"""Put side by side what the marks of dialects part into columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from videogen.script.blocks import COLUMN, Block, Heading, Note, ThematicBreak
from videogen.script.containers import side_by_side


def gathered(blocks: Sequence[Block]) -> list[Block]:
    """Gather the columns of each slide as blocks of their own, and remove the marks."""
    if not any(_is_mark(block) for block in blocks):
        return list(blocks)
    out: list[Block] = []
    slide: list[Block] = []
    for block in blocks:
        if isinstance(block, ThematicBreak):
            out += [*_of_slide(slide), block]
            slide = []
        else:
            slide.append(block)
    return [*out, *_of_slide(slide)]


def _is_mark(block: Block) -> bool:
    return isinstance(block, Note) and block.name == COLUMN


def _of_slide(slide: Sequence[Block]) -> Iterator[Block]:
    marks = [index for index, block in enumerate(slide) if _is_mark(block)]
    if not marks:
        yield from slide
        return
    groups: list[list[Block]] = []
    first = marks[0]
    before = list(slide[:first])
    ended = any(_name(slide[index]) == "end" for index in marks)
    if not ended and _name(slide[first]) in ("right", "bottom"):
        right = next((block for block in slide[first + 1 :]), None)
        headings = (
            0 if isinstance(right, Heading) else next((n for n, block in enumerate(before) if not isinstance(block, Heading)), len(before))
        )
        yield from before[:headings]
        groups.append(before[headings:])
    else:
        yield from before
    outside = False
    line = slide[first].line
    for block in slide[first:]:
        if not _is_mark(block):
            if outside and groups:
                yield from side_by_side(line, groups)
                groups = []
            if outside:
                yield block
            else:
                groups[-1].append(block)
        elif _name(block) == "end":
            outside = True
        else:
            outside = False
            groups.append([])
    if groups:
        yield from side_by_side(line, groups)


def _name(block: Block) -> str:
    return block.text if isinstance(block, Note) else ""
