"""Build the API document, OpenAPI 3.1, from the routes, the `Operation` of each view, and the shapes."""

from __future__ import annotations

import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from openapi_pydantic import (
    Components,
    Header,
    Info,
    License,
    MediaType,
    OpenAPI,
    PathItem,
    Reference,
    RequestBody,
    Response,
    Schema,
    SecurityScheme,
    Tag,
)
from openapi_pydantic import Operation as Described
from openapi_pydantic import Parameter as DescribedParameter
from openapi_pydantic import Server as ServerAddress
from openapi_pydantic.util import PydanticSchema, construct_open_api_with_schema_class
from pydantic import BaseModel
from werkzeug.routing import Rule

from models.errors import StoreBusy, VideogenError
from videogen import PROGRAM, __version__
from videogen.errors.access import ForeignHost, ForeignOrigin, LocalOnly, NotLoggedIn
from videogen.errors.request import BadRequest, BodyTooLarge, UnsupportedMediaType
from videogen.script.languages import LANGUAGES
from videogen.web.operations import TAGS, Operation
from videogen.web.shapes import Problem

ABOUT = """A script becomes a narrated video, and every step can be followed as it happens.

Errors are `application/problem+json` (RFC 9457) with a `code` for programs and a `hint` for people. Without a password the server answers
only on its own machine; with one, send `Authorization: Bearer TOKEN`. Each GET answers HEAD, too."""
FROM_EVERYWHERE: tuple[type[VideogenError], ...] = (NotLoggedIn, LocalOnly, ForeignHost, StoreBusy)
FROM_WRITES: tuple[type[VideogenError], ...] = (ForeignOrigin, UnsupportedMediaType)
FROM_BODIES: tuple[type[VideogenError], ...] = (BadRequest, BodyTooLarge)
PATH_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "task_id": {"type": "string", "pattern": "^[0-9a-z]{1,64}$"},
    "position": {"type": "integer", "minimum": 1, "maximum": 99999},
    "schedule_id": {"type": "string"},
    "draft_id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    "language": {"type": "string", "enum": sorted(LANGUAGES)},
    "number": {"type": "integer", "minimum": 1},
    "share_id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    "kind": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,39}$"},
    "name": {"type": "string", "pattern": r"^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$"},
}
PATH_DESCRIPTIONS = {
    "task_id": "The task's id.",
    "position": "The scene or item, from 1.",
    "kind": "The file's kind, as `artifacts` of the task names it.",
    "schedule_id": "The schedule's id or name.",
    "draft_id": "The draft's id.",
    "language": "A language: a BCP 47 tag, or a name.",
    "number": "The version, from 1.",
    "share_id": "The share link's id.",
    "name": "A name that another answer gave.",
}
CONVERTED = re.compile(r"<(?:[^<>]*:)?([^<>:]+)>")
HEADERS = {
    "Location": "Where the task is.",
    "ETag": "For If-None-Match.",
    "Accept-Ranges": "bytes",
    "Content-Range": "The part.",
}


def document(app: Flask, prefix: str = "") -> dict[str, Any]:
    """Return the whole document, as JSON values. `prefix` is the path below which the server is shown."""
    paths: dict[str, PathItem] = {}
    for path, method, name, operation, text in operations(app):
        item = paths.setdefault(path, PathItem())
        setattr(item, method, _described(path, method, name, operation, text))
    api = OpenAPI(
        openapi="3.1.1",
        info=Info(title="videogen", version=__version__, description=ABOUT, license=License(name="MIT", identifier="MIT")),
        servers=[ServerAddress(url=prefix or "/")],
        paths=dict(sorted(paths.items())),
        tags=[Tag(name=name, description=description) for name, description in TAGS.items()],
        security=[{}, {"token": []}, {"login": []}],
        components=Components(
            securitySchemes={
                "token": SecurityScheme(type="http", scheme="bearer", description=f"A token from: {PROGRAM} token create NAME"),
                "login": SecurityScheme(type="apiKey", name="videogen", security_scheme_in="cookie", description="The cookie of /login."),
            }
        ),
    )
    whole = construct_open_api_with_schema_class(api)
    text = whole.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True)
    values: dict[str, Any] = json.loads(re.sub(r'(#/components/schemas/\w+?)Json"', r'\1"', text))
    schemas = values["components"]["schemas"]
    values["components"]["schemas"] = {name.removesuffix("Json"): schema for name, schema in schemas.items()}
    return values


def operations(app: Flask) -> Iterator[tuple[str, str, str, Operation, str]]:
    """Yield each address below /api: path, method, name, operation, and its description."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        operation: Operation | None = getattr(view, "operation", None)
        if operation is None:
            continue
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"})).lower()
        text = inspect.cleandoc(view.__doc__ or "")
        path, name = _path(rule), rule.endpoint.replace(".", "_")
        if not operation.spelt:
            yield path, method, name, operation, text
        for part, values in operation.spelt.items():
            for value, own in values.items():
                yield path.replace(f"{{{part}}}", value), method, f"{name}_{value.replace('.', '_')}", own, own.summary


def _path(rule: Rule) -> str:
    """Return the rule as OpenAPI spells it: {task_id} for <task_id>, {position} for <int(max=99999):position>."""
    return CONVERTED.sub(r"{\1}", rule.rule)


def _described(path: str, method: str, name: str, operation: Operation, text: str) -> Described:
    summary, rest = re.fullmatch(r"(.*?\.)(?:\s+(.*))?", " ".join(text.split())).groups()  # type: ignore[union-attr]
    parameters: list[DescribedParameter | Reference] = [
        _parameter(part, "path", PATH_SCHEMAS[part], PATH_DESCRIPTIONS[part]) for part in _parts(path)
    ]
    parameters += [
        _parameter(parameter.name, parameter.place, parameter.schema, parameter.description) for parameter in operation.parameters
    ]
    return Described(
        operationId=name,
        tags=[operation.tag],
        summary=summary.rstrip("."),
        description=rest or None,
        parameters=parameters or None,
        requestBody=_body(operation),
        responses=dict(sorted(_answers(method, operation).items())),
        security=[{}] if operation.public else None,
    )


def _parameter(name: str, where: str, schema: Mapping[str, Any], description: str) -> DescribedParameter:
    values = {"name": name, "in": where, "required": where == "path", "description": description, "schema": schema}
    return DescribedParameter.model_validate(values)


def _parts(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def _body(operation: Operation) -> RequestBody | None:
    kinds = {"application/json": operation.body, "multipart/form-data": operation.form}
    content = {kind: _media(shape) for kind, shape in kinds.items() if shape}
    return RequestBody(content=content, required=not operation.optional_body) if content else None


def _media(shape: type[BaseModel]) -> MediaType:
    return MediaType(media_type_schema=PydanticSchema(schema_class=shape))


def _answers(method: str, operation: Operation) -> dict[str, Response | Reference]:
    answers: dict[str, Response | Reference] = {str(operation.status): _answer(operation)}
    for status, description in operation.empty.items():
        answers[str(status)] = Response(description=description)
    if operation.ranges:
        answers["206"] = _answer(operation, "The part that the Range header asks for.", "Content-Range")
    for status, errors in _by_status(method, operation).items():
        description = "\n\n".join(f"`{error.code}`: {_sentence(error)}" for error in errors)
        answers[str(status)] = Response(description=description, content={"application/problem+json": _media(Problem)})
    return answers


def _answer(operation: Operation, description: str = "", *more: str) -> Response:
    headers = {name: Header(description=HEADERS[name], param_schema=Schema(type="string")) for name in (*operation.headers, *more)}
    if isinstance(operation.answer, str):
        schema = Schema(type="object") if "json" in operation.answer else Schema(type="string", contentMediaType=operation.answer)
        media = {operation.answer: MediaType(media_type_schema=schema)}
        return Response(description=description or operation.description or operation.answer, content=media, headers=headers or None)
    summary = inspect.cleandoc(operation.answer.__doc__ or operation.answer.__name__).partition("\n")[0]
    return Response(description=description or summary, content={operation.media_type: _media(operation.answer)}, headers=headers or None)


def _by_status(method: str, operation: Operation) -> Mapping[int, list[type[VideogenError]]]:
    """Return the errors that may come instead of an answer: the operation's own, and those that any may meet."""
    errors = [*operation.errors, *FROM_EVERYWHERE]
    errors += FROM_WRITES if method != "get" else ()
    errors += FROM_BODIES if operation.body or operation.form else ()
    by_status: dict[int, list[type[VideogenError]]] = defaultdict(list)
    for error in dict.fromkeys(errors):
        by_status[error.status].append(error)
    return by_status


def _sentence(error: type[VideogenError]) -> str:
    return (error.__doc__ or "").strip().partition("\n")[0]
