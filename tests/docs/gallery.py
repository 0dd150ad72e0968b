"""A picture of each kind of scene, made of its sample: `make gallery`.

In build/gallery each theme in 16:9, 9:16, 1:1 and 4:5, a sheet of each, and all of them on one page, `index.html`; in static/kinds and
static/themes the small ones that the page to write on shows. Names of themes as arguments draw these alone; `--short` draws scenes that
say little instead, and `--figures` prints a table of what is empty, the least size of text and the least contrast, and draws nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from html import escape
from pathlib import Path

from PIL import Image

from tests.docs.gallery_figures import figures_of, table
from tests.support.paths import ROOT
from tests.support.short_contents import SHORT, short_scene
from videogen.pipeline.script_files import LocalFiles, resolve
from videogen.scenes import RenderSettings, SceneTiming, draw_scene, paginate, themes
from videogen.script import read
from videogen.script.models import Scene
from videogen.script.samples import SAMPLES

PICTURES = ROOT / "build" / "gallery"
SMALL = ROOT / "static" / "kinds"
SHAPES = {"wide": (1920, 1080), "tall": (1080, 1920), "square": (1080, 1080), "portrait": (1080, 1350)}
SWATCHES = ROOT / "static" / "themes"
SWATCH_KIND = "list"
SMALL_WIDTH = 240
SHEET_HEIGHT = 270
COLUMNS = 4
GAP = 12
PAGE_HEIGHT = 270


def sample_scene(kind: str) -> Scene:
    """The scene that a kind's sample makes."""
    script = resolve(read(SAMPLES[kind].markdown, "markdown").script, LocalFiles(ROOT / "examples"), "fail").script
    return next(scene for scene in script.scenes if scene.kind == kind)


def drawn(scene: Scene, settings: RenderSettings) -> Image.Image:
    """The last picture of the scene's first part."""
    return Image.fromarray(draw_scene(paginate(scene, settings)[0], settings, SceneTiming(4.0)).get_frame(3.9))


def contact_sheet(pictures: list[Image.Image]) -> Image.Image:
    """Pictures of one size side by side, COLUMNS in a row."""
    small = [picture.resize((round(picture.width * SHEET_HEIGHT / picture.height), SHEET_HEIGHT)) for picture in pictures]
    width, height = small[0].width + GAP, SHEET_HEIGHT + GAP
    columns = max(COLUMNS, round(COLUMNS * 480 / small[0].width))
    whole = Image.new("RGB", (columns * width + GAP, -(-len(small) // columns) * height + GAP), "#808080")
    for n, picture in enumerate(small):
        whole.paste(picture, (GAP + n % columns * width, GAP + n // columns * height))
    return whole


def pictures(theme: str, shape: str) -> Iterator[tuple[str, Image.Image]]:
    for kind in SAMPLES:
        yield kind, drawn(sample_scene(kind), RenderSettings(*SHAPES[shape], theme=theme))


def save_small(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.resize((SMALL_WIDTH, SMALL_WIDTH * 9 // 16), Image.Resampling.LANCZOS).save(path, quality=80)


def page(names: Collection[str]) -> str:
    """Return a page of HTML with each kind in each theme and shape: a row a kind and shape, a column a theme."""
    rows = []
    for kind in SAMPLES:
        for shape, (width, height) in SHAPES.items():
            cells = "".join(
                f'<td><a href="{kind}-{theme}-{shape}.png"><img src="{kind}-{theme}-{shape}.png" alt="" loading="lazy" '
                f'style="aspect-ratio:{width}/{height};height:{PAGE_HEIGHT}px"></a></td>'
                for theme in names
            )
            rows.append(f"<tr><th>{escape(kind)}<br>{shape}</th>{cells}</tr>")
    heads = "".join(f"<th>{escape(theme)}</th>" for theme in names)
    style = "body{font:14px sans-serif;background:#888}th{text-align:left;vertical-align:top}img{display:block}td{padding:4px}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title><style>{style}</style>'
        f"<table><thead><tr><th></th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></html>\n"
    )


def draw_short(names: Collection[str]) -> None:
    """Draw a sheet of scenes that say little for each theme and shape."""
    for theme in names:
        for shape, size in SHAPES.items():
            settings = RenderSettings(*size, theme=theme)
            contact_sheet([drawn(short_scene(name), settings) for name in SHORT]).save(PICTURES / f"short-{theme}-{shape}.png")


def print_figures(names: Collection[str], *, short: bool) -> None:
    contents = {name: short_scene(name) for name in SHORT} if short else {kind: sample_scene(kind) for kind in SAMPLES}
    rows = (
        (theme, shape, name, figures_of(scene, RenderSettings(size[0] // 4, size[1] // 4, theme=theme)))
        for theme in names
        for shape, size in SHAPES.items()
        for name, scene in contents.items()
    )
    print(table(rows))


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    SMALL.mkdir(parents=True, exist_ok=True)
    flags, chosen = ({word for word in sys.argv[1:] if word.startswith("--") is is_flag} for is_flag in (True, False))
    names = [theme for theme in themes() if theme in chosen or not chosen]
    if "--figures" in flags:
        print_figures(names, short="--short" in flags)
    elif "--short" in flags:
        draw_short(names)
    else:
        draw_gallery(names)


def draw_gallery(names: Collection[str]) -> None:
    """Draw all pictures, the sheets of them and the page."""
    (PICTURES / "index.html").write_text(page(names), encoding="utf-8")
    for theme in names:
        for shape in SHAPES:
            made = dict(pictures(theme, shape))
            for kind, picture in made.items():
                picture.save(PICTURES / f"{kind}-{theme}-{shape}.png")
                if (theme, shape) == (RenderSettings().theme, "wide"):
                    save_small(picture, SMALL / f"{kind}.webp")
                if (kind, shape) == (SWATCH_KIND, "wide"):
                    save_small(picture, SWATCHES / f"{theme}.webp")
            contact_sheet(list(made.values())).save(PICTURES / f"sheet-{theme}-{shape}.png")
    print(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
