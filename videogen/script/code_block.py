"""A block of code as the scene it makes: code with its highlighting, or a drawing made of characters."""

from __future__ import annotations

import html
import re

from videogen.script import mermaid
from videogen.script.blocks import MARK, Code, CodeStates, Comparison
from videogen.script.models import STATES_MAX, CodeComparisonScene, CodeScene, CodeState, CommandScene, DiagramScene

_DRAWN = re.compile("[\u2500-\u259f\u25b2\u25b6\u25bc\u25c0]")
_ARROW = re.compile("[\u2190-\u21ff\u27f0-\u27ff]|(?<!-)-{1,40}>|<-{1,40}|(?<!=)={1,40}>")
_ASCII_BOX = re.compile(r"^\s*(\+[-=+]{3,}\+|\|.*\|\s*$|[|v^]\s*$)", re.MULTILINE)
_DRAWING = {"diagram", "ascii", "ascii-art"}
_TERMINAL = {"console", "terminal", "shell-session", "shellsession", "sh-session", "bash-session", "ps1con", "doscon"}
_SHELL = {"", "bash", "sh", "shell", "zsh", "fish", "text", "powershell"}
_PLAIN = {"", "text", "txt", "plain", "plaintext", "none"}
_COLOURS = re.compile(r"\x1b\[[0-9;:]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
"""How a terminal is told to change colours, move about and name its window."""
_COLOUR_TAG = re.compile(r"<(?:span|font)\s[^<>]*\b(?:style|color|class)\s*=[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:span|font|b|i|u|em|strong|small|code)(?:\s[^<>]*)?>", re.IGNORECASE)
_MARK_LINE = re.compile(
    r"\s*+(?://|#|--|;|%|/\*|<!--|\{/\*)\s*+(?:highlight|error|success|warning|focus)-(next-line|start|end)\s*+(?:\*/\}?|-->)?\s*+"
)
_MARK_BEHIND = re.compile(r"(?://|#|--|;|%|/\*|<!--)[ \t]*\[!code [^\]\n]{1,40}\][ \t]*+(?:\*/|-->)?[ \t]*+$")
STRESSED_MAX = 1000
_LANGUAGE = re.compile(r"\{?\.?([\w+#-][\w+#.-]*)")
_STRESSED = re.compile(r"\{([\d,\s-]+)\}")
_STEPS = re.compile(r"\{((?:[\d,\s-]+|all|\*)(?:\|(?:[\d,\s-]+|all|\*))+)\}")

STEPS_MAX = 20


def code_scene(block: Code, *, heading: str, lead: str, line: int) -> CodeScene | CommandScene | DiagramScene:
    """Return the scene of a block of code.

    The first word after its fence is its language; `{2,4-6}` there stresses lines, `{1-2|4|all}` walks
    through them.
    """
    stressed, steps = _STRESSED.search(block.info), _STEPS.search(block.info)
    language = _language(block)
    code, marked = without_marks(_COLOURS.sub("", block.code).expandtabs(4))
    if language in _TERMINAL or (language in _SHELL and code.lstrip().startswith("$ ")):
        return CommandScene(kind="command", heading=heading, lead=lead, text=without_tags(code), line=line)
    if language == "mermaid" and (drawing := mermaid.drawn(code)):
        return DiagramScene(kind="diagram", heading=heading, lead=lead, text=drawing, line=line)
    if language in _DRAWING or (language in _PLAIN and is_drawing(code)):
        return DiagramScene(kind="diagram", heading=heading, lead=lead, text=code, line=line)
    return CodeScene(
        kind="code",
        heading=heading,
        lead=lead,
        code=code,
        language="" if language in _PLAIN else language,
        highlight=_lines(stressed[1]) if stressed else marked,
        steps=tuple(_lines(part) for part in steps[1].split("|")[:STEPS_MAX]) if steps else (),
        line=line,
    )


def without_marks(code: str) -> tuple[str, tuple[int, ...]]:
    """Return code without the comments that only mark lines for a tool, and the lines that they stress.

    Docusaurus writes them as lines (`// highlight-next-line`, `# highlight-start`), VitePress and Shiki behind the code
    (`// [!code highlight]`, `// [!code ++]`).
    """
    if "highlight-" not in code and "[!code" not in code:
        return code, ()
    rows: list[str] = []
    stressed: list[int] = []
    within = following = False
    for row in code.split("\n"):
        if mark := _MARK_LINE.fullmatch(row):
            within = mark[1] == "start" or (within and mark[1] != "end")
            following = mark[1] == "next-line"
            continue
        mark_behind = _MARK_BEHIND.search(row) if "[!code" in row else None
        rows.append(row[: mark_behind.start()].rstrip(" \t") if mark_behind else row)
        if within or following or mark_behind:
            stressed.append(len(rows))
        following = False
    return "\n".join(rows), tuple(stressed[:STRESSED_MAX])


def without_tags(text: str) -> str:
    """Return what a terminal shows without the tags of HTML that documentation colours it with, where it has any."""
    if not _COLOUR_TAG.search(text):
        return text
    rows = html.unescape(_TAG.sub("", text)).split("\n")
    return "\n".join(row.rstrip() for row in rows)


def states_scene(block: CodeStates, *, heading: str) -> CodeScene | None:
    """Return the scene of code that becomes other code; None where one of the blocks is a terminal or a drawing, or there are too many."""
    scenes = [code_scene(state, heading=heading, lead="", line=state.line) for state in block.states]
    codes = [scene for scene in scenes if isinstance(scene, CodeScene)]
    if len(codes) < len(scenes) or len(scenes) > STATES_MAX:
        return None
    states = tuple(CodeState(code=one.code, highlight=one.highlight, steps=one.steps) for one in codes[1:])
    return codes[0].model_copy(update={"states": states})


def comparison_scene(block: Comparison, *, heading: str, lead: str, line: int) -> CodeComparisonScene:
    """Return the scene of two blocks of code that are compared."""
    language = _language(block.after) or _language(block.before)
    return CodeComparisonScene(
        kind="code_comparison",
        heading=heading,
        lead=lead,
        before=without_marks(block.before.code.expandtabs(4))[0],
        after=without_marks(block.after.code.expandtabs(4))[0],
        language="" if language in _PLAIN else language,
        before_label=block.labels[0],
        after_label=block.labels[1],
        line=line,
    )


def _language(block: Code) -> str:
    """Return the first word after a fence, if it is no mark for lines or for a comparison."""
    info = block.info
    for mark in (MARK, _STRESSED, _STEPS):
        info = mark.sub("", info)
    named = _LANGUAGE.match(info.strip())
    return named[1].lower() if named else ""


def is_drawing(code: str) -> bool:
    """Return whether text is drawn with characters: box drawing, or arrows or ASCII boxes on a good part of its lines."""
    if len(_DRAWN.findall(code)) >= 4:
        return True
    lines = [line for line in code.split("\n") if line.strip()]
    pointing = sum(1 for line in lines if _ARROW.search(line) or _ASCII_BOX.search(line))
    return len(lines) >= 2 and pointing * 3 >= len(lines)


def _lines(text: str) -> tuple[int, ...]:
    """Return the lines that `1,3-5` names; a stretch has at most a thousand."""
    result: set[int] = set()
    for part in re.findall(r"[1-9]\d{0,5}(?:\s*-\s*\d{1,6})?", text):
        first, _, last = part.partition("-")
        result.update(range(int(first), min(int(last or first), int(first) + 999) + 1))
    return tuple(sorted(result))
