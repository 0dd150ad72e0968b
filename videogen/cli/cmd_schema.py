"""`app.py schema`."""

from __future__ import annotations

import json

import click

from videogen.script.schema import script_schema


@click.command(name="schema")
def command() -> None:
    """Print the JSON Schema of a script. Editors use it to complete and to check scripts in YAML and JSON."""
    click.echo(json.dumps(script_schema(), indent=2))
