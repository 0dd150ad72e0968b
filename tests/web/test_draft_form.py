"""The page for writing as the server draws it and takes its form."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError
from werkzeug.test import TestResponse

from models import task
from models.database import Store
from videogen.config import Settings
from videogen.script import read
from videogen.script.examples import examples
from videogen.web import draft_form


def post(client: FlaskClient, **fields: str) -> TestResponse:
    token = re.search(r'name="csrf_token" value="(\w+)"', client.get("/").text)
    assert token
    return client.post("/", data={"csrf_token": token[1], **fields})


def test_samples_make_the_same_scenes_in_yaml_as_in_markdown(client: FlaskClient) -> None:
    samples = client.get("/api/samples").json["samples"]  # type: ignore[index]
    script = read("title: All\nscenes:\n" + "\n".join(sample["yaml"] for sample in samples), "yaml").script
    assert [scene.kind for scene in script.scenes] == [sample["kind"] for sample in samples]
    for scene, sample in zip(script.scenes, samples, strict=True):
        same = next(drawn for drawn in read(sample["markdown"], "markdown").script.scenes if drawn.kind == scene.kind)
        assert scene.model_dump(exclude={"line"}) == same.model_dump(exclude={"line"})


def test_examples_are_listed_by_the_titles_that_they_have() -> None:
    for example in examples().values():
        assert example.title == read(example.source, example.format).script.title


@pytest.mark.parametrize("name", examples())
def test_example_can_be_started_from(client: FlaskClient, name: str) -> None:
    answer = client.get("/", query_string={"example": name})
    assert answer.status_code == 200
    assert examples()[name].source.splitlines()[0] in answer.text
    assert client.get("/?example=../../app.py").status_code == 404


def test_form_takes_what_is_chosen_beside_the_script_and_what_came_with_it(client: FlaskClient, store: Store) -> None:
    answer = post(client, script="# Hi\r\n", theme="paper", height="720", aspect="", options='{"fps": 60}', made_from="../x")
    made = task.get(store, answer.location.rpartition("/")[2])
    assert (made.source, made.options, made.made_from_task_id) == ("# Hi\n", {"fps": 60, "theme": "paper", "height": 720}, None)


@pytest.mark.parametrize("fields", [{"options": '{"fps": 7}'}, {"theme": "neon"}, {"voice": "nobody"}])
def test_form_with_a_wrong_option_comes_back_with_the_script(client: FlaskClient, fields: dict[str, str]) -> None:
    answer = post(client, script="# Mine\n", **fields)
    assert answer.status_code == 422
    assert "# Mine" in answer.text


@pytest.mark.parametrize("options", ["{", "[]", "[" * 5_000, '{"fps": NaN}'])
def test_what_the_form_cannot_have_sent_is_refused(client: FlaskClient, options: str) -> None:
    assert post(client, script="# Mine\n", options=options).status_code == 400


@pytest.mark.parametrize(
    ("language", "label"), [("en", "Detected"), ("fr", "Detected, else Français"), ("pt-BR", "Detected, else Português")]
)
def test_page_says_what_a_language_that_cannot_be_told_is_taken_for(language: str, label: str) -> None:
    [choice] = [choice for choice in draft_form.choices(Settings(language=language)) if choice.name == "language"]
    assert choice.default == label


def test_setting_that_is_no_tag_of_a_language_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEOGEN_LANGUAGE", "the one of my mother")
    with pytest.raises(ValidationError, match="language"):
        Settings()
