"""Stage `output`, Finishing: join the segments into the video, and write captions, transcript, metadata and thumbnail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from models.files.fsync import sync
from videogen.errors.rendering import VideoDamaged
from videogen.pipeline.channels import encoding_of
from videogen.pipeline.cover import Cover
from videogen.pipeline.metadata import chapters_of, metadata_of, time_scenes, transcript_of
from videogen.pipeline.music import soundtrack
from videogen.pipeline.reporter import PublishedFile, Reporter, StageWarning
from videogen.pipeline.video_stage import RenderedVideo
from videogen.render.cache import Cache
from videogen.render.captions import captions_of, extend_captions, to_srt, to_vtt
from videogen.render.join import VideoLabels, join
from videogen.render.language_codes import iso_639_2
from videogen.render.thumbnail import ThumbnailFailed
from videogen.render.video_check import check

JOINED, CHECKED, DESCRIBED = 0.4, 0.6, 0.7


@dataclass(frozen=True)
class OutputStage:
    """The stage. It writes into the existing directory `published`; `cover` was started with the first scene, or is started here.

    `parts` is a directory for intermediate files.
    """

    cache: Cache
    parts: Path
    published: Path
    cover: Cover
    name = "output"

    def run(self, rendered_video: RenderedVideo, report: Reporter) -> None:
        """Publish video, captions, transcript and metadata, and the thumbnail if it can be made. Raises FilmDamaged."""
        scenes = time_scenes(rendered_video)
        script = rendered_video.narration.plan.script
        fps = script.options.frame_rate
        seconds = scenes[-1].end
        people = script.options.voices
        spoken = tuple(
            caption
            for scene in scenes
            for caption in captions_of(((one.start, one.end, one.text) for one in scene.sentences), people=people)
        )
        captions = extend_captions(spoken, seconds)

        video = self.published / "video.mp4"
        report(0.0, "Joining the scenes")
        segments = [scene.segment for scene in rendered_video.scenes]
        labels = VideoLabels(script.title, iso_639_2(script.options.language), chapters_of(scenes))
        try:
            if rendered_video.whole is None:
                spoken_scenes = [scene.spoken for scene in rendered_video.scenes]
                encoding = encoding_of(rendered_video.narration)
                sound = soundtrack(rendered_video.narration.plan, spoken_scenes, encoding, self.cache, self.parts, report)

                def joined(done: int) -> None:
                    report(JOINED * done / len(segments), done=done, of=len(segments))

                join(segments, fps, video, labels, captions, joined, sound)
            if not self.cover.started:
                self.cover.start(segments[0].file, scenes[0].end, rendered_video.scenes[0].key)
            report(JOINED, "Checking the video")
            if rendered_video.whole is None:
                check(video, seconds)
            report(CHECKED, "Writing captions")
            files = self._write(
                {
                    "captions.vtt": ("captions_vtt", "text/vtt", to_vtt(captions, script.options.language)),
                    "captions.srt": ("captions_srt", "application/x-subrip", to_srt(captions)),
                    "transcript.txt": ("transcript", "text/plain", transcript_of(script.title, scenes)),
                    "metadata.json": (
                        "metadata",
                        "application/json",
                        json.dumps(metadata_of(rendered_video, scenes), indent=1, ensure_ascii=False),
                    ),
                }
            )
            report(DESCRIBED, "Creating thumbnail")
            try:
                self.cover.wait()
                files.append(PublishedFile("thumbnail", self.cover.target, "image/jpeg"))
            except ThumbnailFailed as error:
                report.warn(StageWarning("thumbnail_failed", f"The video has no thumbnail: {error}.", "The video itself is complete."))
        except VideoDamaged:
            for scene in rendered_video.scenes:  # its segments are not to be trusted either
                if scene.key:
                    self.cache.forget(scene.key)
            raise
        report.outcome["length_s"] = round(seconds, 3)
        report(0.95, "Publishing the video")
        for file in (PublishedFile("video", video, "video/mp4"), *files):
            sync(file.file)
            report.artifact(file)

    def _write(self, texts: dict[str, tuple[str, str, str]]) -> list[PublishedFile]:
        """Write {name: (kind, media type, text)}."""
        files = []
        for name, (kind, media_type, text) in texts.items():
            file = self.published / name
            file.write_text(text, encoding="utf-8", newline="\n")
            files.append(PublishedFile(kind, file, media_type))
        return files
