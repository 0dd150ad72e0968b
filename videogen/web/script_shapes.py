"""What helps to write a script: kinds of scenes, samples, voices, themes, brand kits, previews and imported scripts."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from videogen.script import brand_names
from videogen.script.video_options import Options
from videogen.web.shapes import AssetJson, Moment, Problem, Shape


class Assets(Shape):
    """Files that were uploaded."""

    assets: tuple[AssetJson, ...]


class ImportWarningJson(Shape):
    """Something in a document that its script does not show as it was."""

    code: str
    message: str
    place: str | None = Field(description="Where it is, such as `Slide 3`, for people; null for the whole document.")


class ImportedScriptJson(Shape):
    """A script made from a document, and its files."""

    script: str
    format: str
    title: str
    assets: tuple[AssetJson, ...]
    warnings: tuple[ImportWarningJson, ...]


class BrandFileJson(Shape):
    """A file of a brand kit."""

    name: str
    media_type: str
    bytes: int


class BrandJson(Shape):
    """A brand kit."""

    name: str
    description: str
    kit: dict[str, Any] = Field(description="What it says: theme, colours, fonts, logo, footer, intro, outro.")
    files: tuple[BrandFileJson, ...]
    picture: str = Field(description="Address of a picture of its colours.")
    created_at: Moment
    updated_at: Moment
    adjusted: tuple[str, ...] = Field(description="Colours that could not be read, and what is drawn; only when it was just saved.")


class Brands(Shape):
    brands: tuple[BrandJson, ...]


class RemovedBrand(Shape):
    name: str
    removed: bool


class NewBrand(BaseModel):
    """A brand kit, as a form. Its files are uploaded under the names that the kit has for them."""

    name: str = Field(pattern=brand_names.PATTERN)
    kit: str = Field("{}", description="The kit as a JSON object.")
    file: list[bytes] = Field([], description="Its files: logo, fonts, pictures and videos.")


class SketchedScene(Shape):
    """A scene as it will be."""

    position: int
    kind: str
    title: str
    line: int | None = Field(description="Line of the script at which it begins.")
    narration: str
    seconds: float = Field(description="About how long it will last.")
    picture: str | None = Field(description="Where its picture is; null when it is not drawn yet: ask again.")
    spoken: bool = Field(description="Whether the cache has its narration, so that it is not spoken again.")
    rendered: bool = Field(description="Whether the cache has the scene, so that it is not rendered again.")


class Unfinished(Shape):
    """Why pictures of a preview are missing."""

    reason: Literal["drawing", "too_long", "too_large", "lost"] = Field(
        description="`drawing`: ask again. `too_long`, `too_large`: it was stopped at a limit of the server. `lost`: its process ended."
    )
    message: str


class StoryboardJson(Shape):
    """A video before it is rendered."""

    problem: Problem | None = Field(
        description="Why the script would be refused as it stands, and where; `scenes` are then those that can be read. Else null."
    )
    unfinished: Unfinished | None = Field(description="Why scenes have no picture; null when each has one.")
    title: str
    seconds: float = Field(description="About how long it will be.")
    making_s: float | None = Field(description="Estimated time to render it, in seconds; null until videos have been rendered here.")
    options: Options
    warnings: tuple[dict[str, Any], ...]
    scenes: tuple[SketchedScene, ...]


class VoiceJson(Shape):
    """A voice, and whether it can be used here."""

    name: str
    languages: tuple[str, ...] = Field(description="BCP 47 tags; `*` is any.")
    why_not: str | None = Field(description="Why it does not work here; null when it does.")
    online: bool = Field(description="Whether what is spoken leaves this machine.")
    voices: tuple[str, ...] = Field(description="Full names of those that can be asked for one by one.")


class Voices(Shape):
    voices: tuple[VoiceJson, ...]


class SceneKind(Shape):
    """A kind of scene, and the schema of what it may say."""

    kind: str
    description: str
    fields: dict[str, Any] = Field(description="Its own fields, as JSON Schema.")


class SampleJson(Shape):
    """A scene to start from: Markdown that makes one wherever it stands, and the same as an item of `scenes` in YAML."""

    kind: str
    label: str
    markdown: str
    yaml: str


class Samples(Shape):
    samples: tuple[SampleJson, ...]


class SceneKinds(Shape):
    scenes: tuple[SceneKind, ...]


class ThemeProblem(Shape):
    """Why a theme of one's own cannot be used."""

    message: str
    line: int | None = Field(description="The line of its file.")
    hint: str


class ThemeJson(Shape):
    """A theme: one that comes with videogen, or one of one's own."""

    name: str
    default: bool = Field(description="Whether it is taken where none is named.")
    own: bool = Field(description="Whether it is a file of one's own.")
    description: str
    mode: Literal["light", "dark"] | None = Field(description="null for one that cannot be used.")
    picture: str | None = Field(description="Where a picture of it is.")
    problem: ThemeProblem | None = Field(description="Why it cannot be used; null when it can.")


class RemovedTheme(Shape):
    """A theme that is gone."""

    name: str
    removed: Literal[True]


class NewTheme(BaseModel):
    """A theme's file, in a field of any name. The file's name is that of the theme, with .yaml after it."""

    file: bytes


class Themes(Shape):
    themes: tuple[ThemeJson, ...]


class ScenePreview(Shape):
    """A scene that can be played."""

    url: str = Field(description="The address of a short video.")


class SceneTextJson(Shape):
    """What a scene says."""

    position: int = Field(description="From 1.")
    kind: str
    title: str
    line: int | None = Field(description="Line of the script at which it begins; null for a scene that is added to it.")
    text: str = Field(description="What is spoken. `[pause 1s]` is a silence.")
    written: bool = Field(description="Whether the script writes it out; else it is taken from what is shown.")
    editable: bool


class NarrationJson(Shape):
    """What the scenes of a video say."""

    scenes: tuple[SceneTextJson, ...]


class EditedNarration(NarrationJson):
    """A script in which scenes say something else."""

    script: str
    format: Literal["markdown", "yaml", "json"]


class TextPiece(Shape):
    """A piece of two texts that are shown as one."""

    text: str
    change: Literal["same", "added", "removed"] = Field(description="`added`: only the second text has it; `removed`: only the first.")


class ComparedSide(Shape):
    position: int
    kind: str
    title: str
    picture: str | None = Field(description="Address of the scene's picture, once it is there.")


class ComparedSceneJson(Shape):
    """A scene of either video, or the same one of both."""

    change: Literal["same", "changed", "added", "removed"]
    differs: tuple[Literal["text", "shown", "picture"], ...] = Field(
        description="Of a changed one: what is said, the words in its picture, or all else that is seen."
    )
    before: ComparedSide | None
    after: ComparedSide | None
    text: tuple[TextPiece, ...] = Field(description="What is said.")
    shown: tuple[TextPiece, ...] = Field(description="The words in the picture.")


class VersionOfVideo(Shape):
    """A video among those that were made from each other."""

    id: str
    title: str
    status: str
    created_at: Moment
    made_from: str | None = Field(description="The video that it was made from.")


class VersionsOfVideo(Shape):
    versions: tuple[VersionOfVideo, ...] = Field(description="The oldest first; the video itself is among them.")


class ComparisonJson(Shape):
    """What differs between two videos."""

    before: VersionOfVideo
    after: VersionOfVideo
    counts: dict[Literal["same", "changed", "added", "removed"], int]
    scenes: tuple[ComparedSceneJson, ...]


class AssistantJson(Shape):
    """The assistant: a language model on a server that the owner has configured."""

    configured: bool = Field(description="Whether there is one; else nothing is sent anywhere.")
    host: str | None = Field(description="Where scripts are sent.")
    model: str | None
    actions: tuple[str, ...]


class Proposal(Shape):
    """A script as the assistant would have it."""

    script: str
    pieces: tuple[TextPiece, ...] = Field(description="Both scripts as one text, with what went and what came.")
    host: str
    model: str
