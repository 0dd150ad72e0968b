"""Versions of the libraries and the code that make a result. They are part of every cache key."""

from __future__ import annotations

import hashlib
import importlib.metadata
from functools import cache
from pathlib import Path

import av

PACKAGES = Path(__file__).parents[1]
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
    """Return the versions of the libraries that draw and encode, by name."""
    installed = {distribution: importlib.metadata.version(distribution) for distribution in DRAWN_WITH}
    return installed | {"av": av.__version__} | {name: ".".join(map(str, version)) for name, version in av.library_versions.items()}


@cache
def code(*packages: str) -> str:
    """Hash the source of some subpackages, such as `scenes`, with the words in it, so that changed code invalidates what it made."""
    digest = hashlib.blake2b(digest_size=10)
    for package in packages:
        sources = [*(PACKAGES / package).rglob("*.py"), *(PACKAGES / package).rglob("words/*.yaml")]
        for source in sorted(sources):
            digest.update(str(source.relative_to(PACKAGES)).encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()
