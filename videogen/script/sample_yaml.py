"""The samples of scenes as items of a script's `scenes` in YAML."""

from __future__ import annotations

import re
from dataclasses import asdict
from functools import cache
from typing import Any

import yaml

from videogen.script import read
from videogen.script.samples import SAMPLES, SceneSample

SHORT = 12


@cache
def written_samples() -> tuple[dict[str, str], ...]:
    """Return one sample a kind of scene: {kind, label, markdown, yaml}."""
    return tuple(asdict(sample) | {"yaml": _in_yaml(sample)} for sample in SAMPLES.values())


def _in_yaml(sample: SceneSample) -> str:
    scenes = [scene for scene in read(sample.markdown, "markdown", set_formulas=False).script.scenes if scene.kind == sample.kind]
    values = scenes[0].model_dump(mode="json", exclude_defaults=True, exclude={"line"})
    if "items" in values:
        values["items"] = [point["text"] if set(point) == {"text"} else point for point in values["items"]]
    text = yaml.dump([values], Dumper=_Writer, sort_keys=False, allow_unicode=True, width=100)
    return re.sub(r"^(?=.)", "  ", text, flags=re.MULTILINE)


class _Writer(yaml.SafeDumper):
    """Writes code and drawings as they look, and a row of a table in one line."""


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _list(writer: yaml.SafeDumper, values: list[Any]) -> yaml.SequenceNode:
    short = all(isinstance(value, str | int) and len(str(value)) <= SHORT for value in values)
    return writer.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=short)


_Writer.add_representer(str, _text)
_Writer.add_representer(list, _list)
