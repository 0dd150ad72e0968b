r"""Blocks of mathematics beside `$$`: `\[ ... \]`, environments of amsmath by themselves, and the commands that a document defines."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_block_dollar

from videogen.script import tex
from videogen.script.tex import Macro
from videogen.script.tex_text import is_formula

LINES_MAX = 80
_BETWEEN_DOLLARS = math_block_dollar(allow_labels=False, allow_blank_lines=True)
_DEFINES = re.compile(r"\\(?:(?:re)?newcommand|providecommand|g?def|DeclareMathOperator)\b")
_NOT_IN_CODE = re.compile(r"(?ms)^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1|`[^`\n]*`")


def extend(md: MarkdownIt) -> None:
    """Add the rules of this module to a parser."""
    dollarmath_plugin(md, allow_labels=False)
    md.disable("math_inline")  # it takes money for mathematics
    md.block.ruler.before("fence", "dollars", _dollars, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    amsmath_plugin(md)
    md.block.ruler.before("amsmath", "bracket_math", _brackets, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _dollars(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a formula between two lines of `$$`: also right below a line of text, and with blank lines in it."""
    if state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].strip() != "$$":
        return False
    end = min(end, start + LINES_MAX)
    if silent:  # the rule below adds its token even then
        return any(state.src[state.bMarks[line] : state.eMarks[line]].rstrip().endswith("$$") for line in range(start + 1, end))
    return _BETWEEN_DOLLARS(state, start, end, silent)


def macros_of(text: str) -> dict[str, Macro]:
    """The commands that a document defines anywhere but in code, by name."""
    if not _DEFINES.search(text):
        return {}
    _, found = tex.definitions(_NOT_IN_CODE.sub("", text))
    return found


def _brackets(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    r"""Read what stands between a line that begins with `\[` and one that ends with `\]`."""
    if not state.src.startswith("\\[", state.bMarks[start] + state.tShift[start]):
        return False
    if state.sCount[start] - state.blkIndent >= 4:
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
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block, token.content, token.map = True, content, [start, start + len(lines)]
        state.line = start + len(lines)
    return True
