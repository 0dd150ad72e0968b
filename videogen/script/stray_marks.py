"""Marks whose other half is missing (`**`, `~~`, backticks, `[[`), and links to nothing: they are left out, and their words stay.

CommonMark shows such marks as they are. A viewer takes them for a slip of the tool. What is no mark-up but part of the words stays:
`2 ** 3`, `**kwargs`, `src/**/*.py`, `_private`, `C++`, the asterisk of a note, and everything behind a backslash.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from videogen.script.inline_rules import is_wide

_ANY = re.compile(r"[*_~`]|==|\[\[|%%|\{[#.:]|<[a-z]")
_NEIGHBOURS = 8
"""Tokens without text that are looked past for what stands beside a mark."""
_OPENERS = "([{<\"'“‘«„「『（【《〈—–-:"
_STOPS = ".,;:!?)]}>\"'”’»」』）】》〉。、，；：！？…—–-"
_ARGUMENT = re.compile(r"(?:kw\w*|k?args|opts|options|params|props|extra|self|this|ptr)\b|[b-zB-HJ-Z]\b|\w+(?:_\w|\.\w|\(|\[|->)")
"""What `*` and `**` stand before in code that nobody marked as code: `**kwargs`, `*p`, `*list_of_names`."""

_LINK_LABEL = re.compile(r"\[(?P<label>[^\[\]\n`]{0,300})\](?![(\[:])")
_LINK_ADDRESS = re.compile(
    r"\(\s*(?:<|#|\.{0,2}/|[A-Za-z][\w.+-]*:|www\.|[^\s()]*/|[^\s()]+\.[A-Za-z0-9]{1,5}(?=[\s)?#\"]))"
    r"(?:[^()\n]|\((?:[^()\n]|\([^()\n]{0,200}\)){0,200}\)){0,1000}\)"
)
"""An address in parentheses as people write it: with spaces in it, or unbalanced quotation marks."""
_FILE_ADDRESS = re.compile(
    r"\(\s*[^()\n]{1,200}\.(?:mdx?|pdf|html?|txt|docx?|pptx?|xlsx?|csv|zip|png|jpe?g|gif|svg|webp|mp4|ipynb|py|js|json|ya?ml)"
    r"(?:#[^()\s]{0,200})?\s*\)"
)
"""The name of a file with spaces in it."""
_OPEN_ADDRESS = re.compile(r"\((?:[A-Za-z][\w.+-]*:|www\.|\.{0,2}/|#)[^\s()<>]{0,1000}(?=\s|\Z)")
"""An address whose closing parenthesis is missing."""
_NUMBERS = re.compile(r"[\d\s,;–-]*")
REFUSED = re.compile(r"\s*(?:javascript|vbscript|livescript|data|file|blob|filesystem|about|view-source|jar)\s*:", re.IGNORECASE)
"""Addresses that lead nowhere a viewer could go."""
SCRIPTED = re.compile(r"\s*(?:javascript|vbscript|livescript)\s*:", re.IGNORECASE)

_TEX_QUOTES = re.compile(r"``([^`'\n]{1,200})''")
_OLD_QUOTES = re.compile(r"(?<![\w`])`([^`'\n]{1,60})'(?!\w)")
_TICKS = re.compile(r"(?<![A-Za-z0-9`])`+(?=[^\s`)\]}.,;:!?])|(?<=[^\s`(\[{])`+(?![A-Za-z0-9`])")
_NOTE = re.compile(r"[^\W_]\*(?![\w*])")
"""The asterisk of a note, behind a word."""
_MARKED = re.compile(r"(?:(?<=\s)|(?<=[(“\"]))==(?=[^\W\d_]{2})|(?<=[^\W\d_])==(?=[\s.,;:!?)])|(?<=[.!?])==(?=\s)")
_WIKILINK = re.compile(r"(?<![\w\[])\[\[(?=\w)(?!.*\]\])")
_COMMENT = re.compile(r"(?<=\s)%%\s?(?=\S)")
_ATTRIBUTES = re.compile(r"\s*\{[#.][A-Za-z][\w-]*(?:\s+(?:[#.][A-Za-z][\w-]*|[\w:-]+=[^\s{}]*))*\s*\Z")
_OPEN_TAG = re.compile(r"<[a-z][\w-]*(?:\s+[\w:-]+=(?:\"[^\"<>]*\"|'[^'<>]*'))+\s*(?=[^>]*\Z)")
_WORD = "x"
"""Stands for a neighbour that is not text, such as code or a formula."""


def extend(parser: MarkdownIt) -> None:
    """Add the rules of this module to a parser whose other inline rules are in place."""
    parser.inline.ruler.after("footnote_mark", "link_to_nothing", read_link_to_nothing)
    parser.inline.ruler2.before("fragments_join", "stray_marks", _drop_stray_marks)


def read_link_to_nothing(state: StateInline, silent: bool) -> bool:
    """Read `[words][label]` whose label is not defined and `[words](no address)` as the words, `![words][label]` as no picture."""
    source, start = state.src, state.pos
    is_picture = source.startswith("![", start)
    if source[start] != "[" and not is_picture:
        return False
    before = source[start - 1 : start]
    if before.isascii() and (before.isalnum() or before in "])_") and before:
        return False  # an element of an array
    opening = start + is_picture
    end = state.md.helpers.parseLinkLabel(state, opening)
    words = source[opening + 1 : end]
    if end < 0 or not words.strip() or words.startswith("^"):
        return False
    matches = (pattern.match(source, end + 1, state.posMax) for pattern in (_LINK_LABEL, _LINK_ADDRESS, _FILE_ADDRESS, _OPEN_ADDRESS))
    rest = next((match for match in matches if match), None)
    if rest is None or (rest.re is _LINK_LABEL and (_NUMBERS.fullmatch(words) or rest["label"].startswith("^"))):
        return False
    if not silent and is_picture:
        token = state.push("image", "img", 0)
        token.content, token.children = words, state.md.parseInline(words, state.env)[0].children
        token.attrs = {"src": "", "alt": "", "title": ""}
    elif not silent:
        most = state.posMax
        state.pos, state.posMax = opening + 1, end
        state.md.inline.tokenize(state)
        state.posMax = most
    state.pos = rest.end()
    return True


def _drop_stray_marks(state: StateInline) -> None:
    """Empty the text tokens that are marks without a partner. Runs after the marks that have one became tags."""
    tokens = state.tokens
    if not _ANY.search(state.src) or not any(token.type == "text" and _ANY.search(token.content) for token in tokens):
        return
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type != "text" or not token.content:
            index += 1
            continue
        sign = token.content[0]
        if sign not in "*_~" or token.content.strip(sign):
            token.content = _without_stray_signs(token.content, _before(tokens, index), _after(tokens, index), state.src)
            index += 1
            continue
        end = index + 1
        while end < len(tokens) and tokens[end].type == "text" and tokens[end].content and not tokens[end].content.strip(sign):
            end += 1
        length = sum(len(mark.content) for mark in tokens[index:end])
        before, after = _before(tokens, index), _after(tokens, end - 1)
        if _is_stray(sign, length, before, after) and not (sign == "*" and length == 1 and _NOTE.search(state.src)):
            for mark in tokens[index:end]:
                mark.content = ""
        index = end


def _is_stray(sign: str, length: int, before: str, after: str) -> bool:
    """Return whether a run of one sign was meant as a mark.

    `before` and `after` are the texts beside it, as far as they are known.
    """
    opens = (not before or before[-1].isspace() or before[-1] in _OPENERS or is_wide(before[-1])) and bool(after[:1].strip())
    closes = bool(before[-1:].strip()) and (not after or after[0].isspace() or after[0] in _STOPS or is_wide(after[0]))
    beside_code = before[-1:] in ("/", "\\") or after[:1] in ("/", ".", "\\")
    if not (opens or closes) or (opens and not after[0].isalnum() and after[0] not in _OPENERS) or length > 3:
        return False
    if sign == "~":
        return length >= 2
    if sign == "_" and length == 2:
        return after[0].isupper() or not after[0].isascii() if opens else before[-1] in _STOPS
    if sign == "_":
        return length == 1 and (re.match(r"[A-Z][a-z]+ ", after) is not None if opens else before[-1] in ".!?")
    if beside_code or (opens and _ARGUMENT.match(after)):
        return False
    if length >= 2:
        return True
    # One asterisk alone is that of a note, unless it stands in a sentence before several words.
    return opens and before[-1:] == " " and re.match(r"[^\W\d_]{3,} ", after) is not None


def _before(tokens: list[Token], index: int) -> str:
    for token in reversed(tokens[max(0, index - _NEIGHBOURS) : index]):
        if token.type in ("text", "text_special") and token.content:
            return token.content
        if token.type in ("softbreak", "hardbreak"):
            return ""
        if not token.nesting and token.type not in ("text", "text_special"):
            return _WORD
    return ""


def _after(tokens: list[Token], index: int) -> str:
    for token in tokens[index + 1 : index + 1 + _NEIGHBOURS]:
        if token.type in ("text", "text_special") and token.content:
            return token.content
        if token.type in ("softbreak", "hardbreak"):
            return ""
        if not token.nesting and token.type not in ("text", "text_special"):
            return _WORD
    return ""


def _without_stray_signs(text: str, before: str, after: str, source: str) -> str:
    """Return a stretch of text without backticks, `==`, `[[`, `%%` and attributes that lack their other half."""
    if "`" not in text and "==" not in text and "[[" not in text and "%%" not in text and "{" not in text and "<" not in text:
        return text
    text = _OLD_QUOTES.sub(r"‘\1’", _TEX_QUOTES.sub(r"“\1”", text)) if "`" in text and "'" in text else text
    # What stands beside it takes part in the decision, but stays.
    left, right = (beside if beside not in ("", *"`=[%") else "\n" if not beside else "," for beside in (before[-1:], after[:1]))
    whole = f"{left}{text}{right}"
    whole = _TICKS.sub("", whole)
    whole = _MARKED.sub("", whole)
    if "[[" in whole and "]]" not in source:
        whole = _WIKILINK.sub("", whole)
    if source.count("%%") == 1:
        whole = _COMMENT.sub("", whole)
    text = _OPEN_TAG.sub("", whole[1:-1])
    return text if after else _ATTRIBUTES.sub("", text)
