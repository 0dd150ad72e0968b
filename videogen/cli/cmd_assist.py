"""`app.py assist`: has the assistant change a script, and shows what it would change before anything is written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from videogen.assistant import ACTIONS
from videogen.cli.common import as_json, pass_settings, print_json, read_script
from videogen.cli.local_render import confine_libraries, work_directory
from videogen.cli.text_difference import difference_text
from videogen.config import Settings
from videogen.errors.assistant import AssistantOff
from videogen.pipeline.narration_edit import edit_narration
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.script_check import format_of
from videogen.pipeline.text_pieces import difference
from videogen.script.languages import name_of, tag_of


@click.command(name="assist")
@click.argument("action", type=click.Choice(list(ACTIONS)))
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--to", "language", help="Language to translate into, such as de.")
@click.option("--wishes", default="", help="What else it should mind, in your words.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File of the new script; by default it is printed.")
@click.option("--yes", is_flag=True, help="Write it without asking.")
@as_json
@pass_settings
def command(
    settings: Settings, action: str, file: str, language: str | None, wishes: str, output: Path | None, yes: bool, as_json: bool
) -> None:
    """Have a language model draft a script from a document, shorten or translate a script, or write its narration.

    The text goes to the server of VIDEOGEN_ASSISTANT_URL, and nowhere else; without that setting nothing is sent. On a terminal it shows
    what would change, and asks before it writes. A document is made text first: app.py import.
    """
    assistant = settings.assistant
    if not assistant.is_configured:
        raise AssistantOff("No assistant is configured.")
    if action == "translate" and not (language and tag_of(language)):
        raise click.UsageError("Name the language to translate into: --to de")
    source = read_script(file)
    click.echo(f"Asking {assistant.model} at {assistant.host}.", err=True)
    if action == "narrate":
        proposed = _narrated(settings, file, source, wishes)
    else:
        proposed = assistant.change(action, source, language=name_of(tag_of(language) or "en") if language else "", wishes=wishes)
    pieces = difference(source, proposed)
    if as_json:
        print_json({"script": proposed, "pieces": pieces, "host": assistant.host, "model": assistant.model})
        return
    if output is None:
        click.echo(proposed, nl=False)
        return
    if not yes and sys.stdin.isatty():
        for piece in pieces:
            click.echo(difference_text([piece]) if piece["change"] != "same" else piece["text"], nl=False, err=True)
        if not click.confirm(f"\nWrite it to {output}?", err=True):
            raise SystemExit(1)
    elif not yes and output.exists():
        raise click.UsageError(f"{output} exists: --yes writes over it.")
    output.write_text(proposed, encoding="utf-8")
    click.echo(output)


def _narrated(settings: Settings, file: str, source: str, wishes: str) -> str:
    """Return the script in which the scenes say what the assistant wrote. Its pictures are not needed for that."""
    settings.data.mkdir(parents=True, exist_ok=True)
    confine_libraries(settings)
    with work_directory(settings) as work:
        request = RenderRequest(
            source=source,
            format=format_of(file) or "",
            options={"missing_images": "skip"},
            work=work,
            cache=settings.data.resolve() / "cache",
            **settings.rendering,
        )
        scenes = [scene for scene in edit_narration(request, {})["scenes"] if scene["editable"]]
        changed: dict[str, Any] = edit_narration(request, settings.assistant.narrate(scenes, wishes=wishes))
    return str(changed["script"])
