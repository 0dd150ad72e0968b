"""Spoken text, cut where a speaker would take breath: the unit that is synthesised, cached and captioned."""

from __future__ import annotations

import re
from collections.abc import Iterable

SENTENCE_MAX = 260
"""Characters a sentence may have before it is cut at a clause: voices and captions have limits of their own."""

STOPS_OF_OTHERS = "؟۔।॥።։។။"
"""What ends a sentence in Arabic, Urdu, Hindi, Amharic, Armenian, Khmer and Burmese."""

_END = re.compile(rf"(?::(?=\s+\d{{1,3}}\.\s)|[.!?…{STOPS_OF_OTHERS}]+[\"'’”“»«)\]]*(?=\s)|[。！？｡]+[」』”’）]*|(?<=\S)\n+)\s*")
_WIDE_STOPS = "。！？｡」』）"
_ALWAYS = """
dr mr mrs ms prof st no nos fig figs sec ch vol cf approx e.g i.e vs
ing arch lab geom rag
z.b d.h nr ca u.a z.t v.a s.o i.d.r abb bd hr fr ggf evtl inkl zzgl vgl bzgl gem jhdt mrd mio tsd
mm mme mlle p.ex c.-à-d chap éd env av j.-c sr sra srta dra p.ej ee núm pág ud uds sig sig.ra dott avv p.es pag
bijv d.w.z o.a blz dhr mevr m.b.t t.o.v i.p.v np tzn tj m.in ul godz т.е им ул см рис стр тыс напр örn bkz
"""
_BEFORE_A_NAME = frozenset(_ALWAYS.split())
"""Abbreviations that never end a sentence."""
_ABBREVIATIONS = _BEFORE_A_NAME | frozenset(
    "jr sr etc ed eds p pp al inc ltd co corp dept est gov a.m p.m u.s u.k ph.d jan feb mar apr jun jul aug sep sept oct nov dec"  # noqa: SIM905
    " bzw usw bspw etc ecc enz itd itp т.д т.п г гг руб vb".split()
)
_ORDINALS_WITH_A_STOP = frozenset("de da nb nn no fi cs sk sl hr hu et lv is tr pl sr".split())  # noqa: SIM905
"""Languages that write the third as "3."."""
"""Abbreviations that end one only before a capital."""
_LAST_WORD = re.compile(r"[^\s\"'‘“„«(\[]{1,40}\Z")
_OPAQUE = re.compile("\ufdd0[^\ufdd1]*\ufdd1")
"""Inline code, between the marks of `words`: no sentence ends within it."""
_CLAUSE = re.compile(r"(?<=[,;:–—،؛])\s+|(?<=[、，；：])")


def sentences(text: str, language: str = "en") -> tuple[str, ...]:
    """Return the sentences of a text, in order, each on one line, none empty.

    Joined they are the text, except for white space.
    """
    ordinals = language.split("-")[0].lower() in _ORDINALS_WITH_A_STOP
    result = []
    start = 0
    opaque = _OPAQUE.sub(lambda code: "x" * len(code.group()), text)
    for end in _END.finditer(opaque):
        if "\n" in end.group() or _ends(opaque, start, end, ordinals):
            result.append(text[start : end.end()])
            start = end.end()
    result.append(text[start:])
    return tuple(part for sentence in result for part in _cut(" ".join(sentence.split())) if part)


def joined(parts: Iterable[str]) -> str:
    """Return sentences as a paragraph. None of Chinese or Japanese has a space after its stop."""
    return "".join(part if not part or part[-1] in _WIDE_STOPS else f"{part} " for part in parts).rstrip()


def _ends(text: str, start: int, end: re.Match[str], ordinals: bool) -> bool:
    """Return whether a stop with white space after it is the end of a sentence, and not of an abbreviation, an initial or a number."""
    mark = end.group().strip()
    following = text[end.end() : end.end() + 1]
    stops = mark.rstrip("\"'’”“»«)]")
    if stops != ".":
        return not (following.islower() and (stops != mark or stops.startswith((".", "…"))))
    match = _LAST_WORD.search(text, start, end.start())
    word = match.group() if match else ""
    if word.isdecimal():
        if ordinals and len(word) <= 2:
            return False
        return text[start : end.start()].removesuffix(word).rstrip(" \"'“(")[-1:] not in ("", ":", ".", "!", "?")
    if len(word) == 1 and word != "I" and (word.isupper() or (word.islower() and word != "y")):
        return False
    name = word.lower()
    return name not in _ABBREVIATIONS or (name not in _BEFORE_A_NAME and following.isupper())


def _cut(sentence: str) -> list[str]:
    """Return a sentence in parts of at most SENTENCE_MAX characters, cut at clauses, else between words, else anywhere."""
    parts = [sentence]
    for pattern in (_CLAUSE, re.compile(r"\s+"), re.compile(r"(?s)(?<=.)")):
        parts = [shorter for part in parts for shorter in _packed(part, pattern)]
    return parts


def _packed(text: str, pattern: re.Pattern[str]) -> list[str]:
    if len(text) <= SENTENCE_MAX:
        return [text]
    cuts = [match.end() for match in pattern.finditer(text)] + [len(text)]
    parts, start, last = [], 0, 0
    for cut in cuts:
        if cut - start > SENTENCE_MAX and last > start:
            parts.append(text[start:last].strip())
            start = last
        last = cut
    return [*parts, text[start:].strip()]
