"""The kind `import`: a document becomes a script with its pictures, to be corrected before a video is made of it."""

from __future__ import annotations

import json
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from types import FrameType

from pydantic import BaseModel, ConfigDict, Field, field_validator

from models.errors import Diagnostic
from videogen.errors.kinds import BadPayload
from videogen.errors.script import BadDocument, MissingDocument
from videogen.importers import documents
from videogen.importers.document_request import PAGE_RANGES, DocumentRequest, SlideLook
from videogen.importers.imported_script import MergedWarning, merge_warnings
from videogen.kinds.job import Job
from videogen.kinds.kind import Admission, AdmissionContext, Kind, KindLabels
from videogen.media import sniff
from videogen.pipeline.stages import StageInfo

SCRIPT, PICTURE, ABOUT = "script", "picture", "import"
"""Kinds of its artifacts: the script, each file that it shows, and what the two are called (see `write_about`)."""
MAX_REPORTED_WARNINGS = 40
READING_CPU_S = 300.0
"""Seconds of processor after which no more is read of a document. LibreOffice, a process of its own, has a limit of its own."""
KILL_AFTER_S = 60
"""Seconds of processor after that until a renderer is killed whose library does not let itself be interrupted."""


class ImportPayload(BaseModel):
    """A document, and how its script is to be."""

    model_config = ConfigDict(extra="forbid")

    document: str = Field(
        max_length=200, description="The document's name, with its ending: that of one of the task's files.", examples=["talk.pptx"]
    )
    slides: SlideLook = Field(
        "rebuilt",
        description="Whether a presentation is rebuilt in layouts (`rebuilt`), or each slide is shown as a picture (`pictures`, which needs"
        " LibreOffice). Pages of a PDF are always pictures.",
    )
    pages: str = Field("", max_length=200, description="Slides or pages to take, such as `1-5, 8`; by default all.")
    prefix: str = Field("", max_length=200, description="What the names of pictures begin with in the script.", pattern=r"^[^\x00-\x1f]*$")

    @field_validator("pages")
    @classmethod
    def _is_ranges(cls, value: str) -> str:
        if value and not PAGE_RANGES.fullmatch(value):
            raise ValueError("has to be numbers and ranges, such as 1-5, 8")
        return value


def admit(payload: ImportPayload, _context: AdmissionContext) -> Admission:
    """Admit an import. Raises BadPayload for a document that cannot be imported, and ExtraMissing for one that cannot be read here."""
    try:
        documents.check_libraries(payload.document)
    except BadDocument as error:
        raise BadPayload(error.detail, hint=error.hint, diagnostics=[Diagnostic(error.hint, path="payload.document")]) from error
    return Admission(PurePath(payload.document).name)


class _OutOfTime(BaseException):
    """The time for reading is over. No `Exception`: importers catch those, for what libraries raise of damaged parts."""


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise BadDocument when what is done here has used so many seconds of processor. For the main thread alone."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise _OutOfTime

    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    kill_at = int(used + seconds) + KILL_AFTER_S
    if soft == resource.RLIM_INFINITY or kill_at < soft:
        resource.setrlimit(resource.RLIMIT_CPU, (kill_at, hard))
    before = signal.signal(signal.SIGPROF, interrupt)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    except _OutOfTime as error:
        raise BadDocument(
            f"Reading the document takes longer than {seconds:g} s.",
            hint="Split it, or import a part of it with `pages`; save it again in the program that it was made with.",
        ) from error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def run_import(job: Job) -> None:
    """Read the document, and publish the script and its files."""
    payload: ImportPayload = job.payload
    path = job.inputs.get(payload.document)
    with job.stage("read") as stage:
        if path is None or not path.is_file():
            raise MissingDocument(f"The document {payload.document} is not among the files of the task.")
        request = DocumentRequest(
            path,
            payload.document,
            job.work / "pictures",
            prefix=payload.prefix,
            slides=payload.slides,
            pages=payload.pages,
            progress=lambda done, of: stage.progress(done / max(of, 1), "Reading", done=done, of=of),
        )
        with cpu_limit(READING_CPU_S):
            imported = documents.import_document(request)
        warnings = merge_warnings(imported.warnings)
        for warning in warnings[:MAX_REPORTED_WARNINGS]:
            stage.warn(warning.code, f"{warning.place}: {warning.message}" if warning.place else warning.message)
        if len(warnings) > MAX_REPORTED_WARNINGS:
            stage.warn("left_out", f"There are {len(warnings) - MAX_REPORTED_WARNINGS} more warnings.", "The editor shows them all.")
    with job.stage("write") as stage:
        names = list(imported.assets)
        for position, name in enumerate(names, 1):
            file = imported.assets[name]
            stage.artifact(PICTURE, file, sniff.media_type(file), position)
            stage.progress(position / (len(names) + 1), "Writing", done=position, of=len(names))
        script = job.work / "script.md"
        script.write_text(imported.script, encoding="utf-8")
        stage.artifact(ABOUT, write_about(job.work / "import.json", imported.title, names, warnings), "application/json")
        stage.artifact(SCRIPT, script, "text/markdown")


def write_about(path: Path, title: str, names: list[str], warnings: list[MergedWarning]) -> Path:
    """Write what is known of an import beside its script: {title, format, files: [names in the script, by position], warnings}."""
    about = {"title": title, "format": "markdown", "files": names, "warnings": [warning.to_json() for warning in warnings]}
    path.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return path


IMPORT = Kind(
    name="import",
    label="Import",
    payload=ImportPayload,
    stages=(StageInfo("read", "Reading the document", 0.9), StageInfo("write", "Writing the script", 0.1)),
    handler="videogen.kinds.document_import:run_import",
    artifacts={SCRIPT: "Script (Markdown)", PICTURE: "Picture", ABOUT: "Title and warnings (JSON)"},
    labels=KindLabels(
        running="Importing",
        completed="Your script is ready",
        failed="The document could not be imported",
        took="Imported in {elapsed_s|duration}",
    ),
    quick=True,
    admit=admit,
)
