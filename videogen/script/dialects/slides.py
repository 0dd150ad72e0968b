"""Decks of Slidev, reveal.js, remark and Quarto or Pandoc: where a slide begins, its settings, its columns, its pauses, and its notes.

Sources: https://sli.dev/guide/syntax, https://revealjs.com/markdown, https://github.com/webpro/reveal-md,
https://github.com/gnab/remark/wiki/Markdown, https://pandoc.org/MANUAL.html#slide-shows, https://quarto.org/docs/presentations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from videogen.errors.script import BadScript
from videogen.script.blocks import COLUMN, LANGUAGE, PRESENTER
from videogen.script.dialects.source_lines import NEW_SLIDE, RULE, Source
from videogen.script.value_tree import plain
from videogen.script.yaml_tree import from_yaml

_SLIDEV_KEYS_WORDS = """
layout class transition src hide disabled background image clicks level routeAlias title zoom dragPos hideInToc preload
clicksStart url backgroundSize backgroundPosition lang theme name template count exclude
"""
_SLIDEV_KEYS = frozenset(_SLIDEV_KEYS_WORDS.split())
_SLIDEV_HEAD_WORDS = """
mdc drawings colorSchema routerMode highlighter titleTemplate lineNumbers canvasWidth aspectRatio exportFilename monaco twoslash
fonts persist themeConfig selectable remoteAssets
"""
_SLIDEV_HEAD = frozenset(_SLIDEV_HEAD_WORDS.split())
_REVEAL_HEAD = frozenset(("separator", "verticalSeparator", "revealOptions", "notesSeparator"))
_SLIDE_FORMATS_WORDS = """
revealjs pptx beamer slidy ioslides slidy_presentation ioslides_presentation dzslides s5
"""
_SLIDE_FORMATS = frozenset(_SLIDE_FORMATS_WORDS.split())
_COMMON_KEYS = frozenset(("title", "name", "url", "level", "theme", "lang", "count", "image", "template"))
"""Keys of a slide that alone do not tell YAML from words between two rules."""
_SETTING = re.compile(r"[A-Za-z][\w-]*\s*:(?:\s|$)")
_REMARK_SETTING = re.compile(
    r"(class|name|layout|template|background-(?:image|size|color|position|repeat)|count|exclude|continued|title|clicks?|background)\s*:\s*(.*)$"
)
_REMARK_CLASS = re.compile(r"(?<![\w\])])\.([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)\[")
_FOOTNOTE = re.compile(r"\.footnote(?:\.[A-Za-z][\w-]*)*\[")
_NOTED = re.compile(r"\s*(?:\.[A-Za-z][\w.-]*)?\[(\d{1,3}|[*†‡]{1,3}|[a-z])\]\s*|\s*<sup>(\d{1,3}|[*†‡]{1,3}|[a-z])</sup>\s*")
"""How an entry of a footnote begins."""
_RAISED = re.compile(r"<sup>([\d,\s*†‡a-z]{1,20})</sup>")
_FOOTNOTE_LINES = 30
_FORMULA_STEPS = re.compile(r"(\s*\$\$)\s*\{[\d|,*a-z-]+\}\s*(?:\{[^{}]*\}\s*)?$")
_MAGIC_MOVE = re.compile(r"\s*(`{4,})md\s+magic-move\b")
_REMARK_LINE = re.compile(r"\.[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*\[(?:.*\]\s*)?$")
_SLOT = re.compile(r"::\s*([a-z][\w-]*)\s*::\s*$")
_NOTES = re.compile(r"\s*notes?:(?:\s+|$)", re.IGNORECASE)
_NOTES_DIV = re.compile(r"(:{3,})\s*(?:\{\s*\.?(?:speaker-notes?|notes)\b[^}]*\}|(?:speaker-)?notes\s*)\s*$", re.IGNORECASE)
_DIV = re.compile(r"(:{3,})\s*(\S.*)?$")
_PAUSE = re.compile(r"\s*\.\s\.\s\.\s*$")
_LEFT = ("left-column", "pull-left", "left", "column", "col-left", "leftcol")
_RIGHT = ("right-column", "pull-right", "right", "col-right", "rightcol")
_CLICK = re.compile(r"\[click(?::\s*-?\w+)?\]\s*", re.IGNORECASE)
_LITERAL_OF = re.compile(r"\^|\$|\\r\??|\\n|\(\?:|\)|\?")
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg", ".avif")
_URL = re.compile(r"url\(\s*(?:\"([^\"]*)\"|'([^']*)'|([^()]*))\s*\)(?:\s.*)?")
_HEADING_WITH = re.compile(r"(?P<heading>#{1,6}(?:[ \t][^{}]*)?)\{(?P<attributes>[^{}]*)\}[ \t]*#*[ \t]*")
_SLIDE_COMMENT = re.compile(r"[ \t]*<!--\s*\.(?:slide|element)\s*:(?P<attributes>.*?)-->[ \t]*")
_GIVEN = re.compile(r"([\w-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"']+)")
_GROUND = re.compile(r"(?:url\([^()]*\)|[^,()])+")
_ONLY_HERE = "Only what stands in the script itself is shown."
_COMMENTS = re.compile(r"<!--.*?-->", re.DOTALL)
_NOT_IN_COMMENTS = re.compile(r"[<>\n]|--+")
_WHOLE_COMMENT = re.compile(r"\s*<!--(.*)-->\s*$", re.DOTALL)


def rewrite(source: Source) -> None:
    """Find out which tool a deck is for, and turn its slides and notes into rules and comments. A document that is none stays."""
    if source.has("+++") and not source.has(":::{", "```{"):
        for index in source.prose():
            if source.lines[index].rstrip() == "+++":
                source.lines[index] = NEW_SLIDE
    reveal = source.has("<!-- .slide", "<!--.slide")
    _grounds(source)
    kinds = source.kinds()
    separators = _custom_separators(source)
    remark = _is_remark(source, kinds)
    slidev = not remark and _is_slidev(source, kinds)
    if separators:
        for index, kind in enumerate(kinds):
            if source.lines[index].strip() in separators and kind in ("", "comment"):
                source.lines[index] = NEW_SLIDE
        source.deck = True
    if remark or slidev:
        _parted_by_dashes(source, kinds)
        source.deck = True
    if remark:
        _remark(source)
    elif slidev:
        _slidev(source)
    elif any(kind == "" and _REMARK_LINE.match(line) for line, kind in zip(source.lines, kinds, strict=True)):
        _classes(source, 0, len(source.lines))
    _pandoc(source)
    if source.deck or _REVEAL_HEAD & source.front_matter.keys() or reveal:
        source.deck = True
        _notes_of_reveal(source, anywhere=True)
    else:
        _notes_of_reveal(source, anywhere=False)


def slides(source: Source) -> Iterator[tuple[int, int]]:
    """Yield the slides as indexes, from their first line to before the next rule."""
    kinds = source.kinds()
    start = 0
    for index, line in enumerate(source.lines):
        if kinds[index] == "" and RULE.match(line) and (line.strip() == NEW_SLIDE or index == 0 or not source.lines[index - 1].strip()):
            yield start, index
            start = index + 1
    yield start, len(source.lines)


def note(source: Source, start: int, end: int) -> None:
    """Make lines a note of the presenter's; those at its ends lose nothing but what stands around it."""
    while end > start and not source.lines[end - 1].strip():
        end -= 1
    if end <= start:
        return
    for index in range(start, end):
        if "![" in source.lines[index]:
            source.warn("left_out", "A picture in the presenter's notes is left out.", "Put it before the notes to show it.", index)
        text = source.lines[index].replace("<!--", "").replace("-->", "")
        source.lines[index] = _CLICK.sub("", text)
    source.lines[start] = f"<!-- {PRESENTER}: {source.lines[start].strip()}"
    source.lines[end - 1] += " -->"


def ground_of(value: object) -> str:
    """Return the picture that a slide's background names, as Markdown: `sea.png`, `url('sea.png')`; empty for a colour and the like."""
    text = value.strip() if isinstance(value, str) else ""
    match = _URL.fullmatch(text)
    address = (match[1] or match[2] or match[3]).strip() if match else text
    named = address.lower().partition("?")[0].partition("#")[0].endswith(_PICTURES)
    return f"![bg](<{address}>)" if address and (match or named) and not re.search(r"[<>\n]", address) else ""


def _grounds(source: Source) -> None:
    """Put the backgrounds that Quarto and reveal.js give a slide (`## Title {background-image="sea.png"}`) there as pictures."""
    if not source.has("background"):
        return
    kinds = source.kinds()
    for index, line in enumerate(source.lines):
        if kinds[index] != "" or "background" not in line:
            continue
        heading = _HEADING_WITH.fullmatch(line)
        comment = None if heading else _SLIDE_COMMENT.fullmatch(line)
        if not (match := heading or comment):
            continue
        attributes = {name.removeprefix("data-"): value.strip("\"'") for name, value in _GIVEN.findall(match["attributes"])}
        background = attributes.get("background-image") or attributes.get("background")
        pictures = [ground for one in _GROUND.findall(background or "") if (ground := ground_of(one))]
        video = attributes.get("background-video", "")
        pictures += [f"![bg](<{one}>)" for one in video.split(",")[:1] if one.strip() and not re.search(r"[<>\n]", one)]
        if pictures:
            source.lines[index] = f"{match['heading'] if heading else ''} {' '.join(pictures)}".strip()
        if page := attributes.get("background-iframe"):
            source.warn("left_out", f"The page {page[:80]!r} behind the slide is left out.", _ONLY_HERE, index)


def _custom_separators(source: Source) -> frozenset[str]:
    """Return the lines that part slides by the front matter. A regular expression counts as the words in it."""
    options = source.front_matter.get("revealOptions")
    tables = [source.front_matter, options if isinstance(options, dict) else {}]
    names = [table.get(name) for table in tables for name in ("separator", "verticalSeparator")]
    literals = {_LITERAL_OF.sub("", one).replace("\\", "").strip() for one in names if isinstance(one, str)}
    return frozenset(one for one in literals if len(one) >= 2 and not one[0].isalnum())


def _is_remark(source: Source, kinds: list[str]) -> bool:
    if any(line.rstrip() == "???" for line in source.lines):
        return True
    first = next((line for line in source.lines if line.strip()), "")
    dashes = sum(line.rstrip() == "---" and kind == "" for line, kind in zip(source.lines, kinds, strict=True))
    setting = _REMARK_SETTING.match(first) is not None
    return dashes > 0 and (setting or any(kind == "" and _REMARK_CLASS.match(line) for line, kind in zip(source.lines, kinds, strict=True)))


def _is_slidev(source: Source, kinds: list[str]) -> bool:
    if _SLIDEV_HEAD & source.front_matter.keys() or any(_SLOT.match(line) for line in source.lines):
        return True
    if any("<v-click" in line or "v-clicks" in line or line.startswith("<<< ") for line in source.lines):
        return True
    return any(
        kinds[index] == "" and line.rstrip() == "---" and _settings(source, index + 1, _SLIDEV_KEYS - _COMMON_KEYS) is not None
        for index, line in enumerate(source.lines)
    )


def _parted_by_dashes(source: Source, kinds: list[str]) -> None:
    """Part slides at three dashes, also right below a line of text."""
    for index, kind in enumerate(kinds):
        if kind == "" and source.lines[index].rstrip() in ("---", "----"):
            source.lines[index] = NEW_SLIDE


def _settings(source: Source, start: int, known: frozenset[str] | None) -> int | None:
    """Return the index of the line that ends the YAML beginning on a line; None if it is none, or sets nothing `known`."""
    end = next((at for at in range(start, min(start + 60, len(source.lines))) if source.lines[at].rstrip() in ("---", NEW_SLIDE)), None)
    if end is None or end == start or not _SETTING.match(source.lines[start]):
        return None
    names = {line.partition(":")[0].strip() for line in source.lines[start:end] if _SETTING.match(line)}
    rest = [
        line for line in source.lines[start:end] if line.strip() and not _SETTING.match(line) and not line.startswith((" ", "\t", "#", "-"))
    ]
    return end if (known is None or names & known) and not rest else None


def _slidev(source: Source) -> None:
    first = " ".join(ground for name in ("background", "image") if (ground := ground_of(source.front_matter.get(name))))
    if first and source.lines and not source.lines[0].strip():
        source.lines[0] = first  # the front matter is the first slide's settings, too
    if isinstance(path := source.front_matter.get("src"), str):
        _leave_out_imported(source, path, 0, next((at for at, line in enumerate(source.lines) if line == NEW_SLIDE), len(source.lines)))
    index = 0
    while index < len(source.lines):
        end = _settings(source, index + 1, None) if source.lines[index] == NEW_SLIDE else None
        if end is not None:
            settings = _read("\n".join(source.lines[index + 1 : end]))
            after = next((at for at in range(end + 1, len(source.lines)) if source.lines[at] == NEW_SLIDE), len(source.lines))
            src_at = next((at for at in range(index + 1, end) if source.lines[at].startswith("src:")), index)
            source.blank(index + 1, end + 1)
            if str(settings.get("hide", settings.get("disabled", ""))).lower() in ("true", "yes"):
                source.blank(end, after)
            elif isinstance(path := settings.get("src"), str):
                _leave_out_imported(source, path, end, after, src_at)
            elif pictures := [ground for name in ("background", "image") if (ground := ground_of(settings.get(name)))]:
                source.lines[index + 1] = " ".join(pictures)
            if isinstance(language := settings.get("lang", settings.get("language")), str) and not settings.get("src"):
                source.lines[index + 1] += f"<!-- {LANGUAGE}: {_NOT_IN_COMMENTS.sub('', language)} -->"
            if isinstance(page := settings.get("url"), str):
                source.warn("left_out", f"The page {page[:80]!r}, which the slide would show, is left out.", _ONLY_HERE, index)
            index = end
        index += 1
    _magic_moves(source)
    for index in list(source.prose()):
        line = source.lines[index]
        if formula := _FORMULA_STEPS.match(line):
            source.lines[index] = formula[1]
        elif slot := _SLOT.match(line):
            source.lines[index] = f"<!-- {COLUMN}: {slot[1]} -->"
        elif line.startswith("<<< "):
            source.lines[index] = ""
            source.warn("left_out", f"The code of the file {line[4:84].strip()!r} is left out.", "Put it into the script itself.", index)
    for start, end in slides(source):
        _last_comment(source, start, end)


def _leave_out_imported(source: Source, path: str, start: int, end: int, warned_at: int = 0) -> None:
    """Remove a slide that stands for the slides of another file, with a warning.

    Slidev does not show its content either.
    """
    written = "\n".join(source.lines[start:end])
    words = any(map(str.isalnum, _COMMENTS.sub("", written)))
    what = f"The slides of the file {path[:80]!r} are left out" + (", and so is what stands below on the slide itself." if words else ".")
    source.warn("left_out", what, "Put them into the script itself.", warned_at)
    source.blank(start, end)


def _magic_moves(source: Source) -> None:
    """Mark each block of code in a magic move as what the one before it becomes. Text between them is not shown."""
    index = 0
    while index < len(source.lines):
        match = _MAGIC_MOVE.match(source.lines[index])
        end = next((at for at in range(index + 1, len(source.lines)) if source.lines[at].strip() == match[1]), None) if match else None
        if end is None:
            index += 1
            continue
        source.lines[index] = source.lines[end] = ""
        inner = Source(source.lines[index:end], source.line, {}).kinds()
        fences = 0
        for at, kind in enumerate(inner, index):
            if kind not in ("fence", "code"):
                source.lines[at] = ""
            elif kind == "fence":
                if fences and fences % 2 == 0:
                    source.lines[at] += " then"
                fences += 1
        index = end + 1


def _read(text: str) -> dict[str, object]:
    try:
        value = plain(from_yaml(text, lenient=True))
    except BadScript:
        return {}
    return dict(value) if isinstance(value, dict) else {}


def _last_comment(source: Source, start: int, end: int) -> None:
    """Make the comment at the end of a slide its notes; drop the others."""
    while end > start and not source.lines[end - 1].strip():
        end -= 1
    first = next((at for at in range(end - 1, start - 1, -1) if "<!--" in source.lines[at]), None)
    match = _WHOLE_COMMENT.match("\n".join(source.lines[first:end])) if first is not None else None
    if first is not None and match and "-->" not in match[1] and COLUMN not in match[1]:
        source.lines[first] = source.lines[first].partition("<!--")[2]
        source.lines[end - 1] = source.lines[end - 1].rpartition("-->")[0] if end - 1 > first else source.lines[first].rpartition("-->")[0]
        begin = next((at for at in range(first, end) if source.lines[at].strip()), first)
        note(source, begin, end)


def _remark(source: Source) -> None:
    for start, end in list(slides(source)):
        at = start
        while at < end and not source.lines[at].strip():
            at += 1
        left_out = False
        while at < end and (setting := _REMARK_SETTING.match(source.lines[at])):
            left_out |= setting[1] in ("layout", "exclude") and setting[2].strip().lower() == "true"
            source.lines[at] = ground_of(setting[2]) if setting[1] == "background-image" else ""
            at += 1
        if left_out:
            source.blank(start, end)
            continue
        kinds = source.kinds()
        for index in range(start, end):
            line = source.lines[index].rstrip()
            if line == "--" and kinds[index] == "":
                source.lines[index] = ""
            elif line == "???":
                source.lines[index] = ""
                begin = next((row for row in range(index, end) if source.lines[row].strip()), end)
                note(source, begin, end)
                break
        _footnotes(source, start, end)
        _classes(source, start, end)


def _footnotes(source: Source, start: int, end: int) -> None:
    """Make `.footnote[...]` of a slide footnotes.

    Each refers to its raised mark, else to the line of text before it.
    """
    kinds = source.kinds()
    prose = [at for at in range(start, end) if kinds[at] == "" and source.lines[at].strip()]
    for first in prose:
        match = _FOOTNOTE.match(source.lines[first])
        last = _end_of_bracket(source, first, match.end(), end) if match else None
        if match is None or last is None:
            continue
        source.lines[first] = source.lines[first][match.end() :]
        source.lines[last] = source.lines[last].rstrip()[:-1]
        label, waiting = "", []
        for at in range(first, last + 1):
            line = source.lines[at].strip()
            mark = _NOTED.match(source.lines[at])
            if line and (mark or not label):
                label = f"footnote-{source.line + at}"
                source.lines[at] = f"[^{label}]: {source.lines[at][mark.end() :].strip() if mark else line}"
                waiting.append((label, (mark[1] or mark[2]) if mark else ""))
            elif line:
                source.lines[at] = f"    {line}"
        for label, written in waiting:
            if not written or not _referred(source, [at for at in prose if at < first], label, written):
                before = next(
                    (at for at in reversed(prose) if at < first and not source.lines[at].lstrip().startswith(("|", "<", "$$"))), None
                )
                if before is not None:
                    source.lines[before] = f"{source.lines[before].rstrip()}[^{label}]"


def _end_of_bracket(source: Source, first: int, at: int, end: int) -> int | None:
    """Return the index of the line at whose end the bracket closes that is open `at` a place of the first; None if none does."""
    depth = 1
    for index in range(first, min(end, first + _FOOTNOTE_LINES)):
        line = source.lines[index].rstrip()
        for column in range(at if index == first else 0, len(line)):
            depth += {"[": 1, "]": -1}.get(line[column], 0)
            if depth == 0:
                return index if column == len(line) - 1 else None
    return None


def _referred(source: Source, rows: list[int], label: str, written: str) -> bool:
    """Put the mark of a footnote where it stands raised in some lines. Whether it did."""
    for at in rows:
        for raised in _RAISED.finditer(source.lines[at]):
            marks = [mark.strip() for mark in raised[1].split(",")]
            if written in marks:
                rest = ",".join(mark for mark in marks if mark != written)
                put = (f"<sup>{rest}</sup>" if rest else "") + f"[^{label}]"
                source.lines[at] = source.lines[at][: raised.start()] + put + source.lines[at][raised.end() :]
                return True
    return False


def _classes(source: Source, start: int, end: int) -> None:
    """Take `.class[` and its bracket away; columns become columns."""
    kinds = source.kinds()
    waiting: list[tuple[int, str]] = []
    depth = 0
    for index in range(start, end):
        if kinds[index] != "" or not (waiting or "[" in source.lines[index]):
            continue
        line, out, at = source.lines[index], "", 0
        closed = opened = ""
        code = False
        while at < len(line):
            match = None if code else _REMARK_CLASS.match(line, at)
            if match:
                waiting.append((depth, match[1].partition(".")[0]))
                opened = match[1]
                depth += 1
                at = match.end()
                continue
            letter = line[at]
            code ^= letter == "`"
            if letter == "\\":
                out += line[at : at + 2]
                at += 2
                continue
            if not code and letter == "[":
                depth += 1
            elif not code and letter == "]" and depth:
                depth -= 1
                if waiting and waiting[-1][0] == depth:
                    closed = waiting.pop()[1]
                    at += 1
                    continue
            out += letter
            at += 1
        if not out.strip() and (opened or closed):
            if opened in _LEFT or opened in _RIGHT:
                out = f"<!-- {COLUMN}: {'right' if opened in _RIGHT else 'left'} -->"
            elif closed in _RIGHT or closed in _LEFT:
                out = f"<!-- {COLUMN}: end -->"
        source.lines[index] = out


def _pandoc(source: Source) -> None:
    """Read Pandoc's pauses and notes, and the levels that begin a slide if the front matter asks for slides."""
    formats = source.front_matter.get("format", source.front_matter.get("output"))
    names = [formats] if isinstance(formats, str) else list(formats) if isinstance(formats, (dict, list)) else []
    if any(str(name).partition("::")[2] in _SLIDE_FORMATS or str(name) in _SLIDE_FORMATS or "xaringan" in str(name) for name in names):
        source.deck = True
        level = source.front_matter.get("slide-level")
        if not any("xaringan" in str(name) for name in names):
            source.dividers = frozenset(range(1, int(level) + 1 if isinstance(level, str) and level in "123456" else 3))
    if not source.has(". . .", ":::"):
        return
    kinds = source.kinds()
    for index, line in enumerate(source.lines):
        if kinds[index] == "" and _PAUSE.match(line):
            source.lines[index] = ""
        elif kinds[index] == "" and (match := _NOTES_DIV.match(line)):
            end = _end_of_div(source, index, kinds)
            source.lines[index] = ""
            source.lines[end : end + 1] = [""] * len(source.lines[end : end + 1])
            begin = next((row for row in range(index, end) if source.lines[row].strip()), end)
            note(source, begin, end)
            kinds = source.kinds()
            del match


def _end_of_div(source: Source, start: int, kinds: list[str]) -> int:
    depth = 0
    for index in range(start, len(source.lines)):
        match = _DIV.match(source.lines[index]) if kinds[index] == "" else None
        if match:
            depth += 1 if match[2] else -1
            if depth == 0:
                return index
    return len(source.lines)


def _notes_of_reveal(source: Source, *, anywhere: bool) -> None:
    """Read what follows `Note:` to the end of its slide as notes.

    Without another sign of a deck, only between rules of short slides.
    """
    if not any(_NOTES.match(line) for line in source.lines):
        return
    kinds = source.kinds()
    parts = list(slides(source))
    if not anywhere and (len(parts) < 2 or any(_is_long(source, kinds, start, end) for start, end in parts)):
        return
    for start, end in parts:
        index = next((at for at in range(start, end) if kinds[at] == "" and _NOTES.match(source.lines[at])), None)
        if index is None:
            continue
        if not anywhere and (source.lines[index - 1 : index] != [""] or any(source.lines[at].startswith("#") for at in range(index, end))):
            continue
        source.lines[index] = _NOTES.sub("", source.lines[index], count=1)
        begin = next((row for row in range(index, end) if source.lines[row].strip()), end)
        note(source, begin, end)
        source.deck = True


def _is_long(source: Source, kinds: list[str], start: int, end: int) -> bool:
    """Return whether a part between rules is more than a slide: it has three headings or more."""
    return sum(kinds[at] == "" and source.lines[at].startswith("#") for at in range(start, end)) > 2
