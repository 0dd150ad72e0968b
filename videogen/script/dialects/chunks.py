"""Code chunks of knitr, Quarto and MyST: their options in braces or in lines at their head (`#| echo: false`), and code in a sentence.

Code is never run. Sources: https://bookdown.org/yihui/rmarkdown-cookbook, https://quarto.org/docs/computations/execution-options.html,
https://myst-nb.readthedocs.io.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from videogen.errors.script import BadScript
from videogen.script.dialects.source_lines import Source
from videogen.script.value_tree import plain
from videogen.script.yaml_tree import from_yaml

_CHUNK = re.compile(r"(\s*(?:[-*+>][ \t]+)*(?:`{3,}|~{3,}))[ \t]*\{([^{}]*)\}[ \t]*+(\S*+)[^\n]*+$")
_LANGUAGE = re.compile(r"([A-Za-z][\w+#.-]*)(?![\w=:])")
_OPTION_LINE = re.compile(r"[ \t]*(?:#|//|--|%|;;|%%)\|[ \t]?(.*)")
_MYST_OPTION = re.compile(r":[\w-]+:|---\s*$")
_OPTION = re.compile(r"(?<![\w.-])([\w.-]++)\s*+=\s*+(\"[^\"]*\"|'[^']*'|[^,]*)")
_INLINE = re.compile(r"`(?:\{?(?:r|python|julia|ojs|js)\}?[ \t]++|[pP]y(?:thon)? )([^`\n]++)`")
_MARKS = (
    "{r",
    "{R",
    "{py",
    "{julia",
    "{ojs",
    "{code",
    "{sql",
    "{bash",
    "{=",
    "{stan",
    "{js",
    "{sh",
    "`r ",
    "`{",
    "{sourcecode",
    "{observable",
)
_CELLS = {"code-cell", "code", "code-block", "sourcecode", "ipython"}
_RAW = re.compile(r"=\s*(\w+)")
_RUN = frozenset(("r", "python", "julia", "ojs", "sql", "bash", "sh", "stan", "rcpp", "js", "observable", "octave"))
_VERBATIM = re.compile(r"^(\s*)`r ''`(?=`{3})")
"""What keeps knitr from running a chunk that is to be seen."""
_NO = frozenset(("false", "f", "no"))


def head_options(lines: Sequence[str]) -> tuple[dict[str, str], int]:
    """Return the options in lines at the head of a chunk, {name: value}, and how many lines they are.

    Such lines are YAML behind a comment's sign (`#| echo: false`), or options of knitr (`#| echo = FALSE`).
    """
    rows: list[str] = []
    for line in lines:
        match = _OPTION_LINE.match(line)
        if match is None:
            break
        rows.append(match[1])
    if not rows:
        return {}, 0
    try:
        values = plain(from_yaml("\n".join(rows), lenient=True))
    except BadScript:
        values = None
    if not isinstance(values, dict):
        values = dict(pair for row in rows for pair in _OPTION.findall(row.replace(":", "=", 1)))
    return {name.lower(): _as_text(value) for name, value in values.items()}, len(rows)


def options_of_all(front: Mapping[str, Any]) -> dict[str, str]:
    """Return the options that front matter gives all chunks (`execute: {echo: false}`), {name: value}."""
    values = front.get("execute")
    return {name.lower(): _as_text(value) for name, value in values.items()} if isinstance(values, dict) else {}


def shows(options: Mapping[str, str], name: str) -> bool:
    """Return whether an option such as `echo` lets a part of a chunk be seen; it does unless it says no."""
    return options.get(name, "").lower() not in _NO


def caption_of(options: Mapping[str, str]) -> str:
    """Return the words that stand below what a chunk puts out, empty if there are none."""
    return " ".join((options.get("fig-cap") or options.get("fig.cap") or options.get("tbl-cap") or "").split())


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_as_text, value))
    return value.strip("\"' ") if isinstance(value, str) else ""


def rewrite(source: Source) -> None:
    """Give chunks an ordinary fence, without their options; leave out those that are not meant to be seen."""
    if source.has("`r ''`"):
        source.lines[:] = [
            _VERBATIM.sub(r"\1", line) if kind == "code" else line for line, kind in zip(source.lines, source.kinds(), strict=True)
        ]
    if source.has(*_MARKS):
        _chunks(source)
        for index in source.prose():
            if "`" in source.lines[index]:
                source.lines[index] = _INLINE.sub(r"`\1`", source.lines[index])


def _chunks(source: Source) -> None:
    kinds = source.kinds()
    index = 0
    while index < len(kinds):
        if kinds[index] != "fence":
            index += 1
            continue
        end = next((at for at in range(index + 1, len(kinds)) if kinds[at] == "fence"), len(kinds))
        match = _CHUNK.match(source.lines[index])
        if match:
            _chunk(source, index, end, match)
        index = end + 1


def _chunk(source: Source, start: int, end: int, match: re.Match[str]) -> None:
    inside = match[2].strip()
    if raw := _RAW.match(inside):
        if raw[1].lower() not in ("html", "html5", "markdown"):
            source.blank(start, min(end + 1, len(source.lines)))
        elif raw[1].lower() != "markdown":
            source.lines[start] = ""
            source.lines[end : end + 1] = [""] * len(source.lines[end : end + 1])
        return
    named = _LANGUAGE.match(inside)
    if not named or inside.startswith((".", "#")):
        return
    language = named[1].lower()
    is_cell = language in _CELLS
    if not is_cell and language not in _RUN:
        return
    options = {name.lower(): value.strip("\"' ") for name, value in _OPTION.findall(inside)}
    first = start + 1
    named_options, count = head_options(source.lines[first:end])
    options |= named_options
    first += count
    if is_cell:
        while first < end and _MYST_OPTION.match(source.lines[first]):
            if source.lines[first].startswith("---"):
                closing = next((at for at in range(first + 1, end) if source.lines[at].startswith("---")), first)
                first = closing
            options[source.lines[first].split(":")[1].strip() if ":" in source.lines[first] else ""] = source.lines[first]
            first += 1
        language = {"ipython": "python", "ipython3": "python"}.get(match[3].lower(), match[3])
    tags = options.get("tags", "").lower()
    hidden = not shows(options, "include") or "remove-cell" in tags or "hide-cell" in tags
    if hidden or not any(line.strip() for line in source.lines[first:end]):
        source.blank(start, min(end + 1, len(source.lines)))
    elif not shows(options, "echo") or "remove-input" in tags:
        source.blank(start, min(end + 1, len(source.lines)))
        source.lines[start] = caption_of(options)
        message = "What a chunk of code would show here is left out: code is never run."
        source.warn("code_not_run", message, "Put a picture of it in its place, or leave out echo: false to show the code.", start)
    else:
        # What stands at the head goes above the fence, so that the code keeps its lines.
        source.lines[start : first - 1] = [""] * (first - 1 - start)
        source.lines[first - 1] = f"{match[1]}{language}"
