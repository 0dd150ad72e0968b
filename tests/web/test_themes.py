"""Themes of one's own on the server: uploaded, listed, shown, and kept with the tasks that use them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import asset, task
from models.database import Store
from tests.support.own_theme import BROKEN, theme_text, write_theme
from tests.web.test_draft_form import post


def upload(client: FlaskClient, text: str, name: str = "mine.yaml") -> Any:
    return client.post("/api/themes", data={"file": (io.BytesIO(text.encode()), name)})


def submit(client: FlaskClient, **options: str) -> Any:
    return client.post("/api/tasks", json={"script": "# Hello", "options": {"voice": "none", **options}})


def own(client: FlaskClient) -> list[dict[str, Any]]:
    return [one for one in client.get("/api/themes").get_json()["themes"] if one["own"]]


@pytest.mark.parametrize("name", ["mine.yaml", "mine.yml", "mine.theme.yaml", "somewhere/mine.yaml"])
def test_an_uploaded_theme_is_offered_and_can_be_seen(client: FlaskClient, store: Store, name: str) -> None:
    answer = upload(client, theme_text("#fff8f0"), name)
    assert answer.status_code == 201
    assert own(client) == [answer.get_json()]
    assert (store.data / "themes" / "mine.yaml").read_text() == theme_text("#fff8f0")
    picture = client.get(answer.get_json()["picture"])
    assert (picture.mimetype, "#fff8f0" in picture.text) == ("image/svg+xml", True)
    assert 'value="mine"' in client.get("/").text


def test_a_task_keeps_its_theme_when_the_file_changes(client: FlaskClient, store: Store) -> None:
    upload(client, theme_text("#fff8f0"))
    first = submit(client, theme="mine").get_json()["id"]
    upload(client, theme_text("#f0f8ff"))
    second = submit(client, theme="mine").get_json()["id"]
    themes = []
    for task_id in (first, second):
        with store.reading() as read:
            (file,) = asset.of_task(read, task_id)
        themes.append((store.data / file.key).read_text())
    assert themes == [theme_text("#fff8f0"), theme_text("#f0f8ff")]


def test_a_video_made_again_on_the_page_has_the_theme_it_had(client: FlaskClient, store: Store) -> None:
    upload(client, theme_text("#fff8f0"))
    first = submit(client, theme="mine").get_json()["id"]
    (store.data / "themes" / "mine.yaml").unlink()
    with store.reading() as read:
        (file,) = asset.of_task(read, first)
    form = {"script": "# Hello", "theme": "mine", "voice": "none", "made_from": first, "assets": f'{{"{file.name}": "{file.id}"}}'}
    assert post(client, **form).status_code == 303
    with store.reading() as read:
        newest = task.page(read)[0][0]
        assert newest.id != first and asset.of_task(read, newest.id)[0].id == file.id


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        (BROKEN, "mine.yaml", "line 8, colours.text: has to be a colour in quotes"),
        (theme_text(), "slate.yaml", "cannot be called"),
        (theme_text(), "mine.txt", "cannot be called"),
        (theme_text(), "..yaml", "cannot be called"),
    ],
)
def test_a_theme_that_cannot_be_used_is_not_kept(client: FlaskClient, store: Store, text: str, name: str, words: str) -> None:
    answer = upload(client, text, name)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_option")
    assert words in answer.get_json()["detail"]
    assert answer.get_json()["hint"]
    assert not (store.data / "themes").exists()


def test_a_file_broken_by_hand_is_listed_with_its_line_and_refused(client: FlaskClient, store: Store) -> None:
    write_theme(store.data, text=BROKEN)
    (listed,) = own(client)
    assert (listed["problem"]["line"], listed["picture"]) == (8, None)
    assert client.get("/api/themes/mine/picture").status_code == 404
    answer = submit(client, theme="mine")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_option")
    assert "line 8" in answer.get_json()["detail"]
    assert client.get("/").status_code == 200
    assert submit(client).status_code == 201


def test_a_theme_of_ones_own_is_removed_and_those_of_videogen_are_not(client: FlaskClient, store: Store) -> None:
    upload(client, theme_text())
    task_id = submit(client, theme="mine").get_json()["id"]
    answer = client.delete("/api/themes/mine")
    assert (answer.status_code, answer.get_json()) == (200, {"name": "mine", "removed": True})
    assert own(client) == [] and submit(client, theme="mine").status_code == 422
    with store.reading() as read:
        assert [file.name for file in asset.of_task(read, task_id)] == ["mine.theme.yaml"]
    for name in ("mine", "slate", "..%2Fvideogen"):
        assert client.delete(f"/api/themes/{name}").status_code == 404
