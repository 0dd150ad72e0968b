"""Public collections of hard inputs as scripts: whatever they hold, a script is read or refused, and in good time.

They are not part of this repository. CORPORA names a directory with any of: `spec.txt` (examples of CommonMark or GFM), `json/` (files of
JSONTestSuite, whose names begin with y, n or i), `yaml/` (files of yaml-test-suite), `blns.json` (the Big List of Naughty Strings).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import VideogenError
from videogen.script import FORMATS, read
from videogen.script.spoken_text import narration_of

CORPORA = Path(os.environ.get("CORPORA", "/nonexistent"))
REFUSED_THOUGH_VALID = {"duplicated_key", "duplicated_key_and_value", "null_escape", "escaped_null"}
"""Valid JSON that no script can be: keys given twice, and texts with NUL."""

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="CORPORA names no directory")


def texts() -> Iterator[str]:
    for path in CORPORA.glob("spec*.txt"):
        yield from re.findall(
            r"^`{32} example[^\n]*\n(.*?)^\.\n", path.read_text(encoding="utf-8").replace("→", "\t"), re.DOTALL | re.MULTILINE
        )
    for path in CORPORA.glob("yaml/**/*.yaml"):
        yield from re.findall(r"^  yaml: \|[^\n]*\n((?:    [^\n]*\n|\n)*)", path.read_text(encoding="utf-8"), re.MULTILINE)
    for path in CORPORA.glob("blns.json"):
        yield from json.loads(path.read_text(encoding="utf-8"))
    for path in CORPORA.glob("json/*.json"):
        yield path.read_bytes().decode("utf-8", "replace")


def test_every_text_is_read_or_refused_in_words_of_our_own() -> None:
    for text in texts():
        for format in FORMATS:
            for source in (text, f"# T\n\n{text}", f"---\ntitle: {text}\n---\n\n# T\n"):
                try:
                    script = read(source, format).script
                except VideogenError:
                    continue
                assert all(isinstance(narration_of(scene, script), str) for scene in script.scenes)


def test_examples_of_the_specification_are_documents() -> None:
    for path in CORPORA.glob("spec*.txt"):
        for text in re.findall(r"^`{32} example[^\n]*\n(.*?)^\.\n", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
            assert read(f"# T\n\n{text}", "markdown").script.scenes


@pytest.mark.parametrize("path", sorted(CORPORA.glob("json/[yn]_*.json")), ids=lambda path: str(path.stem))
def test_json_is_taken_and_refused_as_its_suite_says(path: Path) -> None:
    from videogen.script.json_tree import from_json
    from videogen.script.source import cleaned_json

    try:
        from_json(cleaned_json(path.read_text(encoding="utf-8")))
        taken = True
    except (VideogenError, UnicodeDecodeError):
        taken = False
    valid = path.name.startswith("y") and not any(name in path.name for name in REFUSED_THOUGH_VALID)
    assert taken == valid
