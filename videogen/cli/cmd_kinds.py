"""`app.py kinds`."""

from __future__ import annotations

import click
from rich.table import Table
from rich.text import Text

from videogen.cli.common import as_json, pass_settings, print_json, print_table
from videogen.config import Settings
from videogen.kinds import registry


@click.command(name="kinds")
@as_json
@pass_settings
def command(settings: Settings, as_json: bool) -> None:
    """List the kinds of task."""
    kinds = registry.describe(settings.limits_of_kinds)
    if as_json:
        print_json(kinds)
    else:
        table = Table("kind", "label", "stages", "at once", "together", "attempts", box=None, pad_edge=False, header_style="dim")
        for kind in kinds:
            stages = ", ".join(stage["name"] for stage in kind["stages"])
            numbers = (kind["limit"] or "any", kind["batch"], kind["retry"]["attempts"] or "as set")
            table.add_row(kind["name"], Text(kind["label"]), stages, *map(str, numbers))
        print_table(table)
    for name, reason in registry.installed().broken.items():
        click.echo(f"{name} cannot be used: {reason}", err=True)
