"""The form of a brand kit on its page: fields of text and colour, and files that replace those that there are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from models.brand import Brand
from videogen.web import uploads

COLOURS = {
    "background": "Background",
    "text": "Text",
    "accent": "Accent",
    "panel": "Cards",
    "band": "Band of headings",
}
"""Colours that the form offers, and their labels; a kit may have more."""

FILES = {
    "logo": "Logo (PNG, JPEG, WebP, SVG)",
    "font_heading": "Font of headings (TTF, OTF)",
    "font_text": "Font of prose (TTF, OTF)",
    "intro_file": "Picture or video of the intro",
    "outro_file": "Picture or video of the outro",
}
POSITIONS = ("top-left", "top-right", "bottom-left", "bottom-right")
CARDS = ("intro", "outro")


def fields_of(row: Brand | None) -> dict[str, str]:
    """Return the values of the form's fields for a brand; of a new one they are empty. Of files they are the names."""
    kit: Mapping[str, Any] = json.loads(row.definition) if row else {}
    fields = {"name": row.name if row else ""} | {name: str(kit.get(name, "")) for name in ("description", "theme", "footer")}
    fields |= {f"colour_{name}": str(_part(kit, "colours").get(name, "")) for name in COLOURS}
    logo = _part(kit, "logo")
    fields |= {"logo": str(logo.get("file", "")), "logo_position": str(logo.get("position", ""))}
    fields |= {f"font_{name}": str(_part(kit, "fonts").get(name, "")) for name in ("text", "heading")}
    for card in CARDS:
        values = _part(kit, card)
        fields |= {f"{card}_{name}": str(values.get(name, "")) for name in ("title", "text", "file", "seconds")}
    return fields


def _part(kit: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a part of a kit; an empty one for what a hand has put in its place."""
    part = kit.get(name)
    return part if isinstance(part, dict) else {}


def kit_of(
    form: MultiDict[str, str], files: Mapping[str, FileStorage], before: Brand | None
) -> tuple[dict[str, Any], list[tuple[str, FileStorage]]]:
    """Return the kit that a form describes, and its new files by their names. What the form does not offer stays as it was."""
    old: dict[str, Any] = json.loads(before.definition) if before else {}
    present = fields_of(before)
    sent: list[tuple[str, FileStorage]] = []
    names: dict[str, str] = {}
    for field in FILES:
        file = files.get(field)
        if file is not None and file.filename:
            names[field] = uploads.name_of(file.filename).rpartition("/")[2]
            sent.append((names[field], file))
        elif present[field] and f"drop_{field}" not in form:
            names[field] = present[field]
    text = {name: value.strip() for name, value in form.items()}
    kit: dict[str, Any] = {name: text[name] for name in ("description", "theme", "footer") if text.get(name)}
    colours = {name: value for name, value in _part(old, "colours").items() if name not in COLOURS}
    colours |= {name: text[f"colour_{name}"] for name in COLOURS if text.get(f"colour_{name}")}
    fonts = {name: names[f"font_{name}"] for name in ("text", "heading") if f"font_{name}" in names}
    kit |= {name: part for name, part in (("colours", colours), ("fonts", fonts)) if part}
    if "logo" in names:
        position = {"position": text["logo_position"]} if text.get("logo_position") in POSITIONS else {}
        kit["logo"] = {"file": names["logo"]} | position
    for card in CARDS:
        values: dict[str, Any] = {name: text[f"{card}_{name}"] for name in ("title", "text") if text.get(f"{card}_{name}")}
        values |= {"file": names[f"{card}_file"]} if f"{card}_file" in names else {}
        if values:
            seconds = text.get(f"{card}_seconds", "")
            kit[card] = values | ({"seconds": seconds} if seconds else {})
    return kit, sent
