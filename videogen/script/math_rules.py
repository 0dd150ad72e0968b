r"""Blocks of mathematics beside `$$`: `\[ ... \]`, environments of amsmath by themselves, and the commands that a document defines."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock, blockquote, hr, list_block
from mdit_py_plugins.amsmath import amsmath_plugin

from videogen.script import tex
from videogen.script.tex import Macro
from videogen.script.tex_text import is_formula

LINES_MAX = 80
_AFTER = re.compile(r"\s*(?:\([\w:.-]+\)|\{[^{}]*\})?\s*[.,;:]?\s*")
"""What may stand after a formula that is a block by itself."""
_DEFINES = re.compile(r"\\(?:(?:re)?newcommand|providecommand|g?def|DeclareMathOperator)\b")
_NOT_IN_CODE = re.compile(r"(?ms)^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1|`[^`\n]*`")


def extend(md: MarkdownIt) -> None:
    """Add the rules of this module to a parser."""
    beside = ["paragraph", "reference", "blockquote"]
    md.block.ruler.before("fence", "dollars", _dollars, {"alt": [*beside, "list"]})
    amsmath_plugin(md)
    amsmath = next(rule.fn for rule in md.block.ruler.__rules__ if rule.name == "amsmath")
    md.block.ruler.at("amsmath", _outside_formula(amsmath), {"alt": [*beside, "list", "footnote_def"]})
    md.block.ruler.before("amsmath", "bracket_math", _brackets, {"alt": [*beside, "list"]})
    for name, rule, alt in (("list", list_block, beside), ("blockquote", blockquote, [*beside, "list"]), ("hr", hr, [*beside, "list"])):
        md.block.ruler.at(name, _outside_formula(rule), {"alt": alt})


def _outside_formula(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """Keep a rule from ending a paragraph within a formula: `+ b$$` after `text $$a` is no list."""

    def careful(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return rule(state, start, end, silent) and not (silent and _within_formula(state, start))

    return careful


def _within_formula(state: StateBlock, line: int) -> bool:
    """Return whether the paragraph that the parser is at has opened a formula before a line, and not closed it."""
    before = state.src[state.bMarks[state.line] : state.bMarks[line]] if state.line < line < state.line + LINES_MAX else ""
    return "$$" in before and _NOT_IN_CODE.sub("", before).count("$$") % 2 == 1


def _dollars(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a formula between `$$` and `$$`: on one line of its own, or on several, also right below a line of text and with text after it.

    A label (`(name)`, `{#eq-name}`) and a full stop after it are left out.
    """
    first = _line(state, start)
    if not first.startswith("$$") or first.startswith("$$$") or state.sCount[start] - state.blkIndent >= 4:
        return False
    if silent and (first != "$$" or _within_formula(state, start)):
        return False  # within a paragraph it stands in the text
    inner, closed, tail = first[2:].partition("$$")
    if closed:
        if not inner.strip() or not _AFTER.fullmatch(tail):
            return False
        return _push(state, inner, start, start + 1)
    lines = [inner]
    for line in range(start + 1, min(end, start + LINES_MAX)):
        if state.isEmpty(line) and inner.strip():
            return not silent and _unclosed(state, start, end)
        if not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            return False
        before, closed, tail = _line(state, line).partition("$$")
        lines.append(before)
        if closed:
            break
    else:
        return not silent and _unclosed(state, start, end)
    content = "\n".join(lines)
    if inner.strip() and not is_formula(content.strip()):
        return False
    if silent or _AFTER.fullmatch(tail):
        return silent or _push(state, content, start, line + 1)
    _push(state, content, start, line)
    # The text after it is read as if it stood on a line of its own.
    state.bMarks[line] = state.eMarks[line] - len(tail.lstrip())
    state.tShift[line], state.sCount[line] = 0, state.blkIndent
    return True


def _unclosed(state: StateBlock, start: int, end: int) -> bool:
    """Read a formula that no `$$` ends: up to the next blank line."""
    following = start + 1
    while following < end and not state.isEmpty(following):
        following += 1
    content = "\n".join([_line(state, start)[2:], *(_line(state, line) for line in range(start + 1, following))])
    written = _line(state, start) == "$$" or "\\" in content
    return written and "$" not in content and is_formula(content.strip()) and _push(state, content, start, following)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _push(state: StateBlock, content: str, start: int, end: int) -> bool:
    token = state.push("math_block", "math", 0)
    token.block, token.content, token.map = True, content.strip("\n"), [start, end]
    state.line = end
    return True


def macros_of(text: str) -> dict[str, Macro]:
    """Return the commands that a document defines anywhere but in code, by name."""
    if not _DEFINES.search(text):
        return {}
    _, macros = tex.definitions(_NOT_IN_CODE.sub("", text))
    return macros


def _brackets(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    r"""Read what stands between a line that begins with `\[` and one that ends with `\]`."""
    if not state.src.startswith("\\[", state.bMarks[start] + state.tShift[start]):
        return False
    if state.sCount[start] - state.blkIndent >= 4 or (silent and _within_formula(state, start)):
        return False
    lines: list[str] = []
    for line in range(start, min(end, start + LINES_MAX)):
        lines.append(state.src[state.bMarks[line] + min(state.tShift[line], state.blkIndent + state.tShift[line]) : state.eMarks[line]])
        if lines[-1].rstrip(" .,;").endswith("\\]"):
            break
        if state.isEmpty(line) and line > start:
            return False
    else:
        return False
    content = "\n".join(lines).strip().rstrip(" .,;")[2:-2]
    if "\\]" in content or not is_formula(content.strip()):
        return False
    return silent or _push(state, content, start, start + len(lines))
