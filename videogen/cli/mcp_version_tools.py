"""More tools of `app.py mcp`: versions of a video, exports, languages, drafts, and the assistant that the owner has configured."""

from __future__ import annotations

from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from models import draft, task
from models.database import Store
from models.draft import DraftContent
from models.errors import DraftChanged
from models.intake import TaskSpec, submit_all
from models.task import Task
from videogen.assistant import ACTIONS
from videogen.cli.common import base_url, find
from videogen.cli.language_specs import spec_in_language
from videogen.cli.local_render import confine_libraries, work_directory
from videogen.cli.mcp_answers import READING, describe_set, describe_task
from videogen.cli.stored_script import find_video, request_of, submit_version, submit_version_with
from videogen.config import Settings
from videogen.errors.script import BadScript, ScriptTooLarge
from videogen.kinds.export import EXPORT, FORMATS
from videogen.kinds.kind import AdmissionContext
from videogen.kinds.video_set import specs_of_set
from videogen.pipeline.comparison import compare
from videogen.pipeline.language import find_language
from videogen.pipeline.narration_edit import edit_narration
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.script_files import UploadedFiles
from videogen.pipeline.script_languages import untranslated, untranslated_warning
from videogen.pipeline.set_titles import set_title
from videogen.script.languages import AUTO, name_of, tag_of
from videogen.script.sections import sections

MAX_DRAFTS = 50


def add_version_tools(tools: MCPServer, store: Store, settings: Settings) -> None:
    """Add the tools. That of the assistant is there only where one is configured."""

    @tools.tool()
    def cancel_video(task_id: str) -> dict[str, Any]:
        """Cancel a queued or running task: a video, an import, an export or a set."""
        return describe_task(store, settings, task.cancel(store, find(store, task_id).id))

    @tools.tool()
    def export_video(task_id: str, format: str, height: int | None = None) -> dict[str, Any]:
        """Submit an export of a completed video: webm, gif, mp4, m4a, mp3, pdf, html, pptx, scorm, vtt, srt, ass, txt or chapters.

        Follow the task that is returned, then get_file with its id and kind export.
        """
        return describe_task(store, settings, submit_export(store, settings, task_id, format, height))

    @tools.tool()
    def get_narration(task_id: str) -> dict[str, Any]:
        """Return what each scene of a video says, by position."""
        return {"scenes": narration_of(store, settings, find_video(store, task_id), {})["scenes"]}

    @tools.tool()
    def change_narration(task_id: str, scenes: dict[str, str]) -> dict[str, Any]:
        """Make a new version of a video in which scenes say something else: {"3": "Other words."}. Only those are rendered again."""
        return describe_task(store, settings, change_scenes(store, settings, task_id, scenes))

    @tools.tool()
    def make_version(task_id: str, options: dict[str, Any]) -> dict[str, Any]:
        """Make a new version of a video with other options: {"aspect": "9:16"} for a tall one, or another theme or voice."""
        return describe_task(store, settings, submit_version_with(store, settings, find_video(store, task_id), options))

    @tools.tool()
    def compare_videos(task_id: str, other_id: str | None = None) -> dict[str, Any]:
        """Return what differs between two videos, scene by scene; by default from the video that this one was made from."""
        return comparison(store, settings, task_id, other_id)

    @tools.tool()
    def make_languages(
        script: str, languages: dict[str, str], language: str | None = None, options: dict[str, Any] | None = None, title: str = ""
    ) -> dict[str, Any]:
        """Submit a set of videos: a Markdown script in its own language, and the whole script in others: {"de": "# Hallo"}.

        Each heading has its heading in the others, in the same order. Follow the task of the set, then get_set.
        """
        return submit_languages(store, settings, script, languages, language, options or {}, title)

    @tools.tool()
    def list_drafts(limit: int = 10) -> dict[str, Any]:
        """List the drafts of scripts that people write on the page (1 to 50), those changed last first."""
        if not 1 <= limit <= MAX_DRAFTS:
            raise ToolError(f"limit is {limit}; the range is 1 to {MAX_DRAFTS}.")
        with store.reading() as read:
            return {"drafts": [describe_summary(settings, row) for row in draft.newest(read, limit)]}

    @tools.tool()
    def get_draft(draft_id: str) -> dict[str, Any]:
        """Return the script, the format, the options and the revision of a draft."""
        with store.reading() as read:
            return describe_draft(settings, draft.find(read, draft_id))

    @tools.tool()
    def save_draft(script: str, title: str = "", draft_id: str | None = None, revision: int | None = None) -> dict[str, Any]:
        """Keep a script as a draft, which a person finishes on the page. To change a draft name its id and its revision."""
        return describe_draft(settings, keep_draft(store, settings, script, title, draft_id, revision))

    if settings.assistant.is_configured:

        @tools.tool()
        def assist(action: str, script: str, language: str = "", wishes: str = "") -> dict[str, Any]:
            """Ask the language model of this server's owner: draft (from a document's text), shorten, translate (to language), narrate.

            Returns the script as it proposes it. Nothing is stored or submitted.
            """
            return {"script": propose(settings, action, script, language, wishes)}


def submit_export(store: Store, settings: Settings, task_id: str, format: str, height: int | None) -> Task:
    """Submit an export. Raises what its admission raises, and BadScript for an unknown format."""
    if format not in FORMATS:
        raise BadScript(f"There is no format {format[:40]!r}.", hint=f"Use one of: {', '.join(FORMATS)}.")
    payload = {"task": find(store, task_id).id, "format": format} | ({} if height is None else {"height": height})
    admission = EXPORT.admission(EXPORT.check_payload(payload), AdmissionContext(store))
    spec = TaskSpec(kind=EXPORT.name, payload=payload, title=admission.title, made_from=admission.made_from, attempts=settings.attempts)
    return submit_all(store, [spec], max_queued=settings.max_queued)[0].task


def narration_of(store: Store, settings: Settings, row: Task, changes: dict[int, str]) -> dict[str, Any]:
    """Return what the scenes of a video say, as `edit_narration` does."""
    with READING, request_of(store, settings, row) as request:
        return edit_narration(request, changes)


def change_scenes(store: Store, settings: Settings, task_id: str, scenes: dict[str, str]) -> Task:
    """Submit a new version of a video. Raises BadScript where nothing changes, and for what is no position of a scene."""
    if wrong := [position for position in scenes if not (position.isascii() and position.isdigit())]:
        raise BadScript(f"{wrong[0][:40]!r} is no position of a scene.", hint="get_narration has the scenes by their numbers.")
    row = find_video(store, task_id)
    edited = narration_of(store, settings, row, {int(position): text for position, text in scenes.items()})
    if edited["script"] == row.source:
        raise BadScript("No scene says anything else than before.", hint="Change a text.")
    with READING:
        return submit_version(store, settings, row, edited)


def comparison(store: Store, settings: Settings, task_id: str, other_id: str | None) -> dict[str, Any]:
    """Return what differs between two videos. Raises BadScript for a video that was made from no other."""
    after = find_video(store, task_id)
    if not (other_id or after.made_from_task_id):
        raise BadScript(f"The video {after.id} was made from no other.", hint="Name the one to compare it with: other_id.")
    before = find_video(store, other_id or after.made_from_task_id or "")
    with READING, request_of(store, settings, before) as old, request_of(store, settings, after) as new:
        return {"before": before.id, "after": after.id} | compare(old, new)


def submit_languages(
    store: Store, settings: Settings, script: str, languages: dict[str, str], language: str | None, options: dict[str, Any], title: str
) -> dict[str, Any]:
    """Check a script in each language, and submit all videos. Raises BadScript for what is no language, and what checking raises."""
    own = find_language(script, "markdown", options, settings.language) if language is None else known_tag(language)
    others = {known_tag(name): text for name, text in languages.items()}
    if not others or own in others:
        raise BadScript(f"languages must have scripts in other languages than {name_of(own)}, that of the script.")
    with READING:
        specs = [spec_in_language(store, settings, text, tag, options, UploadedFiles()) for tag, text in ({own: script} | others).items()]
    tasks = specs_of_set(specs, set_title(title, [spec.title for spec in specs]), settings.attempts)
    end = submit_all(store, tasks, max_queued=settings.max_queued)[-1].task
    base = sections(script, "markdown")
    places = {tag: untranslated(base, sections(text, "markdown")) for tag, text in others.items()}
    warnings = [untranslated_warning(name_of(tag), name_of(own), named) for tag, named in places.items() if named]
    return describe_set(store, settings, end.id) | ({"warnings": warnings} if warnings else {})


def known_tag(language: str) -> str:
    """Return the tag of a language. Raises BadScript for none that is known."""
    tag = tag_of(language)
    if not tag or tag == AUTO:
        raise BadScript(f"{language[:40]!r} is no language.", hint="Write a tag such as de, or a name.")
    return tag


def keep_draft(store: Store, settings: Settings, script: str, title: str, draft_id: str | None, revision: int | None) -> draft.Draft:
    """Add a draft, or change one. Raises DraftNotFound, DraftChanged, TooManyDrafts, ScriptTooLarge."""
    size = len(script.encode("utf-8", "surrogatepass"))
    if size > settings.script_max_bytes:
        raise ScriptTooLarge.of(size, settings.script_max_bytes)
    if draft_id is None:
        return draft.add(store, DraftContent(script, title))
    with store.reading() as read:
        before = draft.find(read, draft_id)
    if revision is None:
        raise DraftChanged(f"The draft has revision {before.revision}.", hint="Name the revision that you have read: get_draft has it.")
    content = DraftContent(script, title or before.content.title, before.content.format, before.content.options, before.content.assets)
    return draft.save(store, draft_id, content, revision)


def describe_draft(settings: Settings, row: draft.Draft) -> dict[str, Any]:
    """Return a draft for an assistant."""
    content = row.content
    about = {"draft_id": row.id, "title": content.title, "revision": row.revision, "script": content.script, "format": content.format}
    return about | {"options": dict(content.options), "page": draft_url(settings, row.id)}


def describe_summary(settings: Settings, row: draft.DraftSummary) -> dict[str, Any]:
    """Return a draft as a list has it."""
    about = {"draft_id": row.id, "title": row.title, "revision": row.revision, "words": row.words}
    return about | {"updated_at": row.updated_at, "page": draft_url(settings, row.id)}


def draft_url(settings: Settings, draft_id: str) -> str:
    return f"{base_url(settings)}/?draft={draft_id}"


def propose(settings: Settings, action: str, script: str, language: str, wishes: str) -> str:
    """Return a script as the assistant proposes it. Raises AssistantFailed, and BadScript for an unknown action or language."""
    if action not in ACTIONS:
        raise BadScript(f"There is no action {action[:40]!r}.", hint=f"Use one of: {', '.join(ACTIONS)}.")
    if action != "narrate":
        target = name_of(known_tag(language)) if action == "translate" else ""
        return settings.assistant.change(action, script, language=target, wishes=wishes)
    settings.data.mkdir(parents=True, exist_ok=True)
    confine_libraries(settings)
    with work_directory(settings) as work:
        request = RenderRequest(
            source=script,
            options={"missing_images": "skip"},
            work=work,
            cache=settings.data.resolve() / "cache",
            **settings.rendering,
        )
        with READING:
            scenes = [scene for scene in edit_narration(request, {})["scenes"] if scene["editable"]]
        texts = settings.assistant.narrate(scenes, wishes=wishes)
        with READING:
            return str(edit_narration(request, texts)["script"])
