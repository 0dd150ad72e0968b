"""Inline Markdown: text with bold, italic, struck, code and links, as runs of one style each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis, html_inline, image, link, strikethrough
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from videogen.script import inline_rules, pauses, pronunciation, stray_marks, tex_speech
from videogen.script.tex_text import as_text

MAX_NESTING = 100
"""Depth to which Markdown is read. markdown-it's own limit of 20 silently drops what lies deeper, and ten nested lists reach it."""


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style. A line break that the writer asked for is a newline in `text`.

    One with `pause_s` has no text: the speaker is silent there for that long. The text of one in `math` is TeX, and that of a `note` the
    mark of a footnote.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str | None = None
    struck: bool = False
    pause_s: float = 0.0
    marked: bool = False
    inserted: bool = False
    above: bool = False
    below: bool = False
    math: bool = False
    note: bool = False

    @property
    def whole(self) -> bool:
        """Whether the text is taken as it is, and never cut."""
        return self.math or self.note


_STYLE_OF = {
    "strong": "bold",
    "em": "italic",
    "s": "struck",
    "mark": "marked",
    "ins": "inserted",
    "sup": "above",
    "sub": "below",
}
_STYLE_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "cite": "italic",
    "dfn": "italic",
    "var": "italic",
    "s": "struck",
    "del": "struck",
    "strike": "struck",
    "mark": "marked",
    "ins": "inserted",
    "u": "inserted",
    "sup": "above",
    "sub": "below",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
}
_SPACES = re.compile(r"\s+")
_HIGHLIT = re.compile(r"\A#![a-z][\w+-]*\s+(?=\S)")
"""What MkDocs writes at the head of a code span to name its language: `#!python print()`."""
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
CROWDED = 1000
"""Opening brackets of one kind in one text at which they are no longer tried as mark-up: trying each takes the square of their number."""


_ENDINGS = "png|jpe?g|gif|webp|avif|svg|heic|mp4|m4v|mov|webm|mkv"
_SPACED = re.compile(
    r"!\[([^\[\]]{0,1000})\]\(\s*((?:[^()<>\"\n]|\([^()<>\"\n]{0,100}\)){1,500}?\.(?:" + _ENDINGS + r"))(?:\s+\"([^\"\n]{0,1000})\")?\s*\)",
    re.IGNORECASE,
)
"""A picture whose file has spaces in its name, which CommonMark wants between pointed brackets, and nobody puts there."""


def make_parser() -> MarkdownIt:
    """Return a parser of CommonMark with strikethrough, spaces in file names, and bounded nesting and time."""
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("strikethrough")
    for name, rule, sign in (("link", link, "["), ("image", _picture, "["), ("html_inline", html_inline, "<")):
        parser.inline.ruler.at(name, _unless_crowded(rule, sign))
    parser.inline.ruler.before("text", "crowded", _crowd)
    # Of a link whose address is refused the words are text, and of such a picture there is a warning. Nothing is ever opened.
    vars(parser)["validateLink"] = lambda address: True
    parser.inline.ruler.at("emphasis", _beside_cjk(emphasis.tokenize))
    parser.inline.ruler.at("strikethrough", _beside_cjk(strikethrough.tokenize))
    inline_rules.extend(parser)
    stray_marks.extend(parser)
    parser.inline.ruler.at("link_to_nothing", _link_to_nothing)
    return parser


def _picture(state: StateInline, silent: bool) -> bool:
    if image(state, silent):
        return True
    match = _SPACED.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("image", "img", 0)
        token.content, token.children = match[1], state.md.parseInline(match[1], state.env)[0].children
        token.attrs = {"src": state.md.normalizeLink(match[2].replace("?", "%3F").replace("#", "%23")), "alt": "", "title": match[3] or ""}
    state.pos = match.end()
    return True


_CROWD = re.compile(r"\[[\[\]!^]*")


def _crowd(state: StateInline, silent: bool) -> bool:
    """Take the brackets of a text that has too many of them as text, all at once: trying every rule at each takes seconds."""
    match = _CROWD.match(state.src, state.pos) if state.src[state.pos] == "[" and _crowded(state.src, "[") else None
    if match is None:
        return False
    if not silent:
        state.append_pending(match[0])
    state.pos = match.end()
    return True


def _beside_cjk(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Make a rule for emphasis scan its marks so that they also open and close beside Chinese, Japanese and Korean."""

    def friendly(state: StateInline, silent: bool) -> bool:
        if state.src[state.pos] in "*~":
            vars(state)["scanDelims"] = partial(_scanned, state)
        return rule(state, silent)

    return friendly


def _scanned(state: StateInline, start: int, within_words: bool) -> Scanned:
    """Scan a run of `*` or `~`, with the flanking rules of https://github.com/tats-u/markdown-cjk-friendly.

    CommonMark takes a mark between punctuation and a letter for the wrong end. These languages put no space there: `**「one」**two`.
    """
    scanned = StateInline.scanDelims(state, start, within_words)
    end = start + scanned.length
    before, after = state.src[start - 1 : start], state.src[end : min(end + 1, state.posMax)]
    if not within_words or not (_is_cjk(before) or _is_cjk(after)):
        return scanned
    opens = scanned.can_open or (bool(after.strip()) and (_is_cjk(before) or _is_cjk_sign(after)))
    closes = scanned.can_close or (bool(before.strip()) and (_is_cjk(after) or _is_cjk_sign(before)))
    return Scanned(opens, closes, scanned.length)


def _is_cjk(character: str) -> bool:
    """Return whether a character is Chinese, Japanese or Korean, a letter or punctuation.

    No emoji is, however wide.
    """
    if not character or (character < "\u2e80" and not "\u1100" <= character <= "\u11ff") or "\U0001f000" <= character <= "\U0001ffff":
        return False
    return unicodedata.east_asian_width(character) in ("W", "F", "H")


def _is_cjk_sign(character: str) -> bool:
    return _is_cjk(character) and unicodedata.category(character)[0] in "PS"


def _link_to_nothing(state: StateInline, silent: bool) -> bool:
    return state.src[state.pos] in "[!" and not _crowded(state.src, "[") and stray_marks.read_link_to_nothing(state, silent)


def _unless_crowded(rule: Callable[[StateInline, bool], bool], sign: str) -> Callable[[StateInline, bool], bool]:
    return lambda state, silent: not _crowded(state.src, sign) and rule(state, silent)


@lru_cache(maxsize=2)
def _crowded(text: str, sign: str) -> bool:
    return text.count(sign) > CROWDED


_PARSER = make_parser()


def runs_of(tokens: Iterable[Token]) -> tuple[Run, ...]:
    """Return the runs of the children of one inline token.

    Pictures and comments are left out; of HTML the text stays, with its style.
    """
    result: list[Run] = []
    style = Run("")
    depth = dict.fromkeys((*_STYLE_OF.values(), "code"), 0)
    links: list[str | None] = []

    def turn(name: str, by: int) -> None:
        nonlocal style
        depth[name] = max(0, depth[name] + by)
        turned: dict[str, Any] = {name: depth[name] > 0}
        style = replace(style, **turned)

    broken = dropped = style_ended = False
    for token in tokens:
        if token.type in ("text", "text_special") and token.content:
            if broken and inline_rules.is_wide(token.content[:1]):
                result.pop()  # Chinese and Japanese are written without spaces, also where a line of the source ends
            if dropped and token.content[0] in ".,)。、，" and result:
                result[-1] = replace(result[-1], text=result[-1].text.rstrip(" "))
            broken = style_ended = False
        elif token.type in ("math_inline", "code_inline", "html_inline", "hardbreak"):
            broken = False
        dropped = token.type == "image" or (dropped and token.type == "text" and not token.content)
        if token.type in ("text", "text_special"):
            result.append(replace(style, text=token.content))
        elif token.type == "code_inline":
            result.append(replace(style, text=_HIGHLIT.sub("", token.content), code=True))
        elif token.type == "softbreak":
            before = next((run.text for run in reversed(result) if run.text), "")
            broken = inline_rules.is_wide(before[-1:])
            result.append(replace(style, text=" "))
        elif token.type == "math_inline":
            result.append(replace(style, text=token.content, math=True, code=False))
        elif token.type == "footnote_ref":
            result.append(Run(str(token.meta["id"] + 1), above=True, note=True))
        elif token.type == "footnote_mark":
            result.append(Run(token.content, above=True, note=True))
        elif token.type == "hardbreak":
            result.append(replace(style, text="\n"))
        elif token.type == "link_open":
            links.append(style.link)
            address = str(token.attrs.get("href", ""))
            style = replace(style, link=None if stray_marks.REFUSED.match(address) else address or None)
        elif token.type == "link_close":
            style = replace(style, link=links.pop())
        elif token.type == "html_inline":
            pause_s = pauses.seconds(token.content)
            if pause_s:
                result.append(Run("", pause_s=pause_s))
            tag = _TAG.match(token.content)
            if tag and tag[2].lower() == "br":
                result.append(replace(style, text="\n"))
            elif tag and tag[2].lower() in _STYLE_OF_TAG:
                name = _STYLE_OF_TAG[tag[2].lower()]
                if name == "code" and not tag[1] and result and result[-1].code and style_ended:
                    result.append(replace(style, text=" ", code=False))  # keys side by side are boxes of their own
                turn(name, -1 if tag[1] else 1)
                style_ended = bool(tag[1]) if name == "code" else style_ended
        else:
            name, _, end = token.type.partition("_")
            if name in _STYLE_OF:
                turn(_STYLE_OF[name], 1 if end == "open" else -1)
    return tidy(result)


def tidy(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Merge neighbours of one style.

    White space is single, none at the ends, and styled only between words of that style.
    """
    out: list[tuple[Run, list[str]]] = []
    space = ""
    for run in runs:
        verbatim = run.code or run.whole
        core = run.text if verbatim else run.text.strip()
        if run.pause_s:
            out.append((run, []))
        if not core:
            space += run.text
            continue
        space += "" if verbatim else run.text[: len(run.text) - len(run.text.lstrip())]
        if out and space:
            _add(out, _between(out[-1][0], run), _one_space(space))
        _add(out, run, core if verbatim else _SPACES.sub(lambda match: _one_space(match.group()), core))
        space = "" if verbatim else run.text[len(run.text.rstrip()) :]
    return tuple(replace(run, text="".join(texts)) for run, texts in out)


def _one_space(space: str) -> str:
    return "\n" if "\n" in space else " "


def _between(one: Run, other: Run) -> Run:
    """Give white space the styles of both its neighbours, so that no style begins or ends with it."""
    return Run(
        "",
        bold=one.bold and other.bold,
        italic=one.italic and other.italic,
        link=one.link if one.link == other.link else None,
        struck=one.struck and other.struck,
        marked=one.marked and other.marked,
        inserted=one.inserted and other.inserted,
    )


def _add(out: list[tuple[Run, list[str]]], run: Run, text: str) -> None:
    if out and not run.whole and _style(out[-1][0]) == _style(run):
        out[-1][1].append(text)
    else:
        out.append((run, [text]))


def _style(run: Run) -> Run:
    return replace(run, text="")


@lru_cache(maxsize=4096)
def runs(text: str) -> tuple[Run, ...]:
    """Return the runs of inline Markdown. Any text has them: what is no mark-up is text."""
    return runs_of(token for block in _PARSER.parseInline(text) for token in block.children or ())


def plain(text: str) -> str:
    """Return inline Markdown without its marks, on one line."""
    return " ".join("".join(_plain(run) for run in runs(text)).split())


def letters(text: str) -> str:
    """Return the characters of inline Markdown that are drawn in a font of its text: all but formulas."""
    return "".join(run.text for run in runs(text) if not run.math)


def _plain(run: Run) -> str:
    if run.note:
        return ""
    if run.math:
        return as_text(run.text) or run.text.removeprefix(r"\displaystyle ")
    table = _SUPERSCRIPTS if run.above else _SUBSCRIPTS if run.below else None
    if table and all(character in table for character in run.text):
        return "".join(table[character] for character in run.text)
    return run.text


def narrated(text: str, language: str = "en") -> str:
    """Return inline Markdown for the narration: as written, with marks around code, formulas in words, and pauses.
    marked. One line, maybe empty."""
    narration = ""
    for run in runs(text):
        narration += _narrated(run, language, narration)
    return " ".join(narration.split())


def _narrated(run: Run, language: str, before: str) -> str:
    if run.pause_s:
        return pauses.mark(run.pause_s)
    if run.note:
        return ""
    if run.math:
        words = _spoken(run, language, before)
        return pronunciation.spoken_as(as_text(run.text) or words.strip(), words)  # a caption cannot set what needs more than a line
    if run.above or run.below:
        return pronunciation.spoken_as(_plain(run), _spoken(run, language, before))
    return f"{pronunciation.CODE}{run.text}{pronunciation.CODE_END}" if run.code else run.text


def spoken(text: str, language: str = "en") -> str:
    """Return inline Markdown as spoken: code as words, addresses as host names, no symbols. One line, maybe empty.
    its pauses marked."""
    speech = written = ""
    for run in runs(text):
        speech += _spoken(run, language, written)
        written += run.text
    return pronunciation.smooth(speech)


def _spoken(run: Run, language: str, before: str) -> str:
    if run.pause_s:
        return pauses.mark(run.pause_s)
    if run.note:
        return ""
    if run.math:
        return f" {tex_speech.spoken(run.text, language)} "
    if run.above or run.below:
        return tex_speech.script(run.text, before, language, above=run.above)
    return pronunciation.code(run.text, language) if run.code else pronunciation.prose(run.text, language)


_SUPERSCRIPTS = dict(zip("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", strict=True))
_SUBSCRIPTS = dict(zip("0123456789+-=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓ", strict=True))
_SPECIAL_IN_ADDRESS = re.compile(r"[\\`*_\[\]<>&~!]")
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~!$^=+:{}%]")
_MARKS = {
    "struck": ("~~", "~~"),
    "bold": ("**", "**"),
    "italic": ("_", "_"),
    "marked": ("<mark>", "</mark>"),
    "inserted": ("<ins>", "</ins>"),
    "above": ("<sup>", "</sup>"),
    "below": ("<sub>", "</sub>"),
}


def markup(pieces: Sequence[Run]) -> str:
    """Write runs as inline Markdown that reads as exactly these, with as few escapes as possible.

    Styles that overlap without nesting, which no Markdown says, are let go.
    """
    pieces = tidy(pieces)
    for careful in (False, True):
        text = _written(pieces, careful)
        if runs(text) == pieces:
            return text
    return _written(tidy(Run(run.text) for run in pieces), careful=True)


def lines(parts: Iterable[Sequence[Run]]) -> str:
    """Return inline Markdown of several texts, each on a line of its own."""
    return markup([run for part in parts for run in (Run("\n"), *part)])


def _written(runs: Sequence[Run], careful: bool) -> str:
    out = ""
    open_marks: list[tuple[str, str]] = []
    for index, run in enumerate(runs):
        marks = _marks(run)
        closing = ""
        while any(mark not in marks for mark in open_marks):
            closing += _close(open_marks.pop())
        opening = ""
        for mark in sorted(marks - set(open_marks), key=lambda mark: (-_lasts(mark, runs[index:]), mark)):
            open_marks.append(mark)
            opening += _open(mark)
        text = pauses.comment(run.pause_s) if run.pause_s else _unstyled(run, careful)
        if careful and not run.whole:
            # A mark with a letter on its outer side is only text to CommonMark when punctuation stands on its inner side:
            # written as an entity, the letter is punctuation too.
            if opening and not closing:
                out = out[:-1] + _entity(out[-1:])
            if closing and not opening:
                text = _entity(text[:1]) + text[1:]
        out += closing + opening + text
    return out + "".join(_close(mark) for mark in reversed(open_marks))


def _unstyled(run: Run, careful: bool) -> str:
    if run.note:
        return f"[^{run.text}]"
    if run.math:
        return f"$`{run.text.replace('`', chr(39))}`$" if careful or run.text.startswith(r"\displaystyle") else f"${run.text}$"
    return _code_span(run.text) if run.code else _escaped(run.text, careful)


def _marks(run: Run) -> set[tuple[str, str]]:
    marks = {(name, "") for name in _MARKS if getattr(run, name)} if not run.note else set()
    return marks | {("link", run.link)} if run.link is not None else marks


def _lasts(mark: tuple[str, str], following: Sequence[Run]) -> int:
    return next((count for count, run in enumerate(following) if mark not in _marks(run)), len(following))


def _open(mark: tuple[str, str]) -> str:
    return _MARKS[mark[0]][0] if mark[0] in _MARKS else "["


def _close(mark: tuple[str, str]) -> str:
    return _MARKS[mark[0]][1] if mark[0] in _MARKS else f"](<{_SPECIAL_IN_ADDRESS.sub(_escape, mark[1])}>)"


def _escape(match: re.Match[str]) -> str:
    return "\\" + match.group()


def _escaped(text: str, careful: bool) -> str:
    if careful or runs(text) != tidy([Run(text)]):
        text = _SPECIAL.sub(_escape, text)
    return text.replace("\n", "\\\n")


def _entity(letter: str) -> str:
    return f"&#{ord(letter)};" if (letter and not letter.isspace() and not letter.isascii()) or letter.isalnum() else letter


def _code_span(text: str) -> str:
    fence = "`" * (max((len(ticks) for ticks in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
