"""`app.py brand add`, `list`, `show` and `remove`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from models import brand
from models.errors import Diagnostic, StoreUnusable
from models.files.blob_store import Asset, staged
from models.text_values import one_line
from videogen.cli.common import as_json, open_store, pass_settings, print_json
from videogen.config import Settings
from videogen.errors.script import BadOption
from videogen.kinds import stored_brands
from videogen.script import brand_names


@click.group(name="brand")
def command() -> None:
    """Keep brand kits: logo, colours, fonts, footer, intro and outro, for all videos that name them."""


@command.command
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@pass_settings
def add(settings: Settings, name: str, file: Path, as_json: bool) -> None:
    """Add a brand from a YAML file, or replace the one of that name. The files that it names are beside it."""
    from videogen.scenes.brand_file import describe_brand

    if not brand_names.is_name(name):
        raise BadOption(f"A brand cannot be called {name[:60]!r}.", hint="Use up to 40 letters, digits, hyphens and underscores.")
    directory = file.resolve().parent

    def find(wanted: str) -> Path | None:
        path = directory / wanted
        return path if path.is_file() else None

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadOption(f"{file} cannot be read.", diagnostics=[Diagnostic("is not text in UTF-8", path=str(file))]) from error
    checked = describe_brand(name, text, find)
    with open_store(settings, create=True) as store:
        assets = []
        try:
            for file_name, media_type in checked["media_types"].items():
                path = find(brand_names.file_names(name, file_name)[0]) or directory / file_name
                with path.open("rb") as content, staged(store.data, content, store.files) as copy:
                    copy.keep()
                assets.append(Asset(file_name, copy.id, media_type, copy.bytes))
            row = stored_brands.save_brand(store, name, checked, assets)
        except OSError as error:
            raise StoreUnusable(f"The brand {name} cannot be kept: {error.strerror}.") from error
    if as_json:
        print_json({"name": row.name, "kit": json.loads(row.definition), "adjusted": checked["adjusted"]})
        return
    click.echo(f"Kept the brand {row.name}, with {len(assets)} file{'' if len(assets) == 1 else 's'}.")
    for adjusted in checked["adjusted"]:
        click.echo(f"{adjusted}.", err=True)


@command.command(name="list")
@as_json
@pass_settings
def list_(settings: Settings, as_json: bool) -> None:
    """List brands by name."""
    with open_store(settings) as store, store.reading() as read:
        rows = brand.every(read)
    if as_json:
        print_json([{"name": row.name, "kit": json.loads(row.definition), "updated_at": row.updated_at} for row in rows])
        return
    for row in rows:
        click.echo("\t".join((row.name, one_line(str(json.loads(row.definition).get("description", ""))), f"{len(row.assets) - 1} files")))
    if not rows:
        click.echo("There are no brands. Add one: app.py brand add NAME FILE.yaml", err=True)


@command.command
@click.argument("name")
@click.option(
    "--to", "directory", type=click.Path(file_okay=False, path_type=Path), help="Write the kit and its files there, to be changed."
)
@pass_settings
def show(settings: Settings, name: str, directory: Path | None) -> None:
    """Print a brand as JSON, which is YAML, too."""
    with open_store(settings) as store:
        with store.reading() as read:
            row = brand.find(read, name)
        if directory is not None:
            try:
                directory.mkdir(parents=True, exist_ok=True)
                for file_name, file in stored_brands.files_of(row).items():
                    (directory / Path(file_name).name).write_bytes(store.files.fetch(file.key).read_bytes())
                target = directory / f"{row.name}{brand_names.FILE_SUFFIX}"
                target.write_text(json.dumps(json.loads(row.definition), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            except OSError as error:
                raise StoreUnusable(f"{directory} cannot be written: {error.strerror}.") from error
            click.echo(str(target))
            return
    print_json(json.loads(row.definition))


@command.command
@click.argument("name")
@pass_settings
def remove(settings: Settings, name: str) -> None:
    """Remove a brand. Tasks keep the brand they had."""
    with open_store(settings) as store:
        click.echo(f"Removed the brand {brand.remove(store, name).name}.")
