"""One script in several languages, section by section: what belongs together, and where one has changed and another not yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from models.errors import Diagnostic
from videogen.errors.script import BadScript
from videogen.script.sections import is_front_matter, sections, without_language

PLACES = 8
"""Sections that a warning names; of the others it says how many they are."""
TITLE_CHARACTERS = 40
NEAR = 8
"""So many sections further a changed one is looked for where others came or went."""
Mark = Literal["", "missing", "text", "base"]


@dataclass(frozen=True)
class SectionPair:
    """A section of the script, `base`, and what it says in the other language, `text`; both were `agreed_base` and `agreed`
    when they agreed last.
    """

    base: str
    text: str = ""
    agreed_base: str = ""
    agreed: str = ""

    @property
    def mark(self) -> Mark:
        """Return what is to be looked at: `missing` where there is no text yet, `text` where only the script has changed, `base` where only
        the other language has."""
        if not self.text:
            return "" if is_front_matter(self.base) else "missing"
        if (self.base != self.agreed_base) == (self.text != self.agreed):
            return ""
        return "text" if self.base != self.agreed_base else "base"

    @property
    def settled(self) -> SectionPair:
        """Return the pair as one that agrees."""
        return SectionPair(self.base, self.text, self.base, self.text)


def align(base: Sequence[str], known: Sequence[SectionPair]) -> list[SectionPair]:
    """Return a pair for each section of the script as it is now: with the text of the section that it was, none for a new one."""
    pairs = [SectionPair(section) for section in base]
    before = [pair.agreed_base or pair.base for pair in known]
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, before, list(base), autojunk=False).get_opcodes():
        if tag not in ("equal", "replace"):
            continue
        for old, new in _matches(before[old_from:old_to], list(base[new_from:new_to])):
            pair = known[old_from + old]
            pairs[new_from + new] = SectionPair(base[new_from + new], pair.text, pair.agreed_base, pair.agreed)
    return pairs


def _matches(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return which sections of a stretch are the same ones, changed: in order those that are alike, if there are as many all of them."""
    if len(old) == len(new):
        return [(index, index) for index in range(len(old))]
    matches, after = [], 0
    for index, section in enumerate(old):
        likely = [
            (SequenceMatcher(None, section[:400], new[at][:400], autojunk=False).ratio(), at)
            for at in range(after, min(after + NEAR, len(new)))
        ]
        if likely and (best := max(likely, key=lambda pair: (pair[0], -pair[1])))[0] > 0.4:
            matches.append((index, best[1]))
            after = best[1] + 1
    return matches


def change(pairs: Sequence[SectionPair], texts: Sequence[str | None], confirmed: Sequence[int] = ()) -> list[SectionPair]:
    """Return the pairs with other texts, None for the one before, and with those at `confirmed` agreed on as they are.

    A text that answers a change of the script agrees with it; the first text of a section does, too. Another text is to be looked at in
    the script.
    """
    changed = []
    for index, pair in enumerate(pairs):
        given = texts[index] if index < len(texts) else None
        text = pair.text if given is None else given.strip()
        was_marked, is_first = pair.mark == "text", not pair.text
        after = SectionPair(pair.base, text, pair.agreed_base, pair.agreed)
        answers = text != pair.text and (was_marked or is_first)
        changed.append(after.settled if index in confirmed or answers or (text and not after.mark) else after)
    return changed


def texts_of(base: Sequence[str], source: str, language: str) -> list[str | None]:
    """Return the texts of a whole script in another language, for each section of this one. Raises BadScript where they are not as many."""
    own: list[str | None] = list(sections(source, "markdown"))
    has_front, own_front = bool(base) and is_front_matter(base[0]), bool(own) and is_front_matter(own[0] or "")
    if has_front and not own_front:
        own.insert(0, None)
    elif own_front and not has_front:
        own = own[1:]
    if len(own) != len(base):
        here, there = len(own) - has_front, len(base) - has_front
        message = f"has {here} section{'' if here == 1 else 's'}, and the script has {there}"
        hint = "Each heading of one has to have its heading in the other, in the same order."
        raise BadScript(f"The script in {language} {message}.", hint=hint, diagnostics=[Diagnostic(message, path=f"languages.{language}")])
    return own


def untranslated(base: Sequence[str], sections: Sequence[str]) -> list[str]:
    """Return the places, as number and title, of sections in another language that say what a section of the script does, in its words."""
    own = {section for section in base if not is_front_matter(section) and any(map(str.isalpha, section))}
    return [f"{number} ({_title(section)})" for number, section in enumerate(sections, 1) if section in own]


def untranslated_warning(language: str, own_language: str, places: Sequence[str]) -> str:
    """Return a warning about sections that have no text of their own in a language."""
    named = ", ".join(places[:PLACES]) + (f" and {len(places) - PLACES} more" if len(places) > PLACES else "")
    which = f"Section {named} is" if len(places) == 1 else f"Sections {named} are"
    return f"{which} in {language} as in the script: there the video is in {own_language}."


def _title(section: str) -> str:
    """Return the first words of a section, for people."""
    line = " ".join(next((line for line in section.splitlines() if any(map(str.isalnum, line))), "").split()).strip("#-*> ")
    return line if len(line) <= TITLE_CHARACTERS else f"{line[:TITLE_CHARACTERS].rstrip()}…"


def script_in(pairs: Sequence[SectionPair]) -> str:
    """Return the script in the other language; what has no text yet is in the language of the script."""
    texts = [pair.text or (without_language(pair.base) if is_front_matter(pair.base) else pair.base) for pair in pairs]
    return "\n\n".join(text for text in texts if text.strip()) + "\n"
