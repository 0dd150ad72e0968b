"""Names of brand kits, and the names under which the files of one come with a script.

A brand called `acme` is the file `acme.brand.yaml`, beside a script or among the files of a task. A file that it names, such as `logo.png`,
is `acme.brand.logo.png` there, or else has its own name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"
FILE_SUFFIX = ".brand.yaml"
_NAME = re.compile(PATTERN.removesuffix("$") + r"\Z", re.ASCII)
_MENTIONED = re.compile(r"""["']?brand["']?\s*[:=]\s*["']?([A-Za-z0-9][A-Za-z0-9_-]{0,39})\b""", re.ASCII)


def is_name(text: str) -> bool:
    """Return whether a brand may be called so."""
    return _NAME.match(text) is not None


def file_names(brand: str, file: str) -> tuple[str, str]:
    """Return the names under which a file of a brand may come with a script, the first one first."""
    return f"{brand}.brand.{file}", file


def mentioned(source: str, options: Mapping[str, Any]) -> list[str]:
    """Return the names that may be those of the brand of a script, which is not read for that: it may be one of several, or none."""
    asked = options.get("brand")
    names = [asked] if isinstance(asked, str) else []
    return list(dict.fromkeys(name for name in (*names, *_MENTIONED.findall(source)) if is_name(name)))[:20]
