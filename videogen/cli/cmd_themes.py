"""`app.py themes`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from models.errors import StoreUnusable
from videogen.cli.common import as_json, pass_settings, print_json, print_table
from videogen.config import Settings
from videogen.errors.script import BadOption
from videogen.script import theme_names


@click.command(name="themes")
@click.option("--copy", "copied", nargs=2, metavar="THEME NAME", help="Copy a theme under a name of your own, to be changed.")
@click.option("--remove", "removed", metavar="NAME", help="Remove a theme of your own. Tasks keep the theme they had.")
@as_json
@pass_settings
def command(settings: Settings, copied: tuple[str, str] | None, removed: str | None, as_json: bool) -> None:
    """List themes, copy one to change it, or remove one of your own.

    Themes of your own are files in the directory `themes` of the data directory. One that cannot be used is listed with the reason.
    """
    theme_names.use_theme_directory(settings.themes_directory)
    if copied:
        click.echo(str(_copy(settings.themes_directory, *copied)))
        return
    if removed:
        _remove(settings.themes_directory, removed)
        click.echo(f"Removed the theme {removed}.")
        return
    from videogen.scenes.theme_list import list_themes

    listed = list_themes(theme_names.own_files(settings.themes_directory).items())
    if as_json:
        print_json({"themes": [{name: value for name, value in theme.items() if name != "colours"} for theme in listed]})
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("theme", "mode", "remarks"):
        table.add_column(column)
    for theme in listed:
        problem = theme["problem"]
        remarks = [f"{problem['message']} {problem['hint']}" if problem else theme["description"].rstrip(".")]
        remarks += ["your own"] if theme["own"] else []
        remarks += ["the default"] if theme["name"] == settings.theme else []
        table.add_row(theme["name"], "not usable" if problem else theme["mode"], "; ".join(filter(None, remarks)))
    print_table(table)


def _remove(directory: Path, name: str) -> None:
    """Remove a theme from the directory of themes. Raises BadOption, StoreUnusable."""
    path = theme_names.own_files(directory).get(name)
    if path is None:
        raise BadOption(f"There is no theme of your own called {name[:60]!r}.", hint="app.py themes lists them.")
    try:
        path.unlink()
    except OSError as error:
        raise StoreUnusable(f"{path} cannot be removed: {error.strerror}.") from error


def _copy(directory: Path, theme: str, name: str) -> Path:
    """Copy a theme into the directory of themes and return the new file. Raises BadOption, StoreUnusable."""
    from videogen.scenes.theme_file import NAME_HINT, why_no_name

    if why_not := why_no_name(name):
        raise BadOption(why_not, hint=NAME_HINT)
    source = (
        theme_names.BUNDLED_DIRECTORY / f"{theme}{theme_names.SUFFIX}" if theme in theme_names.bundled() else theme_names.file_of(theme)
    )
    if source is None:
        raise BadOption(f"There is no theme called {theme!r}.", hint=f"Copy one of: {', '.join(theme_names.bundled())}.")
    target = directory / f"{name}{theme_names.SUFFIX}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(source.read_bytes())
    except FileExistsError as error:
        raise BadOption(f"There is a theme called {name} already.", hint="Choose another name, or remove its file.") from error
    except OSError as error:
        raise StoreUnusable(f"{target} cannot be written: {error.strerror}.") from error
    return target
