"""The thumbnail of a video that is still being made."""

from __future__ import annotations

from pathlib import Path

import pytest

from videogen.pipeline import cover
from videogen.pipeline.cover import Cover
from videogen.render.cache import Cache, Key


class StubThumbnail:
    """Stands in for the thumbnail's process: it is there when `made`."""

    made = False

    def __init__(self, scene: Path, seconds: float, target: Path, limit_s: float) -> None:
        self.target = target

    def ready(self) -> bool:
        if self.made:
            self.target.write_bytes(b"a picture")
        return self.made

    def stop(self) -> None:
        pass


def test_thumbnail_outlives_a_video_that_was_not_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover, "Thumbnail", StubThumbnail)
    first, second = (Cover(Cache(tmp_path / "cache"), tmp_path / name, 30.0) for name in ("first.jpg", "second.jpg"))
    first.start(tmp_path / "scene.mp4", 5.0, Key("segment", "abc", "mp4"))
    first.poll()
    assert not list(tmp_path.glob("cache/thumbnail/*/*.jpg"))
    monkeypatch.setattr(StubThumbnail, "made", True)
    first.poll()
    first.stop()  # and never waited for
    second.start(tmp_path / "scene.mp4", 5.0, Key("segment", "abc", "mp4"))
    assert second.target.read_bytes() == b"a picture"
