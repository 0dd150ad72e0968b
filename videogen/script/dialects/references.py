"""References of Pandoc and Quarto (`[@key]`, `@fig-one`), targets and directives of MyST and Sphinx. For others see `inline_rules`."""

from __future__ import annotations

import re
from collections.abc import Set

from videogen.script.dialects.source_lines import Source, label_of, outside_code

_CITATION = re.compile(r"[ \t]?\[(?:[^\[\]@]{0,60}?[ \t])?-?@[A-Za-z_][\w.:#$%&+?<>~-]*(?:[^\[\]]{0,200})\](?![(\[:])")
_LEADS_IN = re.compile(
    r"(?P<lead>[ \t]+(?:\(?[ \t]*see(?: also)?|cf\.?|\(?e\.g\.,?|in|by|from|of|to|following|after"
    r"|and|or|und|oder|et|ou|y|o|e|siehe|laut|nach|voir|dans|selon)[ \t]+)"
    r"(?P<cited>\[(?:[^\[\]@]{0,60}?[ \t])?-?@(?P<key>[A-Za-z_][\w.:#$%&+?<>~-]*)[^\[\]]{0,200}\])(?![(\[:])(?P<end>\)?)"
)
"""A citation behind a word that would stand alone without it: "as shown in [@key]", "(see [@key])"."""
_AUTHOR_AND_YEAR = re.compile(r"([A-Za-z]{2,30})[_:.-]?((?:1[5-9]|20)\d\d)[a-z]?")
_NAMED = re.compile(r"(?<![\w@/.\[;-])@([A-Za-z]{2,30}[_:.-]?(?:1[5-9]|20)\d\d[a-z]?)(?![\w@])")
_CITED = re.compile(r"\[(?:[^\[\]@]*\s)?-?@(?!\w+/)")
_CROSS = re.compile(r"(?<![\w@/.])@(fig|tbl|sec|eq|lst|thm|lem|cor|exm|exr|def|alg)-[\w-]+", re.IGNORECASE)
_KINDS = {"fig": "the figure", "tbl": "the table", "sec": "the section", "eq": "the equation", "lst": "the listing", "thm": "the theorem"}
_RST_LINK = re.compile(r"(?<![`\w])`([^`<>\n]+?)\s*<([^<>`\s]+)>`__?")
_TARGET = re.compile(r"\([\w.:/-]+\)=\s*$|\.\. _[^:]*:\s*$")
_DIRECTIVE = re.compile(r"(\s*)\.\.\s+([a-z][\w:-]*)::[ \t]*(.*)$")
_OPTION = re.compile(r"\s+:[\w-]+:")
_MYST_COMMENT = re.compile(r"%(?:\s|$)")
_BLOCK_ID = re.compile(r"\s+\^[A-Za-z0-9-]{1,40}$|^\^[A-Za-z0-9-]{1,40}$")
_BACK = re.compile(
    r"\s*[(\[*_]*\s*(?:[↑⬆⏫🔝^\ufe0f]\s*)*"
    r"\[[^\[\]]{0,24}\b(?:top|toc|table of contents|contents|index)\b[^\[\]]{0,12}\]\(#[^)]*\)[)\]*_\s.]*$",
    re.IGNORECASE,
)
_BACK_HTML = re.compile(r"<a\b[^>]*href=[\"']#[^\"']*[\"'][^>]*>[^<]*(?:back to|return to|⬆|↑|🔝)[^<]*</a>", re.IGNORECASE)
_AROUND = re.compile(r"(<(?:p|div|h\d|sub|sup|b|strong|center)\b[^>]*>\s*)+[(\[]?\s*BACK\s*[)\]]?(\s*</[\w]+>)+\s*$")


def rewrite(source: Source) -> None:
    """Take references out, or put in their place what one would say; leave out links that lead back to the top."""
    cited: list[int] = []
    rst = source.has(".. ")
    myst = source.has(")=", "{ref}", "```{", ":::{")
    lines = source.lines
    directive: int | None = None
    citing = any("@" in line and _CITED.search(line) for line in lines)
    prose = list(source.prose())
    defined = source.labels() if citing else frozenset()
    for index in prose:
        line = lines[index]
        if directive is not None and line.strip():
            indent = len(line) - len(line.lstrip())
            if indent <= directive:
                directive = None
            else:
                lines[index] = line = "" if _OPTION.match(line) else line.lstrip()
        if rst and (match := _DIRECTIVE.match(line)):
            directive = len(match[1])
            lines[index] = line = _of_directive(match[2], match[3])
            continue
        if _TARGET.match(line) or (myst and _MYST_COMMENT.match(line)):
            lines[index] = ""
            continue
        if "@" in line:
            if _CITED.search(line):
                replaced = outside_code(_LEADS_IN, lambda match: match[0] if is_label(match["cited"], defined) else _of_lead(match), line)
                replaced = outside_code(_CITATION, lambda match: match[0] if is_label(match[0], defined) else "", replaced)
                if replaced != line:
                    cited.append(index)
                line = replaced
            if citing:
                line = outside_code(_NAMED, lambda match: _author(match[1]), line)
            line = outside_code(_CROSS, lambda match: _KINDS.get(match[1].lower(), "the reference"), line)
        if rst and ">`_" in line:
            line = _RST_LINK.sub(r"[\1](<\2>)", line)
        if "#" in line and ("](#" in line or "href" in line):
            line = _without_way_back(line)
        if "^" in line:
            line = _BLOCK_ID.sub("", line)
        lines[index] = line
    if cited:
        what = "A reference to the literature is" if len(cited) == 1 else "References to the literature are"
        source.warn("left_out", f"{what} left out{source.also(cited)}.", "Write who said it into the sentence.", cited[0])


def is_label(bracketed: str, defined: Set[str]) -> bool:
    """Return whether `[words]` names a link that the document defines."""
    return label_of(bracketed.strip()[1:-1]) in defined


def _of_lead(match: re.Match[str]) -> str:
    """Return a citation and the word that leads to it: the author and the year where the key tells them, else neither."""
    lead, author = match["lead"], _author(match["key"])
    if author:
        return f"{lead}{author}{match['end']}"
    return match["end"] if match["end"] and "(" not in lead else ""


def _author(key: str) -> str:
    """Return the author and the year that a key such as `smith2020` is made of, "Smith (2020)"; empty when it is made of others."""
    match = _AUTHOR_AND_YEAR.fullmatch(key)
    return f"{match[1][0].upper()}{match[1][1:]} ({match[2]})" if match else ""


def _of_directive(name: str, argument: str) -> str:
    if name in ("image", "figure"):
        return f"![](<{argument.strip()}>)"
    if name in ("code-block", "code", "sourcecode", "toctree", "contents", "include", "literalinclude", "raw", "highlight"):
        return ""
    if name in ("note", "tip", "warning", "important", "caution", "danger", "hint", "attention", "seealso", "error"):
        label = "See also" if name == "seealso" else name.capitalize()
        return f"**{label}:** {argument}".rstrip()
    return argument


def _without_way_back(line: str) -> str:
    if _BACK.match(line):
        return ""
    if _BACK_HTML.search(line):
        rest = _BACK_HTML.sub("BACK", line)
        return "" if rest.strip() in ("BACK", "(BACK)", "[BACK]") or _AROUND.fullmatch(rest.strip()) else rest.replace("BACK", "")
    return line
