"""Takes footnotes out of HTML, and links that lead nowhere outside of it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from videogen.importers.markdown_text import escape_line, one_line

MAX_NOTES = 40
"""Footnotes of a page; more are references, as of an encyclopedia, which no video can show."""
MAX_REFERENCES = 2000
MAX_NOTE = 2000
"""Characters of a footnote; what is longer is a part of the text."""
HOLDERS = ("li", "p", "div", "aside", "dd", "td", "section")
_MARK = re.compile(r"[\[(]?(?:\d{1,4}|[a-zA-Z]|[ivxlc]{1,6}|[*†‡§]{1,3})[\])]?")
_WITHIN = re.compile("#.")
_ADDRESS = re.compile(r"(?:https?|mailto):", re.IGNORECASE)


def take_footnotes(soup: Any) -> tuple[list[str], int]:
    """Put `\\ue002INDEX\\ue003` for each mark of a footnote, remove the notes, and return them as Markdown.

    Of more than MAX_NOTES the marks are removed, too. Returns how many were left out so.
    """
    holders = {str(link["name"]): link for link in soup.find_all("a", attrs={"name": True})}
    holders |= {str(element["id"]): element for element in soup.find_all(id=True)}
    marks: dict[str, list[Any]] = {}
    for link in soup.find_all("a", href=_WITHIN):
        target = unquote(str(link["href"])[1:])
        if target in holders and len(marks) < MAX_REFERENCES and _is_mark(link):
            marks.setdefault(target, []).append(link)
    notes: list[tuple[Any, str, list[Any]]] = []
    taken: set[int] = set()
    for target, links in marks.items():
        holder = _holder_of(holders[target])
        if holder is None or id(holder) in taken or any(around is holder for link in links for around in link.parents):
            continue
        text = _text_of(holder)
        if any(map(str.isalnum, text)) and len(text) <= MAX_NOTE:
            taken.add(id(holder))
            notes.append((holder, escape_line(text), links))
    are_references = len(notes) > MAX_NOTES
    for index, (holder, _, links) in enumerate(notes):
        for link in links:
            _replace(link, soup.new_string("" if are_references else f"\ue002{index}\ue003"))
        around = holder.parent
        holder.decompose()
        if around is not None and around.name in ("ol", "ul", "dl") and not around.get_text(strip=True):
            around.decompose()
    return ([], len(notes)) if are_references else ([text for _, text, _ in notes], 0)


def unwrap_links(soup: Any) -> None:
    """Remove signs that link to their own heading; of links within the page or site, and around pictures, leave what they hold."""
    for link in soup.find_all("a"):
        has_picture = link.find(["img", "svg"]) is not None
        if not has_picture and not any(map(str.isalnum, link.get_text())):
            link.decompose()
        elif has_picture or not _ADDRESS.match(str(link.get("href") or "").strip()):
            link.unwrap()


def _is_mark(link: Any) -> bool:
    if not _MARK.fullmatch(link.get_text(strip=True)):
        return False
    classes = " ".join(link.get("class") or ())
    is_raised = link.find_parent("sup") is not None or link.find("sup") is not None
    return is_raised or link.get("role") == "doc-noteref" or "footnote" in classes


def _replace(link: Any, mark: Any) -> None:
    """Put a mark in place of a link and of the raised text that is nothing else. A link in a note that is gone already is gone, too."""
    if link.decomposed or link.parent is None:
        return
    raised = link.find_parent("sup")
    if raised is not None and len(raised.find_all("a")) == 1:
        raised.replace_with(mark)
    else:
        link.replace_with(mark)
        if raised is not None:
            raised.unwrap()


def _holder_of(element: Any) -> Any:
    """Return the element that holds a footnote's text: the one that is named, or the item or paragraph around it."""
    return element if element.name in HOLDERS else element.find_parent(["li", "p", "dd", "aside"])


def _text_of(holder: Any) -> str:
    """Return the text of a footnote, without links back to its mark and the mark itself at its start."""
    for link in holder.find_all("a"):
        if str(link.get("href") or "").startswith("#") and (
            link.get("role") == "doc-backlink" or not any(map(str.isalnum, link.get_text())) or _MARK.fullmatch(link.get_text(strip=True))
        ):
            (link.find_parent("sup") or link).decompose()
    return one_line(holder.get_text()).lstrip("^ ")
