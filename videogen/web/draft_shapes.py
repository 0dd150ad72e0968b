"""The shapes of drafts in the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from videogen.web.shapes import AssetIds, IdOfTask, Moment, Shape

FormatName = Literal["", "markdown", "yaml", "json"]


class DraftSummary(Shape):
    """A draft as a list shows it."""

    id: str
    title: str
    revision: int = Field(description="Counts its changes.")
    words: int
    created_at: Moment
    updated_at: Moment


class Drafts(Shape):
    """All drafts, those changed last first."""

    drafts: tuple[DraftSummary, ...]


class DraftFile(Shape):
    """A file of a draft."""

    name: str
    id: str
    media_type: str
    bytes: int


class DraftJson(DraftSummary):
    """A draft."""

    script: str
    format: str = Field(description="Empty: detected from the script.")
    options: dict[str, Any]
    assets: tuple[DraftFile, ...]


class VersionSummary(Shape):
    """A version of a draft as a list shows it."""

    number: int
    title: str
    words: int
    task_id: str | None = Field(description="The task that was made of it; null of one that somebody else's changes replaced.")
    created_at: Moment


class Versions(Shape):
    """The versions of a draft, the newest first."""

    versions: tuple[VersionSummary, ...]


class VersionJson(VersionSummary):
    """A version of a draft."""

    script: str
    format: str
    options: dict[str, Any]
    assets: tuple[DraftFile, ...]


class PresenceJson(Shape):
    """Who else has a draft open."""

    revision: int
    others: int
    editing: int = Field(description="How many of the others have changed it lately.")


class RemovedDraft(Shape):
    """A draft that has just been removed."""

    id: str
    removed: Literal[True]


class NewDraft(BaseModel):
    """A draft to be kept."""

    model_config = ConfigDict(extra="forbid")

    script: str
    title: str = Field("", description="By default the first heading.")
    format: FormatName = Field("", description="Empty: detected from the script.")
    options: dict[str, Any] = Field({}, description="Options of the video.")
    assets: AssetIds = Field({}, description="Files by their names in the script: ids as POST /api/assets answered them.")


class SavedDraft(NewDraft):
    """What a draft says from now on."""

    revision: int = Field(description="The revision that was changed.")
    replace: bool = Field(False, description="Write over a newer revision, which becomes a version.")


class NewVersion(BaseModel):
    """What a version was submitted as."""

    model_config = ConfigDict(extra="forbid")

    task_id: IdOfTask | None = None


class Here(BaseModel):
    """A page that has a draft open."""

    model_config = ConfigDict(extra="forbid")

    page: str = Field(pattern="^[0-9a-z]{1,40}$", description="A name of its own, made up by the page.")
    edits: bool = Field(False, description="Whether somebody changes the draft there just now.")


class SectionJson(Shape):
    """A section of a script, in its own language and in another one."""

    base: str
    text: str
    mark: Literal["", "missing", "text", "base"] = Field(
        description="`missing`: it has no text yet; `text`: the script has changed since, `base`: the other language has."
    )


class LanguageJson(Shape):
    """A draft in another language."""

    language: str
    name: str
    marked: int = Field(description="How many sections are to be looked at.")
    sections: tuple[SectionJson, ...]
    script: str = Field(description="The whole script; what has no text yet is as in the draft.")


class DraftLanguages(Shape):
    language: str = Field(
        description="The language of the draft: the one chosen among its options, else that of its front matter, else detected."
    )
    name: str = Field(description="What it is called.")
    languages: tuple[LanguageJson, ...]


class RemovedLanguage(Shape):
    language: str
    removed: bool


class NewTexts(BaseModel):
    """What sections say in another language: `texts` one by one, or `script` as a whole."""

    texts: list[Annotated[str, Field(max_length=200_000)] | None] | SkipJsonSchema[None] = Field(
        None, max_length=2000, description="A text for each section of the draft; null leaves it as it is."
    )
    script: str | SkipJsonSchema[None] = Field(None, description="The whole script in the other language, section by section.")
    confirmed: list[int] | SkipJsonSchema[None] = Field(None, max_length=2000, description="Sections, from 0, that are right as they are.")
