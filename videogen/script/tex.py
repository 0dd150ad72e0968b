"""TeX formulas: what is written made ready to be set, its rows, and whether it can be set at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from videogen.script.typeset import CHARACTERS_MAX, CannotBeSet, outline

ROWS_MAX = 60
EXPANSIONS_MAX = 500
"""Macros that are expanded in one formula: one may be defined by itself."""

_COMMENT = re.compile(r"(?<!\\)%.*")
_ROWS_OF = (
    r"equation|aligned|align|alignat|alignedat|eqnarray|gathered|gather|split|multline|multlined|flalign|displaymath|math|subequations"
)
_OUTER = re.compile(rf"\s*\\begin\{{((?:{_ROWS_OF})\*?)\}}(?:\[[a-z]\])?(?:\{{\d+\}})?(.*)\\end\{{\1\}}[\s.,;]*", re.DOTALL)
_NOTHING = re.compile(
    r"\\(?:nonumber|notag|hfill|allowbreak|nobreak|noindent|displaylimits|relax|strut|(?:label|require|cssId|htmlId)\{[^{}]*\})(?![A-Za-z])"
    r"|\\(?:label|require)\{[^{}]*\}"
)
_LIMITS = re.compile(r"\\(?:limits|nolimits)(?![A-Za-z])")
_LEADING_LIMITS = re.compile(r"^(\s*)\\(?:limits|nolimits)(?![A-Za-z])")
_TAG = re.compile(r"\\tag(\*?)\s*\{([^{}]*)\}")
_REFERENCE = re.compile(r"\\(?:eq)?ref\s*\{([^{}]*)\}")
_INTERTEXT = re.compile(r"\\(?:short)?intertext\s*(\{[^{}]*\})")
_COLUMNS = re.compile(r"(\\begin\{array\})(?:\[[a-z]\])?(\{(?:[^{}]|\{[^{}]*\})*\})")
_MATRIX = re.compile(r"\\(begin|end)\{(?:[a-zA-Z]*matrix\*?|array|cases|rcases|subarray)\}")
_UNIT = re.compile(r"\\(?:SI|qty)\s*(?:\[[^\]]*\])?\{([^{}]*)\}\s*\{([^{}]*)\}|\\(?:si|unit)\s*\{([^{}]*)\}|\\num\s*\{([^{}]*)\}")
_CHEMISTRY = re.compile(r"\\(?:ce|cf)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_TEXT = re.compile(r"(\\(?:text|textrm|textbf|textit|mbox|hbox)\s*\{)([^{}]*)\}")
_NAMED = re.compile(r"\\[A-Za-z]+\*?")
_TWO = {
    "abs": r"\left|#1\right|",
    "norm": r"\left\|#1\right\|",
    "ensuremath": "#1",
    "prescript": "{}^{#1}_{#2}#3",
    "set": r"\left\{#1\right\}",
}
_MEANT = {
    r"\defeq": ":=",
    r"\hdots": r"\ldots",
    r"\i": r"\imath",
    r"\j": r"\jmath",
    r"\P": "¶",
    r"\newline": r"\\",
    r"\cr": r"\\",
    r"\aa": "å",
    r"\R": r"\mathbb{R}",
    r"\N": r"\mathbb{N}",
    r"\Z": r"\mathbb{Z}",
    r"\Q": r"\mathbb{Q}",
    r"\C": r"\mathbb{C}",
    r"\E": r"\mathbb{E}",
    r"\lt": "<",
    r"\gt": ">",
    r"\dd": r"\mathrm{d}",
}
"""Commands of packages and of lessons' own preambles, which are often not in the lesson itself."""
_OPERATORS = frozenset("argmax argmin sgn sign tr Tr rank diag Var Cov KL softmax ReLU span dist id supp grad curl".split())  # noqa: SIM905
_RELATION = re.compile(
    r"(?:=|<|>|:=|\\(?:le|leq|leqslant|ge|geq|geqslant|ne|neq|approx|equiv|sim|simeq|cong|propto|to|rightarrow|Rightarrow|Longrightarrow"
    r"|implies|iff|Leftrightarrow|coloneqq|triangleq|doteq|mapsto|in|subset|subseteq)(?![A-Za-z]))"
)
_BINARY = re.compile(r"(?:\+|-|\\(?:pm|mp|times|cdot|cup|cap|oplus|otimes|land|lor|wedge|vee)(?![A-Za-z])|\\quad|\\qquad|,)")
_PIECE = re.compile(r"\\\\(?:\s*\[[^\]\n]*\])?|\\begin\s*\{[^{}]*\}|\\end\s*\{[^{}]*\}|\\[A-Za-z]+|\\.|.", re.DOTALL)
_DEFINITION = re.compile(
    r"\\(?:re)?newcommand\*?\s*\{?\s*(\\[A-Za-z]+)\s*\}?\s*(?:\[(\d)\])?(?:\[[^\]]*\])?\s*(?=\{)"
    r"|\\providecommand\*?\s*\{?\s*(\\[A-Za-z]+)\s*\}?\s*(?:\[(\d)\])?\s*(?=\{)"
    r"|\\g?def\s*(\\[A-Za-z]+)\s*((?:#\d)*)\s*(?=\{)"
    r"|\\DeclareMathOperator(\*?)\s*\{?\s*(\\[A-Za-z]+)\s*\}?\s*(?=\{)"
)

Row = tuple[str, ...]


@dataclass(frozen=True)
class Macro:
    """A command that a document defines: what it stands for, with `#1` and so on for its arguments."""

    arguments: int
    meaning: str


def definitions(tex: str) -> tuple[str, dict[str, Macro]]:
    """Return the TeX without the commands that it defines, and those by name. Unfinished definitions stay."""
    macros: dict[str, Macro] = {}
    rest, at = "", 0
    while match := _DEFINITION.search(tex, at):
        end = _group_end(tex, match.end())
        if end is None:
            break
        meaning = tex[match.end() + 1 : end - 1]
        name = next(match[n] for n in (1, 3, 5, 8) if match[n])
        if match[8]:
            meaning = rf"\operatorname{match[7]}{{{meaning}}}"
        arguments = int(match[2] or match[4] or 0) if match[5] is None else (match[6] or "").count("#")
        macros[name] = Macro(arguments, meaning)
        rest, at = rest + tex[at : match.start()], end
    return rest + tex[at:], macros


def expanded(tex: str, macros: Mapping[str, Macro]) -> str:
    """Return the TeX with macros replaced by what they stand for, as far as EXPANSIONS_MAX and CHARACTERS_MAX allow."""
    at = 0
    left = EXPANSIONS_MAX
    while left and len(tex) <= CHARACTERS_MAX and (match := _NAMED.search(tex, at)):
        macro = macros.get(match[0].rstrip("*")) or macros.get(match[0])
        if macro is None:
            at = match.end()
            continue
        end = match.end()
        meaning = macro.meaning
        for n in range(1, macro.arguments + 1):
            argument, end = _argument(tex, end)
            meaning = meaning.replace(f"#{n}", argument)
        after = " " if meaning[-1:].isalpha() and "\\" in meaning and tex[end : end + 1].isalpha() else ""
        tex = f"{tex[: match.start()]}{meaning}{after}{tex[end:]}"
        at = match.start()
        left -= 1
    return tex


def _argument(tex: str, at: int) -> tuple[str, int]:
    """Return the argument of a command at a position, and where it ends: a group, a command, or a character."""
    while at < len(tex) and tex[at].isspace():
        at += 1
    if tex[at : at + 1] == "{" and (end := _group_end(tex, at)):
        return tex[at + 1 : end - 1], end
    piece = _NAMED.match(tex, at)
    end = piece.end() if piece else at + 1
    return tex[at:end], end


def _group_end(tex: str, at: int) -> int | None:
    """Return the place after the brace that closes the one at a place; None when none does."""
    depth = 0
    while at < len(tex):
        if tex[at] == "\\":
            at += 2
            continue
        depth += {"{": 1, "}": -1}.get(tex[at], 0)
        at += 1
        if not depth:
            return at
    return None


def without_comments(tex: str) -> str:
    """Return the TeX without what stands after per cent signs."""
    return _COMMENT.sub("", tex)


@lru_cache(maxsize=512)
def prepared(tex: str) -> str:
    """Return TeX that can be set: without comments, labels and definitions, and with commands of packages expanded."""
    tex, own = definitions(_COMMENT.sub("", tex))
    used = set(_NAMED.findall(tex))
    known = {name: Macro(0, meaning) for name, meaning in _MEANT.items() if name in used}
    known |= {rf"\{name}": Macro(0, rf"\operatorname{{{name}}}") for name in _OPERATORS if rf"\{name}" in used}
    known |= {rf"\{name}": Macro(meaning.count("#"), meaning) for name, meaning in _TWO.items() if rf"\{name}" in used}
    tex = expanded(tex, known | own)
    tex = _NOTHING.sub("", tex)
    tex = _TAG.sub(lambda match: rf"\qquad \text{{{match[2] if match[1] else f'({match[2]})'}}}", tex)
    tex = _REFERENCE.sub(r"\\text{(\1)}", tex)
    tex = _INTERTEXT.sub(lambda match: rf"\\ \text{match[1]} \\", tex)
    tex = _COLUMNS.sub(
        lambda match: match[1] + "{" + (re.sub(r"@\{[^{}]*\}|[pmb]\{[^{}]*\}|[^lcr|]", "", match[2][1:-1]) or "c") + "}", tex
    )
    tex = _UNIT.sub(lambda match: _quantity(*match.groups()), tex)
    tex = _CHEMISTRY.sub(lambda match: _chemistry(match[1]), tex)
    tex = tex.replace(r"\begin{dcases}", r"\begin{cases}").replace(r"\end{dcases}", r"\end{cases}")
    tex = _TEXT.sub(lambda match: match[1] + re.sub(r"(?<!\\)&", "+", match[2].replace("$", "")) + "}", tex)
    tex = re.sub(r"\\middle\s*(\\[A-Za-z]+|\\.|.)", r"\\mid " if r"\middle|" in tex or r"\middle\vert" in tex else r"\1", tex)
    tex = _MATRIX.sub(lambda match: "{" + match[0] if match[1] == "begin" else match[0] + "}", tex)  # so that it can have a script
    return _LEADING_LIMITS.sub(r"\1", tex)


def _quantity(number: str | None, unit: str | None, alone: str | None, only: str | None) -> str:
    if only is not None:
        return only
    written = rf"\mathrm{{{re.sub(r'[^A-Za-zµΩ°^{}0-9/ -]', '', unit or alone or '')}}}"
    return rf"{number}\,{written}" if number else written


def _chemistry(formula: str) -> str:
    """Return a formula of chemistry, as `\\ce{...}` has it, in plain TeX: `H2O`, `SO4^2-`, `A + B -> C`."""
    formula = re.sub(r"<=+>|<-+>", r"\\rightleftharpoons ", formula)
    formula = re.sub(r"-+>", r"\\rightarrow ", formula)
    formula = re.sub(r"\^\{?([0-9]*[+-])\}?", r"^{\1}", formula)
    formula = re.sub(r"(?<=[A-Za-z)\]])(\d+)", r"_{\1}", formula)
    return re.sub(r"(?<![\\A-Za-z])([A-Z][A-Za-z]*)", r"\\mathrm{\1}", formula)


def rows(tex: str) -> tuple[Row, ...]:
    """Return a formula's rows, each cut where it is aligned: `a &= b \\\\ &= c` has two rows of two cells."""
    tex = prepared(tex)
    while match := _OUTER.fullmatch(tex):
        if re.search(rf"\\end\{{{re.escape(match[1])}\}}", match[2]):
            # Several environments, one below the other.
            tex = re.sub(rf"\\end\{{{re.escape(match[1])}\}}\s*\\begin\{{{re.escape(match[1])}\}}", r"\\\\", tex)
            if not (match := _OUTER.fullmatch(tex)) or rf"\end{{{match[1]}}}" in match[2]:
                break
        tex = match[2]
    rows_of_cells: list[list[str]] = [[""]]
    for piece, depth in _pieces(tex):
        if depth == 0 and piece.startswith("\\\\"):
            rows_of_cells.append([""])
        elif depth == 0 and piece == "&":
            rows_of_cells[-1].append("")
        else:
            rows_of_cells[-1][-1] += piece
    cells = (tuple(_LEADING_LIMITS.sub("", " ".join(cell.split())) for cell in row) for row in rows_of_cells)
    return tuple(row for row in cells if any(row))


def one_line(tex: str) -> str:
    """Return a formula within a text, made ready for one line. Its own fractions are as large as displayed ones."""
    joined = r" \quad ".join(" ".join(row) for row in rows(tex))
    return "".join(r"\dfrac" if piece == r"\frac" and depth == 0 else piece for piece, depth in _pieces(joined))


def _pieces(tex: str) -> Iterator[tuple[str, int]]:
    """Yield the pieces of TeX in order, each with its depth in braces, environments and delimiters."""
    depth = 0
    for piece in _PIECE.findall(tex):
        opens = piece == "{" or piece == r"\left" or piece.startswith(r"\begin")
        closes = piece == "}" or piece == r"\right" or piece.startswith(r"\end")
        if closes:
            depth = max(0, depth - 1)
        yield piece, depth + closes
        depth += opens


def parts(cell: str) -> list[str]:
    """Split a cell where a line may break: before each relation and each sign that joins terms.

    Joined they are the cell.
    """
    result = [""]
    brackets = 0
    for piece, inside in _pieces(cell):
        brackets = max(0, brackets + (piece in ("(", "[", r"\{")) - (piece in (")", "]", r"\}")))
        depth = inside + brackets
        breaks = depth == 0 and (_RELATION.fullmatch(piece) or (_BINARY.fullmatch(piece) and piece not in (",", r"\quad", r"\qquad")))
        written = result[-1].strip()
        if breaks and written and not _ends_open(written):
            result.append("")
        result[-1] += piece
        if depth == 0 and piece in (r"\quad", r"\qquad"):
            result.append("")
    return [part for part in result if part.strip()]


def _ends_open(written: str) -> bool:
    """Return whether what stands before a sign belongs to it: another sign, an opening bracket, or a mark of a script."""
    return bool(
        re.search(
            r"(?:[=<>+\-(\[,^_&:]|\\[A-Za-z]*[({\[]|\\(?:not|cdot|times|in|to|le|ge|leq|geq|pm|left|big|Big|bigl|Bigl))\s*\Z", written
        )
    )


def is_relation(part: str) -> bool:
    """Return whether a part of a cell begins with a relation."""
    return bool(_RELATION.match(part.strip()))


@lru_cache(maxsize=512)
def wrong(tex: str, display: bool = True) -> str | None:
    """Return why a formula cannot be set, or None."""
    if len(tex) > CHARACTERS_MAX:
        return f"a formula may have {CHARACTERS_MAX} characters, this one has {len(tex)}"
    cells = rows(tex)
    if not cells:
        return "the formula is empty"
    if len(cells) > ROWS_MAX:
        return f"a formula may have {ROWS_MAX} rows, this one has {len(cells)}"
    try:
        for cell in [cell for row in cells for cell in row] if display else [one_line(tex)]:
            outline(cell, display)
    except CannotBeSet as error:
        return str(error)
    return None
