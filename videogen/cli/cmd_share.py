"""`app.py share`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from models import share
from models.database import Store
from models.share import Share
from videogen.cli.common import as_json, find, named_task, open_store, pass_settings, print_json, public_address
from videogen.config import Settings
from videogen.files.share_link import PATH, link_of, server_secret

ALL = "all"


@click.command(name="share")
@named_task
@click.option("--days", type=click.FloatRange(0, 3650, min_open=True), default=30.0, show_default=True, help="Days until the link expires.")
@click.option("--list", "list_", is_flag=True, help="List the links of the video instead.")
@click.option("--revoke", metavar="ID", help=f"Revoke a link instead, or `{ALL}` of the video.")
@as_json
@pass_settings
def command(settings: Settings, task_id: str, days: float, list_: bool, revoke: str | None, as_json: bool) -> None:
    """Share a video by a link that opens it, and nothing else, to anyone.

    The link is printed. To a server without a password it works on this machine only.
    """
    if list_ and revoke:
        raise click.UsageError("Use either --list or --revoke.")
    with open_store(settings) as store:
        task = find(store, task_id)
        if revoke:
            revoked = _revoke(store, task.id, revoke)
            if as_json:
                print_json({"revoked": revoked})
            else:
                click.echo(f"Revoked: {revoked}.")
            return
        shares = share.of_task(store, task.id) if list_ else [share.create(store, task.id, days)]
    described = [_describe(settings, row) for row in shares]
    if as_json:
        print_json(described if list_ else described[0])
        return
    for row in described:
        opened = f"opened {row['used_at']}" if row["used_at"] else "never opened"
        click.echo("\t".join((row["id"], row["url"], f"until {row['expires_at']}", opened)) if list_ else row["url"])


def _revoke(store: Store, task_id: str, share_id: str) -> int:
    """Revoke one link of a task, or all of them, and return how many."""
    if share_id == ALL:
        return share.revoke_all(store, task_id)
    share.revoke(store, task_id, share_id)
    return 1


def _describe(settings: Settings, row: Share) -> dict[str, Any]:
    link = link_of(server_secret(settings.data), row.id)
    return asdict(row) | {"url": f"{public_address(settings)}{PATH}{link}"}
