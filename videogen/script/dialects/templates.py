"""Shortcodes and template tags: Hugo and Quarto (`{{< >}}`, `{{% %}}`), Jekyll and Nunjucks (`{% %}`, `{{ }}`), MDX, Obsidian's `%%`.

What stands between the tags is kept, and so are titles and pictures that a tag names; a tag itself is never shown. A value that the
document gives is put in; any other is named, so that its sentence stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from videogen.script.dialects.source_lines import Source, outside_code
from videogen.script.dialects.template_values import Values, named

_TAG = re.compile(
    r"\{\{(?P<hugo>[<%])\s*(?P<of_hugo>(?:[^{}]|\{[^{}]*\}|\}(?!\}))*?)\s*/?[>%]\}\}"
    r"|\{%-?\s*(?P<of_jekyll>(?:[^%]|%(?!\}))*?)\s*-?%\}"
    r"|\{\{\{?-?\s*(?P<value>(?:[^{}]|(?<!\{)\{[^{}]*\}(?!\}))*?)\s*-?\}?\}\}"
    r"|\{#(?P<note>(?![\w-]+[ }.])(?:[^#]|#(?!\}))*)#\}"
    r"|<%(?P<erb>(?:[^%]|%(?!>))*)%>"
    r"|\{/\*(?P<mdx>(?:[^*]|\*(?!/))*)\*/\}"
    r"|\{\*[ \t]*(?P<included>[^{}*\n]+?)[ \t]*\*\}|\{!>?[ \t]*(?P<inserted>[^{}!\n]+?)[ \t]*!\}"
)
_SNIPPET = re.compile(r"[ \t]*;?-{1,}8<-{1,}[ \t]+[\"']([^\"'\n]+)[\"'][ \t]*$")
_OPEN_TAG = re.compile(r"(?<!\\)(?:\{\{[<%](?!.*[>%]\}\}).*|\{%(?!.*%\}).*|\{\{-?\s*[\w.]+\s*$)")
_ONLY_HERE = "Only what stands in the script itself is shown."
_GIVE_IT = "Give it a value below variables: in the front matter, or write it out."
_SET = re.compile(r"\{%-?\s*(?:set|assign)\s+([A-Za-z_]\w*)\s*=\s*(\"[^\"]*\"|'[^']*'|-?\d[\d.]*)\s*-?%\}")
_EXPORTED = re.compile(r"export\s+const\s+([A-Za-z_$][\w$]*)\s*=\s*(\"[^\"]*\"|'[^']*'|`[^`$]*`|-?\d[\d.]*);?\s*$")
_OF_VALUES = ("var", "meta", "param", "env")
"""Shortcodes of Quarto and Hugo that stand for a value."""
_BLOCK_MARK = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)]|#{1,6}|\|)(?:[ \t]|$)|[ \t]*\|")
_IN_ADDRESS = re.compile(r"\]\(<?[^)\s]*$|=[\"'][^\"']*$|\burl\([^)]*$|https?://\S*$|\]:[ \t]*\S*$")
_COMPONENT = re.compile(r"<[A-Z][A-Za-z]*(?:[\s/>]|$)")
_OPEN_COMPONENT = re.compile(r"[ \t]*<[A-Z][\w.]*(?=[\s{])(?!.*`)")
_QUOTED_ATTRIBUTE = re.compile(r"=\{\s*(?:'([^'\"{}]*)'|\"([^'\"{}]*)\")\s*\}")
TAG_LINES_MAX = 40
_EXPRESSION = re.compile(
    r"(?<![=\\$`{}^_])(?:(?<!\w)|(?=\{[\"']))\{\s*(?P<of_mdx>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*(?:\([^{}()\n]*\))?|\"[^\"\n]*\"|'[^'\n]*'|`[^`$\n]*`)\s*\}(?![`}])"
)
"""An expression of MDX within a text."""
_TEX = re.compile(r"\\[A-Za-z]+[ \t]*\{|\$\$|\\[\[(]")
"""What is a formula, in which braces mean something else."""
_EXPRESSION_OPENS = re.compile(r"[ \t]*\{(?![/{*%#.<])[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*$")
_LEFT_BEHIND = re.compile(r"[ \t]+(?=[.,;:!?](?:\s|$)|\))")
_PARAMETER = re.compile(r"""([\w-]+)\s*[=:]\s*("(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`|[^\s"']+)|("(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`|[^\s"'=]+)""")
_CODE = {"highlight", "code", "codeblock", "sourcecode", "code-toggle"}
_COMMENT = {"comment"}
_MEDIA_WORDS = """
youtube vimeo tweet x twitter instagram gist iframe asciinema codepen jsfiddle embed pdf youtubelite
"""
_MEDIA = frozenset(_MEDIA_WORDS.split())
_FILES_WORDS = """
include include_relative include_cached render readfile snippet includemarkdown embed-file import
"""
_FILES = frozenset(_FILES_WORDS.split())
_PICTURES = frozenset(("figure", "img", "image", "picture", "imgproc", "video", "resize-image"))
_TITLED = ("title", "heading", "header", "summary", "label", "name", "tabname", "caption")
_TEXT = ("text", "content", "message")
_IMPORT = re.compile(r"(?:import\s+(?:[\w*{][^'\"]*\s+from\s+)?['\"][^'\"]+['\"];?|export\s+(?:const|default|let|function|var)\b.*)\s*$")
_PAGE = re.compile(r"^import\b.*['\"]([^'\"]+\.mdx?)['\"]")
"""The import of another page, whose words MDX would put in place of its component."""
_PICTURE_ENDS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".mp4", ".webm", ".mov")
_MULTILINE = (("{%", "%}"), ("{{<", ">}}"), ("{{%", "%}}"), ("{/*", "*/}"))


def rewrite(source: Source) -> None:
    """Take tags out of lines and keep what they hold. One that goes on over lines is taken together on its first."""
    values = Values(source.front_matter)
    is_mdx = _module(source, values) if source.has("import ", "export ") else False
    if source.has("{") and (is_mdx or any(_COMPONENT.search(source.lines[index]) for index in source.prose())):
        _expressions(source, values)
    if not source.has("{{", "{%", "{#", "<%", "{/*", "%%", "{*", "{!", "8<-"):
        return
    _gather(source)
    for index in source.prose():
        for assigned in _SET.finditer(source.lines[index]):
            values.give(assigned[1], assigned[2].strip("\"'"))
    skipping = ""
    lost_at: dict[str, list[int]] = {}
    for index in list(source.prose()):
        line = source.lines[index]
        if skipping:
            closing = re.search(rf"\{{%-?\s*end{skipping}\s*-?%\}}|\{{\{{[<%]\s*/\s*{skipping}\s*[>%]\}}\}}", line)
            source.lines[index] = line[closing.end() :] if closing else ""
            skipping = "" if closing else skipping
            continue
        if line.strip() == "%%":
            end = next((at for at in range(index + 1, len(source.lines)) if source.lines[at].strip() == "%%"), None)
            if end is not None:
                source.blank(index, end + 1)
            continue
        if snippet := _SNIPPET.match(line):
            source.lines[index] = ""
            lost_at.setdefault(f"What the file {snippet[1][:60]} would put here", []).append(index)
            continue
        if "{" not in line and "%" not in line:
            continue
        opened = re.search(r"\{%-?\s*(comment|raw|verbatim)\s*-?%\}", line)
        if opened and opened[1] == "comment" and "endcomment" not in line:
            source.lines[index], skipping = line[: opened.start()], "comment"
            continue
        rest = line.strip()
        whole = _TAG.fullmatch(rest)
        if whole and (fenced := _fence(whole)) is not None:
            source.lines[index] = line[: len(line) - len(line.lstrip())] + fenced
            continue
        lost: list[str] = []
        alone = _is_alone(source, index)
        source.lines[index] = outside_code(_TAG, lambda match, lost=lost, alone=alone: _put(match, values, lost, alone=alone), line)
        if alone and any(lost) and not re.search(r"\w", source.lines[index]):
            source.lines[index] = ""
        if _OPEN_TAG.search(source.lines[index]):
            source.lines[index] = outside_code(_OPEN_TAG, "", source.lines[index])
            lost.append("A tag that is not closed")
        if any(lost):
            source.lines[index] = _LEFT_BEHIND.sub("", source.lines[index])
        for what in dict.fromkeys(filter(None, lost)):
            lost_at.setdefault(what, []).append(index)
    _warn(source, lost_at)


def _warn(source: Source, lost_at: dict[str, list[int]]) -> None:
    for what, indexes in lost_at.items():
        hint = _GIVE_IT if what.startswith(_THE_VALUE) else _ONLY_HERE
        source.warn("left_out", f"{what} is left out{source.also(indexes)}.", hint, indexes[0])


def _is_alone(source: Source, index: int) -> bool:
    """Return whether a line holds nothing but tags, and no text goes on above or below it: what it stands for is a block."""
    line = source.lines[index]
    if _BLOCK_MARK.match(line) or re.search(r"\w", _TAG.sub("", line)):
        return False
    around = source.lines[max(0, index - 1) : index] + source.lines[index + 1 : index + 2]
    return all(not other.strip() or not re.search(r"\w", _TAG.sub("", other)) for other in around)


def _put(match: re.Match[str], values: Values, lost: list[str], *, alone: bool) -> str:
    """Return what stands in place of a tag, and tell of what is lost with it."""
    expression = _expression(match)
    if not expression:
        lost.append(_lost(match))
        return _shown(match)
    text = values.text(expression)
    if text is not None:
        return text
    lost.append(_value_lost(expression))
    return "" if alone or _IN_ADDRESS.search(match.string[: match.start()]) else named(expression)


def _expression(match: re.Match[str]) -> str:
    """Return the expression whose value a tag stands for; empty for any other tag."""
    if match["value"]:
        return match["value"]
    if match["erb"]:
        inside = match["erb"].strip()
        return inside.lstrip("=-_~ ").rstrip("-_ ") if inside[0] in "=-" or inside.startswith("tp.") else ""
    name, rest = _name(match)
    if match["of_hugo"] and name in _OF_VALUES:
        return next((value for _, value in _parameters(rest)), "")
    return ""


_THE_VALUE = "The value of "


def _value_lost(expression: str) -> str:
    return f"{_THE_VALUE}{expression[:40]!r}, which a template would put here,"


def _expressions(source: Source, values: Values) -> None:
    """Put values, or their names, in place of MDX's expressions in a text, and leave out those that make blocks."""
    lost_at: dict[str, list[int]] = {}
    lines = source.lines
    for index in list(source.prose()):
        _take_attributes(lines, index)
    done = 0
    within_formula = False
    for index in list(source.prose()):
        opens_or_closes = lines[index].count("$$") % 2 == 1
        within_formula ^= opens_or_closes
        if index < done or "{" not in lines[index] or within_formula or opens_or_closes or _TEX.search(lines[index]):
            continue
        if _EXPRESSION_OPENS.match(lines[index]) and (end := _end_of_block(lines, index)):
            source.blank(index, end)
            lost_at.setdefault("What an expression of code would show here", []).append(index)
            done = end
            continue
        lost: list[str] = []
        lines[index] = outside_code(_EXPRESSION, lambda match, lost=lost: _of_mdx(match, values, lost), lines[index])
        for what in dict.fromkeys(lost):
            lost_at.setdefault(what, []).append(index)
    _warn(source, lost_at)


def _take_attributes(lines: list[str], start: int) -> None:
    """Put a component's tag that goes on over lines on the first of them, and take attributes in braces out of it."""
    if not (tag := _OPEN_COMPONENT.match(lines[start])):
        return
    depth = 0
    remaining: list[str] = []
    lines[start] = _QUOTED_ATTRIBUTE.sub(r'="\1\2"', lines[start])
    for index in range(start, min(start + TAG_LINES_MAX, len(lines))):
        rest = lines[index][tag.end() :] if index == start else lines[index]
        for at, sign in enumerate(rest):
            depth += (sign == "{") - (sign == "}")
            if sign == ">" and not depth and rest[at - 1 : at] != "=":
                attributes = re.sub(r"(?:[\w-]+=|\.\.\.)?\x00", "", "".join(remaining))
                lines[start : index + 1] = [f"{tag.group()}{attributes}{rest[at:]}", *[""] * (index - start)]
                return
            remaining.append("\0" if sign == "}" and not depth else sign if not depth and sign != "}" else "")
        remaining.append(" ")


def _of_mdx(match: re.Match[str], values: Values, lost: list[str]) -> str:
    expression = match["of_mdx"]
    text = values.text(expression)
    if text is not None:
        return text
    lost.append(_value_lost(expression))
    alone = match.group() == match.string.strip()
    return "" if alone or _IN_ADDRESS.search(match.string[: match.start()]) else named(expression)


def _end_of_block(lines: list[str], start: int) -> int:
    """Return where the braces that open on a line close again, at the end of one: the index after it; 0 if they do not."""
    depth = 0
    for index in range(start, min(start + 60, len(lines))):
        depth += lines[index].count("{") - lines[index].count("}")
        if depth <= 0:
            return index + 1 if depth == 0 and lines[index].rstrip().endswith(("}", "};")) else 0
    return 0


def _gather(source: Source) -> None:
    """Put a tag that goes on over several lines on the first of them."""
    lines = source.lines
    for index in list(source.prose()):
        for begin, end in _MULTILINE:
            start = lines[index].rfind(begin)
            if start < 0 or lines[index].find(end, start) >= 0:
                continue
            close = next((at for at in range(index + 1, min(index + 40, len(lines))) if end in lines[at]), None)
            if close is None or any(begin in lines[at] for at in range(index + 1, close + 1)):
                continue
            head, _, tail = lines[close].partition(end)
            lines[index] = " ".join([lines[index], *(one.strip() for one in lines[index + 1 : close]), head.strip(), end])
            lines[index + 1 : close + 1] = [*[""] * (close - index - 1), tail]


def _module(source: Source, values: Values) -> bool:
    """Leave out what MDX and Slidev's scripts import and export at the head of a block. Return whether there is any."""
    has_module = False
    kinds = source.kinds()
    for index, line in enumerate(source.lines):
        if kinds[index] == "" and _IMPORT.match(line) and (index == 0 or not source.lines[index - 1].strip()):
            end = index
            while end < len(source.lines) and source.lines[end].strip():
                end += 1
            if all(_IMPORT.match(one) or line.startswith("export") for one in source.lines[index:end]):
                has_module = True
                for at in range(index, end):
                    if constant := _EXPORTED.match(source.lines[at]):
                        values.give(constant[1], constant[2].strip("\"'`"))
                    if page := _PAGE.search(source.lines[at]):
                        what = f"What the file {page[1][:60]} would put here is left out."
                        source.warn("left_out", what, _ONLY_HERE, at)
                source.blank(index, end)
    return has_module


def _name(match: re.Match[str]) -> tuple[str, str]:
    """Return the first word of a tag, and the rest of it."""
    inside = match["of_hugo"] if match["of_hugo"] is not None else match["of_jekyll"] or ""
    name, _, rest = inside.strip().partition(" ")
    return name.strip().lower(), rest


def _fence(match: re.Match[str]) -> str | None:
    """Return the fence that a tag of code stands for; None for any other."""
    name, rest = _name(match)
    if name == "code-toggle":  # what Hugo's own pages write in TOML
        return "```toml"
    if name in _CODE and not rest.lstrip().startswith(("src", "file")):
        language = next((value for key, value in _parameters(rest) if not key or key in ("lang", "language")), "")
        return f"```{re.sub(r'[^A-Za-z0-9_+#-]', '', language)}"
    if name.removeprefix("end") in _CODE or name.removeprefix("/").strip() in _CODE or (name == "/" and rest.strip() in _CODE):
        return "```"
    return None


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    for name, value, alone in _PARAMETER.findall(text):
        yield name.lower(), (value or alone).strip("\"'`")


def _shown(match: re.Match[str]) -> str:
    """Return what is shown of a tag."""
    name, rest = _name(match)
    if match["of_hugo"] is None and match["of_jekyll"] is None:
        return ""
    if not name or name.startswith(("/", "end")):
        return ""
    parameters = dict(_parameters(rest))
    address = (
        parameters.get("src") or parameters.get("image") or parameters.get("path") or next((v for k, v in _parameters(rest) if not k), "")
    )
    if name in _PICTURES and address.lower().partition("?")[0].endswith(_PICTURE_ENDS):
        words = parameters.get("alt") or parameters.get("title") or ""
        caption = (parameters.get("caption") or "").replace('"', "'")
        return f"![{words}](<{address}>{f' {chr(34)}{caption}{chr(34)}' if caption else ''})"
    if match["of_jekyll"] is not None and name not in ("figure", "img", "image", "link", "tab", "tabs", "details", "alert", "note", "hint"):
        return ""
    if name in _MEDIA | _FILES:
        return ""
    if title := next((parameters[key] for key in _TITLED if parameters.get(key)), ""):
        text = next((parameters[key] for key in _TEXT if parameters.get(key)), "")
        return f"**{title}**{': ' if not title.endswith((':', '.', '!', '?')) else ' '}{text}"
    if text := next((parameters[key] for key in _TEXT if parameters.get(key)), ""):
        return text
    if name in ("button", "badge", "kbd", "icon-text", "abbr", "details", "tab", "expand", "term", "highlight-text", "mark") and address:
        return address
    return ""


def _lost(match: re.Match[str]) -> str:
    """Return what is lost with a tag, in words, or an empty text."""
    name, rest = _name(match)
    if file := match["included"] or match["inserted"]:
        return f"What the file {file.split()[0][:60]} would put here"
    if match["value"] is not None:  # empty
        return ""
    if match["erb"] is not None:
        return "What a template would put here"
    if name in _FILES:
        return f"What the file {rest.strip(chr(32) + chr(34) + chr(39))[:60] or name!r} would put here"
    if name in _MEDIA:
        return f"A {name[:20]} of another site"
    shown = _shown(match)
    if not shown and match["of_hugo"] is not None and not name.startswith("/") and "=" in rest and name not in _PICTURES:
        return ""
    return ""
