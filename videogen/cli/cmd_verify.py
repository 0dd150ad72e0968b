"""`app.py verify`."""

from __future__ import annotations

from dataclasses import asdict

import click

from models.verify import Finding, verify
from videogen.cli.common import as_json, open_store, pass_settings, print_json
from videogen.config import Settings


@click.command(name="verify")
@click.option("--deep", is_flag=True, help="Also read each file and compare its hash.")
@as_json
@pass_settings
def command(settings: Settings, deep: bool, as_json: bool) -> None:
    """Check that rows, log and files agree. The exit code is 1 if they do not.

    Each task's row is compared with the state computed from its log, and its files with their records. A server may run meanwhile.
    """
    with open_store(settings) as store:
        findings = verify(store, deep=deep)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    elif findings:
        for finding in findings:
            click.echo(format_finding(finding))
    else:
        click.echo("Rows, log and files agree.")
    if findings:
        raise SystemExit(1)


def format_finding(finding: Finding) -> str:
    location = [f"task {finding.task_id}" if finding.task_id else "", f"event {finding.seq}" if finding.seq else ""]
    named = ", ".join(filter(None, location))
    return f"{named}: {finding.message}" if named else finding.message
