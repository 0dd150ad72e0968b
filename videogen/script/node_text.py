"""The text of a node of Markdown's syntax tree, and what stands in it without being text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from videogen.script import html_text, inline, stray_marks
from videogen.script.blocks import LeftOut, Note, PictureBlock

_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:")
_OPTIONS = re.compile(r"\s*\{([^{}]*)\}\s*")


def text_of(node: SyntaxTreeNode) -> str:
    """Return the text of a node as inline Markdown, its references resolved."""
    return inline.markup(inline.runs_of(inline_tokens(node)))


def beside(node: SyntaxTreeNode, line: int) -> Iterator[Note | PictureBlock | LeftOut]:
    """Yield what stands in the text of a node, which begins on a line, without being text: notes, pictures, what is left out."""
    at = line
    video = ""
    for token in inline_tokens(node):
        if token.type in ("softbreak", "hardbreak"):
            at += 1
        elif token.type == "math_inline":
            at += token.meta["lines"]
        elif token.type == "image":
            yield _picture(at, token)
        elif token.type == "footnote_undefined":
            message = f"The footnote [^{token.content}] is nowhere in the script, and its mark is left out."
            yield LeftOut(at, message, f"Write it below: [^{token.content}]: ...")
        elif token.type == "left_out":
            yield LeftOut(at, f"A page that is put in here, {token.content[:60]}, is left out.", "Copy what it says.")
        elif token.type == "html_inline":
            # A video's sources are tags of their own.
            video = video + token.content if video or token.content.lower().startswith("<video") else ""
            whole = not video or "src=" in video or token.content.lower().startswith("</video")
            html, video = (video or token.content, "") if whole else ("", video)
            for piece in html_text.pieces(html):
                if piece.kind == "note" and piece.name != "pause":  # that one stays in the text, where it is
                    yield Note(at, piece.name, piece.text)
                elif piece.kind == "picture":
                    yield PictureBlock(at, piece.text, piece.name)
            at += token.content.count("\n")


def pictures_of(node: SyntaxTreeNode, line: int) -> list[PictureBlock]:
    """Return the pictures of a paragraph in which nothing else stands but their options in braces; none when something does."""
    at = line
    pictures: list[PictureBlock] = []
    for token in inline_tokens(node):
        if token.type in ("softbreak", "hardbreak"):
            at += 1
        elif token.type == "image":
            pictures.append(_picture(at, token))
        elif token.type == "text" and pictures and (options := _OPTIONS.fullmatch(token.content)):
            pictures[-1] = replace(pictures[-1], options=options[1])
        elif token.type == "html_inline" and token.content.startswith("<!--"):
            at += token.content.count("\n")
        elif token.type not in ("link_open", "link_close") and (token.type != "text" or token.content.strip()):
            return []
    return [replace(picture, paragraph=line) for picture in pictures] if len(pictures) > 1 else pictures


def _picture(line: int, token: Token) -> PictureBlock:
    address = str(token.attrs.get("src", ""))
    return PictureBlock(
        line,
        "" if stray_marks.SCRIPTED.match(address) else address,
        inline.plain(token.content),
        " ".join(str(token.attrs.get("title", "")).split()),
    )


def inline_tokens(node: SyntaxTreeNode) -> list[Token]:
    """Return what the text of a node is made of. A line that begins with a label (`**Status**: ...`) is meant as a line."""
    inner = [token for child in node.children if child.type == "inline" and child.token for token in child.token.children or ()]
    tokens = [token for token in inner if token.content or token.type != "text"]
    return [
        token.copy(type="hardbreak") if token.type == "softbreak" and _is_label(tokens[index + 1 : index + 8]) else token
        for index, token in enumerate(tokens)
    ]


def _is_label(tokens: list[Token]) -> bool:
    """Return whether a line begins with bold words and a colon, or with the mark of a footnote."""
    types = [token.type for token in tokens]
    if types[:1] == ["text"]:
        return _FOOTNOTE.match(tokens[0].content) is not None
    if types[:1] != ["strong_open"] or "strong_close" not in types:
        return False
    end = types.index("strong_close")
    return tokens[end - 1].content.endswith(":") or (types[end + 1 : end + 2] == ["text"] and tokens[end + 1].content.startswith(":"))
