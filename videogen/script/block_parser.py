"""The parser of Markdown's blocks with those of all dialects: containers, admonitions, tabs, formulas, footnotes, definitions."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from videogen.script import inline, math_rules

CONTAINER = re.compile(r"\s*(?:\{\s*)?\.?([A-Za-z][\w-]*)")
"""What stands after the colons of `::: name`, or of `::: {.name}` as Pandoc writes it."""
_NAMELESS = re.compile(r"\s*+\{[^{}]++\}\s*+:*+\s*+")
"""What stands after the colons of a div that has attributes and no class: `::: {#fig-one layout-ncol=2}`."""
_TAB = re.compile(r"===[!+]?[ \t]+[\"'“](.*?)[\"'”][ \t]*$", re.MULTILINE)


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse `[label]: address` as CommonMark does, but leave `[^1]: words`, a footnote, in the text."""
    if state.src.startswith("[^", state.bMarks[start] + state.tShift[start]):
        return False
    return reference(state, start, end, silent)


def _tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse `=== "Title"` of MkDocs with what is indented below it."""
    match = _TAB.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start])
    if match is None or state.sCount[start] - state.blkIndent >= 4:
        return False
    if silent:
        return True
    following = start + 1
    while following < end and (state.isEmpty(following) or state.sCount[following] >= state.blkIndent + 4):
        following += 1
    while following > start + 1 and state.isEmpty(following - 1):
        following -= 1
    token = state.push("tab_open", "div", 1)
    token.block, token.info, token.map = True, match[1], [start, following]
    before = state.parentType, state.lineMax, state.blkIndent
    state.parentType, state.lineMax, state.blkIndent = "tab", following, state.blkIndent + 4
    state.md.block.tokenize(state, start + 1, following)
    state.parentType, state.lineMax, state.blkIndent = before
    state.push("tab_close", "div", -1).block = True
    state.line = following
    return True


def make_block_parser() -> MarkdownIt:
    """Return the parser of `inline.make_parser` with the block syntax of all dialects, such as containers, formulas and tabs."""
    parser = inline.make_parser().enable("table")
    parser.block.ruler.at("reference", _reference)
    container_plugin(parser, "container", validate=lambda name, *_: bool(CONTAINER.match(name) or _NAMELESS.fullmatch(name)))
    math_rules.extend(parser)
    admon_plugin(parser)
    deflist_plugin(parser)
    footnote_plugin(parser)
    parser.block.ruler.before("heading", "tab", _tab, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    return parser


PARSER = make_block_parser()
