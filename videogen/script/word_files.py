"""The words of each language, from the files `words/TAG.yaml`: a section for each module that says something in a video's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from videogen.script.languages import AUTO, ENGLISH, primary

DIRECTORY = Path(__file__).parent / "words"


@cache
def written_languages() -> frozenset[str]:
    """Return the tags of the languages that have a file."""
    return frozenset(file.stem for file in DIRECTORY.glob("*.yaml"))


def tag_of(language: str) -> str | None:
    """Return the tag of the file for a language, a BCP 47 tag; None where none is written. The undetermined one is taken for English."""
    tag = ENGLISH if language == AUTO else primary(language)
    return tag if tag in written_languages() else None


def section(tag: str, name: str) -> Mapping[str, Any]:
    """Return a section of the file of a tag."""
    words: Mapping[str, Any] = _read(tag)[name]
    return words


@cache
def _read(tag: str) -> Mapping[str, Any]:
    import yaml  # a command that only hands a script on needs no words

    # The C parser takes 2 ms, the other one ten times as long; both are safe loaders.
    loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    sections: Mapping[str, Any] = yaml.load((DIRECTORY / f"{tag}.yaml").read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return sections
