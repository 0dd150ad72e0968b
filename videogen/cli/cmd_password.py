"""`app.py password`."""

from __future__ import annotations

import sys

import click

from videogen import PROGRAM
from videogen.cli.common import open_store, pass_settings
from videogen.config import Settings
from videogen.files.password_file import MIN_CHARACTERS
from videogen.files.shared_secrets import set_password


@click.command(name="password")
@click.option("--remove", is_flag=True, help="Remove the password: only this machine has access then.")
@pass_settings
def command(settings: Settings, remove: bool) -> None:
    """Set the password that other machines need. It is prompted for, or read from standard input.

    It applies at once, also to a running server, and ends all sessions. Programs use tokens instead: app.py token.
    """
    with open_store(settings, create=True) as store:
        if remove:
            set_password(store, None)
            click.echo("The password is removed: only this machine has access.")
            return
        chosen = _read_password()
        if len(chosen) < MIN_CHARACTERS:
            raise click.UsageError(f"The password is too short: at least {MIN_CHARACTERS} characters.")
        set_password(store, chosen)
    click.echo(f"The password is set. To serve other machines: {PROGRAM} serve --host 0.0.0.0, with this machine's name in VIDEOGEN_HOSTS.")


def _read_password() -> str:
    if sys.stdin.isatty():
        chosen: str = click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
        return chosen
    return sys.stdin.readline().rstrip("\r\n")
