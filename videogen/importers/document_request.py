"""What an importer is asked for: a document, and how its script is to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PAGE_RANGES = re.compile(r"\s*+\d{1,5}\s*+(?:-\s*+\d{1,5}\s*+)?(?:,\s*+\d{1,5}\s*+(?:-\s*+\d{1,5}\s*+)?)*+", re.ASCII)
"""Numbers and ranges of slides or pages, such as `1-5, 8`."""
SlideLook = Literal["rebuilt", "pictures"]


def ignore_progress(_done: int, _of: int) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class DocumentRequest:
    """A document at `path` that people call `name`. Its pictures go to `directory`, and the script calls them `prefix` and a name.

    `slides` says whether a presentation is rebuilt in layouts or shown as pictures of its slides. `pages` are the slides or pages to take,
    all if it is empty. `progress` is called with how many parts are done, and of how many.
    """

    path: Path
    name: str
    directory: Path
    prefix: str = ""
    slides: SlideLook = "rebuilt"
    pages: str = ""
    progress: Callable[[int, int], None] = ignore_progress

    def takes(self, number: int) -> bool:
        """Return whether the slide or page is to be imported."""
        if not self.pages:
            return True
        bounds = (part.partition("-") for part in self.pages.split(","))
        return any(int(first) <= number <= int(last or first) for first, _, last in bounds)
