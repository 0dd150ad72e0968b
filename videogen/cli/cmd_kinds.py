"""`app.py kinds`."""

from __future__ import annotations

import click
from rich.table import Table
from rich.text import Text

from videogen.cli.common import as_json, print_json, print_table
from videogen.kinds.kind import Kind
from videogen.kinds.registry import installed


@click.command(name="kinds")
@as_json
def command(as_json: bool) -> None:
    """List the kinds of task."""
    registered = installed()
    if as_json:
        print_json([_as_json(kind) for kind in registered.kinds.values()])
    else:
        table = Table("kind", "label", "stages", "at once", "attempts", box=None, pad_edge=False, header_style="dim")
        for kind in registered.kinds.values():
            stages = ", ".join(stage.name for stage in kind.stages)
            table.add_row(kind.name, Text(kind.label), stages, str(kind.limit or "any"), str(kind.retry.attempts or "as set"))
        print_table(table)
    for name, reason in registered.broken.items():
        click.echo(f"{name} cannot be used: {reason}", err=True)


def _as_json(kind: Kind) -> dict[str, object]:
    stages = [{"name": stage.name, "label": stage.label, "weight": stage.weight} for stage in kind.stages]
    shape = {"name": kind.name, "label": kind.label, "stages": stages, "payload": kind.payload.model_json_schema()}
    return {**shape, "limit": kind.limit, "retry": vars(kind.retry)}
