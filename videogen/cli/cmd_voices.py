"""`app.py voices`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click
from rich.table import Table

from models.errors import StoreUnusable
from videogen.cli.common import as_json, pass_settings, print_json, print_table
from videogen.config import Settings
from videogen.files.confine import confine
from videogen.pipeline.sample import sample
from videogen.voices import engines

MAX_SHOWN = 6


@click.command(name="voices")
@click.argument("name", required=False)
@click.option("--language", default="en", help="Language of the sample, a BCP 47 tag; en by default.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The sample; NAME.wav by default.")
@as_json
@pass_settings
def command(settings: Settings, name: str | None, language: str, output: Path | None, as_json: bool) -> None:
    """List voices, or write a sample of one.

    With NAME: write a WAV file with a few words in the language.
    """
    engines.use_piper_directory(settings.piper_directory)
    if name:
        _write(settings, name, language, output or Path(f"{name.replace(':', '-')}.wav"))
    elif as_json:
        print_json({"voices": [offer._asdict() for offer in engines.list_voices()]})
    else:
        _list(settings.voice)


def _list(default: str) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("voice", "speaks", "remarks"):
        table.add_column(column)
    for offer in engines.list_voices():
        many = len(offer.languages) > MAX_SHOWN
        spoken = "any language" if "*" in offer.languages else f"{len(offer.languages)} languages" if many else ", ".join(offer.languages)
        remarks = [offer.why_not or "", "online: the text leaves this machine" if offer.online else ""]
        remarks.append("the default" if offer.name == default.partition(":")[0] else "")
        table.add_row(offer.name, "" if offer.why_not else spoken, "; ".join(filter(None, remarks)))
        for voice in offer.voices[:MAX_SHOWN]:
            table.add_row(f"  {voice}", "", "")
        if len(offer.voices) > MAX_SHOWN:
            table.add_row(f"  and {len(offer.voices) - MAX_SHOWN} more: --json", "", "")
    print_table(table)


def _write(settings: Settings, name: str, language: str, output: Path) -> None:
    cache = settings.data.resolve() / "cache"
    try:
        confine(settings.data)
        request = {
            "voice": name,
            "language": language,
            "cache": str(cache),
            "passing": tempfile.gettempdir(),
            "piper": str(settings.piper_directory),
        }
        shutil.copyfile(sample(request)["file"], output)
    except OSError as error:
        raise StoreUnusable(f"The sample cannot be written: {error}.", hint="Name another place with -o or --data.") from error
    click.echo(str(output))
