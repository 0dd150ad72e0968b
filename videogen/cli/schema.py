"""`app.py schema`."""

from __future__ import annotations

import json

import click
from pydantic.json_schema import GenerateJsonSchema

from videogen.script.models import Script


@click.command(name="schema")
def command() -> None:
    """Print the JSON Schema of a script. Editors use it to complete and to check scripts in YAML and JSON."""
    schema = {"$schema": GenerateJsonSchema.schema_dialect} | Script.model_json_schema()
    click.echo(json.dumps(schema, indent=2))
