import numpy as np
import pytest

from videogen.render.picture import Picture

WIDTH, HEIGHT = 64, 36


def planes(picture: Picture) -> list[np.ndarray]:
    values = picture.frame.to_ndarray()
    luma, chroma = values[:HEIGHT], values[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    return [luma, chroma[0], chroma[1]]


def by_the_book(rgb: np.ndarray) -> list[np.ndarray]:
    """ITU-R BT.709-6, 8 bits, limited range; chroma is the mean of four pixels."""
    red, green, blue = (rgb[..., channel].astype(float) / 255 for channel in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    planes = [16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748]
    quarter = [plane.reshape(HEIGHT // 2, 2, WIDTH // 2, 2).mean(axis=(1, 3)) for plane in planes[1:]]
    return [planes[0], *quarter]


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def shown(rgb: np.ndarray) -> Picture:
    """A picture that shows all of it."""
    picture = Picture(rgb.shape[1], rgb.shape[0])
    picture.rgb[:] = rgb
    assert picture.show((0, 0, rgb.shape[1], rgb.shape[0]))
    return picture


def test_colours_are_those_of_bt709() -> None:
    rgb = noise(1)
    for seen, right in zip(planes(shown(rgb)), by_the_book(rgb), strict=True):
        assert np.abs(seen - right).max() <= 1.5


def test_showing_the_patch_that_changed_gives_what_showing_all_of_it_gives() -> None:
    random = np.random.default_rng(2)
    picture = shown(noise(3))
    for _ in range(200):
        top, left = random.integers(0, HEIGHT), random.integers(0, WIDTH)
        bottom, right = min(HEIGHT, top + random.integers(1, 20)), min(WIDTH, left + random.integers(1, 30))
        picture.rgb[top:bottom, left:right] = random.integers(0, 256, 3)
        picture.show((int(left), int(top), int(right), int(bottom)))
        for seen, right_ in zip(planes(picture), planes(shown(picture.rgb)), strict=True):
            assert np.array_equal(seen, right_)


def test_no_patch_is_no_news() -> None:
    assert not shown(noise(4)).show(None)


@pytest.mark.parametrize("width", [2, 6, 62, 426])
def test_any_even_width_is_shown(width: int) -> None:
    picture = shown(np.full((4, width, 3), 255, np.uint8))
    picture.rgb[3, width - 1] = 0
    assert picture.show((width - 1, 3, width, 4))
    assert picture.frame.to_ndarray()[3, width - 1] == 16
