"""Links and references without words of their own: `[](target)`, {doc}`target`, {ref}`target`, {numref}`target`.

MyST and Sphinx show the title of what they lead to. Here that is a heading of the document, else the name that the target has. An empty
link to another site is an icon that a style sheet draws, and nothing is left of it.
"""

from __future__ import annotations

import re

from videogen.script.dialects.source_lines import Source, outside_code

_EMPTY = re.compile(r"(?P<space>(?<![ \t])[ \t]*+)(?<![!\\])\[\]\(<?(?P<target>[^()<>\s\"']*)>?(?:\s++[\"'](?P<title>[^\"'\n]*+)[\"'])?\)")
_ROLE = re.compile(r"(?:\{(?:doc|ref|numref|any)\}|:(?:doc|ref|numref|any):)`(?P<target>[^`<>\n]+)`")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$")
_TARGET = re.compile(r"\(([\w.:/ -]+)\)=\s*$|\.\. _([^:]+):\s*$")
_IDENTIFIER = re.compile(r"\{[^{}#]*+#([\w:.-]++)[^{}]*+\}\s*+$")
_REMOTE = re.compile(r"(?:[a-z][a-z\d+.-]*:)?//|mailto:|tel:", re.IGNORECASE)
_ENDINGS = re.compile(r"\.(?:md|mdx|rst|ipynb|html?|qmd|rmd|txt)$", re.IGNORECASE)


def rewrite(source: Source) -> None:
    """Give links and references without words those that they stand for."""
    if not source.has("[](", "ref}`", "{doc}`", "{any}`", ":ref:`", ":doc:`", ":numref:`", ":any:`"):
        return
    headings = _headings(source)
    for index in source.prose():
        line = source.lines[index]
        if "[](" in line:
            line = outside_code(_EMPTY, lambda match: _of_link(match, headings), line)
        if "`" in line and "[](" not in line:
            line = _ROLE.sub(lambda match: _words(match["target"], headings), line)
        source.lines[index] = line


def _headings(source: Source) -> dict[str, str]:
    """Return the headings of a document by the names of the links to them."""
    by_name: dict[str, str] = {}
    names: list[str] = []
    for index in source.prose():
        line = source.lines[index]
        if target := _TARGET.match(line):
            names.append((target[1] or target[2]).strip())
        elif heading := _HEADING.match(line):
            words = heading[1]
            if identifier := _IDENTIFIER.search(words):
                names.append(identifier[1])
                words = words[: identifier.start()].rstrip()
            names.append(re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-"))
            for name in names:
                by_name.setdefault(name.lower(), words)
            names = []
        elif line.strip():
            names = []
    return by_name


def _of_link(match: re.Match[str], headings: dict[str, str]) -> str:
    if match["title"]:
        return f"{match['space']}{match['title']}"
    if not match["target"] or _REMOTE.match(match["target"]):
        return ""
    return f"{match['space']}{_words(match['target'], headings)}"


def _words(target: str, headings: dict[str, str]) -> str:
    """Return the heading that a target names, else the last part of the target in words."""
    path, _, anchor = target.strip().partition("#")
    named = headings.get((anchor or path).lower())
    if named:
        return named
    last = re.split(r"[/:]", (anchor or _ENDINGS.sub("", path)).rstrip("/"))[-1]
    return " ".join(re.split(r"[_\s-]+", last)).strip() or target
