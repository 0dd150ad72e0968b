"""Pictures and videos of a document as scenes: `![alt](file.png "caption"){fill, zoom in}`."""

from __future__ import annotations

import base64
import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from models.errors import Diagnostic
from videogen.errors.script import BadScript
from videogen.script import inline
from videogen.script.blocks import PictureBlock
from videogen.script.inline import Run
from videogen.script.models import LAYOUTS, ClipScene, ImageScene
from videogen.script.video_options import FILE_NAME_MAX

_FILTERS = "blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia"
_MARP = re.compile(rf"bg|(?:w|h|width|height):\S+|(?:left|right):[\d.]+%|(?:{_FILTERS}):\S+|(?:{_FILTERS})")
_MARP_BEHIND = re.compile(r"fit|contain|cover|auto|left|right|vertical|horizontal|[\d.]+%")
"""What Marp writes in place of an alt text, some of it only beside `bg`. That a picture is the ground of its slide is all that counts."""

VIDEO_ENDINGS = frozenset(
    {
        ".mp4",
        ".m4v",
        ".mov",
        ".webm",
        ".mkv",
        ".avi",
        ".mpg",
        ".mpeg",
        ".mts",
        ".m2ts",
        ".wmv",
        ".flv",
        ".ogv",
        ".3gp",
    }
)
_BEFORE_QUERY = re.compile(r"(.*?\.[A-Za-z]\w{1,4})[?#].*", re.DOTALL)
"""A file's name with its ending, before what an address says beside it: `a.png?raw=true`, but not `Slide #2.png`."""
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_DATA = re.compile(r"data:image/[\w.+-]+(?:;[\w-]+=[\w-]+)*;base64,", re.IGNORECASE)
_NO_WORDS = re.compile(r"(?:image|img|picture|photo|screenshot|logo)?[\s\d_-]*|\S*\.[A-Za-z0-9]{2,4}", re.IGNORECASE)
"""An alt text that tells a listener nothing: none, what tools put there, a file's name."""

_TIME = r"\d{1,6}(?::\d{1,2}){0,2}(?:\.\d{1,3})?"
_FIT = r"(?P<fit>fill|fit)\b"
_MOVE = r"(?P<move>zoom (?:in|out)|pan (?:left|right|up|down))\b"
_FOCUS = r"focus (?:(?P<x>\d{1,2}|100)% (?P<y>\d{1,2}|100)%|(?P<side>[a-z]+)\b)"
_LAYOUT = rf"(?P<layout>{'|'.join(LAYOUTS['image'])})\b|(?P<at>left|right|top)\b"
_OF_PICTURES = re.compile(f"{_FIT}|{_MOVE}|{_FOCUS}|{_LAYOUT}")
_OF_VIDEOS = re.compile(rf"{_FIT}|{_LAYOUT}|from (?P<start_s>{_TIME})\b|to (?P<end_s>{_TIME})\b|(?P<sound>own|no) sound\b")
_SIDES = {"left": (0.0, 0.5), "right": (1.0, 0.5), "top": (0.5, 0.0), "bottom": (0.5, 1.0), "centre": (0.5, 0.5), "center": (0.5, 0.5)}
_FOREIGN = re.compile(r"(?<![^\s,])(?:[.#:][^\s,]*|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s,]*))")
"""Attributes that mean something to other programs: `.class`, `#id`, `width=50%`."""
_KNOWN_LAYOUTS = "left, right, top, third-left, third-right, cover, card"
_KNOWN_OF_PICTURES = f"fill, fit, zoom in, zoom out, pan left, pan right, pan up, pan down, focus 30% 60%, {_KNOWN_LAYOUTS}"
_KNOWN_OF_VIDEOS = f"fill, fit, from 0:05, to 0:12, own sound, no sound, {_KNOWN_LAYOUTS}"


def embedded(address: str) -> bytes | None:
    """Decode the picture that an address holds itself, `data:image/png;base64,...`; None for any other, and for one that is broken."""
    match = _DATA.match(address)
    if match is None:
        return None
    try:
        return base64.b64decode("".join(unquote(address[match.end() :]).split()), validate=True) or None
    except ValueError:
        return None


def is_remote(address: str) -> bool:
    """Return whether an address leads to another server, or is none of a file at all (`data:`): nothing of that kind is ever fetched."""
    return _REMOTE.match(address) is not None


def is_behind(block: PictureBlock) -> bool:
    """Return whether a picture is the ground of its slide, as Marp writes it: `![bg](file.png)`."""
    return "bg" in block.alt.split()


def file_name(address: str) -> str:
    """Return the file that an address names; empty for one that leads to none, such as `#top`."""
    if address.startswith(("#", "?")):
        return ""
    named = _BEFORE_QUERY.fullmatch(address)
    return unquote(named[1] if named else address)


def media_scene(block: PictureBlock, heading: str) -> ImageScene | ClipScene:
    """Return the scene of a picture, or of a video by the ending of its name.

    Raises BadScript for an unknown option and a name too long.
    """
    file = file_name(block.address)
    if len(file) > FILE_NAME_MAX:
        raise _fault(block, f"the name of a file has {len(file)} characters; {FILE_NAME_MAX} are the most")
    words = block.alt.split()
    behind = is_behind(block)
    described = [word for word in words if not _MARP.fullmatch(word) and not (behind and _MARP_BEHIND.fullmatch(word))]
    alt = "" if _NO_WORDS.fullmatch(" ".join(described)) else " ".join(described)
    caption = inline.markup([Run(block.caption)])
    common: dict[str, Any] = {"heading": heading, "file": file, "alt": alt, "caption": caption, "line": block.line}
    if PurePosixPath(file).suffix.lower() in VIDEO_ENDINGS:
        return ClipScene(kind="clip", **common, **_video_options(block))
    filled = {"fit": "fill"} if behind else {}
    return ImageScene(kind="image", **common, **filled | _picture_options(block))


def _picture_options(block: PictureBlock) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for option in _options(block, _OF_PICTURES, "picture", _KNOWN_OF_PICTURES):
        options |= {name: option[name] for name in ("fit", "move", "layout") if option[name]}
        options |= {"layout": f"picture-{option['at']}"} if option["at"] else {}
        if option["x"]:
            options["focus"] = (int(option["x"]) / 100, int(option["y"]) / 100)
        elif option["side"]:
            if option["side"] not in _SIDES:
                raise _unknown(block, "picture", f"focus {option['side']}", _KNOWN_OF_PICTURES)
            options["focus"] = _SIDES[option["side"]]
    return options


def _video_options(block: PictureBlock) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for option in _options(block, _OF_VIDEOS, "video", _KNOWN_OF_VIDEOS):
        options |= {name: _seconds(option[name]) for name in ("start_s", "end_s") if option[name]}
        options |= {name: option[name] for name in ("fit", "layout") if option[name]}
        options |= {"layout": f"picture-{option['at']}"} if option["at"] else {}
        options |= {"sound": {"own": "own", "no": "none"}[option["sound"]]} if option["sound"] else {}
    if options.get("end_s", float("inf")) <= options.get("start_s", 0.0):
        raise _fault(block, "the part of the video ends before it begins")
    return options


def _options(block: PictureBlock, known: re.Pattern[str], what: str, names: str) -> list[re.Match[str]]:
    text = " ".join(_FOREIGN.sub(" ", block.options).lower().split())
    result = []
    while text:
        option = known.match(text)
        if option is None:
            raise _unknown(block, what, text.partition(",")[0], names)
        result.append(option)
        text = text[option.end() :].lstrip(" ,;")
    return result


def _seconds(text: str) -> float:
    """Parse `12`, `1:05`, `1:02:03.5` into seconds."""
    seconds = 0.0
    for part in text.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _unknown(block: PictureBlock, what: str, option: str, names: str) -> BadScript:
    return _fault(block, f"there is no option {option[:40]!r} of a {what}", f"The options of a {what} are: {names}.")


def _fault(block: PictureBlock, message: str, hint: str | None = None) -> BadScript:
    return BadScript(f"Line {block.line}: {message}.", hint=hint, diagnostics=[Diagnostic(message, line=block.line)])
