"""`app.py password`."""

from __future__ import annotations

import sys

import click

from models.migrate import migrate
from videogen import PROGRAM
from videogen.cli.common import pass_settings
from videogen.config import Settings
from videogen.files.password_file import LEAST_CHARACTERS, Password


@click.command(name="password")
@click.option("--remove", is_flag=True, help="Have none again: then only this machine may come in.")
@pass_settings
def command(settings: Settings, remove: bool) -> None:
    """Set the password, so that others than this machine may come in. It is asked for, or read from standard input.

    It holds at once, also for a server that runs; whoever was logged in has to log in again. Programs use tokens: app.py token.
    """
    migrate(settings.data)
    password = Password(settings.data)
    if remove:
        password.remove()
        click.echo("There is no password any more: only this machine may come in.")
        return
    chosen = _asked()
    if len(chosen) < LEAST_CHARACTERS:
        raise click.UsageError(f"A password has at least {LEAST_CHARACTERS} characters.")
    password.set(chosen)
    click.echo(
        f"The password is set. To be reached from other machines: {PROGRAM} serve --host 0.0.0.0, and name this one in VIDEOGEN_HOSTS."
    )


def _asked() -> str:
    if sys.stdin.isatty():
        chosen: str = click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
        return chosen
    return sys.stdin.readline().rstrip("\r\n")
