"""`app.py verify`."""

from __future__ import annotations

from dataclasses import asdict

import click

from models.verify import Finding, verify
from videogen.cli.common import as_json, opened, pass_settings, print_json
from videogen.config import Settings


@click.command(name="verify")
@click.option("--deep", is_flag=True, help="Read each file, and compare its hash.")
@as_json
@pass_settings
def command(settings: Settings, deep: bool, as_json: bool) -> None:
    """Check that rows, log and files agree. Exit code 1 when they do not.

    The log of each task is folded and compared with its row, its files with what the log says of them. A server may run meanwhile.
    """
    with opened(settings) as store:
        findings = verify(store, deep=deep)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    elif findings:
        for finding in findings:
            click.echo(line(finding))
    else:
        click.echo("Rows, log and files agree.")
    if findings:
        raise SystemExit(1)


def line(finding: Finding) -> str:
    where = [f"task {finding.task_id}" if finding.task_id else "", f"event {finding.seq}" if finding.seq else ""]
    named = ", ".join(filter(None, where))
    return f"{named}: {finding.message}" if named else finding.message
