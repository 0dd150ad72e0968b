"""`app.py doctor`."""

from __future__ import annotations

from dataclasses import asdict

import click
from rich.console import Console
from rich.text import Text

from videogen.cli.checks import Check, every_check
from videogen.cli.common import as_json, pass_settings, print_json
from videogen.config import Settings

MARKS = {"good": ("✓", "green"), "warning": ("!", "yellow"), "bad": ("✗", "red")}


@click.command(name="doctor")
@as_json
@pass_settings
def command(settings: Settings, as_json: bool) -> None:
    """Check this installation: machine, store, fonts, voices, encoder.

    Each line is good, a warning or bad, with a hint. The exit code is 1 if something is bad.
    """
    checks: list[Check] = []
    console = Console(highlight=False)
    for check in every_check(settings):
        checks.append(check)
        if not as_json:
            mark, colour = MARKS[check.verdict]
            console.print(Text.assemble((mark, colour), f" {check.name:<15} ", check.seen), soft_wrap=True)
            if check.hint:
                console.print(Text(f"  {'':<15} {check.hint}", "dim"), soft_wrap=True)
    bad = sum(check.verdict == "bad" for check in checks)
    if as_json:
        print_json({"ok": not bad, "checks": [asdict(check) for check in checks]})
    if bad:
        raise SystemExit(1)
