"""Words said in another way than they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from videogen.script import inline


def pronounced(text: str, sounds: Mapping[str, str], language: str = "en") -> str:
    """Replace each whole word that `sounds` names by its pronunciation.

    A word in small letters is meant however it is capitalised, one with capitals only as it is written: `it` is not `IT`. The longest
    goes first, and what was replaced is not looked at again.
    """
    if not sounds:
        return text
    pattern, spellings = _compiled(tuple(sounds.items()), language)
    return " ".join(pattern.sub(lambda match: spellings[match.lastgroup or ""], text).split())


@lru_cache(maxsize=16)
def _compiled(sounds: tuple[tuple[str, str], ...], language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Compile one pattern of all words, a group each.

    Sentences arrive as spoken (`node dot js`), so both forms are looked for.
    """
    branches, spellings = [], {}
    for number, (word, sound) in enumerate(sorted(sounds, key=lambda pair: -len(pair[0]))):
        ways = "|".join(_whole(way) for way in dict.fromkeys((word, inline.spoken(word, language))) if way.strip())
        if ways:
            spellings[f"w{number}"] = sound
            branches.append(f"(?P<w{number}>{ways if word != word.lower() else f'(?i:{ways})'})")
    return re.compile("|".join(branches) or r"(?!)"), spellings


def _whole(word: str) -> str:
    """Return the word where it is not part of a longer one; scripts without spaces between words have no such place."""
    word = word.strip()
    before = r"(?<!\w)" if _spaced(word[0]) else ""
    after = r"(?!\w)" if _spaced(word[-1]) else ""
    return before + r"\s+".join(map(re.escape, word.split())) + after


def _spaced(letter: str) -> bool:
    return letter.isalnum() and not "\u2e80" <= letter <= "\ua4cf"
