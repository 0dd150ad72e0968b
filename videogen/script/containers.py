"""What stands between two lines of colons (`::: columns`, `::: steps`, `::: outro`), and lists that are steps without saying so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from videogen.script import blocks, inline, lesson_blocks
from videogen.script.blocks import Block
from videogen.script.inline import Run
from videogen.script.models import Column, ListItem, Step

STEPS_MAX = 8
"""Points of a numbered list with bold beginnings up to which it is taken for steps: more are a reference, not a way to go."""
TITLE_MAX = 44
STEP_MAX = 180
"""Characters that such a point may have."""


def contained(name: str, line: int, inner: Sequence[Block], title: str = "") -> Iterable[Block]:
    """Return the blocks of a container; where its name means nothing, or its content is of another form, those it holds."""
    if name in lesson_blocks.CONTAINERS:
        named: list[Block] = [blocks.Paragraph(line, title)] if title else []
        return lesson_blocks.lesson(name, title, line, inner) or [*named, *inner]
    if name == "outro":
        return _outro(line, inner) or inner
    if name == "steps":
        return _steps(line, inner) or inner
    if name == "columns":
        return _columns(line, inner) or [block for block in inner if not isinstance(block, blocks.ThematicBreak)]
    if name in ("column", "col"):
        return [blocks.ThematicBreak(line), *inner]
    return inner


def natural_steps(points: blocks.ListBlock) -> blocks.Steps | None:
    """Return a numbered list as steps if each point begins with an instruction in bold, else None."""
    items = points.items
    if not 2 <= len(items) <= STEPS_MAX or any(item.level or item.number is None or item.checked is not None for item in items):
        return None
    steps = [_step(item.text) for item in items]
    if any(not step.title or len(inline.plain(item.text)) > STEP_MAX for step, item in zip(steps, items, strict=True)):
        return None
    first = items[0].number
    return blocks.Steps(points.line, tuple(steps), first) if first is not None and 0 <= first <= 9999 else None


def _outro(line: int, inner: Sequence[Block]) -> list[Block]:
    if not inner or not all(isinstance(block, (blocks.Heading, blocks.Paragraph, blocks.Note)) for block in inner):
        return []
    title, *rest = [block.text for block in inner if isinstance(block, (blocks.Heading, blocks.Paragraph))] or [""]
    card = blocks.Outro(line, title, inline.lines([inline.runs(text) for text in rest]))
    return [card, *(block for block in inner if isinstance(block, blocks.Note))]


def _steps(line: int, inner: Sequence[Block]) -> list[Block]:
    """Make a step of each point of the first level; points below it are its text."""
    items = [item for block in inner if isinstance(block, blocks.ListBlock) for item in block.items]
    before = [block for block in inner if isinstance(block, (blocks.Heading, blocks.Paragraph))]
    notes = [block for block in inner if isinstance(block, blocks.Note)]
    lists = sum(isinstance(block, blocks.ListBlock) for block in inner)
    if not items or items[0].level or len(before) + len(notes) + lists != len(inner) or list(inner[: len(before)]) != before:
        return []
    steps: list[Step] = []
    for item in items:
        if item.level:
            more = [inline.runs(text) for text in (steps[-1].text, item.text) if text]
            steps[-1] = steps[-1].model_copy(update={"text": inline.lines(more)})
        else:
            step = _step(item.text)
            steps.append(step if step.title else Step(title=item.text))
    return [*before, blocks.Steps(line, tuple(steps), min(9999, max(0, items[0].number or 1))), *notes]


def _step(text: str) -> Step:
    """Make a step of a point. Its bold beginning is the title, or all of it if it is a short sentence."""
    runs = inline.runs(text)
    bold = next((n for n, run in enumerate(runs) if not run.bold), len(runs))
    rest = "".join(run.text for run in runs[bold:])
    if bold and rest[:1].isspace() and rest.lstrip()[:1].islower() and len(inline.plain(text)) <= TITLE_MAX:
        return Step(title=inline.markup([replace(run, bold=False) for run in runs]))
    title = inline.markup(_stripped([replace(run, bold=False) for run in runs[:bold]], right=" :.–—-：，。、．"))
    return Step(title=title, text=inline.markup(_stripped(list(runs[bold:]), left=" :.,–—-\n：，。、．")))


def _stripped(runs: list[Run], *, left: str = "", right: str = "") -> list[Run]:
    """Strip the marks that part a title from its text."""
    if runs and left and not runs[0].code:
        runs[0] = replace(runs[0], text=runs[0].text.lstrip(left))
    if runs and right and not runs[-1].code:
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip(right))
    return [run for run in runs if run.text]


def _columns(line: int, inner: Sequence[Block]) -> list[Block]:
    """Divide into columns at each heading of the highest level, or without any at each rule.

    What stands before introduces them.
    """
    top = min((block.level for block in inner if isinstance(block, blocks.Heading)), default=None)
    before: list[Block] = []
    groups: list[tuple[str, list[Block]]] = []
    notes: list[Block] = []
    for block in inner:
        if isinstance(block, blocks.Note):
            notes.append(block)
        elif isinstance(block, blocks.Heading) and block.level == top:
            groups.append((block.text, []))
        elif isinstance(block, blocks.ThematicBreak):
            if top is None and (groups or before):
                groups.append(("", []))
        elif groups:
            groups[-1][1].append(block)
        else:
            before.append(block)
    if top is None and before:
        groups, before = [("", before), *groups], []
    groups = [group for group in groups if group[0] or group[1]]
    if len(groups) < 2 or not all(isinstance(block, blocks.Paragraph) for block in before):
        return []
    columns = _made(line, groups)
    return [*before, columns, *notes] if columns else []


def side_by_side(line: int, groups: Sequence[Sequence[Block]]) -> list[Block]:
    """Return columns of HTML side by side; each may begin with its heading. Other blocks stay as they are."""
    columns: list[list[Block]] = [[block for block in group if not isinstance(block, blocks.Note)] for group in groups]
    named = [
        (column[0].text, column[1:]) if column and isinstance(column[0], blocks.Heading) else ("", column) for column in columns if column
    ]
    named_columns = _made(line, named) if len(named) > 1 else None
    flat = [block for group in groups for block in group]
    return [named_columns, *(block for block in flat if isinstance(block, blocks.Note))] if named_columns else flat


def _made(line: int, groups: Sequence[tuple[str, list[Block]]]) -> blocks.Columns | blocks.Comparison | None:
    """Return columns with their headings as one block, None if they hold something else than prose and points."""
    compared = _comparison(line, groups)
    columns = None if compared else [_column(*group) for group in groups]
    if columns and all(columns):
        return blocks.Columns(line, tuple(column for column in columns if column))
    return compared


def _comparison(line: int, groups: Sequence[tuple[str, list[Block]]]) -> blocks.Comparison | None:
    codes = [content[0] for _, content in groups if len(content) == 1 and isinstance(content[0], blocks.Code)]
    if len(groups) != 2 or len(codes) != 2:
        return None
    labels = (inline.plain(groups[0][0]) or "Before", inline.plain(groups[1][0]) or "After")
    return blocks.Comparison(line, codes[0], codes[1], labels)


def _column(heading: str, content: Sequence[Block]) -> Column | None:
    """Return prose and then points as a column, None for anything else."""
    paragraphs: list[str] = []
    items: list[ListItem] = []
    for block in content:
        if isinstance(block, blocks.ListBlock):
            items.extend(block.items)
        elif isinstance(block, (blocks.Paragraph, blocks.Heading)) and not items:
            paragraphs.append(block.text)
        else:
            return None
    return Column(heading=heading, paragraphs=tuple(paragraphs), items=tuple(items))


def paired(content: Iterable[Block]) -> Iterator[Block]:
    """Join code marked `before` and the code marked `after` that follows it."""
    waiting: blocks.Code | None = None
    for block in content:
        label = _label(block, "after") if waiting and isinstance(block, blocks.Code) else None
        if waiting and label is not None and isinstance(block, blocks.Code):
            yield blocks.Comparison(waiting.line, waiting, block, (_label(waiting, "before") or "Before", label or "After"))
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = block if isinstance(block, blocks.Code) and _label(block, "before") is not None else None
        if not waiting:
            yield block
    if waiting:
        yield waiting


def in_states(content: Iterable[Block]) -> Iterator[Block]:
    """Join code with the code marked `then` that follows it. Notes between them come after it, in their order."""
    states: list[blocks.Code] = []
    between: list[Block] = []
    for block in content:
        if states and isinstance(block, blocks.Note):
            between.append(block)
            continue
        if states and isinstance(block, blocks.Code) and _label(block, "then") is not None:
            states.append(block)
            continue
        yield from _joined_states(states, between)
        states, between = [], []
        if isinstance(block, blocks.Code):
            states.append(block)
        else:
            yield block
    yield from _joined_states(states, between)


def _joined_states(states: Sequence[blocks.Code], notes: Sequence[Block]) -> Iterator[Block]:
    if states:
        yield states[0] if len(states) == 1 else blocks.CodeStates(states[0].line, tuple(states))
    yield from notes


def _label(block: Block, mark: str) -> str | None:
    """Return the label after the equals sign of a mark beside a fence, empty without one; None without the mark."""
    match = blocks.MARK.search(block.info) if isinstance(block, blocks.Code) else None
    if not match or match["mark"].lower() != mark:
        return None
    return (match["quoted"] or match["bare"] or "").strip()
