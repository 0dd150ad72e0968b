"""`app.py token create`, `list` and `revoke`."""

from __future__ import annotations

from dataclasses import asdict

import click

from models import token
from videogen.cli.common import as_json, open_store, pass_settings, print_json
from videogen.config import Settings


@click.group(name="token")
def command() -> None:
    """Create, list and revoke API tokens. Programs send one as Authorization: Bearer TOKEN to a server that has a password."""


@command.command
@click.argument("name")
@pass_settings
def create(settings: Settings, name: str) -> None:
    """Create a token and print it. It cannot be shown again: only its hash is stored."""
    with open_store(settings, create=True) as store:
        click.echo(token.create(store, name))


@command.command(name="list")
@as_json
@pass_settings
def list_(settings: Settings, as_json: bool) -> None:
    """List tokens: name, creation time, last use."""
    with open_store(settings) as store, store.reading() as read:
        tokens = token.every(read)
    if as_json:
        print_json([{name: value for name, value in asdict(row).items() if name != "hash"} for row in tokens])
        return
    for row in tokens:
        click.echo("\t".join((row.name, row.created_at, row.used_at or "never used")))


@command.command
@click.argument("name")
@pass_settings
def revoke(settings: Settings, name: str) -> None:
    """Revoke a token. It is refused from now on."""
    with open_store(settings) as store:
        token.revoke(store, name)
        click.echo(f"{name} is revoked.")
