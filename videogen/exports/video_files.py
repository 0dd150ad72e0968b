"""The files of a finished video, and what its metadata.json says of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from videogen.script.sentences import joined

VIDEO, METADATA, SRT, VTT, THUMBNAIL = "video", "metadata", "captions_srt", "captions_vtt", "thumbnail"
PICTURE_MAX_HEIGHT = 1080
BEFORE_END_S = 0.1
"""How long before a scene ends its picture is taken: all of it is shown then."""


@dataclass(frozen=True)
class VideoFiles:
    """The files of a video by their kinds, and the content of metadata.json."""

    paths: Mapping[str, Path]
    metadata: Mapping[str, Any]

    @classmethod
    def read(cls, paths: Mapping[str, Path]) -> VideoFiles:
        return cls(paths, json.loads(paths[METADATA].read_text(encoding="utf-8")))

    @property
    def title(self) -> str:
        return str(self.metadata["title"])

    @property
    def language(self) -> str:
        return str(self.metadata["options"].get("language") or "en")

    @property
    def scenes(self) -> list[dict[str, Any]]:
        return list(self.metadata["scenes"])

    def pictures(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Yield each scene with the JPEG of its last picture."""
        import av
        from PIL import Image

        with av.open(str(self.paths[VIDEO])) as container:
            stream = container.streams.video[0]
            for scene in self.scenes:
                at = max(scene["start"], scene["start"] + scene["duration_s"] - BEFORE_END_S)
                container.seek(round(at / (stream.time_base or 1)), stream=stream, backward=True)
                frame = None
                for decoded in container.decode(stream):
                    if frame is not None and (decoded.time or 0.0) > at:
                        break
                    frame = decoded
                if frame is None:
                    continue
                picture = Image.fromarray(frame.to_ndarray(format="rgb24"))
                if picture.height > PICTURE_MAX_HEIGHT:
                    picture = picture.resize((round(picture.width * PICTURE_MAX_HEIGHT / picture.height), PICTURE_MAX_HEIGHT))
                content = io.BytesIO()
                picture.save(content, "JPEG", quality=88)
                yield scene, content.getvalue()


def narration(scene: Mapping[str, Any]) -> str:
    """Return what is spoken in a scene."""
    return joined(sentence["text"] for sentence in scene["sentences"])
