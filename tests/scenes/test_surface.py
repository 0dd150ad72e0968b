"""Pictures as planes: their colours, parts of them at other sizes, and what is laid over them."""

import numpy as np
import pytest

from videogen.scenes.drawing.overlay import painted
from videogen.scenes.drawing.resampling import resample
from videogen.scenes.drawing.surface import Surface, blank, even, mix, surface, tones
from videogen.scenes.theme import Colour

WIDTH, HEIGHT = 64, 36


def by_the_book(rgb: np.ndarray) -> list[np.ndarray]:
    """ITU-R BT.709-6, 8 bits, limited range; chroma is the mean of four pixels."""
    red, green, blue = (rgb[..., channel].astype(float) / 255 for channel in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    planes = [16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748]
    quarter = [plane.reshape(plane.shape[0] // 2, 2, -1, 2).mean(axis=(1, 3)) for plane in planes[1:]]
    return [planes[0], *quarter]


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def test_colours_are_those_of_bt709() -> None:
    rgb = noise(1)
    for seen, right in zip(surface(rgb, yuv=True).planes, by_the_book(rgb), strict=True):
        assert np.abs(seen - right).max() <= 1.5


@pytest.mark.parametrize("width", [2, 6, 62, 426])
def test_any_even_width_is_shown(width: int) -> None:
    rgb = np.full((4, width, 3), 255, np.uint8)
    rgb[3, width - 1] = 0
    luma, *_ = surface(rgb, yuv=True).planes
    assert luma.shape == (4, width) and luma[3, width - 1] == 16 and luma[0, 0] == 235


def test_part_is_a_window_on_the_whole() -> None:
    on = blank(WIDTH, HEIGHT, Colour(10, 20, 30), yuv=True)
    patch = even((11, 5, 19, 9), on.whole)
    assert patch == (10, 4, 20, 10)
    white = tones(Colour(255, 255, 255), yuv=True)
    on.part(patch).show(blank(10, 6, Colour(255, 255, 255), yuv=True))
    for n, (plane, tone) in enumerate(zip(on.planes, white, strict=True)):
        assert (plane == tone).sum() == 60 // (4 if n else 1)


@pytest.mark.parametrize("yuv", [False, True])
def test_what_is_laid_over_a_picture_covers_it_as_it_was_painted(yuv: bool) -> None:
    rgb = np.full((HEIGHT, WIDTH, 3), (200, 60, 30), np.uint8)
    made = painted((20, 10), lambda canvas: canvas.rectangle((2, 2, 18, 8), Colour(10, 250, 90)))
    on, wanted = surface(rgb.copy(), yuv=yuv), rgb.copy()
    made.lay(on, 8, 4)
    wanted[6:12, 10:26] = (10, 250, 90)
    for seen, right in zip(on.planes, surface(wanted, yuv=yuv).planes, strict=True):
        assert np.abs(seen.astype(int) - right).max() <= 1


def test_mixing_goes_from_the_one_to_the_other_without_wrapping_round() -> None:
    below, above = noise(2), noise(3)
    for share in (0, 1, 64, 127, 128):
        part = below.copy()
        mix(part, above, np.int16(share))
        assert np.abs(part - (below + (above.astype(float) - below) * share / 128)).max() <= 1


def test_part_moves_by_fractions_of_pixels_and_keeps_what_is_even() -> None:
    across = np.broadcast_to(np.arange(0, 160, 2, dtype=np.uint8), (40, 80))
    onto = np.empty((20, 40), np.uint8)
    for at in np.arange(0, 30, 0.25):
        resample(across, (at, 3.7, at + 40, 23.7), onto)
        inner = onto[:, 1:-1].astype(float)
        assert np.abs(inner - (2 * (at + np.arange(1, 39)))).max() <= 0.6, at
    for box in ((0, 0, 80, 40), (1.3, 2.2, 51.7, 27.4), (10, 10, 50, 30)):
        resample(np.full((40, 80), 77, np.uint8), box, onto)
        assert (onto == 77).all(), box


def test_surface_of_rgb_is_the_picture_itself() -> None:
    rgb = noise(4)
    assert surface(rgb, yuv=False).planes[0] is rgb
    assert not Surface((rgb,)).yuv
