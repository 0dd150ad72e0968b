"""What else goes into a result besides its script: the programs that make it. Part of every cache key."""

from __future__ import annotations

import hashlib
import importlib.metadata
from functools import cache
from pathlib import Path

import av

ROOMS = Path(__file__).parents[1]
DRAWN_WITH = (
    "pillow",
    "numpy",
    "moviepy",
    "pygments",
    "fontpkg-inter",
    "fontpkg-jetbrains-mono",
    "manimgx-fonts",
    "manimgx-fonts-cjk",
    "matplotlib",
    "resvg-py",
    "uharfbuzz",
    "icu4py",
)


@cache
def libraries() -> dict[str, str]:
    """The libraries in which pictures are drawn and encoded, by name."""
    installed = {distribution: importlib.metadata.version(distribution) for distribution in DRAWN_WITH}
    return installed | {"av": av.__version__} | {name: ".".join(map(str, version)) for name, version in av.library_versions.items()}


@cache
def code(*rooms: str) -> str:
    """A hash of the source of some rooms of this package, such as `scenes`: with the code changed, what it made before is made again."""
    digest = hashlib.blake2b(digest_size=10)
    for room in rooms:
        for source in sorted((ROOMS / room).rglob("*.py")):
            digest.update(str(source.relative_to(ROOMS)).encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()
