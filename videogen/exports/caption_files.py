"""Captions and chapters of a video as text files: ASS, plain text, and the lines that video sites read in a description."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from videogen.exports.video_files import SRT, VideoFiles

_CUE = re.compile(r"(?<!\d)(\d{1,6}):(\d\d):(\d\d)[,.](\d{3})\s+-->\s+(\d+):(\d\d):(\d\d)[,.](\d{3})[^\n]*\n(.*?)(?:\n\s*\n|\Z)", re.DOTALL)
ASS_HEAD = """[Script Info]
Title: {title}
ScriptType: v4.00+
WrapStyle: 0
PlayResX: {width}
PlayResY: {height}

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, \
ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,{size},&H00FFFFFF,&H000000FF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,2,0,2,40,40,{margin},1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
"""Format: the specification of Advanced SubStation Alpha v4+."""
FIRST_CHAPTER_S = 10
"""Video sites take chapters of ten seconds and more."""


def write_ass(files: VideoFiles, target: Path) -> None:
    """Write captions as ASS."""
    width, height = files.metadata["width"], files.metadata["height"]
    head = ASS_HEAD.format(title=_line(files.title), width=width, height=height, size=round(height / 18), margin=round(height / 20))
    lines = [f"Dialogue: 0,{_clock(start)},{_clock(end)},Default,,0,0,0,,{_ass(text)}" for start, end, text in cues(files)]
    target.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def write_chapters(files: VideoFiles, target: Path) -> None:
    """Write a line for each chapter, such as `1:05 Setting up`; for each titled scene if there are no chapters."""
    chapters = [(chapter["start"], chapter["title"]) for chapter in files.metadata["chapters"]]
    if not chapters:
        chapters = [(scene["start"], scene["title"]) for scene in files.scenes if scene["title"] and scene["page"] == 1]
    hours = files.metadata["duration_s"] >= 3600
    lines: list[str] = []
    last: tuple[float, str] = (-FIRST_CHAPTER_S, "")
    for start, title in chapters:
        if start - last[0] >= FIRST_CHAPTER_S and _line(title) != last[1]:
            lines.append(f"{_time(0.0 if not lines else start, hours=hours)} {_line(title)}")
            last = (start, _line(title))
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def cues(files: VideoFiles) -> Sequence[tuple[float, float, str]]:
    """Return the captions as (start, end, text), in seconds of the video."""
    text = files.paths[SRT].read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    return [(_seconds(found[:4]), _seconds(found[4:8]), found[8].strip()) for found in _CUE.findall(text)]


def _seconds(parts: Sequence[str]) -> float:
    hours, minutes, seconds, thousandths = map(int, parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _clock(seconds: float) -> str:
    hundredths = round(seconds * 100)
    return f"{hundredths // 360_000}:{hundredths // 6000 % 60:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def _time(seconds: float, *, hours: bool) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}" if hours else f"{whole // 60}:{whole % 60:02}"


def _ass(text: str) -> str:
    return re.sub(r"<[^>]{1,20}>", "", text).replace("\\", "\u29f5").replace("{", "(").replace("}", ")").replace("\n", "\\N")


def _line(text: str) -> str:
    return " ".join(text.split())
