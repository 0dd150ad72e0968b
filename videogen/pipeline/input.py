"""Stage `input`, Reading: a submission becomes a document and the files that it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models.errors import Fault, MissingFile
from videogen.pipeline.reporter import Reporter
from videogen.script import detect_format


@dataclass(frozen=True)
class SubmittedScript:
    """A script as it came, its format if that was said, and the files that came with it, by their names."""

    source: str
    format: str = ""
    assets: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """A script, its format (markdown, yaml or json), and its files by name; each lies under the SHA-256 of its content."""

    text: str
    format: str
    assets: Mapping[str, Path] = field(default_factory=dict)


class InputStage:
    name = "input"

    def run(self, submission: SubmittedScript, report: Reporter) -> Document:
        """Finds out the format where nobody said it. Raises MissingFile when a file is gone that was there when it was submitted."""
        if gone := [name for name, path in submission.assets.items() if not path.is_file()]:
            faults = [Fault("is gone", path=f"assets.{name}") for name in gone]
            raise MissingFile(f"The file {gone[0]} is gone.", hint="Submit the script again, with its files.", faults=faults)
        return Document(submission.source, submission.format or detect_format(submission.source), submission.assets)
