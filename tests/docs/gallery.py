"""A picture of each kind of scene, made of its sample: `make gallery`.

In build/gallery each theme in 16:9 and 9:16, and all of them on one sheet; in static/kinds and static/themes the small ones
that the page shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from tests.support.paths import ROOT
from videogen.pipeline.script_files import LocalFiles, resolve
from videogen.scenes import RenderSettings, SceneTiming, draw_scene, paginate, themes
from videogen.script import read
from videogen.script.models import Scene
from videogen.script.samples import SAMPLES

PICTURES = ROOT / "build" / "gallery"
SMALL = ROOT / "static" / "kinds"
SHAPES = {"wide": (1920, 1080), "tall": (1080, 1920)}
SWATCHES = ROOT / "static" / "themes"
SWATCH_KIND = "list"
SMALL_WIDTH = 240
SHEET_HEIGHT = 270
COLUMNS = 4
GAP = 12


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


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    SMALL.mkdir(parents=True, exist_ok=True)
    for theme in themes():
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
