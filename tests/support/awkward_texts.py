"""Any text there is, and what would be a frame of its own if it got through as it is."""

from __future__ import annotations

from hypothesis import strategies as st

# Every character there is, and those that end lines in one place or another more often than by chance.
CHARACTERS = st.characters(exclude_categories=()) | st.sampled_from("\r\n\0\x0b\x0c\x1c\x85\u2028\u2029\ufeff:\ud800\U0001f600 ")
FORGED = ["\n\ndata: forged\n\n", "\r\revent: end\rdata: {}\r\r", "\r\n\r\nid: 00000000-9\r\n\r\n", ": comment\n", "retry: 1\n"]
TEXTS = st.text(CHARACTERS) | st.sampled_from(FORGED)
LEAVES = TEXTS | st.integers() | st.booleans() | st.none()
VALUES = st.dictionaries(TEXTS, st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8))
