"""What documents of running text have in common: their front matter, and how deep their headings begin scenes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from videogen.errors.script import BadDocument
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.imported_script import ImportedScript, ImportWarning
from videogen.script import front_matter
from videogen.script.video_options import Options

MAX_TITLE = 200
VIDEO_KEYS = {"subtitle", "author", "authors", "outro", "lang", "locale", *Options.model_fields}
"""Keys of a document's own front matter that its script keeps."""


def front_matter_of(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter at the top of Markdown, {key: value}, and the text after it; an empty one if there is none."""
    matter, body, _ = front_matter.split(text)
    return (dict(matter.values), body.strip("\n")) if matter.values else ({}, text)


def finish(
    title: str,
    name: str,
    body: str,
    pictures: DocumentPictures,
    warnings: Sequence[ImportWarning],
    front: Mapping[str, Any] | None = None,
) -> ImportedScript:
    """Return the script of a document whose text is `body`, and which is called by its title, its first heading or its file's `name`.

    Of its front matter `front` the keys are kept that say something of a video. Raises BadDocument for one without text and pictures.
    """
    if not any(map(str.isalnum, body)):
        raise BadDocument("The document has nothing that can be shown.", hint="Add text or pictures to it.")
    first = next((line.lstrip("# ").replace("\\", "") for line in body.splitlines() if line.startswith("# ")), "")
    title = (title or first or name or "Document")[:MAX_TITLE]
    chosen = {key: value for key, value in (front or {}).items() if key in VIDEO_KEYS}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in ({"title": title} | chosen).items()]
    head = "\n".join(["---", *lines, "---", "", ""])
    return ImportedScript(f"{head}{body}\n", title, pictures.paths, tuple(warnings))
