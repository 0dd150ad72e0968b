"""The JSON Schema that editors use."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tests.support.examples import examples
from tests.support.scene_contents import EXAMPLES
from videogen import script
from videogen.errors.script import BadScript
from videogen.script.document import KINDS
from videogen.script.schema import NOT_WRITTEN, script_schema
from videogen.script.video_options import Options

FILES = Path(__file__).parents[2] / "examples"
SCHEMA = script_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_it_is_a_schema_of_the_draft_that_it_names() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    VALIDATOR.check_schema(SCHEMA)


def test_every_key_is_explained_and_no_default_is_in_the_way() -> None:
    for name, part in [*SCHEMA["$defs"].items(), ("Script", SCHEMA)]:
        assert part.get("description"), name
        for key, field in part["properties"].items():
            assert field.get("description"), f"{name}.{key} needs a description: Field(..., description=...) in videogen/script/models.py"
            assert field.get("default", "") is not None, f"{name}.{key}"
            assert "title" not in field


def test_what_is_read_is_valid_and_the_other_way_round() -> None:
    for file in FILES.glob("*.yaml"):
        VALIDATOR.validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    everything = {"options": {"voice": "none", "pronunciations": {"a": "b"}}, "title": "T", "$schema": "http://127.0.0.1:8000/api/schema"}
    given: dict[str, Any] = everything | {
        "scenes": [{"kind": "list", "items": ["a", {"text": "b", "level": 1}], "say": "", "pause_s": 1, "recording": None}]
    }
    assert script.read(json.dumps(given), "json").script.title == "T"
    given["scenes"][0].pop("recording")
    VALIDATOR.validate(given)


@pytest.mark.parametrize(
    "scene", [{"kind": "tittle"}, {"kind": "list"}, {"kind": "title", "title": "T", "heigth": 1}, {"kind": "title", "title": [1]}]
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


OPTIONS: dict[str, object] = {
    "voice": "none",
    "speed": 1.5,
    "pause_s": 0,
    "pronunciations": {"SQL": "sequel"},
    "theme": "paper",
    "aspect": "9:16",
    "height": 720,
    "fps": 25,
    "language": "de-AT",
    "transition": "slide",
    "cfr": True,
}
WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 2, 0.5, 1e20, "", "words", "x" * 600, [], ["a"], [2.5], [[]], {}, {"a": "b"}, {"text": "t"}]
).map(deepcopy)


def items_of(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every mapping and list of a document with each of its keys."""
    for key in sorted(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from items_of(value[key])


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A script as JSON has it, with something in it that may be wrong: a value of another sort, a key too few or too many."""
    scene = draw(st.sampled_from([EXAMPLES[kind] for kind in sorted(EXAMPLES)]))
    answer = json.loads(scene.model_dump_json(exclude=set(NOT_WRITTEN), exclude_none=True))
    document = {"title": "T", "options": deepcopy(OPTIONS), "scenes": [answer]}
    for _ in range(draw(st.integers(0, 2))):
        container, key = draw(st.sampled_from([*items_of(document)]))
        match draw(st.sampled_from(["replace", "replace", "drop", "add"])):
            case "drop":
                del container[key]
            case "add" if isinstance(container, dict):
                container["another"] = draw(WRONG)
            case _:
                container[key] = draw(WRONG)
    return without_nothing(document)


def without_nothing(value: Any) -> Any:
    """Without keys that have no value, which mean the same as no key."""
    if isinstance(value, dict):
        return {key: without_nothing(inner) for key, inner in value.items() if inner is not None}
    return [without_nothing(inner) for inner in value if inner is not None] if isinstance(value, list) else value


def is_beyond_a_schema(wrong: ErrorDetails) -> bool:
    """Whether values have to go together, or a number is too long as the text that it stands for."""
    return wrong["type"] == "value_error" or (
        wrong["type"] == "string_too_long" and re.fullmatch(r"-?[\d.e+]+", wrong["input"]) is not None
    )


@pytest.mark.slow
@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents())
def test_the_schema_takes_what_the_reader_takes_and_refuses_what_it_refuses(document: dict[str, Any]) -> None:
    """But for what a schema cannot say: that values have to go together."""
    diagnostics = [diagnostic.message for diagnostic in VALIDATOR.iter_errors(document)]
    try:
        script.read(json.dumps(document), "json")
    except BadScript as error:
        cause = error.__cause__
        errors = cause.errors(include_url=False) if isinstance(cause, ValidationError) else []
        # Beside a wrong scene pydantic also finds that there are too few.
        assert diagnostics or all(is_beyond_a_schema(wrong) for wrong in errors if wrong["loc"] != ("scenes",)), error
    else:
        assert not diagnostics
