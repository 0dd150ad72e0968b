"""The picture and the video of the examples, drawn: `python -m tests.docs.drawings`. They change only when this does."""

from __future__ import annotations

import math
from fractions import Fraction

import av
import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.support.paths import ROOT

EXAMPLES = ROOT / "examples"
SIZE = (1600, 1000)
CLIP_SIZE = (640, 400)
FPS, SECONDS = 24, 4
CUP, TEA, SAUCER = (246, 243, 236), (168, 84, 28), (224, 216, 202)


def shaded(size: tuple[int, int], top: tuple[int, ...], bottom: tuple[int, ...]) -> Image.Image:
    """A picture that changes from one colour to another, downwards."""
    rows = np.linspace(0, 1, size[1])[:, None, None]
    return Image.fromarray(np.broadcast_to(np.array(top) * (1 - rows) + np.array(bottom) * rows, (size[1], size[0], 3)).astype(np.uint8))


def blob(size: tuple[int, int], box: tuple[float, float, float, float], soft: float) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return mask.filter(ImageFilter.GaussianBlur(soft))


def table(size: tuple[int, int] = SIZE) -> Image.Image:
    """A cup of tea on a table, by a window."""
    w, h = size
    picture = shaded(size, (98, 128, 124), (58, 84, 88))
    light = blob(size, (w * 0.6, -h * 0.5, w * 1.2, h * 0.55), w / 10).point(lambda v: v * 0.55)
    picture.paste((255, 240, 206), (0, 0), light)
    picture.paste(shaded((w, round(h * 0.36)), (176, 120, 78), (112, 70, 42)), (0, round(h * 0.64)))
    picture.paste((70, 42, 26), (0, 0), blob(size, (w * 0.26, h * 0.76, w * 0.74, h * 0.92), w / 60).point(lambda v: v * 0.6))
    for box, colour in (
        ((0.27, 0.74, 0.73, 0.90), (206, 198, 184)),
        ((0.27, 0.725, 0.73, 0.885), SAUCER),
        ((0.36, 0.75, 0.64, 0.85), (206, 196, 180)),
    ):
        ImageDraw.Draw(picture).ellipse([side * length for side, length in zip(box, (w, h, w, h), strict=True)], fill=colour)
    handle = Image.new("L", size, 0)
    ImageDraw.Draw(handle).ellipse((w * 0.60, h * 0.46, w * 0.735, h * 0.70), fill=255)
    ImageDraw.Draw(handle).ellipse((w * 0.622, h * 0.50, w * 0.705, h * 0.655), fill=0)
    picture.paste((226, 220, 208), (0, 0), handle)
    body = Image.new("L", size, 0)
    draw = ImageDraw.Draw(body)
    draw.polygon([(w * 0.34, h * 0.44), (w * 0.66, h * 0.44), (w * 0.60, h * 0.76), (w * 0.40, h * 0.76)], fill=255)
    draw.ellipse((w * 0.40, h * 0.70, w * 0.60, h * 0.82), fill=255)
    across = np.linspace(0, 1, w)
    gleam = (1 - 0.22 * np.abs(across - 0.42) * 3).clip(0.6, 1)[None, :, None]
    picture.paste(Image.fromarray(np.broadcast_to(np.array(CUP) * gleam, (h, w, 3)).clip(0, 255).astype(np.uint8)), (0, 0), body)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((w * 0.34, h * 0.375, w * 0.66, h * 0.505), fill=(252, 250, 245))
    draw.ellipse((w * 0.352, h * 0.388, w * 0.648, h * 0.496), fill=(120, 56, 16))
    draw.ellipse((w * 0.36, h * 0.402, w * 0.64, h * 0.494), fill=TEA)
    picture.paste((232, 160, 86), (0, 0), blob(size, (w * 0.40, h * 0.42, w * 0.54, h * 0.46), w / 120).point(lambda v: v * 0.7))
    return picture


def steam(size: tuple[int, int], t: float) -> Image.Image:
    """How much steam covers each place, t seconds on: wisps that rise, sway and fade; after SECONDS it begins anew."""
    w, h = size
    mask = Image.new("L", size, 0)
    for wisp in range(3):
        layer = Image.new("L", size, 0)
        draw = ImageDraw.Draw(layer)
        points = []
        for step in range(40):
            up = step / 39
            sway = math.sin(up * 5 + wisp * 2 - 2 * math.pi * t / SECONDS) * w * 0.03 * (0.3 + up)
            points.append((w * (0.44 + 0.06 * wisp) + sway, h * (0.42 - 0.36 * up)))
        for (x, y), up in zip(points, np.linspace(0, 1, len(points)), strict=True):
            fade = math.sin(math.pi * min(1.0, up * 1.02)) * (0.75 + 0.25 * math.sin(2 * math.pi * (t / SECONDS + up + wisp / 3)))
            reach = w * (0.012 + 0.014 * up)
            draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=max(0, round(120 * fade)))
        mask = ImageChops.lighter(mask, layer)
    return mask.filter(ImageFilter.GaussianBlur(w / 90))


def scene(size: tuple[int, int], t: float) -> Image.Image:
    picture = table().resize(size, Image.Resampling.LANCZOS)
    picture.paste((255, 255, 255), (0, 0), steam(size, t))
    return picture


def clip(path: str) -> None:
    with av.open(path, "w", container_options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "26", "preset": "slow"})
        stream.width, stream.height, stream.pix_fmt = *CLIP_SIZE, "yuv420p"
        for number in range(FPS * SECONDS):
            frame = av.VideoFrame.from_image(scene(CLIP_SIZE, number / FPS))
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def main() -> None:
    scene(SIZE, 0.0).save(EXAMPLES / "tea.jpg", quality=82, optimize=True)
    clip(str(EXAMPLES / "steam.mp4"))


if __name__ == "__main__":
    main()
