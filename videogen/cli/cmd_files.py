"""`app.py files`: where artifacts and assets are, and how to move them."""

from __future__ import annotations

from dataclasses import asdict

import click
from rich.filesize import decimal

from models.files.storage import RemoteFiles
from videogen.cli.common import as_json, open_store, pass_settings, print_json
from videogen.cli.copy_output import pluralize, progress_bar
from videogen.config import Settings
from videogen.files.copying import copy_files
from videogen.files.storage import DISK, open_url


@click.group(name="files")
def command() -> None:
    """Copy the files of tasks between the disk and a bucket.

    Where they are is the setting VIDEOGEN_FILES_URL: s3://bucket/prefix, or the data directory.
    """


@command.command(name="copy")
@click.option("--from", "source", metavar="URL", help="Where the files are; VIDEOGEN_FILES_URL by default.")
@click.option("--to", "target", metavar="URL", required=True, help="Where they are to go: s3://bucket/prefix, or disk.")
@as_json
@pass_settings
def copy(settings: Settings, source: str | None, target: str, as_json: bool) -> None:
    """Copy all files that the store names. What is there already is not copied again, and nothing is removed.

    Copy while the server runs, stop it, copy what came meanwhile, set VIDEOGEN_FILES_URL, and start it. The exit code is 1 if a file was
    not where it should be.
    """
    with open_store(settings) as store, progress_bar() as progress:
        copied = copy_files(store, open_url(settings, source or settings.files_url or DISK), open_url(settings, target), progress)
    if as_json:
        print_json(asdict(copied))
    else:
        click.echo(f"Copied {pluralize(copied.files, 'file')}, {decimal(copied.bytes)}; there already: {copied.present}.")
        for key in copied.missing:
            click.echo(f"Missing: {key}", err=True)
    if copied.missing:
        raise SystemExit(1)


@command.command(name="adopt")
@pass_settings
def adopt(settings: Settings) -> None:
    """Let this store remove files in the bucket, and no other store any more.

    The first store that removes something there becomes the one that may. Do this after a store has moved to a new data directory.
    """
    with open_store(settings) as store:
        if not isinstance(store.files, RemoteFiles):
            raise click.UsageError("The files are in the data directory; there is nothing to adopt.")
        store.files.adopt()
        click.echo(f"This store now removes the files at {store.files.location} that it needs no more.")
