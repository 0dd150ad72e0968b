"""How one state of code becomes the next: which of its tokens stay, go and come, and where each of them is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from videogen.scenes.monospace.cell_grid import Cell

LONG_ENOUGH = 3
"""A word of so many letters that is taken away once and comes once elsewhere is the same word."""

Place = tuple[int, int]
"""Row and column on the card, from 0."""


@dataclass(frozen=True)
class Token:
    """Cells that stand together: a word, a number, a mark. `column` counts from the left edge of the card's text."""

    cells: tuple[Cell, ...]
    row: int
    column: int

    @property
    def text(self) -> str:
        return "".join(cell.cluster for cell in self.cells)

    @property
    def place(self) -> Place:
        return self.row, self.column

    @property
    def end(self) -> int:
        return self.column + sum(cell.columns for cell in self.cells)


@dataclass(frozen=True)
class TokenTrack:
    """What a token is before and after a change, and where; None where it is not."""

    before: Token | None
    after: Token | None

    @property
    def rests(self) -> bool:
        """Whether it is the same, at the same place."""
        return self.before == self.after


def tokens(cells: Sequence[Cell], row: int, column: int) -> Iterator[Token]:
    """Yield the tokens of a row that begins at a column, without the blanks between them."""
    start = at = column
    open_: list[Cell] = []
    for cell in cells:
        if open_ and (cell.cluster == " " or not _joins(open_[-1], cell)):
            yield Token(tuple(open_), row, start)
            open_ = []
        if cell.cluster != " ":
            start = start if open_ else at
            open_.append(cell)
        at += cell.columns
    if open_:
        yield Token(tuple(open_), row, start)


def _joins(one: Cell, other: Cell) -> bool:
    """Return whether two cells belong to one token: letters and figures of one colour."""
    return one.ink == other.ink and _is_of_a_word(one.cluster) and _is_of_a_word(other.cluster)


def _is_of_a_word(cluster: str) -> bool:
    return cluster[0].isalnum() or cluster[0] == "_"


def tracks(before: Sequence[Sequence[Token]], after: Sequence[Sequence[Token]]) -> list[TokenTrack]:
    """Return the tracks of all tokens of two states, each given by line.

    Lines that stay are found first, then tokens within what changed, in order; at last words that moved elsewhere. Tokens that move
    together are one track.
    """
    pairs: list[tuple[Token, Token]] = []
    gone: list[Token] = []
    come: list[Token] = []
    for (start, end), (first, upto), same in _blocks([_key(line) for line in before], [_key(line) for line in after]):
        old = [token for line in before[start:end] for token in line]
        new = [token for line in after[first:upto] for token in line]
        if same:
            pairs += zip(old, new, strict=True)
            continue
        for (a, b), (c, d), alike in _blocks([token.text for token in old], [token.text for token in new]):
            if alike and (b - a > 1 or _is_of_a_word(old[a].text)):  # a lone mark is not the same one elsewhere
                pairs += zip(old[a:b], new[c:d], strict=True)
            else:
                gone += old[a:b]
                come += new[c:d]
    moved = _moved(gone, come)
    pairs += moved
    left, arrived = {one.place for one, _ in moved}, {other.place for _, other in moved}
    return [
        *(TokenTrack(one, other) for one, other in _merged(pairs)),
        *(TokenTrack(token, None) for token in gone if token.place not in left),
        *(TokenTrack(None, token) for token in come if token.place not in arrived),
    ]


def _key(line: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.text for token in line)


def _blocks(one: Sequence[object], other: Sequence[object]) -> Iterator[tuple[tuple[int, int], tuple[int, int], bool]]:
    """Yield the stretches of two sequences that are the same, or that stand for one another."""
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        yield (a, b), (c, d), tag == "equal"


def _moved(gone: Sequence[Token], come: Sequence[Token]) -> list[tuple[Token, Token]]:
    """Return the words that are taken away once and come once elsewhere."""
    left, arrived = Counter(token.text for token in gone), Counter(token.text for token in come)
    places = {token.text: token for token in come}
    return [
        (token, places[token.text])
        for token in gone
        if len(token.text) >= LONG_ENOUGH and left[token.text] == arrived[token.text] == 1 and _is_of_a_word(token.text)
    ]


def _merged(pairs: Sequence[tuple[Token, Token]]) -> Iterator[tuple[Token, Token]]:
    """Join neighbours in a row that move alike, with the blanks between them."""
    held: tuple[Token, Token] | None = None
    for one, other in sorted(pairs, key=lambda pair: pair[1].place):
        if held is not None and (wider := _joined(held, (one, other))):
            held = wider
            continue
        if held is not None:
            yield held
        held = one, other
    if held is not None:
        yield held


def _joined(held: tuple[Token, Token], pair: tuple[Token, Token]) -> tuple[Token, Token] | None:
    """Return two pairs as one; None if they move in other ways, or change their colours in other ways."""
    (one, other), (next_one, next_other) = held, pair
    gap = next_other.column - other.end
    same_rows = one.row == next_one.row and other.row == next_other.row
    if (
        not same_rows
        or gap < 0
        or next_one.column - one.end != gap
        or gap > 1
        or (one.cells == other.cells) != (next_one.cells == next_other.cells)
    ):
        return None
    blank = tuple(replace(other.cells[-1], cluster=" ", columns=1) for _ in range(gap))
    return (
        Token((*one.cells, *blank, *next_one.cells), one.row, one.column),
        Token((*other.cells, *blank, *next_other.cells), other.row, other.column),
    )


def margin_tracks(before: Sequence[Token], after: Sequence[Token]) -> Iterator[TokenTrack]:
    """Yield the tracks of what stands in the margin of each row: numbers of lines, which do not move."""
    for one, other in zip_longest(before, after):
        if one is not None and other is not None and one.text == other.text:
            yield TokenTrack(one, other)
        else:
            yield from (track for track in (TokenTrack(one, None), TokenTrack(None, other)) if track != TokenTrack(None, None))
