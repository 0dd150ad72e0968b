"""Stage `input`, Reading: a submission becomes a document."""

from __future__ import annotations

from dataclasses import dataclass

from videogen.pipeline.reporter import Reporter
from videogen.script import detect_format


@dataclass(frozen=True)
class Submission:
    """A script as it came, and its format if that was said."""

    source: str
    format: str = ""


@dataclass(frozen=True)
class Document:
    """A script and its format: markdown, yaml or json."""

    text: str
    format: str


class Input:
    name = "input"

    def run(self, submission: Submission, report: Reporter) -> Document:
        """Finds out the format where nobody said it."""
        return Document(submission.source, submission.format or detect_format(submission.source))
