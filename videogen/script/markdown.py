"""Markdown as a video: the first heading is its title, each further heading a scene or several, in the order they are read in."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

from pydantic import ValidationError

from models.errors import Diagnostic
from videogen.errors.script import BadScript, EmptyScript, UnknownFormat
from videogen.errors.validation import in_words
from videogen.script import dialects, inline, marp
from videogen.script.blocks import (
    LANGUAGE,
    OTHER,
    Block,
    Code,
    FootnoteBlock,
    Heading,
    LeftOut,
    ListBlock,
    Note,
    Paragraph,
    PictureBlock,
    QuoteBlock,
    Table,
)
from videogen.script.dialects import foreign
from videogen.script.dialects.column_marks import gathered
from videogen.script.flatten import flattened
from videogen.script.footnotes import noted, without_marks
from videogen.script.front_matter import FrontMatter, split
from videogen.script.media_blocks import embedded as embedded_in
from videogen.script.media_blocks import file_name, is_remote
from videogen.script.models import CheckpointScene, LearningObjectivesScene, OutroScene, Scene, Script, SectionScene, TitleScene
from videogen.script.notes import language_of, of_blocks
from videogen.script.reading import Reading, ScriptWarning
from videogen.script.section_scenes import SectionBuilder

SUBTITLE_MAX = 140
"""Characters a paragraph may have to stand as the video's subtitle."""
OUTRO_FROM = 6
"""Scenes from which a video without words of its own for the end is closed with a card."""
OUTRO_S = 3.0
TITLE_MAX = 300
_PANDOC = {"LaTeX": "latex", "Org": "org", "AsciiDoc": "asciidoc"}
TITLE_OF_WORDS_MAX = 80
SCENES_MAX = 2000

_COUNTED = re.compile(r"\s*(\d+|[ivxIVX]+)[.):]\s|.*#\s?\d")


def read_markdown(text: str) -> Reading:
    """Return the video in a Markdown document.

    `text` is cleaned. Raises EmptyScript, BadScript or BadOption, with the line at fault.
    """
    if name := foreign.format_of(text):
        hint = f"Convert it to Markdown first, for example with: pandoc -f {_PANDOC.get(name, 'rst')} -t gfm FILE -o script.md"
        raise UnknownFormat(f"This is {name}, which is not read here.", hint=hint, diagnostics=[Diagnostic(f"{name} begins here", line=1)])
    front, body, line = split(text)
    source = dialects.prepared(body, line, front.values)
    content = gathered(flattened("\n".join(source.lines), line=line))
    warnings = [*front.warnings, *sorted(source.warnings, key=lambda warning: warning.line or 0)]
    return reading_of(front, content, warnings, deck=source.deck, dividers=source.dividers)


def reading_of(
    front: FrontMatter,
    content: list[Block],
    warnings: list[ScriptWarning],
    *,
    deck: bool,
    dividers: Set[int] = frozenset(),
    embedded: Mapping[str, bytes] | None = None,
) -> Reading:
    """Return the video in the blocks of a document.

    `deck`: rules part slides, as do headings of the levels in `dividers`. `embedded` are pictures
    of the document's own, by their names."""
    pictures = dict(embedded or {})
    content = [_named(block, pictures) if isinstance(block, PictureBlock) else block for block in content]
    absent = [block for block in content if isinstance(block, PictureBlock) and (is_remote(block.address) or not file_name(block.address))]
    warnings = [*warnings, *_left_out(absent)]
    warnings += [ScriptWarning("left_out", block.message, block.hint, block.line) for block in content if isinstance(block, LeftOut)]
    warnings += [_unknown_language(note) for note in content if isinstance(note, Note) and note.name == LANGUAGE and not language_of(note)]
    footnotes = [block for block in content if isinstance(block, FootnoteBlock)]
    content = [block for block in content if block not in absent and not isinstance(block, (FootnoteBlock, LeftOut))]
    if front.marp:
        scenes = _closed(marp.slide_scenes(content, front.dividers, options=front.options), front.outro if front.outro else "")
    elif deck:
        scenes = _closed(_deck(front, content, dividers), front.outro if front.outro else "")
    else:
        scenes = _document_scenes(front, [block for block in content if not (isinstance(block, Note) and block.name == OTHER)])
    scenes = noted(_named_lists(scenes), footnotes)
    if not scenes:
        raise EmptyScript("There is nothing in the script to show.")
    if len(scenes) > SCENES_MAX:
        where = scenes[SCENES_MAX].line
        raise BadScript(
            f"The script makes {len(scenes)} scenes; {SCENES_MAX} are the most.",
            hint="Split the document and make a video of each part.",
            diagnostics=[Diagnostic(f"scene {SCENES_MAX + 1} begins here", line=where)],
        )
    title = (front.title if front.marp and front.title else None) or _title(content, scenes)
    try:
        return Reading(Script(title=title, options=front.options, scenes=tuple(scenes)), tuple(warnings), pictures)
    except ValidationError as error:  # what a note and a picture of one scene say together
        raise _contradicting(error, scenes) from error


def _named_lists(scenes: list[Scene]) -> list[Scene]:
    """Take the video's title from the lists of a lesson right below it: they are called by what they are, such as "Learning objectives"."""
    if not scenes or not isinstance(scenes[0], TitleScene):
        return scenes
    title = scenes[0].title
    return [
        scene.model_copy(update={"heading": ""})
        if isinstance(scene, (LearningObjectivesScene, CheckpointScene)) and scene.heading == title
        else scene
        for scene in scenes
    ]


def _unknown_language(note: Note) -> ScriptWarning:
    message = f"The note {note.name}: {note.text[:40]} names no language that is known here, and is left out."
    return ScriptWarning("left_out", message, "Write the tag or the name of a language, such as de or German.", note.line)


def _named(block: PictureBlock, pictures: dict[str, bytes]) -> PictureBlock:
    """Return a picture that stands in its address itself under a name, by which it is added to the others."""
    if not _holds_data(block.address) or (data := embedded_in(block.address)) is None:
        return block
    name = f"embedded/{len(pictures) + 1}"
    pictures[name] = data
    return replace(block, address=name)


def _deck(front: FrontMatter, content: Sequence[Block], dividers: Set[int]) -> list[Scene]:
    """Return the scenes of a deck of another tool than Marp: its title is a slide before the others, unless the first one says it."""
    first = next((block for block in content if isinstance(block, Heading)), None)
    if not front.title or (first and _letters(first.text) == _letters(front.title)):
        return marp.slide_scenes(content, dividers, comments=False, options=front.options)
    card = TitleScene(kind="title", title=front.title, subtitle=front.subtitle, line=1)
    return [card, *marp.slide_scenes(content, dividers, opened=True, comments=False, options=front.options)]


def _contradicting(error: ValidationError, scenes: Sequence[Scene]) -> BadScript:
    wrong = error.errors(include_url=False)[0]
    number = next((step for step in wrong["loc"] if isinstance(step, int)), 0)
    message, line = in_words(wrong), scenes[number].line
    return BadScript(f"Line {line}: {message}.", diagnostics=[Diagnostic(message, line=line, path=f"scenes.{number}")])


def _document_scenes(front: FrontMatter, document: Sequence[Block]) -> list[Scene]:
    parts = _parts(document)
    scenes: list[Scene] = []
    titled = front.title is not None
    if front.title is not None:
        _, content = parts.pop(0)
        if parts and parts[0][0] and _letters(parts[0][0].text) == _letters(front.title):
            content = [*content, *parts.pop(0)[1]]
        scenes += _opening(Heading(1, 1, front.title), content, front.subtitle)
    sections: list[tuple[Heading, int]] = []
    for heading, content in parts:
        if heading and heading.level == 1 and not titled:
            titled = True
            scenes += _opening(heading, content, front.subtitle)
            continue
        own_scenes = SectionBuilder(heading.text if heading else "").scenes(content)
        if heading and not own_scenes:
            sections.append((heading, len(scenes)))
            own_scenes = [SectionScene(kind="section", title=heading.text, line=heading.line, **of_blocks(content))]
        scenes += own_scenes
    return _closed(_numbered(scenes, sections), front.outro)


def _letters(text: str) -> str:
    """Return the letters and digits by which two titles are compared."""
    return "".join(letter for letter in inline.plain(text).casefold() if letter.isalnum())


def _parts(content: Sequence[Block]) -> list[tuple[Heading | None, list[Block]]]:
    """Return each heading with what stands below it, up to the next heading; first what stands before any."""
    parts: list[tuple[Heading | None, list[Block]]] = [(None, [])]
    for block in content:
        if isinstance(block, Heading):
            parts.append((block, []))
        else:
            parts[-1][1].append(block)
    return parts


def _opening(heading: Heading, content: Iterable[Block], subtitle: str) -> list[Scene]:
    """Return the title card, with a first short paragraph as its subtitle, then what else stands under the title."""
    waiting = deque(content)
    notes: list[Block] = []
    while waiting and isinstance(waiting[0], Note):
        notes.append(waiting.popleft())
    first = waiting[0] if waiting else None
    if not subtitle and isinstance(first, Paragraph) and _is_subtitle(first, waiting[1] if len(waiting) > 1 else None):
        subtitle = first.text
        waiting.popleft()
        while waiting and isinstance(waiting[0], Note):
            notes.append(waiting.popleft())
    card = TitleScene(kind="title", title=heading.text, subtitle=subtitle, line=heading.line, **of_blocks(notes))
    return [card, *SectionBuilder(heading.text).scenes(waiting)]


def _is_subtitle(first: Paragraph, following: Block | None) -> bool:
    text = inline.plain(first.text)
    return len(text) <= SUBTITLE_MAX and not text.endswith(":") and not isinstance(following, (ListBlock, Code, Table))


def _numbered(scenes: list[Scene], sections: Sequence[tuple[Heading, int]]) -> list[Scene]:
    """Number the sections of the highest level, unless there is only one or their titles are numbered.

    `sections` are the headings that became section cards, and the index of each.
    """
    highest = min((heading.level for heading, _ in sections), default=0)
    cards = [(heading, index) for heading, index in sections if heading.level == highest]
    if len(cards) > 1 and not any(_COUNTED.match(inline.plain(heading.text)) for heading, _ in cards):
        for number, (_, index) in enumerate(cards, 1):
            scenes[index] = scenes[index].model_copy(update={"number": number})
    return scenes


def _closed(scenes: list[Scene], outro: str | None) -> list[Scene]:
    """Return the scenes with a closing card: the words the front matter has for it, or for a long video its title once more, in silence."""
    if outro:
        return [*scenes, OutroScene(kind="outro", title=outro)]
    card = next((scene for scene in scenes if isinstance(scene, TitleScene)), None)
    written = isinstance(scenes[-1], OutroScene) if scenes else False
    if outro is None and card and not written and len(scenes) >= OUTRO_FROM:
        title, subtitle = without_marks(card.title), without_marks(card.subtitle)
        return [*scenes, OutroScene(kind="outro", title=title, text=subtitle, say="", duration_s=OUTRO_S)]
    return scenes


def _title(content: Sequence[Block], scenes: Sequence[Scene]) -> str:
    """Return the title card's title, else the first heading, else the first words."""
    titles = [scene.title for scene in scenes if isinstance(scene, TitleScene)]
    titles += [block.text for block in content if isinstance(block, Heading)]
    texts = [block.text for block in content if isinstance(block, (Paragraph, QuoteBlock))]
    texts += [item.text for block in content if isinstance(block, ListBlock) for item in block.items]
    title = inline.plain(next(iter([*titles, *texts]), "")) or "Untitled"
    most = TITLE_MAX if titles else TITLE_OF_WORDS_MAX
    return title if len(title) <= most else title[: most - 1].rstrip() + "…"


def _left_out(pictures: Iterable[PictureBlock]) -> list[ScriptWarning]:
    """Return one warning for each line with pictures that are on another server, or missing."""
    warnings = []
    for (line, kind), count in Counter((picture.line, _kind(picture.address)) for picture in pictures).items():
        what = "A picture" if count == 1 else f"{count} pictures"
        be = "is" if count == 1 else "are"
        if kind == "data":
            message = f"{what} in the script itself cannot be read and {be} left out."
            warnings.append(ScriptWarning("picture_left_out", message, "Put the file beside the script.", line))
        elif kind == "remote":
            hint = "Pictures are never fetched from other servers."
            warnings.append(ScriptWarning("remote_picture", f"{what} on another server {be} left out.", hint, line))
        else:
            warnings.append(ScriptWarning("picture_left_out", f"{what} without an address {be} left out.", "Name a file.", line))
    return warnings


def _kind(address: str) -> str:
    return "data" if _holds_data(address) else "remote" if is_remote(address) else ""


def _holds_data(address: str) -> bool:
    return address[:5].lower() == "data:"
