"""The YAML between two lines of `---` at the top of a Markdown document: title, subtitle, closing words, and the film's options."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from videogen.errors import BadOption, BadScript, Fault
from videogen.script import inline, marp, options
from videogen.script.models import Options
from videogen.script.reading import Warning_
from videogen.script.tree import Node, plain
from videogen.script.yaml_tree import from_yaml

_FENCED = re.compile(r"---[ \t]*\n(?=[ \t]*[A-Za-z_#\"'][^\n]*)(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HAS_KEY = re.compile(r"^[\"']?[A-Za-z_][\w -]*[\"']?\s*:(\s|$)", re.MULTILINE)


@dataclass(frozen=True)
class FrontMatter:
    """What a document says of itself. `outro` None leaves the closing card to the film, an empty text asks for none.

    `marp`: it is a deck for Marp, whose slides may be divided at headings (`dividers`).
    """

    title: str | None = None
    subtitle: str = ""
    outro: str | None = None
    marp: bool = False
    dividers: frozenset[int] = frozenset()
    options: Options = field(default_factory=Options)
    warnings: tuple[Warning_, ...] = ()


def split(text: str) -> tuple[FrontMatter, str, int]:
    """A document's front matter, its body, and the line on which the body begins.

    Raises BadScript for YAML that cannot be read and BadOption for a bad value, with the line. A key that means nothing here is a
    warning: other programs keep theirs in the same place.
    """
    found = _FENCED.match(text)
    if not found or not _HAS_KEY.search(found[1]):
        return FrontMatter(), text, 1
    root = from_yaml(found[1], line=2)
    if not isinstance(root.value, dict):
        raise BadScript("Line 2: front matter has to be keys and values.", faults=[Fault("not keys and values", line=2, column=1)])
    return _front_matter(root), text[found.end() :], found.group().count("\n") + 1


def _front_matter(root: Node) -> FrontMatter:
    values = root.value
    assert isinstance(values, dict)
    given: dict[str, Any] = {name: plain(node) for name, node in values.items() if name in Options.model_fields}
    is_marp = "marp" in values and plain(values["marp"]) in (True, "true", "yes")
    known = {"title", "subtitle", "author", "outro"}
    if is_marp:
        known |= marp.KEYS
        given = _for_marp(given, {name: plain(node) for name, node in values.items() if name in marp.KEYS})
    unknown = [
        name for name in values if name not in Options.model_fields and name not in known and not (is_marp and name.lstrip("_$") in known)
    ]
    outro = _text(root, "outro")
    return FrontMatter(
        title=_text(root, "title") or None,
        subtitle=_text(root, "subtitle") or _text(root, "author"),
        outro="" if outro.lower() in ("no", "none", "false", "off") else outro or None,
        marp=is_marp,
        dividers=marp.dividers(plain(values["headingDivider"])) if is_marp and "headingDivider" in values else frozenset(),
        options=options.check(
            given, path="", place=lambda name: (values[name].line, values[name].column) if name in values else (None, None)
        ),
        warnings=(_unknown(root, unknown),) if unknown else (),
    )


def _for_marp(given: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """The film's options in the front matter of a deck for Marp; what is one to both (a theme) is taken where it means something here."""
    for name in given.keys() & marp.KEYS:
        try:
            options.check({name: given[name]})
        except BadOption:
            del given[name]
    return marp.options_of(said) | given


def _text(root: Node, name: str) -> str:
    node = root.find([name])
    if node is root or node.value is None:
        return ""
    if not isinstance(node.value, str):
        message = f"{name} has to be a text"
        raise BadScript(f"Line {node.line}: {message}.", faults=[Fault(message, line=node.line, column=node.column, path=name)])
    return inline.markup(inline.runs(node.value))


def _unknown(root: Node, names: list[str]) -> Warning_:
    first = root.find([names[0]])
    listed = ", ".join(name[:40] for name in names[:10]) + (", ..." if len(names) > 10 else "")
    near = [f"for {name[:40]}, did you mean {meant}?" for name in names[:10] if (meant := options.nearest(name))]
    hint = f"Known are title, subtitle, outro and the options. {' '.join(near).capitalize()}".strip()
    return Warning_("unknown_front_matter", f"Front matter that means nothing here is ignored: {listed}.", hint, first.line)
