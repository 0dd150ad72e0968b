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


def test_colours_are_those_of_bt709() -> None:
    picture = Picture(WIDTH, HEIGHT)
    rgb = noise(1)
    assert picture.paint(rgb)
    for seen, right in zip(planes(picture), by_the_book(rgb), strict=True):
        assert np.abs(seen - right).max() <= 1.5


def test_painting_what_changed_gives_what_painting_all_of_it_gives() -> None:
    random = np.random.default_rng(2)
    picture, rgb = Picture(WIDTH, HEIGHT), noise(3)
    picture.paint(rgb)
    for _ in range(50):
        top, left = random.integers(0, HEIGHT), random.integers(0, WIDTH)
        rgb[top : top + random.integers(1, 9), left : left + 5] = random.integers(0, 256, 3)
        picture.paint(rgb)
        whole = Picture(WIDTH, HEIGHT)
        whole.paint(rgb)
        for seen, right in zip(planes(picture), planes(whole), strict=True):
            assert np.array_equal(seen, right)


def test_the_same_picture_again_is_not_news() -> None:
    picture, rgb = Picture(WIDTH, HEIGHT), noise(4)
    assert picture.paint(rgb)
    assert not picture.paint(rgb.copy())
    rgb[-1, -1, 2] ^= 1  # one bit of one pixel, in the very array that was painted before
    assert picture.paint(rgb)


@pytest.mark.parametrize("width", [2, 6, 62, 426])
def test_any_even_width_is_painted(width: int) -> None:
    picture = Picture(width, 4)
    rgb = np.full((4, width, 3), 255, np.uint8)
    picture.paint(rgb)
    rgb[3, width - 1] = 0
    assert picture.paint(rgb)
    assert picture.frame.to_ndarray()[3, width - 1] == 16


def test_frame_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        Picture(WIDTH, HEIGHT).paint(np.zeros((HEIGHT, WIDTH + 2, 3), np.uint8))
