"""Markdown, YAML or JSON -> Script. `models.py` is the one definition of what a script may say."""

from __future__ import annotations

import re
from dataclasses import replace

from videogen.errors.script import UnknownFormat
from videogen.script.formats import FORMATS
from videogen.script.layouts import with_known_layouts
from videogen.script.reading import Reading, ScriptWarning
from videogen.script.source import cleaned_json, cleaned_script

__all__ = ["FORMATS", "Reading", "ScriptWarning", "detect_format", "read"]

_TOP_KEY = re.compile(r"[\"']?(\w+)[\"']?\s*:")
_KEY = re.compile(r"[\"']?[A-Za-z_]\w*[\"']?\s*:(\s|$)")


def read(text: str, format: str, *, set_formulas: bool = True) -> Reading:
    """Return the script that a text holds, and what was left out of it. `format` is one of FORMATS.
    `set_formulas`: to warn of those that cannot be set, which takes a tenth of a second for three.

    Raises UnknownFormat, ScriptNotText, EmptyScript, UnknownScene, BadOption or BadScript, with faults that name the places.
    """
    if format not in FORMATS:
        raise UnknownFormat(f"There is no format called {format[:40]!r}.", hint=f"Use one of: {', '.join(FORMATS)}.")
    reading = with_known_layouts(_read(text, format))
    if not set_formulas:
        return reading
    from videogen.script import unset_formulas

    return replace(reading, warnings=(*reading.warnings, *unset_formulas.warnings(reading.script)))


def _read(text: str, format: str) -> Reading:
    if format == "markdown":
        from videogen.script.markdown import read_markdown  # here, so that whoever wants the models alone does not wait for its parser

        return read_markdown(cleaned_script(text))
    from videogen.script.document import read_json, read_yaml

    return read_json(cleaned_json(text)) if format == "json" else read_yaml(cleaned_script(text))


def detect_format(text: str) -> str:
    """Return the format that a text seems to be in: json for an object, yaml for keys among which is `scenes`, else markdown."""
    text = text.removeprefix("\ufeff").lstrip()
    if re.match(r'\{\s*["}]', text):
        from videogen.script.json_tree import leading_object

        front = leading_object(text)
        return "markdown" if front and text[front[1] :].strip() else "json"
    lines = text.split("\n")
    if any(line.rstrip() in ("---", "...") for line in lines[1:]) and lines[0].rstrip() == "---":
        return "markdown"
    first = next((line for line in lines if line.strip() and not line.startswith(("#", "---", "%"))), "")
    named = {match[1] for line in lines if (match := _TOP_KEY.match(line))}
    is_yaml = "scenes" in named or {"template", "variables"} <= named or {"video", "scene"} <= named
    return "yaml" if _KEY.match(first) and is_yaml else "markdown"
