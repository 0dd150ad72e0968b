"""TeX within a text as it is said: in words in English and the languages of `tex_words`, in others announced as a formula."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from videogen.script import tex, tex_commands, tex_symbols, tex_words

WORDS_MAX = 60
"""A formula that takes more words is only announced."""

DEPTH_MAX = 30

_PIECE = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+(?:[.,]\d+)*|\s+|.", re.DOTALL)


@lru_cache(maxsize=1024)
def spoken(written: str, language: str = "en") -> str:
    """Return a formula in words, or an announcement where there are none, or too many."""
    short = language.split("-")[0].lower()
    announced = tex_words.FORMULA.get(short, tex_words.SHORT)
    plain = written.strip()
    if re.fullmatch(r"[A-Za-z]|\d+(?:[.,]\d+)?", plain):
        return plain
    if short != "en" and short not in tex_words.LANGUAGES:
        return announced
    try:
        text = _Speech(tex.prepared(written), language=short).all()
    except tex_words.NoWord:
        return announced
    text = re.sub(r"\s+([,.;:?])", r"\1", " ".join(text.split()))
    text = re.sub(r"(?:[,;]\s*)+([,;.:?])", r"\1", text).strip(" ,;")
    return text if text and len(text.split()) <= WORDS_MAX else announced


_UNITS = frozenset("m km cm dm mm nm µm ft in yd mi s ha".split())  # noqa: SIM905


def script(text: str, before: str, language: str, *, above: bool) -> str:
    """Return a superscript or subscript of a text as spoken after `before`. Marks of notes are not spoken."""
    last = re.search(r"[^\W\d_]+\Z|\d+\Z|\S\Z", before)
    word = last[0] if last else ""
    if not above:
        return text if text.isdecimal() else f" {text}"
    if re.fullmatch(r"[\[(]?[\d,;\s–-]{1,12}[\])]?|[*†‡§¶]+", text):
        note = not word or (word.isalpha() and len(word) > 2 and word not in _UNITS) or not word.isalnum()
        if note and not (word in ")]" and text in ("2", "3")):
            return ""
    short = language.split("-")[0].lower()
    if (
        short not in ("en", *tex_words.LANGUAGES)
        or not re.fullmatch(r"[−+-]?[\w.]+", text)
        or text in ("st", "nd", "rd", "th", "e", "er", "o", "a")
    ):
        return text if text.isalpha() else f" {text}"
    known = {"2": "squared", "3": "cubed"}.get(text)
    minus = tex_words.phrase("minus", short)
    power = tex_words.phrase("to the power of {}", short).format(re.sub("[-−]", f"{minus} ", text))
    return f" {tex_words.phrase(known, short) if known else power}"


class _Speech:
    """Says TeX from left to right."""

    def __init__(self, written: str, depth: int = 0, *, language: str = "en") -> None:
        self._language = language
        self._pieces: list[str] = _PIECE.findall(written)
        self._at = 0
        self._depth = depth

    def all(self) -> str:
        if self._depth > DEPTH_MAX:
            return ""
        parts: list[str] = []
        while (piece := self._next()) is not None:
            parts.append(self._one(piece, parts))
        return " ".join(part for part in parts if part)

    def _next(self) -> str | None:
        while self._at < len(self._pieces) and self._pieces[self._at].isspace():
            self._at += 1
        if self._at == len(self._pieces):
            return None
        self._at += 1
        return self._pieces[self._at - 1]

    def _peek(self) -> str:
        at = self._at
        while at < len(self._pieces) and self._pieces[at].isspace():
            at += 1
        return self._pieces[at] if at < len(self._pieces) else ""

    def _say(self, written: str) -> str:
        return _Speech(written, self._depth + 1, language=self._language).all()

    def _word(self, phrase: str, *parts: object) -> str:
        """Return a phrase of English in the language that is spoken, its gaps filled."""
        word = tex_words.phrase(phrase, self._language)
        return word.format(*parts) if parts else word

    def _group(self) -> str:
        """Return the TeX of a group that has just begun, without its braces."""
        depth, start = 1, self._at
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            self._at += 1
            depth += {"{": 1, "}": -1}.get(piece, 0)
            if not depth:
                return "".join(self._pieces[start : self._at - 1])
        return "".join(self._pieces[start:])

    def _argument(self) -> str:
        """Return the TeX that a command takes."""
        piece = self._next()
        if piece is None:
            return ""
        if piece == "{":
            return self._group()
        if piece.isdecimal() and len(piece) > 1:
            self._pieces[self._at - 1] = piece[1:]
            self._at -= 1
            return piece[0]
        if piece.startswith("\\") and piece[1:] in tex_commands.GROUPED:
            return f"{piece} {{{self._argument()}}}"
        return piece

    def _option(self) -> str:
        if self._peek() != "[":
            return ""
        self._next()
        start = self._at
        while (piece := self._next()) not in (None, "]"):
            pass
        return "".join(self._pieces[start : self._at - (piece == "]")])

    def _one(self, piece: str, before: list[str]) -> str:
        if piece == "{":
            group = self._group()
            for sign, pattern in ((r"\over", "{} over {}"), (r"\choose", "{} choose {}"), (r"\atop", "{} over {}")):
                above, sign_in_group, below = group.partition(sign)
                if sign_in_group and not below[:1].isalpha():
                    return self._word(pattern, self._say(above), self._say(below))
            return self._say(group)
        if piece in ("^", "_"):
            return self._script(piece, before)
        if piece.startswith("\\") and piece != r"\|" and len(piece) > 1:
            return self._command(piece[1:].rstrip("*"))
        if piece in ("|", r"\|"):
            return self._bar(piece)
        if piece in "()[]":
            return self._bracket(piece, before)
        if piece in tex_commands.SIGNS:
            return self._word(tex_commands.SIGNS[piece])
        if piece.isalnum() or piece[0].isdecimal():  # 2.5 and 1,2 are a piece, too
            return _letter(piece)
        named = unicodedata.name(piece, "").lower().replace("sign", "").strip() if not piece.isspace() and piece != "}" else ""
        return self._word(named)

    def _bracket(self, piece: str, before: list[str]) -> str:
        if piece == "(" and before and re.fullmatch(r"[A-Za-z]|phi|psi|sigma|P|mu|theta|log|exp|[A-Za-z]+ prime", before[-1]):
            return self._word("of")
        return "," if piece in ")]" and self._peek() and self._peek() not in ("^", ")", ",", ".") else ""

    def _bar(self, sign: str) -> str:
        """Return a bar with another one after it is an absolute value; a lone one is a condition."""
        depth = 0
        for at in range(self._at, len(self._pieces)):
            depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(self._pieces[at], 0)
            if self._pieces[at] == sign and depth == 0:
                inner = "".join(self._pieces[self._at : at]).removesuffix(r"\right")
                self._at = at + 1
                of = "the norm of {}" if len(sign) > 1 else "the absolute value of {}"
                return self._word(of, self._say(inner)) if inner.strip() else self._word("bar")
            if depth < 0:
                break
        return self._word("given")

    def _script(self, sign: str, before: list[str]) -> str:
        of = self._argument().strip()
        if sign == "_":
            inner = self._say(of)
            return self._word("sub {}", inner) if inner else ""
        plain = of.replace(" ", "")
        known = {
            "2": "squared",
            "3": "cubed",
            r"\prime": "prime",
            r"\prime\prime": "double prime",
            r"\top": "transpose",
            r"\circ": "degrees",
            "*": "star",
            r"\ast": "star",
            r"\dagger": "dagger",
            "+": "plus",
            "-": "minus",
            r"\intercal": "transpose",
            "T": "transpose",
        }
        return self._word(known[plain]) if plain in known else self._word("to the power of {}", self._say(of))

    def _limits(self) -> tuple[str, str]:
        below = above = ""
        while self._peek() in ("_", "^", r"\limits", r"\nolimits"):
            sign = self._next()
            if sign == "_":
                below = self._say(self._argument())
            elif sign == "^":
                above = self._say(self._argument())
        return below, above

    def _command(self, name: str) -> str:
        if name in tex_commands.MUTE:
            if name in ("left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr") and self._peek() == ".":
                self._next()
            return ""
        if name in tex_commands.LARGE:
            below, above = self._limits()
            large = self._word(tex_commands.LARGE[name])
            if below and above:
                return self._word("{} from {} to {} of", large, below, above)
            return self._word("{} over {} of", large, below) if below else self._word("{} of", large)
        if name in tex_commands.OVER:
            below, _ = self._limits()
            what = self._word(tex_commands.OVER[name])
            if not below:
                return self._word("{} of", what)
            if name.startswith("lim"):
                below = below.replace(f" {self._word('to')} ", f" {self._word('goes to')} ")
                return self._word("{} as {} of", what, below)
            return self._word("{} over {} of", what, below)
        if name in tex_commands.TEXTS:
            return self._argument().replace("\\", "")
        if name == "mathbb":
            letter = self._argument().strip()
            return letter if self._peek() in ("^", "_") or letter not in tex_commands.SETS else self._word(tex_commands.SETS[letter])
        if name in tex_commands.ABOVE:
            inner = self._say(self._argument())
            return f"{inner} {self._word(tex_commands.ABOVE[name])}" if tex_commands.ABOVE[name] else self._word("vector {}", inner)
        makes: dict[str, Callable[[], str]] = {
            **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), self._fraction),
            **dict.fromkeys(("binom", "dbinom", "tbinom"), self._binomial),
            **dict.fromkeys(("overset", "stackrel", "underset"), self._stacked),
            **dict.fromkeys(("textcolor", "colorbox"), self._coloured),
            "sqrt": self._root,
            "begin": self._environment,
        }
        if name in makes:
            return makes[name]()
        if name in tex_commands.TAKES_LENGTH:
            self._argument()
            return ""
        if name in tex_commands.STYLES:
            inner = self._argument()
            return inner if name == "operatorname" else self._say(inner)
        if name in tex_commands.FUNCTIONS:
            return self._word(tex_commands.FUNCTIONS[name])
        if name == "Vert":
            return self._bar(r"\Vert")
        if name in ("xrightarrow", "xleftarrow"):
            self._option()
            return self._word("to, by {},", self._say(self._argument()))
        if name in tex_commands.COMMANDS:
            return self._word(tex_commands.COMMANDS[name])
        if name in ("{", "}", ",", ";", ":", "!", " ", "\\", "/"):
            return "," if name == "\\" else ""
        if name in ("%", "#", "$", "&", "_"):
            return self._word({"%": "percent", "#": "number", "$": "dollars", "&": "and", "_": ""}[name])
        if name in ("TeX", "LaTeX", "LaTeXe", "KaTeX"):
            return name.removesuffix("e")
        if name in tex_symbols.LETTERS:
            return tex_symbols.LETTERS[name]
        if name in tex_symbols.UNUSUAL:
            raise tex_words.NoWord(name)
        if name in tex_symbols.SILENT or not name.isalpha():
            return ""
        greek = re.sub(r"\Avar", "", name)
        if name[:1].islower() or not greek:
            return greek.lower()
        return self._word("capital {}", greek.lower()) if is_greek(greek) else greek

    def _fraction(self) -> str:
        above, below = self._argument(), self._argument()
        over, under = self._say(above), self._say(below)
        pause = "," if len(over.split()) > 2 or len(under.split()) > 2 else ""
        return self._word("{} over {}", f"{over}{pause}", f"{under}{pause}")

    def _binomial(self) -> str:
        above, below = self._argument(), self._argument()
        return self._word("{} choose {}", self._say(above), self._say(below))

    def _stacked(self) -> str:
        self._argument()
        return self._say(self._argument())

    def _coloured(self) -> str:
        self._argument()
        return self._say(self._argument())

    def _root(self) -> str:
        degree = self._option().strip()
        of = self._say(self._argument())
        name = {"": "square", "2": "square", "3": "cube"}.get(degree)
        return self._word(f"the {name} root of {{}}", of) if name else self._word("the root of order {} of {}", self._say(degree), of)

    def _environment(self) -> str:
        name = self._argument()
        if name == "array":
            self._argument()
        depth, start = 1, self._at
        while self._at < len(self._pieces) and depth:
            depth += {r"\begin": 1, r"\end": -1}.get(self._pieces[self._at], 0)
            self._at += 1
        inner = "".join(self._pieces[start : self._at - 1])
        self._argument()
        rows = [[self._say(cell) for cell in row.split("&")] for row in inner.split(r"\\") if row.strip()]
        read = "; ".join(", ".join(cell for cell in row if cell) for row in rows)
        if "matrix" in name:
            size = self._word("the {} by {} matrix", len(rows), max(map(len, rows), default=0))
            return f"{size}: {read};" if sum(map(len, rows)) <= 9 else size
        return read


def _letter(piece: str) -> str:
    name = unicodedata.name(piece, "") if len(piece) == 1 and not piece.isascii() else ""
    match = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", name)
    return match[2].lower().replace("lamda", "lambda") if match else piece


def is_greek(name: str) -> bool:
    """Return whether a command is a letter of Greek, a variant of one or a capital one."""
    return re.sub(r"\Avar", "", name).lower().replace("lambda", "lamda") in (
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lamda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega".split()  # noqa: SIM905
    )
