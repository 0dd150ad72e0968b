"""A script that is still being written: what can be planned of it, and why it would be refused as it stands."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from models.errors import Fault, MissingFile, VideogenError
from videogen.errors.rendering import LanguageNotSpoken, VoiceUnavailable
from videogen.errors.script import BadScript, ScriptNotText
from videogen.pipeline import speakers
from videogen.pipeline.input import InputStage, SubmittedScript
from videogen.pipeline.parsing import ParsingStage, Plan
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.reporter import Reporter
from videogen.script import detect_format
from videogen.script.readable import without
from videogen.script.source import clean
from videogen.voices import registry

TRIES = 20
TRYING_S = 1.0
REFUSALS = (BadScript, MissingFile, VoiceUnavailable, LanguageNotSpoken)
SILENT_REPORTER = Reporter("sketch", lambda report: None)


@dataclass(frozen=True)
class Draft:
    """`plan` has the scenes that can be read, None where none can. `problem` is why the film could not be made, None when it could; its
    faults are all that were found."""

    plan: Plan | None
    problem: VideogenError | None


def plan_draft(request: RenderRequest) -> Draft:
    """Plans a request's film, without what is at fault."""
    problem: VideogenError | None = None
    submission = SubmittedScript(request.source, request.format or detect_format(request.source), request.assets)
    options = request.options
    if request.piper:
        registry.look_in(request.piper)
    deadline = time.monotonic() + TRYING_S
    for _ in range(TRIES):
        try:
            document = InputStage().run(submission, SILENT_REPORTER)
            plan = ParsingStage(options, request.voice, request.theme, request.work).run(document, SILENT_REPORTER)
        except REFUSALS as error:
            problem = _joined(problem, error, submission.format)
            less = _without(submission, error)
            fewer = {name: value for name, value in options.items() if not _blames(error, f"options.{name}")}
            if (less, fewer) == (submission, options) or time.monotonic() > deadline:
                break
            submission, options = less, fewer
        else:
            return Draft(plan, problem or _silence(plan))
    return Draft(None, problem)


def _without(submission: SubmittedScript, error: VideogenError) -> SubmittedScript:
    """The submission without the scenes and files that are at fault."""
    assets = {name: path for name, path in submission.assets.items() if not _blames(error, f"assets.{name}")}
    lines = [] if isinstance(error, ScriptNotText) else [fault.line for fault in error.faults if fault.line]
    source = without(clean(submission.source), submission.format, lines) if lines else submission.source
    return SubmittedScript(source, submission.format, assets)


def _blames(error: VideogenError, path: str) -> bool:
    """Whether a part of the request, and not of the script, is at fault."""
    return any(fault.path == path and not fault.line for fault in error.faults)


def _silence(plan: Plan) -> VideogenError | None:
    """Why the film's voices cannot speak."""
    try:
        speakers.check(plan.script, plan.script.options)
    except REFUSALS as error:
        return error
    return None


def _joined(problem: VideogenError | None, found: VideogenError, format: str) -> VideogenError:
    """The first problem, with the faults that were found once its own were out of the way.

    Those in the frame of a YAML script may come of what was left out, and the others' paths count without it.
    """
    if problem is None:
        return found
    known = {fault.line for fault in problem.faults}
    more = [replace(fault, path=None) for fault in found.faults if fault.line and fault.line not in known and _of_a_scene(fault, format)]
    return type(problem)(problem.detail, hint=problem.hint, faults=[*problem.faults, *more])


def _of_a_scene(fault: Fault, format: str) -> bool:
    return format == "markdown" or (fault.path or "").startswith("scenes.")
