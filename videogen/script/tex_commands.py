"""What the signs and the commands of TeX are called in English, and which of them are not said at all."""

from __future__ import annotations

import re

from videogen.script import tex_symbols

_SIGN_TABLE = """
= equals|+ plus|- minus|−  minus|± plus or minus|× times|· times|/ over|< is less than|> is greater than|! factorial
% percent|' prime|* star
: :|; ;|, ,|. .|? ?|~ |& ,|@ at|≤ is at most|≥ is at least|≠ is not equal to|≈ is approximately|→ to|∞ infinity|∈ in
∑ the sum of|∫ the integral of
∂ partial|¶ paragraph|§ section|√ the square root of|∀ for all|∃ there exists|° degrees|∅ the empty set|∪ union|∩ intersection
⊂ is a subset of|⇒ implies|⇔ if and only if
"""
_COMMAND_TABLE = """
times times|cdot times|div divided by|pm plus or minus|mp minus or plus|ast star|star star|circ composed with|bullet times
le is at most|leq is at most|leqslant is at most|ge is at least|geq is at least|geqslant is at least|lt is less than|gt is greater than
ne is not equal to|neq is not equal to|approx is approximately|equiv is equivalent to|sim is distributed as
simeq is about|cong is congruent to
propto is proportional to|ll is much less than|gg is much greater than|coloneqq is defined as|triangleq is defined as|doteq equals
to to|rightarrow to|longrightarrow to|leftarrow from|mapsto maps to|longmapsto maps to|Rightarrow implies|Longrightarrow implies
implies implies|impliedby is implied by|Leftarrow is implied by|iff if and only if|Leftrightarrow if and only if
leftrightarrow to and from
Longleftrightarrow if and only if|rightleftharpoons in balance with|uparrow up|downarrow down
in in|notin not in|ni contains|subset is a subset of|subseteq is a subset of|subsetneq is a proper subset of
supset contains|supseteq contains
cup union|cap intersection|setminus without|backslash without|emptyset the empty set|varnothing the empty set|complement the complement of
infty infinity|partial partial|nabla nabla|forall for all|exists there exists|nexists there is no|neg not|lnot not
land and|wedge and|lor or|vee or
mid given|vert bar|parallel is parallel to|perp is perpendicular to|bot bottom|top top|models models|vdash proves
ldots and so on|dots and so on|cdots and so on|dotsc and so on|dotsb and so on|vdots and so on|ddots and so on
prime prime|dagger dagger|degree degrees|angle angle|triangle triangle|square square|ell l|hbar h bar
Re the real part of|Im the imaginary part of
aleph aleph|wp p|imath i|jmath j|oplus plus|otimes times|odot times|bmod modulo|pmod modulo|mod modulo|therefore therefore|because because
succ is greater than|succeq is at least|prec is less than|preceq is at most
langle ,|rangle ,|lfloor the floor of|rfloor ,|lceil the ceiling of|rceil ,|lbrace ,|rbrace ,|checkmark check mark
blacksquare ,|Box ,|qed ,
not not|quad ,|qquad ,|colon :|surd the square root of|lvert the absolute value of|rvert ,|lVert the norm of|rVert ,
S section|pounds pounds
"""
LARGE = {
    "sum": "the sum",
    "prod": "the product",
    "coprod": "the coproduct",
    "int": "the integral",
    "iint": "the double integral",
    "iiint": "the triple integral",
    "oint": "the contour integral",
    "bigcup": "the union",
    "bigcap": "the intersection",
    "bigoplus": "the direct sum",
    "bigotimes": "the product",
    "bigvee": "the disjunction",
    "bigwedge": "the conjunction",
    "bigsqcup": "the union",
    "biguplus": "the union",
    "bigodot": "the product",
    "iiiint": "the quadruple integral",
    "oiint": "the surface integral",
    "oiiint": "the volume integral",
}
OVER = {
    "lim": "the limit",
    "max": "the maximum",
    "min": "the minimum",
    "sup": "the supremum",
    "inf": "the infimum",
    "argmax": "the arg max",
    "argmin": "the arg min",
    "limsup": "the upper limit",
    "liminf": "the lower limit",
}
FUNCTIONS = {
    "sin": "the sine of",
    "cos": "the cosine of",
    "tan": "the tangent of",
    "log": "log",
    "ln": "the natural log of",
    "exp": "exp",
    "det": "the determinant of",
    "dim": "the dimension of",
    "ker": "the kernel of",
    "gcd": "the greatest common divisor of",
    "Pr": "the probability of",
    "arg": "the argument of",
    "deg": "the degree of",
    "cot": "the cotangent of",
    "sinh": "the hyperbolic sine of",
    "cosh": "the hyperbolic cosine of",
    "tanh": "the hyperbolic tangent of",
    "arcsin": "the arc sine of",
    "arccos": "the arc cosine of",
    "arctan": "the arc tangent of",
    "sec": "the secant of",
    "csc": "the cosecant of",
    "hom": "hom",
    "lg": "log",
    "coth": "the hyperbolic cotangent of",
}
ABOVE = {
    "hat": "hat",
    "widehat": "hat",
    "bar": "bar",
    "overline": "bar",
    "tilde": "tilde",
    "widetilde": "tilde",
    "dot": "dot",
    "ddot": "double dot",
    "dddot": "triple dot",
    "ddddot": "four dots",
    "vec": "",
    "overrightarrow": "",
    "overleftarrow": "",
    "overleftrightarrow": "",
    "widebar": "bar",
    "underbar": "underlined",
    "check": "check",
    "acute": "acute",
    "grave": "grave",
    "breve": "breve",
    "mathring": "ring",
    "underline": "underlined",
}
SETS = {"R": "the real numbers", "N": "the natural numbers", "Z": "the integers", "Q": "the rational numbers", "C": "the complex numbers"}
STYLES = frozenset(
    "mathrm mathit mathbf mathsf mathtt mathcal mathfrak mathscr boldsymbol bm pmb operatorname mathop mathbin mathrel mathord mathopen"  # noqa: SIM905
    " mathclose boxed cancel bcancel xcancel substack"
    " ensuremath textstyle displaystyle scriptstyle smash mathbbm mathnormal mathregular mathdefault mathbfit bfit regular normal"
    " overbrace underbrace"
    " mathstrut rm bf it cal Bbb frak tt sf".split()
)
TEXTS = frozenset("text textrm textbf textit textsf texttt mbox hbox emph".split())  # noqa: SIM905
MUTE = frozenset(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm limits nolimits displaystyle hline".split()  # noqa: SIM905
)
TAKES_LENGTH = frozenset("hspace vspace kern mspace hskip mkern phantom hphantom vphantom color".split())  # noqa: SIM905
GROUPED = frozenset((*STYLES, *TEXTS, *ABOVE, "mathbb", "frac", "sqrt"))
"""Commands that take a group even where a single letter is wanted."""


def _pairs(table: str) -> dict[str, str]:
    """Read a table of names and what they are called."""
    entries = (entry.strip() for entry in re.split(r"[|\n]", table))
    return {name: spoken_as.strip() for name, _, spoken_as in (entry.partition(" ") for entry in entries if entry)}


SIGNS = _pairs(_SIGN_TABLE) | {"|": "bar", "\\|": "norm"}
COMMANDS = {**tex_symbols.NAMES, **_pairs(_COMMAND_TABLE)}
KNOWN = frozenset(
    (*COMMANDS, *LARGE, *OVER, *FUNCTIONS, *ABOVE, *STYLES, *TEXTS, *MUTE, *TAKES_LENGTH, *tex_symbols.LETTERS, "mathbb", "Vert")
).union(tex_symbols.UNUSUAL, tex_symbols.SILENT)
"""Commands that are said, left out, or announced."""
