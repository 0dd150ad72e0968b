"""`app.py languages`: one script in several languages, section by section, and a video in each."""

from __future__ import annotations

from typing import Any

import click

from models import draft, draft_language
from models.database import Store
from models.intake import submit_all
from videogen.cli import script_assets
from videogen.cli.choices import ScriptCommand
from videogen.cli.common import as_json, open_store, pass_settings, print_json, read_script, task_url, warn_without_worker
from videogen.cli.language_specs import spec_in_language
from videogen.cli.text_difference import plain_line
from videogen.config import Settings
from videogen.kinds.video_set import specs_of_set
from videogen.pipeline.language import find_language
from videogen.pipeline.script_languages import SectionPair, align, texts_of, untranslated, untranslated_warning
from videogen.pipeline.set_titles import set_title
from videogen.script import detect_format
from videogen.script.languages import AUTO, name_of, tag_of
from videogen.script.sections import sections

SHOWN = 48
MARKS = {"": "  ", "missing": "! ", "text": "> ", "base": "< "}
LEGEND = "! has no text yet; > the script has changed since; < the other language has"


@click.command(name="languages", cls=ScriptCommand)
@click.argument("file", metavar="[SCRIPT]", required=False, type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--add",
    "added",
    metavar="LANGUAGE FILE",
    type=(str, click.Path(exists=True, dir_okay=False)),
    multiple=True,
    help="The script in another language; may be repeated.",
)
@click.option(
    "--draft", "draft_id", metavar="DRAFT", help="In place of SCRIPT: show a draft beside its languages, and what is to be looked at."
)
@click.option("--title", default="", help="What the set of videos is called.")
@click.option("--dry-run", is_flag=True, help="Show the sections side by side, and submit nothing.")
@as_json
@pass_settings
def command(
    settings: Settings,
    file: str | None,
    added: tuple[tuple[str, str], ...],
    draft_id: str | None,
    format: str | None,
    options: dict[str, Any],
    title: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make a video of one script in each of several languages, from a script for each. They are a set: all are submitted or none.

    --language is that of SCRIPT, by default as its front matter or its text says. Each heading of one script has its heading in the
    others, in the same order. Prints the id of each task and the URL of its page, the set's last.
    """
    if draft_id:
        with open_store(settings) as store:
            _show(_of_draft(store, draft_id), as_json)
        return
    if not file or not added:
        raise click.UsageError("Name a SCRIPT, and at least one other language: --add de talk.de.md")
    source = read_script(file)
    base = sections(source, detect_format(source))
    own = find_language(source, "markdown", options, settings.language)
    others = {_tag(name): path for name, path in added}
    if own in others:
        raise click.UsageError(f"SCRIPT is in {name_of(own)} itself: name its language with --language, or another one with --add.")
    scripts = {own: file} | others
    pairs = {
        tag: [
            SectionPair(section, text or "", section, text or "")
            for section, text in zip(base, texts_of(base, read_script(path), name_of(tag)), strict=True)
        ]
        for tag, path in scripts.items()
        if tag != own
    }
    for tag, path in others.items():
        if places := untranslated(base, sections(read_script(path), "markdown")):
            click.echo(f"Warning: {untranslated_warning(name_of(tag), name_of(own), places)}", err=True)
    if dry_run:
        _show(pairs, as_json)
        return
    with open_store(settings, create=True) as store:
        files = {tag: script_assets.assets_beside(path) for tag, path in scripts.items()}
        specs = [spec_in_language(store, settings, read_script(path), tag, options, files[tag]) for tag, path in scripts.items()]
        tasks = specs_of_set(specs, set_title(title, [spec.title for spec in specs]), settings.attempts)
        made = [one.task for one in submit_all(store, tasks, max_queued=settings.max_queued)]
        if as_json:
            videos = [{"id": task.id, "title": task.title} for task in made[:-1]]
            print_json({"id": made[-1].id, "videos": videos, "page": task_url(settings, made[-1].id)})
        else:
            for task in made:
                click.echo(f"{task.id}  {task_url(settings, task.id)}  {task.title}")
        warn_without_worker(store)


def _of_draft(store: Store, draft_id: str) -> dict[str, list[SectionPair]]:
    """Return the languages of a draft beside it. Raises DraftNotFound."""
    with store.reading() as read:
        content = draft.find(read, draft_id).content
        known = draft_language.of_draft(read, draft_id)
    base = sections(content.script, content.format or detect_format(content.script))
    return {tag: align(base, [SectionPair(one.base, one.text, one.base, one.agreed) for one in rows]) for tag, rows in known.items()}


def _show(pairs: dict[str, list[SectionPair]], as_json: bool) -> None:
    if as_json:
        rows = {tag: [{"base": pair.base, "text": pair.text, "mark": pair.mark} for pair in of_tag] for tag, of_tag in pairs.items()}
        print_json({"languages": rows})
        return
    for tag, of_tag in pairs.items():
        click.echo(f"{name_of(tag)} ({tag}): {sum(bool(pair.mark) for pair in of_tag)} of {len(of_tag)} sections to be looked at")
        for number, pair in enumerate(of_tag, 1):
            base, text = (plain_line(side)[:SHOWN] for side in (pair.base, pair.text))
            click.echo(f"{number:3} {MARKS[pair.mark]}{base:{SHOWN}}  {text}".rstrip())
    click.echo(LEGEND if pairs else "It has no other languages yet.")


def _tag(name: str) -> str:
    tag = tag_of(name)
    if not tag or tag == AUTO:
        raise click.UsageError(f"{name!r} is no language: write a tag such as de, or a name.")
    return tag
