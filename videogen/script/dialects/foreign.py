"""Name the format of a whole document that is not Markdown at all: AsciiDoc, reStructuredText, LaTeX, Org."""

from __future__ import annotations

import re

_HEADING = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
_ASCIIDOC = re.compile(r"^(?:={2,6}[ \t]+\S|:[\w-]+:|\[source|\[NOTE\]|include::|image::)", re.MULTILINE)
_ASCIIDOC_TITLE = re.compile(r"\s*+(?://[^\n]*+\n\s*+|:[\w-]++:[^\n]*+\n\s*+)*+={1,2}[ \t]+\S")
_RST = re.compile(r"^\.\.[ \t]+(?:[a-z][\w:-]*::|_[^:\n]+:)", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?=\S)[^\n]{2,}\n([=#*^~\"'`+-])\1{2,}[ \t]*$", re.MULTILINE)
_RST_ONLY = re.compile(r"^(?=\w)[^\n]{2,}\n([#*^~\"'])\1{2,}[ \t]*$", re.MULTILINE)
_LATEX = re.compile(r"\s*+(?:%[^\n]*+\n\s*+)*+\\documentclass\b")
_ORG = re.compile(r"\s*+(?:#\+\w++:[^\n]*+\n\s*+)++(?:[\s\S]*?^\*++[ \t]++\S)", re.MULTILINE)
_CODE = re.compile(r"(?:\A|(?<=\n\n)) {0,3}(`{3,}|~{3,})[\s\S]*?(?:^ {0,3}\1[ \t]*$|\Z)", re.MULTILINE)
LOOKED_AT = 20_000
"""Characters of a document by which its format is told."""


def format_of(text: str) -> str:
    """Return the name of the format that a document is written in, if it is one that is not read here; else an empty text."""
    head = text[:LOOKED_AT]
    if _LATEX.match(head):
        return "LaTeX"
    if _ORG.match(head):
        return "Org"
    head = _CODE.sub("", head)
    if _HEADING.search(head):
        return ""
    if _ASCIIDOC_TITLE.match(head) and _ASCIIDOC.search(head):
        return "AsciiDoc"
    if (_RST.search(head) and _UNDERLINED.search(head)) or len(_RST_ONLY.findall(head)) > 1:
        return "reStructuredText"
    return ""
