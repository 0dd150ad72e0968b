"""Markdown text as a flat sequence of blocks, in the order they are read in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from models.errors import Diagnostic
from videogen.errors.script import BadScript
from videogen.script import callouts, directive_tables, html_text, inline, inline_rules, lesson_blocks, math_rules, tex
from videogen.script.block_parser import CONTAINER, PARSER
from videogen.script.blocks import (
    Align,
    Block,
    Code,
    FootnoteBlock,
    FormulaBlock,
    Heading,
    LeftOut,
    ListBlock,
    Note,
    Paragraph,
    PictureBlock,
    QuoteBlock,
    Tab,
    Table,
    ThematicBreak,
)
from videogen.script.containers import contained, side_by_side
from videogen.script.dialects import html_blocks
from videogen.script.flat_list import DEEPEST, FlatList
from videogen.script.inline import MAX_NESTING, Run
from videogen.script.models import ListItem
from videogen.script.node_text import beside, inline_tokens, pictures_of, text_of
from videogen.script.ragged_table import ragged_table

LONG_FORMULA = 100
"""Characters of TeX from which a displayed formula in a paragraph is a scene of its own."""

_DISPLAY = inline_rules.DISPLAY
_BY = re.compile(r"(?:—|–|--)\s*(\S.*)")
_AUTHOR = re.compile(r"(?:—|–|--|―)\s*(\S.{0,90})")
_CONTAINERS = ("outro", "steps", "columns", "column", "col", *lesson_blocks.CONTAINERS)
_COLUMNS = re.compile(r"""\s*<div\b[^>]*\bclass\s*=\s*["']?[^"'>]*\b(?:columns?|cols|grid|row|flex|split)\b""", re.IGNORECASE)
"""How decks and READMEs write columns, each in a way of its own."""
_DIV = re.compile(r"(</?div\b[^>]*>)", re.IGNORECASE)
_MATH = re.compile(r"\s*(?:\{math\}|math\b)", re.IGNORECASE)
_OPTION_LINES = re.compile(r"\A(?:\s*:[\w-]+:[^\n]*\n)+")
"""What MyST writes at the head of a directive: `:label: one`."""
_TAB_ITEM = re.compile(r"""<(?:TabItem|Tab|CodeGroupItem)\b[^>]*?\b(?:label|title|name)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_FRAME = re.compile(r"<(?:iframe|embed|object)\b", re.IGNORECASE)
_TABLE_OF_CONTENTS = re.compile(r"\[\[?_?toc_?\]?\]|\$\{toc\}|\{:?\s*toc\s*\}|\[tableofcontents\]|@\[toc\](?:\(.*\))?", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\*\[[^\]\n]{1,100}\]:[^\n]*")
_LONE_MARKS = re.compile(r"[\s`*_~\\$+=%:^|/&@#<>\[\]{}-]*")
"""A paragraph of marks that mark nothing."""
_HIDDEN = re.compile(r"(?:\{:[^{}\n]*\}|%%.*?%%)", re.DOTALL)
_MARKED_AS = re.compile(r"\{:[^{}\n]*?\.([a-z][\w-]*)[^{}\n]*\}")
_DIRECTIVE = re.compile(r"\s*\{([A-Za-z][\w:-]*)\}\s*(.*)")
_TABS = ("tab-item", "tab", "tabbed", "code-group-item", "codegroupitem")
_GROUPS = ("figure-md", "tab-set", "tabs", "tabset", "code-group", "grid", "grid-item", "card", "panel-tabset", "tab-set-code")
_QUOTED = ("epigraph", "pull-quote", "highlights")
_ASIDE = ("margin", "aside", "sidenote", "marginnote", "proof", "exercise-start", "solution-start")
"""Directives of prose that may have a title."""
_PLAIN = ("div", "container", "compound", "only", "ifconfig", "hlist", "glossary", "panels", "line-block")
"""Directives of prose whose argument is none of the text."""
_TITLES = ("rubric", "centered")
"""Directives whose argument is all that they say."""
_PANEL_END = re.compile(r"^---+[ \t]*(?:\n:[\w-]+:[^\n]*)*$", re.MULTILINE)
_PANEL_HEAD = re.compile(r"^(\S[^\n]*?)[ \t]*\n\^{3,}[ \t]*$", re.MULTILINE)
_PANEL_FOOT = re.compile(r"^\+{3,}[ \t]*$", re.MULTILINE)
_TERM_OF_GLOSSARY = re.compile(r"^(\S[^\n]*)\n[ \t]{1,8}(?=\S)", re.MULTILINE)
_NOT_SHOWN = (
    "toctree",
    "contents",
    "index",
    "raw",
    "eval-rst",
    "bibliography",
    "include",
    "literalinclude",
    "embed",
)


def flattened(text: str, *, line: int = 1) -> list[Block]:
    """Return the blocks of a document that begins on `line` of the source. Raises BadScript for one that nests deeper than MAX_NESTING."""
    env: dict[str, Any] = {"macros": math_rules.macros_of(text)}
    tokens = PARSER.parse(text, env)
    for token in tokens:
        if token.level >= MAX_NESTING - 1:
            where = line + (token.map[0] if token.map else 0)
            raise BadScript(
                f"Line {where}: the document nests deeper than {MAX_NESTING // 2} levels.",
                diagnostics=[Diagnostic("nested too deep", line=where)],
            )
    walk = _Walk(line, text.split("\n"), env)
    blocks = list(_attributed(callouts.tabbed(walk.all(walk.checked(tokens)))))
    return [*blocks, *walk.unused_footnotes()]


def _attributed(content: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks, of which a line that begins with a dash, right after a quotation, tells whose words that is."""
    waiting: QuoteBlock | None = None
    for block in content:
        author = _AUTHOR.fullmatch(inline.plain(block.text)) if waiting and isinstance(block, Paragraph) else None
        if waiting:
            yield replace(waiting, by=author[1]) if author else waiting
        waiting = block if isinstance(block, QuoteBlock) and not block.by else None
        if not waiting and not author:
            yield block
    if waiting:
        yield waiting


@dataclass
class _Walk:
    """Walks over the syntax tree of a document, or of a part of it that is parsed by itself.

    `line` is the line of the source on which it begins, `lines` are its lines. `env` is what the parser found out about the whole
    document: the commands, the addresses of links and the footnotes that it defines.
    """

    line: int
    lines: Sequence[str]
    env: Mapping[str, Any]

    @property
    def macros(self) -> Mapping[str, tex.Macro]:
        macros: Mapping[str, tex.Macro] = self.env["macros"]
        return macros

    def parse(self, text: str) -> list[SyntaxTreeNode]:
        """Parse a part of the document by itself, with the commands and the links of the whole."""
        return self.checked(PARSER.parse(text, {"macros": self.macros, "references": self.env.get("references", {})}))

    def checked(self, tokens: Sequence[Token]) -> list[SyntaxTreeNode]:
        """Return the nodes of some tokens, with marks of undefined footnotes told apart."""
        defined = self.env.get("footnotes", {}).get("refs", {})
        for token in tokens:
            for child in token.children or () if "[^" in token.content else ():
                if child.type == "footnote_mark" and f":{child.content}" not in defined:
                    child.type = "footnote_undefined"
        return SyntaxTreeNode(tokens).children

    def unused_footnotes(self) -> Iterator[LeftOut]:
        """Yield the footnotes that no mark refers to."""
        defined = self.env.get("footnotes", {}).get("refs", {})
        for label in (name[1:] for name, number in defined.items() if number < 0):
            mark = f"[^{label}]"
            if sum(row.count(mark) for row in self.lines) == 1:
                index = next(index for index, row in enumerate(self.lines) if mark in row)
                yield LeftOut(self.line + index, f"The footnote {mark} is left out: no mark refers to it.", f"Put {mark} where it belongs.")

    def all(self, nodes: Iterable[SyntaxTreeNode], *, inside: bool = False) -> Iterator[Block]:
        waiting = iter(nodes)
        for node in waiting:
            if node.type == "html_block" and not inside and _COLUMNS.match(node.content):
                yield from self.columns(node, waiting)
            else:
                yield from self.one(node, inside=inside)

    def columns(self, first: SyntaxTreeNode, following: Iterator[SyntaxTreeNode]) -> Iterator[Block]:
        """Yield columns of HTML, `<div class="columns">` with a `<div>` for each, up to where they close."""
        groups: list[list[Block]] = [[]]
        depth = 0
        after: list[Block] = []
        for node in chain((first,), following):
            if node.type == "hr":  # a new slide, and they were never closed
                after = [*self.one(node, inside=False)]
                break
            if node.type != "html_block":
                groups[-1] += self.one(node, inside=False)
                continue
            at = self.at(node)
            for part in _DIV.split(node.content):
                if _DIV.fullmatch(part):
                    depth += -1 if part.startswith("</") else 1
                    groups += [[]] if depth == 2 and not part.startswith("</") else []
                else:
                    groups[-1] += (block for piece in html_text.pieces(part) for block in self.html(piece, at, inside=False))
                at += part.count("\n")
            if depth <= 0:
                break
        yield from side_by_side(self.at(first), groups)
        yield from after

    def one(self, node: SyntaxTreeNode, *, inside: bool) -> Iterator[Block]:
        """Yield the blocks of one node.

        `inside` a list or a quotation a heading is a paragraph: it opens no part of the document.
        """
        at = self.at(node)
        if node.type == "heading":
            text = text_of(node)
            if text:
                yield Paragraph(at, text) if inside else Heading(at, int(node.tag[1]), text)
            elif not inside:
                yield ThematicBreak(at)  # how Pandoc begins a slide without a title
            yield from beside(node, self.at(node))
        elif node.type == "paragraph" and (pictures := pictures_of(node, self.at(node))):
            yield from pictures
            yield from (block for block in beside(node, self.at(node)) if isinstance(block, Note))
        elif node.type == "paragraph" and self.is_hidden(node):
            yield from self.hidden(node)
        elif node.type == "paragraph" and (parts := self.displayed(node)):
            yield from parts
            yield from beside(node, self.at(node))
        elif node.type == "paragraph":
            table = ragged_table(at, "".join(child.content for child in node.children))
            text = "" if table else text_of(node)
            if table:
                yield table
            if text:
                yield Paragraph(at, text)
            yield from beside(node, self.at(node))
        elif node.type in ("bullet_list", "ordered_list"):
            yield from FlatList(partial(self.one, inside=True), self.at).flatten(node)
        elif node.type == "blockquote":
            yield from self.quotation(node, inside)
        elif node.type == "fence" and _MATH.match(node.info):
            yield from self.formula(at, _OPTION_LINES.sub("", node.content))
        elif node.type == "fence" and (directive := _DIRECTIVE.match(node.info)) and self.is_directive(directive[1].lower()):
            yield from self.directive(node, directive[1].lower(), directive[2], inside)
        elif node.type in ("fence", "code_block"):
            if node.content.strip():
                yield Code(at, node.content.rstrip("\n"), node.info.strip())
        elif node.type == "table":
            yield from self.table(node)
        elif node.type == "html_block":
            for label in _TAB_ITEM.finditer(node.content):
                yield Paragraph(at, inline.markup([Run(label[1] or label[2], bold=True)]))
            for frame in _FRAME.finditer(node.content):
                where = at + node.content.count("\n", 0, frame.start())
                yield LeftOut(where, "A page that is embedded is left out.", "Only what stands in the script itself is shown.")
            for part, offset, is_markdown in html_blocks.segments(node.content):
                if is_markdown:
                    blocks = self.all(self.parse(part), inside=inside)
                    yield from (replace(block, line=at + offset) for block in blocks)
                    continue
                for piece in html_text.pieces(part):
                    yield from self.html(piece, at + offset, inside)
        elif node.type == "hr":
            if not inside:
                yield ThematicBreak(at)
        elif node.type == "container_container":
            yield from self.container(node, at, inside)
        elif node.type == "admonition":
            title, children = "", list(node.children)
            if children and children[0].type == "admonition_title":
                title = text_of(children.pop(0))
            name = str(node.meta.get("tag", "note")) if node.meta else "note"
            yield from callouts.callout(at, name, title, list(self.all(children, inside=True)), inside=inside)
        elif node.type == "tab":
            yield Tab(at, inline.markup(inline.runs(node.info)), tuple(self.all(node.children, inside=True)))
        elif node.type == "dl":
            yield from self.definitions(node, inside)
        elif node.type == "footnote_block":
            for footnote in node.children:
                yield self.footnote(footnote)
        elif node.type in ("math_block", "amsmath"):
            yield from self.formula(at, node.content)

    def displayed(self, node: SyntaxTreeNode) -> list[Block]:
        """Return a paragraph parted at the displayed formulas in it that are too large for a line of text; empty when there are none."""
        tokens = inline_tokens(node)
        large = [n for n, token in enumerate(tokens) if token.type == "math_inline" and _is_large(token.content)]
        parts: list[Block] = []
        at, start = self.at(node), 0
        for index in [*large, len(tokens)] if large else []:
            text = inline.markup(inline.runs_of(tokens[start:index]))
            if text.strip(" .,;"):
                parts.append(Paragraph(at, text))
            at += sum(1 if "break" in token.type else token.meta.get("lines", 0) for token in tokens[start:index])
            if index < len(tokens):
                parts.extend(self.formula(at, tokens[index].content.removeprefix(_DISPLAY)))
                at += tokens[index].meta["lines"]
            start = index + 1
        return parts

    def container(self, node: SyntaxTreeNode, at: int, inside: bool) -> Iterator[Block]:
        """Yield the blocks between two lines of colons."""
        name, title = callouts.named(node.info)
        title = inline.markup(inline.runs(title))
        if name == "mermaid" and node.map:
            yield Code(at, "\n".join(self.lines[node.map[0] + 1 : node.map[1]]).rstrip(": \n"), "mermaid")
            return
        children = list(node.children)
        if name in callouts.TONES and not title and children and children[0].type == "heading":
            title = text_of(children.pop(0))  # how Quarto writes it
        if name == "list-table" and (table := self.list_table(at, children)):
            yield from [Paragraph(at, title)] if title else []
            yield table
            return
        if children and children[0].type == "paragraph" and _OPTION_LINES.match(children[0].children[0].content + "\n"):
            # Options of a directive of MyST, and what may follow them without a blank line.
            rest = _OPTION_LINES.sub("", children[0].children[0].content + "\n").strip()
            first = [Paragraph(self.at(children[0]), inline.markup(inline.runs(rest)))] if rest else []
            inner: list[Block] = [*first, *self.all(children[1:], inside=inside or name in callouts.TONES)]
        elif lesson_blocks.CONTAINERS.get(name) in lesson_blocks.OF_LINES:
            inner = list(self.all_by_lines(children))
        else:
            inner = list(self.all(children, inside=inside or name in callouts.TONES))
            if name == "quiz":
                inner = self.with_words_after(children, inner)
        if name in _TABS:
            yield Tab(at, title, tuple(inner))
        elif name in callouts.TONES or (title and name not in _GROUPS and name not in _CONTAINERS):
            yield from callouts.callout(at, name, title, inner, inside=inside)
        else:
            yield from inner if inside else contained(name if name in lesson_blocks.CONTAINERS else _name(node), at, inner, title)

    def all_by_lines(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
        """Yield the blocks of nodes; each paragraph keeps its lines, where they mean something."""
        for node in nodes:
            written = node.children[0].content if node.type == "paragraph" else ""
            if "\n" in written:
                yield Paragraph(self.at(node), inline.lines([inline.runs(line) for line in written.split("\n")]))
            else:
                yield from self.all([node])

    def with_words_after(self, nodes: Sequence[SyntaxTreeNode], inner: list[Block]) -> list[Block]:
        """Part the last point of a list from lines right below it that are not indented: why the answer is right, in a quiz."""
        last = next((node for node in reversed(nodes) if node.type == "bullet_list"), None)
        if last is None or last is not nodes[-1] or not last.map or not isinstance(block := inner[-1], ListBlock):
            return inner
        end = last.map[1]
        while end > last.map[0] and not self.lines[end - 1].strip():
            end -= 1
        start = end
        while start > last.map[0] and self.lines[start - 1].strip() and not re.match(r"\s|[-*+]\s", self.lines[start - 1]):
            start -= 1
        words = inline.markup(inline.runs(" ".join(line.strip() for line in self.lines[start:end])))
        item = block.items[-1]
        if not words or not item.text.endswith(words) or item.text == words:
            return inner
        shorter = item.model_copy(update={"text": item.text.removesuffix(words).rstrip()})
        return [*inner[:-1], replace(block, items=(*block.items[:-1], shorter)), Paragraph(self.line + start, words)]

    def is_directive(self, name: str) -> bool:
        return name.rpartition(":")[2] in callouts.TONES or name in (
            *_TABS,
            *_QUOTED,
            *_ASIDE,
            *_PLAIN,
            *_TITLES,
            *_GROUPS,
            *_NOT_SHOWN,
            "list-table",
            "csv-table",
            "code-block",
            "code",
            "figure",
            "image",
            "mermaid",
        )

    def directive(self, node: SyntaxTreeNode, name: str, argument: str, inside: bool) -> Iterator[Block]:
        """Yield a directive of MyST in a fence, ```{note} Title."""
        at, content = self.at(node), node.content
        name = name.rpartition(":")[2] if name.rpartition(":")[2] in callouts.TONES else name
        options = _OPTION_LINES.match(content)
        skipped = options[0].count("\n") if options else 0
        content = _OPTION_LINES.sub("", content)
        if name in ("code-block", "code"):
            yield Code(at, content.rstrip("\n"), argument)
        elif name == "csv-table" and (csv_table := directive_tables.of_values(at, node.content)):
            yield from [Paragraph(at, inline.markup(inline.runs(argument)))] if argument else []
            yield csv_table
        elif name == "mermaid":
            yield Code(at, content.rstrip("\n"), "mermaid")
        elif name in ("figure", "image"):
            alt = re.search(r":alt:[ \t]*(.+)", options[0]) if options else None
            yield PictureBlock(at, argument.strip(), alt[1].strip() if alt else "", inline.plain(content))
        elif name in _NOT_SHOWN or name == "csv-table":
            yield LeftOut(at, f"A directive {{{name}}} is left out.", "Write what it stands for.")
        elif name in _TITLES:
            yield Paragraph(at, inline.markup(tuple(replace(run, bold=True) for run in inline.runs(argument))))
        else:
            content = _as_markdown(name, content)
            walk = _Walk(at + 1 + skipped, content.split("\n"), self.env)
            nodes = self.parse(content)
            if name == "list-table" and (table := walk.list_table(at, nodes, options[0] if options else "")):
                yield from [Paragraph(at, inline.markup(inline.runs(argument)))] if argument else []
                yield table
                return
            inner = list(walk.all(nodes, inside=inside or name in callouts.TONES))
            title = inline.markup(inline.runs(argument))
            if name in _TABS:
                yield Tab(at, title, tuple(inner))
            elif name in callouts.TONES or (name in _ASIDE and title):
                yield from callouts.callout(at, name, title, inner, inside=inside)
            else:
                yield from inner

    def is_hidden(self, node: SyntaxTreeNode) -> bool:
        """Return whether a paragraph is nothing that a document shows: a table of contents, an abbreviation, attributes, a lone `:::`."""
        written = "".join(child.content for child in node.children).strip()
        patterns = (_TABLE_OF_CONTENTS, _LONE_MARKS, _HIDDEN)
        if any(pattern.fullmatch(written) for pattern in patterns) or all(_ABBREVIATION.fullmatch(one) for one in written.split("\n")):
            return True
        return written.startswith("\\") and not tex.definitions(written)[0].strip()

    def hidden(self, node: SyntaxTreeNode) -> Iterator[Block]:
        written = "".join(child.content for child in node.children).strip()
        for n, line in enumerate(written.split("\n")):
            if _ABBREVIATION.fullmatch(line):
                yield LeftOut(self.at(node) + n, "An abbreviation's meaning is not shown.", "Write it out where it is used first.")

    def definitions(self, node: SyntaxTreeNode, inside: bool) -> Iterator[Block]:
        """Yield a list of terms as points that begin with the term in bold. What is no prose in it follows."""
        items: list[ListItem] = []
        after: list[Block] = []
        term: tuple[Run, ...] = ()
        for child in node.children:
            if child.type == "dt":
                term = tuple(replace(run, bold=True) for run in inline.runs(text_of(child)))
                after.extend(beside(child, self.at(child)))
                continue
            inner = list(self.all(child.children, inside=True))
            prose = [inline.runs(block.text) for block in inner if isinstance(block, Paragraph)]
            meaning = inline.runs(inline.lines(prose)) if prose else ()
            items.append(ListItem(text=inline.markup([*term, Run(": " if term and meaning else ""), *meaning])))
            term = ()
            for block in inner:
                if isinstance(block, ListBlock):
                    items.extend(item.model_copy(update={"level": min(DEEPEST, item.level + 1)}) for item in block.items)
                elif not isinstance(block, Paragraph):
                    after.append(block)
        if term:
            items.append(ListItem(text=inline.markup(term)))
        yield ListBlock(self.at(node), tuple(item for item in items if item.text))
        yield from after

    def footnote(self, node: SyntaxTreeNode) -> FootnoteBlock:
        """Return a footnote with its prose, quotations, points and code."""
        parts: list[tuple[Run, ...]] = []
        for block in self.all(node.children, inside=True):
            if isinstance(block, (Paragraph, QuoteBlock)):
                parts.append(inline.runs(block.text))
            elif isinstance(block, ListBlock):
                parts.extend((Run("• "), *inline.runs(item.text)) for item in block.items)
            elif isinstance(block, Code):
                parts.append((Run(" ".join(block.code.split()), code=True),))
            elif isinstance(block, FormulaBlock):
                parts.append((Run(" ".join(block.tex.split()), math=True),))
        return FootnoteBlock(self.at(node), str(int(node.meta.get("id", 0)) + 1), inline.lines(parts))

    def formula(self, at: int, written: str) -> Iterator[Block]:
        """Yield a formula, the document's own commands replaced; nothing when it only defines some."""
        rest, own = tex.definitions(tex.without_comments(written))
        if rest.strip():
            yield FormulaBlock(at, tex.expanded(rest, {**self.macros, **own}).strip("\n"))

    def html(self, piece: html_text.HtmlPiece, at: int, inside: bool) -> Iterator[Block]:
        where = at + piece.line
        if piece.kind == "note":
            yield Note(where, piece.name, piece.text)
        elif piece.kind == "picture":
            yield PictureBlock(where, piece.text, piece.name)
        elif piece.kind == "verbatim":
            yield Code(where, piece.text, "")
        else:
            text = inline.markup(inline.runs(piece.text))
            if text:
                yield Heading(where, piece.level, text) if piece.level and not inside else Paragraph(where, text)

    def callout(self, node: SyntaxTreeNode, match: re.Match[str], inside: bool) -> Iterator[Block]:
        """Yield a quotation that begins with `[!kind]`, with or without a title after it."""
        first, *others = node.children
        tokens = inline_tokens(first)
        end = next((n for n, token in enumerate(tokens) if token.type in ("softbreak", "hardbreak")), len(tokens))
        head, left = tokens[:end], match.end()
        while head and left > 0:  # the kind itself
            overlap = min(left, len(head[0].content))
            head[0] = head[0].copy(content=head[0].content[overlap:])
            left -= max(1, overlap)
            head = head if head[0].content else head[1:]
        title, rest = inline.runs_of(head), inline.runs_of(tokens[end + 1 :])
        inner: list[Block] = [Paragraph(self.at(first) + 1, inline.markup(rest))] if rest else []
        inner += [*beside(first, self.at(first)), *self.all(others, inside=True)]
        yield from callouts.callout(self.at(node), match[1].lower(), inline.markup(title), inner, inside=inside)

    def quotation(self, node: SyntaxTreeNode, inside: bool) -> Iterator[Block]:
        first = node.children[0] if node.children else None
        kind = callouts.KIND.match(first.children[0].content) if first is not None and first.type == "paragraph" else None
        if kind:
            yield from self.callout(node, kind, inside)
            return
        inner = list(self.all(node.children, inside=True))
        prose = [inline.runs(block.text) for block in inner if isinstance(block, Paragraph)]
        if not prose or any(not isinstance(block, (Paragraph, Note, PictureBlock)) for block in inner):
            yield from inner
            return
        text, by = self.attributed(node, prose)
        yield QuoteBlock(self.at(node), text, by)
        portraits = [block for block in inner if isinstance(block, PictureBlock)]
        inner = [replace(block, is_portrait=True) if len(portraits) == 1 and block is portraits[0] else block for block in inner]
        yield from (block for block in inner if not isinstance(block, Paragraph))

    def attributed(self, node: SyntaxTreeNode, prose: list[tuple[Run, ...]]) -> tuple[str, str]:
        """Return a quotation's text, and whose words it is: its last line, when that begins with a dash and is not all of it."""
        tokens = inline_tokens(node.children[-1])
        breaks = [index for index, token in enumerate(tokens) if token.type in ("softbreak", "hardbreak")]
        rest, last = (tokens[: breaks[-1]], tokens[breaks[-1] :]) if breaks else ([], tokens)
        match = _BY.fullmatch("".join(run.text for run in inline.runs_of(last)))
        if match and (rest or len(prose) > 1):
            return inline.lines([*prose[:-1], inline.runs_of(rest)]), match[1]
        return inline.lines(prose), ""

    def list_table(self, at: int, nodes: Sequence[SyntaxTreeNode], options: str = "") -> Table | None:
        """Return the table of a list of lists, each of them a row; None if it has another form."""
        if nodes and nodes[0].type == "paragraph":
            options = nodes[0].children[0].content
        lists = [node for node in nodes if node.type == "bullet_list"]
        rows = [[child for child in item.children if child.type == "bullet_list"] for node in lists for item in node.children]
        if len(lists) != 1 or any(len(row) != 1 for row in rows):
            return None
        cells = [[inline.lines([inline.runs(text_of(part)) for part in cell.children]) for cell in row[0].children] for row in rows]
        return directive_tables.of_rows(at, cells, header=re.search(r":header-rows:[ \t]*[1-9]", options) is not None)

    def table(self, node: SyntaxTreeNode) -> Iterator[Block]:
        rows = [row for part in node.children for row in part.children]
        header, *body = [tuple(text_of(cell) for cell in row.children) for row in rows]
        align = tuple(_alignment(str(cell.attrs.get("style", ""))) for cell in rows[0].children)
        if any(any(row) for row in (header, *body)):
            yield Table(self.at(node), header, tuple(body), align)
        for row in rows:
            for cell in row.children:
                yield from beside(cell, self.at(cell))

    def at(self, node: SyntaxTreeNode) -> int:
        return self.line + (node.map[0] if node.map else 0)


def _is_large(written: str) -> bool:
    """Return whether a formula within a text is displayed there, and of several lines or long."""
    return written.startswith(_DISPLAY) and (len(written) > LONG_FORMULA or r"\begin{" in written or r"\\" in written)


def _as_markdown(name: str, content: str) -> str:
    """Return what a directive holds as Markdown with as many lines: a quotation, terms with their meanings, or panels one after another."""
    if name in _QUOTED:
        return "\n".join(f"> {line}" for line in content.rstrip("\n").split("\n"))
    if name == "glossary":
        return _TERM_OF_GLOSSARY.sub(r"\1\n: ", content)
    if name == "panels":
        content = _PANEL_END.sub(lambda match: "\n" * match[0].count("\n"), content)
        return _PANEL_FOOT.sub("", _PANEL_HEAD.sub(r"**\1**\n", content))
    return content


def _name(container: SyntaxTreeNode) -> str:
    match = CONTAINER.match(container.info)
    return match[1].lower() if match else ""


def _alignment(style: str) -> Align:
    return "center" if "center" in style else "right" if "right" in style else "left"
