"""What documents of running text have in common: their front matter, and how deep their headings begin scenes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from videogen.errors.script import BadDocument
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.imported_script import ImportedScript, ImportWarning

MAX_TITLE = 200


def finish(title: str, name: str, body: str, pictures: DocumentPictures, warnings: Sequence[ImportWarning]) -> ImportedScript:
    """Return the script of a document whose text is `body`, and which is called by its title, its first heading or its file's `name`.

    Raises BadDocument for one without text and pictures.
    """
    if not any(map(str.isalnum, body)):
        raise BadDocument("The document has nothing that can be shown.", hint="Add text or pictures to it.")
    first = next((line.lstrip("# ").replace("\\", "") for line in body.splitlines() if line.startswith("# ")), "")
    title = (title or first or name or "Document")[:MAX_TITLE]
    head = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n\n"
    return ImportedScript(f"{head}{body}\n", title, pictures.paths, tuple(warnings))
