"""A short formula within a sentence, `$E = mc^2$`, as the text that it looks like: E = mc²."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

LONGEST = 120
"""Characters of a formula within a sentence; a longer one is left as it is written."""

_PIECE = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_FORMULA = re.compile(r"[\\^_=]|^[A-Za-z]'?$")
"""What makes of text between dollar signs a formula, and not an amount of money."""
_SHORT = re.compile(r"[A-Za-z0-9\s+\-*/<>|(),.;:!'\[\]±×·≤≥∈→]{1,60}")
"""Formulas of single letters, numbers and signs: `a, b, c`, `|a| < 1`, `f(x)`."""
_WORD = re.compile(r"[A-Za-z]{3,}")
_PAIRS = """
times × cdot · div ÷ pm ± mp ∓ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ equiv ≡ sim ∼ propto ∝ ll ≪ gg ≫ in ∈ notin ∉ subset ⊂ subseteq ⊆
cup ∪ cap ∩ setminus ∖ emptyset ∅ sum ∑ prod ∏ int ∫ infty ∞ partial ∂ nabla ∇ to → rightarrow → leftarrow ← Rightarrow ⇒ Leftarrow ⇐
implies ⇒ iff ⇔ mapsto ↦ forall ∀ exists ∃ neg ¬ land ∧ lor ∨ ldots … dots … cdots ⋯ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉
ell ℓ hbar ℏ circ ∘ prime ′ star ⋆ ast ∗ mid ∣ varepsilon ε varphi φ vartheta ϑ
"""
_SYMBOLS = dict(zip(_PAIRS.split()[::2], _PAIRS.split()[1::2], strict=True))
_NAMES = "arccos arcsin arctan arg cos cosh det dim exp gcd inf ker lim ln log max min mod Pr sin sinh sup tan tanh"
_FUNCTIONS = frozenset(_NAMES.split())
_NOTHING = frozenset({"left", "right", "displaystyle", "limits", "!", "big", "Big"})
_SPACES = frozenset({"quad", "qquad", ",", ";", ":", " "})
_AS_IT_IS = frozenset({"text", "mathrm", "mathit", "mathbf", "mathsf", "operatorname", "textbf", "textit", "mathcal"})
_DOUBLE = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
_ABOVE = dict(zip("0123456789+-=()nabcdefghijklmoprstuvwxyzT′∗", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ′*", strict=True))
_BELOW = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))


_ACCENTS = {"bar": "\u0304", "overline": "\u0305", "hat": "\u0302", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308"}
"""Marks above a single letter, as characters that combine with it."""


def is_formula(written: str) -> bool:
    """Return whether what stands between two dollar signs is a formula, and not money, words or the names of variables."""
    if re.search(r"\\[A-Za-z{}|,;!]|[\^_={}]", written):
        return not re.search(r"\s[A-Za-z]{3,}\s+[A-Za-z]{3,}\s+[A-Za-z]{3,}\s", re.sub(r"\\[A-Za-z]+\s*\{[^{}]*\}", "", written))
    return bool(_SHORT.fullmatch(written)) and not _WORD.search(written)


class _NoText(Exception):
    """The formula has something that no line of text looks like."""


@lru_cache(maxsize=1024)
def as_text(tex: str) -> str | None:
    """Return the formula as text; None for what is none (`5 and `), and for one that needs more than a line."""
    if len(tex) > LONGEST or not (_FORMULA.search(tex) or is_formula(tex)):
        return None
    pieces = iter([match.group() for match in _PIECE.finditer(tex)])
    try:
        text = "".join(_atom(piece, pieces) for piece in pieces)
    except (_NoText, RecursionError):
        return None
    return " ".join(text.split()) or None


def _atom(piece: str, following: Iterator[str]) -> str:
    if piece == "{":
        return _group(following)
    if piece == "}" or piece in "&~%#$":
        raise _NoText
    if piece in "^_":
        marks, of = (_ABOVE, _next(following)) if piece == "^" else (_BELOW, _next(following))
        if not of or not all(character in marks for character in of):
            raise _NoText
        return "".join(marks[character] for character in of)
    if not piece.startswith("\\"):
        return {"-": "−", "'": "′", "*": "∗"}.get(piece, " " if piece.isspace() else piece)
    return _command(piece[1:], following)


def _command(name: str, following: Iterator[str]) -> str:
    if name in _NOTHING:
        return ""
    if name in ("TeX", "LaTeX", "LaTeXe", "KaTeX"):
        return name.removesuffix("e")
    if name in _SPACES:
        return " "
    if name in _SYMBOLS:
        return _SYMBOLS[name]
    if name in _FUNCTIONS:
        return name
    if name in _AS_IT_IS:
        return _next(following)
    if name in _ACCENTS:
        below = _next(following)
        if len(below) != 1 or not below.isalpha():
            raise _NoText
        return below + _ACCENTS[name]
    if name == "mathbb" and (letter := _DOUBLE.get(_next(following))):
        return letter
    if name in ("frac", "tfrac", "dfrac"):
        return f"{_whole(_next(following))}/{_whole(_next(following))}"
    if name == "sqrt":
        return f"√{_whole(_next(following))}"
    if name in ("{", "}", "%", "#", "&", "_", "$"):
        return name
    try:
        greek = name.replace("ambda", "amda")
        return unicodedata.lookup(f"GREEK {'CAPITAL' if name[:1].isupper() else 'SMALL'} LETTER {greek.upper()}")
    except KeyError:
        raise _NoText from None


def _next(following: Iterator[str]) -> str:
    """Return the argument of a command or a mark: a group, or the next thing that is no space."""
    piece = next((piece for piece in following if not piece.isspace()), "}")
    return _atom(piece, following).replace("−", "-") if piece != "[" else _atom("}", following)


def _group(following: Iterator[str]) -> str:
    text = ""
    for piece in following:
        if piece == "}":
            return text
        text += _atom(piece, following)
    raise _NoText


def _whole(of: str) -> str:
    """Return what stands beside a stroke or under a root, in parentheses if it is more than one thing."""
    return of if of.replace(".", "").isalnum() else f"({of})"
