"""The files of a set's videos, as they are saved together: in one archive, or in one directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from models import artifact, clock
from models.artifact import Artifact
from models.database import Read
from models.files.storage import BLOCK_BYTES
from models.task import Task
from videogen.files.file_names import numbered_names
from videogen.files.zip_stream import ZipMember
from videogen.kinds.video_set import videos_of

SAVED_KINDS = ("video", "captions_srt", "captions_vtt", "transcript", "thumbnail")
"""Kinds of files that can be saved of a whole set."""
MISSING = "not-in-this-archive.txt"
ReadRange = Callable[[str, int, int], bytes]


@dataclass(frozen=True)
class SetFile:
    """A file of a set: its name among the others, such as `01-Hello-Anna.mp4`, what the store knows of it, and when it was made."""

    name: str
    file: Artifact
    made_at: str

    def member(self, read: ReadRange) -> ZipMember:
        """Return it for an archive; `read(key, start, stop)` returns its bytes."""

        def blocks() -> Iterator[bytes]:
            for start in range(0, self.file.bytes, BLOCK_BYTES):
                yield read(self.file.key, start, min(start + BLOCK_BYTES, self.file.bytes))

        return ZipMember(self.name, self.file.bytes, _zip_time(self.made_at), blocks)


@dataclass(frozen=True)
class SetFiles:
    """The files of a set that are there, and a line for each video that is not."""

    files: Sequence[SetFile]
    missing: Sequence[str]

    def members(self, read: ReadRange) -> Iterator[ZipMember]:
        """Yield the files for an archive; what is missing is listed in a text of its own."""
        if self.missing:
            note = ("These videos were not ready:\n\n" + "\n".join(self.missing) + "\n").encode()
            yield ZipMember(MISSING, len(note), _zip_time(clock.now()), lambda: [note])
        for file in self.files:
            yield file.member(read)


def files_of_set(read: Read, task_id: str, kinds: Iterable[str] = ("video",)) -> SetFiles:
    """Return the files of these kinds of a set's completed videos, in the order of its rows, and what is missing."""
    videos = videos_of(read, task_id)
    files: list[SetFile] = []
    missing = []
    for name, video in zip(numbered_names([video.title for video in videos]), videos, strict=True):
        of_video = [file for kind in kinds if (file := artifact.one(read, video.id, kind)) is not None]
        if video.status != "completed" or not of_video:
            missing.append(f"{name}: {_state(video)}")
            continue
        files += [SetFile(name + PurePosixPath(file.key).suffix, file, video.finished_at or clock.now()) for file in of_video]
    return SetFiles(files, missing)


def _state(video: Task) -> str:
    return video.status if video.status != "completed" else "its file is gone"


def _zip_time(at: str) -> tuple[int, int, int, int, int, int]:
    moment = clock.parse(at)
    return (max(moment.year, 1980), moment.month, moment.day, moment.hour, moment.minute, moment.second)
