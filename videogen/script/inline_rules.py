"""Inline syntax beyond CommonMark: formulas, marks, scripts, footnote marks, emoji by name, attributes, wikilinks, roles, comments."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from videogen.script import tex
from videogen.script.tex_text import is_formula

FORMULA_MAX = 1200
"""Characters that a formula within a text may have."""
DISPLAY = r"\displaystyle "
"""What a formula begins with that is displayed within a text."""

_CODE_DOLLARS = re.compile(r"\$`([^`\n]+)`\$")
_DISPLAYED = re.compile(rf"\$\$(?!\$)([^$`]{{1,{FORMULA_MAX}}}?)\$\$(?!\$)")
_DOLLARS = re.compile(rf"\$(?=[^\s$])((?:[^$`\\\n]|\\[^\n]|\n(?!\s*\n)){{1,{FORMULA_MAX}}}?)(?<!\s)\$(?![\w$])")
_AMOUNT = re.compile(r"\d[\d.,]*\s+[^\W\d_][^\W\d_\s]*(?:\s+[^\W\d_]+)*\s+")
"""What stands between two prices: `$$5 or $$6`."""
_PARENTHESES = re.compile(rf"\\\((.{{1,{FORMULA_MAX}}}?)\\\)", re.DOTALL)
_NOTE = re.compile(r"\[\^([^\]\[\s^`]{1,200})\]")
_CHARACTER_CLASS = re.compile(r"(?:\\?.-\\?.|\\[A-Za-z]|[^\w\s])+")
"""What stands between `[^` and `]` in a regular expression."""
_EMOJI = re.compile(r":([a-z0-9_+-]{1,40}):", re.IGNORECASE)
_ATTRIBUTE = r"(?:[#.][^\s{}=.#\"']+|[\w:-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\"'=]+)|-(?=[\s}]))"
_ATTRIBUTES = re.compile(rf"\{{:?\s*{_ATTRIBUTE}(?:[\s,]*{_ATTRIBUTE})*\s*\}}|\{{:[^{{}}\n]*\}}")
_SPAN = re.compile(rf"\[((?:[^\[\]\\`]|\\.|\[[^\[\]]*\])+)\](?={_ATTRIBUTES.pattern})")
_WIKILINK = re.compile(r"\[\[([^\[\]|\n]{1,300})(?:\\?\|([^\[\]\n]{1,300}))?\]\](?!\()")
_EMBED = re.compile(r"!\[\[([^\[\]|\n]{1,300})(?:\\?\|([^\[\]\n]{0,300}))?\]\]")
_ROLE = re.compile(r"(?:\{([a-zA-Z][\w:.+-]*)\}|:([a-z][\w.+-]{0,40}(?::[a-z][\w.+-]{0,40})?):)(`+)(?!`)(.+?)(?<!`)\3(?!`)", re.DOTALL)
"""A role of MyST, {name}`text`, or of Sphinx, :name:`text`."""
_COMMENT = re.compile(r"%%(?=\S|\s)([^%\n]{0,2000}(?:%(?!%)[^%\n]{0,2000}){0,50})%%")
ICONS = ("material", "fontawesome", "octicons", "simple", "lucide", "tabler", "bootstrap", "mdi", "bi", "fa")
"""What the names of icons begin with."""
_ICON = re.compile(rf":(?:{'|'.join(ICONS)})-([a-z0-9-]{{1,100}}):(?:\{{[^{{}}\n]*\}})?[ \t]*")
"""An icon of MkDocs, with its attributes: not text, and there is no picture of it here."""
_YES = re.compile(r"(?:.*-)?check(?:-.*)?")
_NO = re.compile(r"(?:.*-)?(?:close|x|xmark|cancel)(?:-.*)?")
_COMPONENT = re.compile(r"<[a-z][\w-]*:[\w:.-]+(?:\s[^<>]{0,300})?/>|</[a-z][\w-]*:[\w:.-]+\s*>")
"""An icon as a component of its collection's name, `<carbon:cup />`, which is no address."""
_SIGNS = {"mark": "==", "ins": "++", "sup": "^", "sub": "~"}
_KEY_NAMES = """
ctrl control alt option shift cmd command meta super win windows fn enter return esc escape tab space backspace delete del insert
ins home end
page-up page-down pageup pagedown pgup pgdn up down left right arrow-up arrow-down arrow-left arrow-right caps-lock print-screen
f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12
"""
_KEYS = frozenset(_KEY_NAMES.split())
_KEY_PRESS = re.compile(r"(?:[a-z][a-z0-9-]*|[0-9]|\"[^\"\n]{1,40}\")(?:\+(?:[a-z][a-z0-9-]*|[0-9]|\"[^\"\n]{1,40}\"))*")
_LONGEST = 2000
_CODE_ROLES = frozenset(
    "code kbd file command program envvar option literal samp menuselection guilabel func meth class mod attr".split()  # noqa: SIM905
)
_MUTE_ROLES = frozenset("index label term-hidden raw cite p t footcite".split())  # noqa: SIM905
_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".heic", ".bmp", ".mp4", ".m4v", ".mov", ".webm", ".mkv")


def extend(md: MarkdownIt) -> None:
    """Add the rules of this module to a parser."""
    ruler = md.inline.ruler
    ruler.before("escape", "formula", _formula)
    ruler.before("escape", "obsidian_comment", _comment)
    ruler.before("backticks", "role", _role)
    for name in _SIGNS:
        ruler.before("strikethrough", name, _between(name))
    ruler.after("image", "footnote_mark", _footnote_mark)
    ruler.before("link", "wikilink", _wikilink)
    ruler.before("image", "embed", _embed)
    ruler.after("link", "span", _span)
    ruler.before("autolink", "component", _component)
    ruler.before("autolink", "emoji_name", _emoji)
    ruler.before("autolink", "attributes", _attributes)


def _push_formula(state: StateInline, silent: bool, written: str, end: int, *, display: bool = False) -> bool:
    if not silent:
        lines = written.count("\n")
        written = " ".join(tex.without_comments(written).split())
        written = tex.expanded(written, state.env.get("macros", {}))
        written, _ = tex.definitions(written)
        if written.strip():
            token = state.push("math_inline", "math", 0)
            token.content = (DISPLAY if display else "") + written.strip()
            token.meta = {"lines": lines}
    state.pos = end
    return True


def _formula(state: StateInline, silent: bool) -> bool:
    r"""Read a formula: `$x^2$`, $`x^2`$, `$$x^2$$` within a sentence, `\(x^2\)`. Money, variables of a shell and escaped brackets stay."""
    sign = state.src[state.pos]
    if sign not in "$\\":
        return False
    before = state.src[state.pos - 1 : state.pos]
    if sign == "\\":
        match = _PARENTHESES.match(state.src, state.pos)
        return match is not None and is_formula(match[1].strip()) and _push_formula(state, silent, match[1], match.end())
    if before == "\\":
        return False
    if match := _CODE_DOLLARS.match(state.src, state.pos):
        return _push_formula(state, silent, match[1], match.end())
    if match := _DISPLAYED.match(state.src, state.pos):
        return (
            is_formula(match[1].strip())
            and not _AMOUNT.fullmatch(match[1])
            and _push_formula(state, silent, match[1], match.end(), display=True)
        )
    match = _DOLLARS.match(state.src, state.pos)
    if match and not (before.isalnum() and before.isascii()) and before != "$" and is_formula(match[1]):
        return _push_formula(state, silent, match[1], match.end())
    return False


def _between(name: str) -> Callable[[StateInline, bool], bool]:
    """Make the rule for what stands between two equal signs: `==marked==`, `++inserted++`, `x^2^`, `H~2~O`."""
    sign = _SIGNS[name]
    script = name in ("sup", "sub")

    def rule(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if silent or not state.src.startswith(sign, start):
            return False
        inner = start + len(sign)
        before = state.src[start - 1 : start]
        first = state.src[inner : inner + 1]
        if not first or first.isspace() or first == sign[0] or before == sign[0]:
            return False
        if script and (not before or before.isspace() or not (before.isalnum() or before in ")]}*_'’\"”.,!?")):
            return False
        if not script and before.isascii() and before.isalnum():
            return False
        end = state.src.find(sign, inner, min(state.posMax, inner + (60 if script else _LONGEST)))
        content = state.src[inner:end] if end > 0 else ""
        if not content or content[-1].isspace() or "\n\n" in content or (script and re.search(r"(?<!\\)\s|`", content)):
            return False
        if state.src[end + len(sign) : end + len(sign) + 1] == sign[0] or content[-1] == "\\":
            return False
        if name == "ins" and (keys := _key_press(content)):
            state.push("code_inline", "code", 0).content = keys
            state.pos = end + len(sign)
            return True
        most = state.posMax
        state.push(f"{name}_open", name, 1)
        state.pos, state.posMax = inner, end
        state.md.inline.tokenize(state)
        state.push(f"{name}_close", name, -1)
        state.pos, state.posMax = end + len(sign), most
        return True

    return rule


def _key_press(text: str) -> str:
    """Return the keys that MkDocs names between two pairs of plus signs, `ctrl+alt+del`, as they are labelled; empty for other text."""
    parts = text.split("+")
    if not _KEY_PRESS.fullmatch(text) or not any(part in _KEYS for part in parts):
        return ""
    return "+".join(part.strip('"') if part.startswith('"') else part.replace("-", " ").title() for part in parts)


def _footnote_mark(state: StateInline, silent: bool) -> bool:
    mark = _NOTE.match(state.src, state.pos)
    if mark is None or _CHARACTER_CLASS.fullmatch(mark[1]):
        return False
    if not silent:
        state.push("footnote_mark", "sup", 0).content = mark[1]
    state.pos = mark.end()
    return True


def _wikilink(state: StateInline, silent: bool) -> bool:
    """Read `[[Page]]` and `[[Page|words]]` as words; `[[toc]]` and the like are nothing."""
    match = _WIKILINK.match(state.src, state.pos)
    if match is None:
        return False
    page = match[1].strip()
    if not silent and page.lower().strip("_ ") not in ("toc", "tableofcontents"):
        state.push("text", "", 0).content = (match[2] or page.rpartition("#")[2].lstrip("^") or page).strip()
    state.pos = match.end()
    return True


def _embed(state: StateInline, silent: bool) -> bool:
    """Read `![[picture.png|300]]` as the picture. Leave another embedded page out, with a warning."""
    match = _EMBED.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        file, about = match[1].strip(), (match[2] or "").strip()
        if file.partition("#")[0].lower().endswith(_ENDINGS):
            words = "" if re.fullmatch(r"\d+(?:x\d+)?", about) else about
            token = state.push("image", "img", 0)
            token.content, token.children = words, state.md.parseInline(words, state.env)[0].children
            token.attrs = {"src": state.md.normalizeLink(file.partition("#")[0].replace("?", "%3F")), "alt": "", "title": ""}
        else:
            state.push("left_out", "", 0).content = file
    state.pos = match.end()
    return True


def _span(state: StateInline, silent: bool) -> bool:
    """Read `[words]{.class}` as the words."""
    match = _SPAN.match(state.src, state.pos)
    if match is None:
        return False
    attributes = _ATTRIBUTES.match(state.src, match.end())
    assert attributes is not None
    if not silent:
        style = re.search(r"\.(mark|highlight|underline|ul|sub|sup|kbd)\b", attributes[0])
        name = {"highlight": "mark", "underline": "ins", "ul": "ins"}.get(style[1], style[1]) if style else ""
        most = state.posMax
        if name in _SIGNS:
            state.push(f"{name}_open", name, 1)
        state.pos, state.posMax = state.pos + 1, match.end() - 1
        state.md.inline.tokenize(state)
        if name in _SIGNS:
            state.push(f"{name}_close", name, -1)
        state.posMax = most
    state.pos = attributes.end()
    return True


def _attributes(state: StateInline, silent: bool) -> bool:
    """Leave out attributes: right after what they are of, or at the end of the text. `{: .class }` is left out everywhere."""
    if state.src[state.pos] != "{":
        return False
    match = _ATTRIBUTES.match(state.src, state.pos)
    if match is None:
        return False
    before = state.src[state.pos - 1 : state.pos]
    ends = not state.src[match.end() : state.posMax].strip() or state.src[match.end() : match.end() + 1] == "\n"
    if not (match[0].startswith("{:") or ends or (before and before in ')]`*_}~="')):
        return False
    if not silent and state.tokens and state.tokens[-1].type == "image" and not state.pending:
        state.tokens[-1].meta["attributes"] = match[0].strip("{}: ")
    if not silent and ends:
        state.pending = state.pending.rstrip()
    state.pos = match.end()
    return True


def _component(state: StateInline, silent: bool) -> bool:
    """Leave out an icon that a component draws, such as `<carbon:cup />`."""
    if state.src[state.pos] != "<":
        return False
    match = _COMPONENT.match(state.src, state.pos)
    if match is None:
        return False
    state.pos = match.end()
    return True


def _emoji(state: StateInline, silent: bool) -> bool:
    """Read `:rocket:` as the character; a name that is none stays. Leave out icons of MkDocs; one that stands alone is yes or no."""
    if state.src[state.pos] != ":":
        return False
    before = state.src[state.pos - 1 : state.pos]
    icon = _ICON.match(state.src, state.pos)
    if icon and not (before and (before.isalnum() or before in ":/_")):
        if not silent and icon[0].strip() == state.src.strip():
            state.pending += "✓" if _YES.fullmatch(icon[1]) else "✗" if _NO.fullmatch(icon[1]) else ""
        state.pos = icon.end()
        return True
    match = _EMOJI.match(state.src, state.pos)
    if match is None or (before and (before.isalnum() or before in ":/_")) or match[1].isdecimal():
        return False
    character = emoji_named(match[1].lower())
    if not character:
        return False
    if not silent:
        state.push("text", "", 0).content = character
    state.pos = match.end()
    return True


@lru_cache(maxsize=1024)
def emoji_named(name: str) -> str:
    """Return the emoji that GitHub and others call so, such as `rocket`; empty when none is."""
    import emoji  # only for those who write emoji by name

    character = emoji.emojize(f":{name}:", language="alias")
    return "" if character == f":{name}:" else character


def is_wide(character: str) -> bool:
    """Return whether a character is of a script without spaces between words: Han, kana, and their punctuation; not of Korean."""
    return (
        bool(character)
        and unicodedata.east_asian_width(character) in ("W", "F", "H")
        and not "\u1100" <= character <= "\u11ff"
        and not "\u3130" <= character <= "\u318f"
        and not "\uac00" <= character <= "\ud7ff"
        and character < "\U0001f000"
    )


def _role(state: StateInline, silent: bool) -> bool:
    """Read a role of MyST or Sphinx, such as {sub}`2` or {ref}`words <target>`, as its words in their style."""
    sign, before = state.src[state.pos], state.src[state.pos - 1 : state.pos]
    if sign not in "{:" or (sign == ":" and (before.isalnum() or before == "_")):
        return False
    match = _ROLE.match(state.src, state.pos)
    if match is None:
        return False
    name, words = (match[1] or match[2]).lower().rpartition(":")[2], match[4].strip()
    if name == "math":
        return _push_formula(state, silent, words, match.end())
    if not silent and name in _CODE_ROLES:
        state.push("code_inline", "code", 0).content = re.sub(r"\s*<[^<>]*>\Z", "", words).lstrip("~!") or words
    elif not silent and name not in _MUTE_ROLES:
        short = {"subscript": "sub", "superscript": "sup", "sub": "sub", "sup": "sup"}.get(name)
        if short:
            state.push(f"{short}_open", short, 1)
        words = words.lstrip("~!") or words
        shown = re.sub(r"\s*<[^<>]*>\s*\Z|\s*\([^()]*\)\Z" if name == "abbr" else r"\s*<[^<>]*>\s*\Z", "", words)
        state.push("text", "", 0).content = shown or words
        if short:
            state.push(f"{short}_close", short, -1)
    state.pos = match.end()
    return True


def _comment(state: StateInline, silent: bool) -> bool:
    """Leave out `%%what Obsidian does not show%%`."""
    if not state.src.startswith("%%", state.pos):
        return False
    match = _COMMENT.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ") + (" " if state.pending else "")
    state.pos = match.end()
    return True
