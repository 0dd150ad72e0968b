"""Markdown as other tools write it, turned into the Markdown that `flatten` reads. Lines stay on their lines, so that places stay right.

Each module rewrites the lines of a `Source` in place for one kind of syntax. It imports nothing of the readers above it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from videogen.script.dialects import (
    bare_links,
    chunks,
    dialect_blocks,
    divs,
    html_blocks,
    html_callouts,
    lone_marks,
    loose_marks,
    references,
    slides,
    templates,
)
from videogen.script.dialects.source_lines import Source

REWRITERS: tuple[Callable[[Source], None], ...] = (
    lone_marks.close_comment,
    templates.rewrite,
    loose_marks.rewrite,
    chunks.rewrite,
    slides.rewrite,
    html_callouts.rewrite,
    divs.rewrite,
    bare_links.rewrite,
    references.rewrite,
    dialect_blocks.rewrite,
    html_blocks.rewrite,
    lone_marks.rewrite,
)
"""In order: what writes fences comes before what has to know what stands in them."""


def prepared(body: str, line: int, front_matter: Mapping[str, Any]) -> Source:
    """Return the lines of a body that begins on `line` of the script, rewritten.

    `front_matter` is what stands above it. Never raises.
    """
    source = Source(body.split("\n"), line, front_matter)
    for rewrite in REWRITERS:
        rewrite(source)
    return source
