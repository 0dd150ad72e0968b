"""Words of lessons by language: what stands above learning objectives, problems and the like, and how the answer of a quiz is said."""

from __future__ import annotations

from dataclasses import dataclass

from videogen.script import word_files


@dataclass(frozen=True)
class LessonWords:
    """The words of one language. In `answer`, `{letter}` is the option's letter and `{text}` what it says; in `minutes`, `{n}` a number."""

    learning_objectives: str
    problem: str
    solution: str
    checkpoint: str
    exercise: str
    answer: str
    minutes: str


_OTHER = LessonWords("", "", "", "", "", "{letter}: {text}", "{n}′")


def lesson_words(language: str) -> LessonWords:
    """Return the words of a language, a BCP 47 tag. The undetermined one is taken for English; where none are written, they are empty."""
    tag = word_files.tag_of(language)
    return LessonWords(**word_files.section(tag, "lessons")) if tag else _OTHER
