"""Shortcodes and template tags: Hugo and Quarto (`{{< >}}`, `{{% %}}`), Jekyll and Nunjucks (`{% %}`, `{{ }}`), MDX, Obsidian's `%%`.

What stands between the tags is kept, and so are titles and pictures that a tag names; a tag itself is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from videogen.script.dialects.source_lines import Source, outside_code

_TAG = re.compile(
    r"\{\{(?P<hugo>[<%])\s*(?P<of_hugo>(?:[^{}]|\{[^{}]*\}|\}(?!\}))*?)\s*/?[>%]\}\}"
    r"|\{%-?\s*(?P<of_jekyll>(?:[^%]|%(?!\}))*?)\s*-?%\}"
    r"|\{\{\{?-?\s*(?P<value>[^{}]*?)\s*-?\}?\}\}"
    r"|\{#(?P<note>(?![\w-]+[ }.])(?:[^#]|#(?!\}))*)#\}"
    r"|<%(?P<erb>(?:[^%]|%(?!>))*)%>"
    r"|\{/\*(?P<mdx>(?:[^*]|\*(?!/))*)\*/\}"
    r"|\{\*[ \t]*(?P<included>[^{}*\n]+?)[ \t]*\*\}|\{!>?[ \t]*(?P<inserted>[^{}!\n]+?)[ \t]*!\}"
)
_SNIPPET = re.compile(r"[ \t]*;?-{1,}8<-{1,}[ \t]+[\"']([^\"'\n]+)[\"'][ \t]*$")
_OPEN_TAG = re.compile(r"(?<!\\)(?:\{\{[<%](?!.*[>%]\}\}).*|\{%(?!.*%\}).*|\{\{-?\s*[\w.]+\s*$)")
_ONLY_HERE = "Only what stands in the script itself is shown."
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
    if source.has("import ", "export "):
        _module(source)
    if not source.has("{{", "{%", "{#", "<%", "{/*", "%%", "{*", "{!", "8<-"):
        return
    _gather(source)
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
        source.lines[index] = outside_code(_TAG, lambda match, lost=lost: lost.append(_lost(match)) or _kept(match), line)
        if _OPEN_TAG.search(source.lines[index]):
            source.lines[index] = outside_code(_OPEN_TAG, "", source.lines[index])
            lost.append("A tag that is not closed")
        if any(lost):
            source.lines[index] = _LEFT_BEHIND.sub("", source.lines[index])
        for what in dict.fromkeys(filter(None, lost)):
            lost_at.setdefault(what, []).append(index)
    for what, indexes in lost_at.items():
        source.warn("left_out", f"{what} is left out{source.also(indexes)}.", _ONLY_HERE, indexes[0])


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


def _module(source: Source) -> None:
    """Leave out what MDX and Slidev's scripts import and export at the head of a block."""
    kinds = source.kinds()
    for index, line in enumerate(source.lines):
        if kinds[index] == "" and _IMPORT.match(line) and (index == 0 or not source.lines[index - 1].strip()):
            end = index
            while end < len(source.lines) and source.lines[end].strip():
                end += 1
            if all(_IMPORT.match(one) or line.startswith("export") for one in source.lines[index:end]):
                for at in range(index, end):
                    if page := _PAGE.search(source.lines[at]):
                        what = f"What the file {page[1][:60]} would put here is left out."
                        source.warn("left_out", what, _ONLY_HERE, at)
                source.blank(index, end)


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


def _kept(match: re.Match[str]) -> str:
    """Return what is shown of a tag."""
    name, rest = _name(match)
    if match["of_hugo"] is None and match["of_jekyll"] is None:
        value = match["value"] or ""
        return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else ""
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
    if match["value"] is not None:
        value = match["value"]
        return "" if not value or value[0] in "\"'" else f"The value of {value[:40]!r}, which a template would put here,"
    if match["erb"] is not None:
        return "What a template would put here"
    if name in _FILES:
        return f"What the file {rest.strip(chr(32) + chr(34) + chr(39))[:60] or name!r} would put here"
    if name in _MEDIA:
        return f"A {name[:20]} of another site"
    shown = _kept(match)
    if not shown and match["of_hugo"] is not None and not name.startswith("/") and "=" in rest and name not in _PICTURES:
        return ""
    return ""
