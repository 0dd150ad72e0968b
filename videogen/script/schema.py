"""The JSON Schema of a script, as editors use it to complete and to check what is typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from videogen.script.models import Script

NOT_WRITTEN = ("line", "page", "pages")
"""What scenes get when they are read and planned."""

TEXT = ["string", "number", "boolean"]
"""What is taken as text just as it was written: a title of 2024, a table's cell of 2.50 or yes."""


def script_schema() -> dict[str, Any]:
    """Return the schema of a document in YAML or JSON (draft 2020-12)."""
    schema = Script.model_json_schema()
    for node in _objects(schema):
        _tidy(node)
    for name, scene in schema["$defs"].items():
        properties = scene.get("properties", {})
        if name.endswith("Scene"):
            for field in NOT_WRITTEN:
                properties.pop(field)
            properties["kind"]["description"] = scene["description"]
    schema["properties"] = {
        "$schema": {"type": "string", "description": "Where this schema is, for editors."},
        **schema["properties"],
    }
    return {"$schema": GenerateJsonSchema.schema_dialect} | schema


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    """Yield all objects in a tree of JSON, those inside of others first."""
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _objects(inner)
    if isinstance(node, dict):
        yield node


def _tidy(node: dict[str, Any]) -> None:
    """Remove what an editor would only show in the way: titles made from field names, and that a key may be left out."""
    title = node.get("title")
    # In the map from kinds to their schemas `title` is a kind.
    if isinstance(title, str) and not title.startswith("#/") and "properties" not in node:
        del node["title"]
    if "default" in node and (node["default"] is None or isinstance(node["default"], dict)):
        del node["default"]
    if node.get("type") == "string" and not node.keys() & {"const", "enum", "pattern"}:
        node["type"] = TEXT
    others = [one for one in node.get("anyOf", ()) if one != {"type": "null"}]
    if len(others) == 1 and "anyOf" in node:
        del node["anyOf"]
        node.update(others[0])
