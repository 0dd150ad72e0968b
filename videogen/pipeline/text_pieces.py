"""Two texts as one: pieces that are the same, that went, and that came."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

WORDS_MAX = 5000
"""Of longer texts it is only told that they differ."""
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|\s+|[^\w\s]")


def difference(before: str, after: str) -> list[dict[str, str]]:
    """Return two texts as one: pieces {text, change}, of which those that are not "added" are the first, those not "removed" the second."""
    if before == after:
        return [{"text": after, "change": "same"}] if after else []
    old, new = words(before), words(after)
    if max(len(old), len(new)) > WORDS_MAX:
        return [{"text": text, "change": change} for text, change in ((before, "removed"), (after, "added")) if text]
    stretches: list[tuple[bool, str, str]] = []  # whether it is the same, and what either text says there
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        stretch = tag == "equal", "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        between = len(stretches) > 1 and stretches[-1][0] and not stretch[0]
        if between and not re.search(r"\w", stretches[-1][1]):  # a space between two changes belongs to them
            (_, old_first, new_first), (_, space, _) = stretches[-2:]
            stretches[-2:] = [(False, old_first + space + stretch[1], new_first + space + stretch[2])]
        else:
            stretches.append(stretch)
    pieces: list[dict[str, str]] = []
    for same, was, now in stretches:
        sides = [(now, "same")] if same else [(was, "removed"), (now, "added")]
        pieces += [{"text": text, "change": change} for text, change in sides if text]
    return pieces


def words(text: str) -> list[str]:
    """Split a text into words, spaces and signs; letters of scripts without spaces stand alone."""
    return WORD.findall(text)
