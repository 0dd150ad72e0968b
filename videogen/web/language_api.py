"""Languages in the API: a draft in other languages, side by side, and one script in several languages as a set of videos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from models import draft, draft_language, intake
from models.draft_language import TranslatedSection
from models.errors import Diagnostic, DraftNotFound, QueueFull
from videogen.errors.request import BadRequest
from videogen.errors.script import BadScript
from videogen.kinds.video_set import specs_of_set
from videogen.pipeline.script_languages import untranslated_warning
from videogen.pipeline.set_titles import set_title
from videogen.script.languages import AUTO, name_of, tag_of
from videogen.voices import engines
from videogen.web import draft_shapes, submission, submission_shapes
from videogen.web.api import IDEMPOTENCY_KEY, REFUSED_SCRIPT, REFUSED_TASK, idempotency_key
from videogen.web.operations import Operation, described
from videogen.web.services import current_services
from videogen.web.sets import describe

blueprint = Blueprint("languages", __name__, url_prefix="/api")

LANGUAGES_MAX = 40
SECTIONS_MAX = 2000
TEXT_MAX = 200_000
OF_DRAFT = Operation("Drafts", draft_shapes.LanguageJson, errors=(DraftNotFound, BadRequest, *REFUSED_SCRIPT))


@blueprint.get("/drafts/<draft_id>/languages")
@described(OF_DRAFT.but(answer=draft_shapes.DraftLanguages))
def show(draft_id: str) -> ResponseReturnValue:
    """Return a draft in its other languages, section by section, with marks where one has changed and the other not yet."""
    with current_services().store.reading() as read:
        known, content = draft_language.of_draft(read, draft_id), draft.find(read, draft_id).content
    own = _language_of(content.script, content.format, content.options)
    languages = [_aligned(draft_id, language, sections) for language, sections in known.items()]
    return jsonify({"language": own, "name": name_of(own), "languages": languages})


@blueprint.put("/drafts/<draft_id>/languages/<language>")
@described(OF_DRAFT.but(body=draft_shapes.NewTexts))
def save(draft_id: str, language: str) -> ResponseReturnValue:
    """Keep what sections of a draft say in another language. A text that answers a change of the draft is marked no longer."""
    tag, body, services = _tag(language), submission.json_body(), current_services()
    texts, whole, confirmed = body.get("texts") or [], body.get("script"), body.get("confirmed") or []
    if not isinstance(texts, list) or len(texts) > SECTIONS_MAX or not all(text is None or _is_text(text) for text in texts):
        raise _bad("texts", f"Must be a list of texts of at most {TEXT_MAX:,} characters, null for those that stay.")
    if whole is not None and not isinstance(whole, str):
        raise _bad("script", "Must be text.")
    if not isinstance(confirmed, list) or not all(isinstance(index, int) and not isinstance(index, bool) for index in confirmed):
        raise _bad("confirmed", "Must be a list of numbers of sections, from 0.")
    with services.store.reading() as read:
        known = draft_language.of_draft(read, draft_id)
    if tag not in known and len(known) >= LANGUAGES_MAX:
        raise _bad("language", f"A draft has at most {LANGUAGES_MAX} languages.")
    changes = {"texts": texts, "whole": whole, "confirmed": confirmed}
    aligned = _aligned(draft_id, tag, known.get(tag, []), changes)
    return jsonify(aligned)


@blueprint.delete("/drafts/<draft_id>/languages/<language>")
@described(OF_DRAFT.but(answer=draft_shapes.RemovedLanguage, errors=(DraftNotFound, BadRequest)))
def remove(draft_id: str, language: str) -> ResponseReturnValue:
    """Remove a language of a draft, with its texts."""
    tag = _tag(language)
    draft_language.remove(current_services().store, draft_id, tag)
    return jsonify({"language": tag, "removed": True})


@blueprint.post("/languages")
@described(
    Operation(
        "Sets",
        submission_shapes.LanguagesJson,
        status=201,
        errors=(BadRequest, *REFUSED_TASK),
        parameters=(IDEMPOTENCY_KEY,),
        body=submission_shapes.NewLanguages,
        headers=("Location",),
    )
)
def submit() -> ResponseReturnValue:
    """Make a video of a script in each of several languages: a set, as POST /api/sets makes one. All are submitted or none.

    A voice that does not speak a language is left out there, and one that does is taken. A section that has no text of its own in a
    language is a warning, and no error.
    """
    services, body, key = current_services(), submission.json_body(), idempotency_key()
    languages, own = body.pop("languages", None), body.pop("language", None)
    title = body.pop("title", "")
    if not isinstance(languages, dict) or not 1 <= len(languages) <= LANGUAGES_MAX or not all(map(_is_text, languages.values())):
        raise _bad("languages", f"Must be an object of 1 to {LANGUAGES_MAX} scripts by their languages.")
    if not isinstance(title, str):
        raise _bad("title", "Must be text.")
    first = submission.any_of_body(body)
    assert isinstance(first, submission.Submission)
    own = _language_of(first.script, first.format or "", first.options) if own is None else _tag(own)
    others = {_tag(name): script for name, script in languages.items()}
    if own in others:
        wrong = Diagnostic("is the language of the script", path=f"languages.{own}")
        hint = "Name the language of the script with language, and other ones in languages."
        raise BadScript(f"The script is in {name_of(own)} itself.", hint=hint, diagnostics=[wrong])
    scripts = {own: first.script} | others
    specs = []
    for number, (tag, script) in enumerate(scripts.items(), 1):
        services.submission_limiter.check(request.remote_addr or "")
        with submission.place(lambda path, tag=tag: f"languages.{tag}.{path}" if path else f"languages.{tag}"):  # type: ignore[misc]
            options = options_in(first.options, tag)
            spec = submission.spec_of(replace(first, script=script, options=options), f"{key}/{number}" if key else None)
        specs.append(replace(spec, title=f"{spec.title} ({name_of(tag)})"))
    most = services.settings.max_queued
    if len(specs) >= most:
        raise QueueFull(f"{len(specs)} videos and their set do not fit into the queue, which has {most} places.")
    places = services.readers.untranslated(first.script, others, key=request.remote_addr or "")
    warnings = [untranslated_warning(name_of(tag), name_of(own), named) for tag, named in places.items() if named]
    tasks = specs_of_set(specs, set_title(title, [spec.title for spec in specs]), services.settings.attempts, key)
    with services.hub_throttle.turn():
        end = intake.submit_all(services.store, tasks, max_queued=most)[-1].task
    with services.hub_throttle.turn(), services.store.reading() as read:
        described_set = describe(read, end)
    return jsonify(described_set | {"warnings": warnings}), 201, {"Location": url_for("sets.show", task_id=end.id)}


def options_in(options: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the options of a video in a language: without a voice that does not speak it."""
    voice = options.get("voice")
    speaks = not isinstance(voice, str) or engines.can_speak(voice, language)
    return {name: value for name, value in options.items() if speaks or name != "voice"} | {"language": language}


def _aligned(draft_id: str, language: str, known: list[TranslatedSection], changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a language of a draft beside it, and keep it if there are changes. Raises DraftNotFound, BadScript."""
    services = current_services()
    with services.store.reading() as read:
        content = draft.find(read, draft_id).content
    rows = [asdict(section) for section in known]
    aligned = services.readers.align_language(
        content.script, content.format, language, rows, key=request.remote_addr or "", **(changes or {})
    )
    if changes is not None:
        draft_language.put(services.store, draft_id, language, [TranslatedSection(**section) for section in aligned["sections"]])
    marked = sum(bool(row["mark"]) for row in aligned["rows"])
    about = {"language": language, "name": name_of(language), "marked": marked}
    return about | {"sections": aligned["rows"], "script": aligned["script"]}


def _language_of(script: str, format: str, options: Mapping[str, Any]) -> str:
    return current_services().readers.language_of(script, format, options, key=request.remote_addr or "")


def _tag(value: Any) -> str:
    tag = tag_of(value) if isinstance(value, str) else None
    if not tag or tag == AUTO:
        raise _bad("language", "Must be a language: a BCP 47 tag or a name.")
    return tag


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_MAX


def _bad(field: str, must: str) -> BadRequest:
    return BadRequest(f"The field {field} cannot be used.", diagnostics=[Diagnostic(must, path=field)])
