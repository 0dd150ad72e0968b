"""The JSON Schema that editors use."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from videogen import script
from videogen.script.document import KINDS
from videogen.script.models import Options
from videogen.script.schema import script_schema

EXAMPLES = Path(__file__).parents[2] / "examples"
SCHEMA = script_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_it_is_a_schema_of_the_draft_that_it_names() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    VALIDATOR.check_schema(SCHEMA)


def test_every_key_is_explained_and_no_default_is_in_the_way() -> None:
    for name, part in [*SCHEMA["$defs"].items(), ("Script", SCHEMA)]:
        assert part.get("description"), name
        for key, field in part["properties"].items():
            assert field.get("description"), f"{name}.{key}"
            assert field.get("default", "") is not None, f"{name}.{key}"
            assert "title" not in field


def test_what_is_read_is_valid_and_the_other_way_round() -> None:
    for file in EXAMPLES.glob("*.yaml"):
        VALIDATOR.validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    everything = {"options": {"voice": "none", "pronunciations": {"a": "b"}}, "title": "T", "$schema": "http://127.0.0.1:8000/api/schema"}
    given = everything | {
        "scenes": [{"kind": "list", "items": ["a", {"text": "b", "level": 1}], "say": "", "pause_s": 1, "recording": None}]
    }
    assert script.read(json.dumps(given), "json").script.title == "T"
    given["scenes"][0].pop("recording")
    VALIDATOR.validate(given)


@pytest.mark.parametrize(
    "scene", [{"kind": "tittle"}, {"kind": "list"}, {"kind": "title", "title": "T", "heigth": 1}, {"kind": "title", "title": 1}]
)
def test_what_cannot_be_read_is_not_valid(scene: dict[str, object]) -> None:
    assert list(VALIDATOR.iter_errors({"title": "T", "scenes": [scene]}))


def test_all_kinds_and_options_are_in_it() -> None:
    kinds = {part["properties"]["kind"]["const"] for name, part in SCHEMA["$defs"].items() if name.endswith("Scene")}
    assert kinds == set(KINDS)
    assert set(SCHEMA["$defs"]["Options"]["properties"]) == set(Options.model_fields)


def test_every_kind_leads_to_its_schema() -> None:
    scenes = SCHEMA["properties"]["scenes"]["items"]
    assert set(scenes["discriminator"]["mapping"]) == set(KINDS)
