"""Stage `input`, Reading: turn a submitted script into a document with its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models.errors import Diagnostic, MissingFile
from videogen.pipeline.reporter import Reporter
from videogen.script import detect_format


@dataclass(frozen=True)
class SubmittedScript:
    """A script as submitted, its format (empty: unknown), and its files by name."""

    source: str
    format: str = ""
    assets: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """A script, its format (markdown, yaml or json), and its files by name; each file is named by the SHA-256 of its content."""

    text: str
    format: str
    assets: Mapping[str, Path] = field(default_factory=dict)


class InputStage:
    name = "input"

    def run(self, submission: SubmittedScript, report: Reporter) -> Document:
        """Detect the format if it is not given. Raises MissingFile if a file has disappeared since the submission."""
        if missing := [name for name, path in submission.assets.items() if not path.is_file()]:
            diagnostics = [Diagnostic("is gone", path=f"assets.{name}") for name in missing]
            raise MissingFile(f"The file {missing[0]} is gone.", hint="Submit the script again, with its files.", diagnostics=diagnostics)
        return Document(submission.source, submission.format or detect_format(submission.source), submission.assets)
