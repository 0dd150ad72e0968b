import numpy as np

from videogen.render.yuv_frame import YuvFrame, scaled_down
from videogen.scenes.drawing.surface import surface

WIDTH, HEIGHT = 64, 36


def test_what_is_drawn_is_what_is_encoded_and_seen_small() -> None:
    rgb = np.full((HEIGHT, WIDTH, 3), (250, 100, 30), np.uint8)
    rgb[:, WIDTH // 2 :] = (20, 30, 200)
    picture = YuvFrame(WIDTH, HEIGHT)
    picture.surface.show(surface(rgb, yuv=True))
    luma = picture.frame.to_ndarray()[:HEIGHT]
    assert np.array_equal(luma, picture.surface.planes[0])
    seen = scaled_down(picture.frame, 16)
    assert seen.shape == (9, 16, 3)
    assert np.abs(seen[4, 2].astype(int) - (250, 100, 30)).max() <= 4
    assert np.abs(seen[4, 13].astype(int) - (20, 30, 200)).max() <= 4
    assert scaled_down(picture.frame, 640).shape == (HEIGHT, WIDTH, 3)
