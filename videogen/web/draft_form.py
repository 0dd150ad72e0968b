"""The draft form of the start page: a script and its options."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, get_args

from werkzeug.datastructures import FileStorage, MultiDict

from models import asset, draft, task
from models.database import Store
from models.errors import WrongState
from models.files.blob_store import Asset
from videogen.config import Settings
from videogen.errors.request import BadRequest
from videogen.script import music_names, theme_names
from videogen.script.examples import STARTER, Example, examples
from videogen.script.languages import ENGLISH, FIRST, LANGUAGES, primary
from videogen.script.options import check
from videogen.script.video_options import Aspect, Options, TransitionSound
from videogen.voices import engines
from videogen.web import queue_options, uploads
from videogen.web.queue_options import TASK_ID, QueueOptions
from videogen.web.submission import Submission, parsed

FORMATS = (("", "Automatic"), ("markdown", "Markdown"), ("yaml", "YAML"), ("json", "JSON"))
TURNS = {0: "in turn", 10: "before the others", -10: "after the others"}
SHAPES = {"16:9": "wide", "9:16": "tall", "1:1": "square", "4:5": "portrait", "4:3": "classic"}
SPEEDS = ("0.75", "0.9", "1", "1.1", "1.25", "1.5")
NAMES = ("voice", "speed", "pace", "theme", "aspect", "height", "language", "captions", "music", "transition_sound", "brand")
HEIGHTS = {720: "720p", 1080: "1080p", 1440: "1440p", 2160: "2160p (4K)"}
PACES: dict[str, str] = {
    "usual": "For everybody",
    "children": "For children",
    "learners": "For language learners",
    "experts": "For experts",
}
CAPTIONS = {"none": "Track only", "subtitles": "Subtitles", "karaoke": "Karaoke, word by word"}
FEW = 20


class Value(NamedTuple):
    """One of the values that an option may be given; `why_not` says why it cannot be chosen here."""

    value: str
    label: str
    why_not: str | None = None


class Choice(NamedTuple):
    """An option that the page offers. `default` is the label of what it is when nothing is chosen and the script says nothing."""

    name: str
    label: str
    default: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class DraftForm:
    """A script and its options, where they came from, and what else is in the address that leads to it."""

    script: str
    format: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    made_from: str = ""
    name: str = ""
    """Under which its draft is kept: drafts of different addresses are different drafts."""
    files: Sequence[Asset] = ()
    priority: int = 0
    run_at: str = ""
    """When it starts, in UTC: with JavaScript the page sends the time zone, too, and not this form."""
    lock: str = ""
    after: str = ""
    """The id of the task that comes before."""
    once: str = field(default_factory=secrets.token_hex)
    """Of this very page: sent twice, it makes one video."""
    server: tuple[str, int] | None = None
    """The id and the revision of the draft that the server has."""
    imported: tuple[str, str] | None = None
    """The id and the title of the import that its script comes from."""

    def chosen(self, name: str) -> str:
        return str(self.options.get(name, ""))

    def kept(self) -> dict[str, Any]:
        """Return the form's files as the page stores them."""
        return {file.name: {"id": file.id, "bytes": file.bytes, "media_type": file.media_type} for file in self.files}

    def others(self) -> dict[str, Any]:
        """Return the options that the page offers no choice for."""
        return {name: value for name, value in self.options.items() if name not in NAMES}


def of_task(store: Store, task_id: str) -> DraftForm:
    """Return a form that makes a video again, with changes.

    Raises TaskNotFound, TaskGone, and WrongState for a task without a script.
    """
    with store.reading() as read:
        row = task.find(read, task_id)
        if not row.format:
            raise WrongState(f"The task {task_id} has no script to edit.", hint="Open the page of the video that it was made from.")
        files = asset.of_task(read, task_id)
    return DraftForm(row.source, row.format, row.options, row.id, f"from={row.id}", files)


def of_draft(store: Store, draft_id: str) -> DraftForm:
    """Return a form that goes on with a draft. Raises DraftNotFound."""
    with store.reading() as read:
        row = draft.find(read, draft_id)
    content = row.content
    return DraftForm(
        content.script, content.format, content.options, name=f"draft={row.id}", files=content.assets, server=(row.id, row.revision)
    )


def of_import(script: str, title: str, task_id: str, files: Sequence[Asset]) -> DraftForm:
    """Return a form with the script of an import, to be corrected."""
    return DraftForm(script, "markdown", name=f"import={task_id}", files=files, imported=(task_id, title))


def of_example(example: Example) -> DraftForm:
    return DraftForm(example.source, example.format, name=f"example={example.name}")


def of_template(name: str, template: Example) -> DraftForm:
    return DraftForm(template.source, template.format, name=f"template={name}")


def starter() -> DraftForm:
    """Return what a first visitor finds."""
    return DraftForm(examples()[STARTER].source)


def of_form(form: MultiDict[str, str]) -> DraftForm:
    """Return the fields of the page's form, without new files.

    Raises BadRequest for what it cannot have sent, MissingFile.
    """
    # A form's lines end in CRLF, and a script is hashed and counted in lines that end in LF.
    script = form.get("script", "").replace("\r\n", "\n")
    made_from = form.get("made_from", "")
    chosen = {name: form[name] for name in NAMES if form.get(name)}
    others = parsed(form.get("options") or "{}", "field options")
    if not isinstance(others, dict):
        raise BadRequest("The field options is no JSON object.")
    files = uploads.named(uploads.checked(parsed(form.get("assets") or "{}", "field assets")))
    made_from = made_from if TASK_ID.fullmatch(made_from) else ""
    priority = next((turn for turn in TURNS if str(turn) == form.get("priority")), 0)
    return DraftForm(
        script,
        form.get("format", ""),
        others | chosen,
        made_from,
        form.get("name", "")[:100],
        files,
        priority,
        form.get("run_at", "")[:40],
        form.get("lock", "")[:200],
        form.get("after", "")[:64],
        form.get("once", ""),
    )


def with_files(form: DraftForm, files: Iterable[FileStorage]) -> DraftForm:
    """Return the form with its uploaded files. Raises BadAsset."""
    files = [file for file in files if file.filename]
    return replace(form, files=(*form.files, *uploads.take(files))) if files else form


def submission_of(form: DraftForm) -> Submission:
    """Return the submission of a form. Raises BadOption for a value that cannot be used."""
    theme = form.options.get("theme", "")
    is_attached = any(file.name == f"{theme}{theme_names.FILE_SUFFIX}" for file in form.files)  # its file may be gone from the directory
    options = {name: value for name, value in form.options.items() if not (is_attached and name == "theme")}
    values = check(options).model_dump(mode="json", exclude_unset=True) | ({"theme": theme} if is_attached else {})
    return Submission(form.script, form.format or None, values, _queue_options(form), form.made_from or None, assets=form.files)


def _queue_options(form: DraftForm) -> QueueOptions:
    """Return when the task starts. Raises BadRequest for an invalid moment, lock or id."""
    run_at = f"{form.run_at}Z" if form.run_at else None
    values = {"priority": form.priority, "run_at": run_at, "lock": form.lock or None, "after": [form.after] if form.after else None}
    return queue_options.parse(values)


def key_of(form: DraftForm) -> str:
    """Return a key that is the same for a form sent again, and another one after any change."""
    return hashlib.sha256(repr(form).encode("utf-8", "surrogatepass")).hexdigest()


def choices(settings: Settings, brands: Sequence[str] = ()) -> Iterator[Choice]:
    """Yield the options beside the script. `brands` are the names of brand kits."""
    fields = Options.model_fields
    yield Choice("voice", "Voice", settings.voice, tuple(_voices()))
    yield Choice("language", "Language", _detected(settings.language), tuple(_languages()))
    yield Choice("speed", "Speed", "1×", tuple(Value(speed, f"{speed}×") for speed in SPEEDS))
    yield Choice("pace", "Pace", PACES["usual"], tuple(Value(pace, label) for pace, label in PACES.items()))
    yield Choice("theme", "Theme", settings.theme, tuple(Value(name, name) for name in _themes(settings)))
    if brands:
        yield Choice("brand", "Brand", "none", tuple(Value(name, name) for name in brands))
    aspect = fields["aspect"].default
    shapes = tuple(Value(name, f"{name} {SHAPES[name]}") for name in get_args(Aspect))
    yield Choice("aspect", "Shape", f"{aspect} {SHAPES[aspect]}", shapes)
    heights = {lines: label for lines, label in HEIGHTS.items() if lines <= settings.max_height}
    default = HEIGHTS.get(min(fields["height"].default, settings.max_height), f"{settings.max_height}p")
    yield Choice("height", "Size", default, tuple(Value(str(lines), label) for lines, label in heights.items()))
    yield Choice("captions", "Captions", CAPTIONS["none"], tuple(Value(style, label) for style, label in CAPTIONS.items()))
    yield Choice("music", "Music", "None", tuple(Value(name, name.capitalize()) for name in (*music_names.BEDS, music_names.NONE)))
    sounds = (name for name in get_args(TransitionSound) if name != "none")
    yield Choice(
        "transition_sound", "Transitions", "Silent", (*(Value(name, name.capitalize()) for name in sounds), Value("none", "Silent"))
    )


def _themes(settings: Settings) -> Iterator[str]:
    """Yield the bundled themes, then those of the user."""
    yield from theme_names.bundled()
    yield from (
        name for name in theme_names.own_files(settings.themes_directory) if theme_names.is_name(name) and name not in theme_names.bundled()
    )


def _detected(unsure: str) -> str:
    """Return the label of detection, with the language that stands in for one that cannot be told, unless that is English."""
    known = LANGUAGES.get(primary(unsure))
    return "Detected" if unsure == ENGLISH else f"Detected, else {known.own_name if known else unsure}"


def _languages() -> Iterator[Value]:
    """Yield the languages under their own names: the most frequent ones first, then the others in order of their names."""
    others = sorted((entry for tag, entry in LANGUAGES.items() if tag not in FIRST), key=lambda entry: entry.own_name.casefold())
    for language in (*(LANGUAGES[tag] for tag in FIRST), *others):
        yield Value(language.tag, language.own_name)


def _voices() -> Iterator[Value]:
    """Yield the voices that work here first. Engines with few voices list each by name."""
    for offer in sorted(engines.list_voices(), key=lambda offer: offer.why_not is not None):
        label = f"{offer.name}, a silent video" if offer.name == "none" else f"{offer.name}, online" if offer.online else offer.name
        yield Value(offer.name, label, offer.why_not)
        if len(offer.voices) <= FEW:
            yield from (Value(name, name) for name in offer.voices)
