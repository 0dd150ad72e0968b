"""`app.py token create`, `list` and `revoke`."""

from __future__ import annotations

from dataclasses import asdict

import click

from models import token
from videogen.cli.common import as_json, opened, pass_settings, print_json
from videogen.config import Settings


@click.group(name="token")
def command() -> None:
    """Make, list and revoke tokens for programs: what they send as Authorization: Bearer TOKEN to a server that has a password."""


@command.command
@click.argument("name")
@pass_settings
def create(settings: Settings, name: str) -> None:
    """Make a token and print it: this once, since only its hash is kept."""
    with opened(settings, make=True) as store:
        click.echo(token.create(store, name))


@command.command(name="list")
@as_json
@pass_settings
def list_(settings: Settings, as_json: bool) -> None:
    """List the tokens by name: when they were made, and last used."""
    with opened(settings) as store, store.reading() as read:
        found = token.every(read)
    if as_json:
        print_json([{name: value for name, value in asdict(each).items() if name != "hash"} for each in found])
        return
    for each in found:
        click.echo("\t".join((each.name, each.created_at, each.used_at or "never used")))


@command.command
@click.argument("name")
@pass_settings
def revoke(settings: Settings, name: str) -> None:
    """From now on the token opens nothing."""
    with opened(settings) as store:
        token.revoke(store, name)
        click.echo(f"{name} opens nothing any more.")
