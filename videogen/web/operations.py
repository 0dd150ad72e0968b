"""What an address of the API promises, written beside its view: the document at /api/openapi.json and the tests are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import BaseModel

from models.errors import DiskFull, VideogenError
from videogen.errors.request import TooManyUploads, UploadQuotaFull
from videogen.errors.system import FilesUnavailable

View = TypeVar("View", bound=Callable[..., Any])

TAGS = {
    "Tasks": "A task is a script on its way to a video.",
    "Log": "What happened, as it happens: the same log as streams and as pages.",
    "Files": "What was made. Each has an ETag; videos come in ranges.",
    "Shares": "Links that open one video to whoever has them.",
    "Versions": "What a video says, scene by scene, and what differs from another one.",
    "Sets": "Many videos of one script, with values for each.",
    "Scripts": "What a script may say, and what would become of it.",
    "Drafts": "Scripts that are being written, with their versions.",
    "Schedules": "Tasks that are submitted again and again.",
    "Server": "How the server stands.",
}

REFUSED_UPLOAD = (TooManyUploads, UploadQuotaFull, DiskFull, FilesUnavailable)
UNCHANGED: Mapping[int, str] = {304: "It is as the ETag in If-None-Match says."}


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query, or a header."""

    name: str
    schema: Mapping[str, Any]
    description: str
    place: str = "query"


@dataclass(frozen=True)
class Operation:
    """What can be asked at an address, what is answered, and which errors come instead.

    `answer` is a shape, or the media type of what has none. `spelt` lists the values of a part of the address that have answers of their
    own: the document has each as an address.
    """

    tag: str
    answer: type[BaseModel] | str
    media_type: str = "application/json"
    status: int = 200
    errors: Sequence[type[VideogenError]] = ()
    parameters: Sequence[Parameter] = ()
    body: type[BaseModel] | None = None
    form: type[BaseModel] | None = None
    optional_body: bool = False
    headers: Sequence[str] = ()
    empty: Mapping[int, str] = field(default_factory=dict)
    ranges: bool = False
    public: bool = False
    spelt: Mapping[str, Mapping[str, Operation]] = field(default_factory=dict)
    summary: str = ""
    description: str = ""
    """Of the answer; needed where that has no shape that describes it."""

    def but(self, **changes: Any) -> Operation:
        return replace(self, **changes)


def described(operation: Operation) -> Callable[[View], View]:
    """Attach an operation to a view."""

    def keep(view: View) -> View:
        view.operation = operation  # type: ignore[attr-defined]
        return view

    return keep
