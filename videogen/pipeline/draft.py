"""Drafts: plan what can be planned of an unfinished script, and say why it would be refused."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from models.errors import Diagnostic, MissingFile, VideogenError
from videogen.errors.rendering import LanguageNotSpoken, VoiceUnavailable
from videogen.errors.script import BadScript, ScriptNotText
from videogen.pipeline import speakers
from videogen.pipeline.input import InputStage, SubmittedScript
from videogen.pipeline.parsing import ParsingStage, Plan
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.reporter import SILENT_REPORTER
from videogen.script import detect_format
from videogen.script.limits import ScriptLimits
from videogen.script.readable import without
from videogen.script.source import clean
from videogen.script.theme_names import use_theme_directory
from videogen.voices import engines

TRIES = 20
TRYING_S = 1.0
REFUSALS = (BadScript, MissingFile, VoiceUnavailable, LanguageNotSpoken)
FALLBACK_THEME = "slate"
"""What a draft is shown in whose own theme cannot be used."""


@dataclass(frozen=True)
class Draft:
    """A planned draft. `plan` has the scenes that can be read, None if none can. `problem` is why the script would be refused, with all
    its diagnostics; None if it would not."""

    plan: Plan | None
    problem: VideogenError | None


def plan_draft(request: RenderRequest) -> Draft:
    """Plan a video without the scenes, options and files that have errors: leave them out and try again, up to TRIES times."""
    problem: VideogenError | None = None
    submission = SubmittedScript(request.source, request.format or detect_format(request.source), request.assets)
    options, limits = request.options, ScriptLimits(**request.script_limits)
    if request.piper:
        engines.use_piper_directory(request.piper)
    use_theme_directory(request.themes)
    deadline = time.monotonic() + TRYING_S
    for _ in range(TRIES):
        try:
            document = InputStage().run(submission, SILENT_REPORTER)
            plan = ParsingStage(options, request.voice, request.theme, request.work, request.language, limits).run(
                document, SILENT_REPORTER
            )
        except REFUSALS as error:
            problem = _merge_problems(problem, error, submission.format)
            reduced = _without(submission, error)
            remaining_options = {name: value for name, value in options.items() if not _blames(error, f"options.{name}")}
            if _blames(error, "options.theme") and "theme" not in options:  # the script's own, or the default
                remaining_options["theme"] = FALLBACK_THEME
            if (reduced, remaining_options) == (submission, options) or time.monotonic() > deadline:
                break
            submission, options = reduced, remaining_options
        else:
            return Draft(plan, problem or _voice_problem(plan))
    return Draft(None, problem)


def _without(submission: SubmittedScript, error: VideogenError) -> SubmittedScript:
    """Return the submission without the scenes and files that have errors."""
    assets = {name: path for name, path in submission.assets.items() if not _blames(error, f"assets.{name}")}
    lines = [] if isinstance(error, ScriptNotText) else [diagnostic.line for diagnostic in error.diagnostics if diagnostic.line]
    source = without(clean(submission.source), submission.format, lines) if lines else submission.source
    return SubmittedScript(source, submission.format, assets)


def _blames(error: VideogenError, path: str) -> bool:
    """Return whether the error is in the part `path` of the request and not in the script."""
    return any(diagnostic.path == path and not diagnostic.line for diagnostic in error.diagnostics)


def _voice_problem(plan: Plan) -> VideogenError | None:
    """Return why a voice of the video cannot speak, None if all can."""
    try:
        speakers.check(plan.script, plan.script.options)
    except REFUSALS as error:
        return error
    return None


def _merge_problems(problem: VideogenError | None, other: VideogenError, format: str) -> VideogenError:
    """Return the first problem with the diagnostics that were found after its own were left out.

    Diagnostics outside of the scenes of a YAML script may be caused by what was left out, and paths no longer fit: both are dropped.
    """
    if problem is None:
        return other
    known = {diagnostic.line for diagnostic in problem.diagnostics}
    more = [
        replace(diagnostic, path=None)
        for diagnostic in other.diagnostics
        if diagnostic.line and diagnostic.line not in known and _of_a_scene(diagnostic, format)
    ]
    return type(problem)(problem.detail, hint=problem.hint, diagnostics=[*problem.diagnostics, *more])


def _of_a_scene(diagnostic: Diagnostic, format: str) -> bool:
    return format == "markdown" or (diagnostic.path or "").startswith("scenes.")
