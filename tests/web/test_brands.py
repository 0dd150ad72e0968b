"""Brand kits on the server: kept, shown, changed on their page, and kept with the tasks that use them."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import asset, brand
from models.database import Store
from tests.support.brand_kits import KIT, write_kit


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write_kit(tmp_path / "kit")
    return tmp_path / "kit"


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    token = re.search(r'name="csrf_token" value="(\w+)"', client.get("/brands").text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **fields})


def save(client: FlaskClient, kit: dict[str, Any], *paths: Path, name: str = "tea") -> Any:
    uploads = [(io.BytesIO(path.read_bytes()), path.name) for path in paths]
    return client.post("/api/brands", data={"name": name, "kit": json.dumps(kit), "file": uploads}, content_type="multipart/form-data")


def test_a_brand_is_kept_shown_and_removed(client: FlaskClient, files: Path) -> None:
    answer = save(client, KIT, files / "logo.png", files / "head.ttf")
    assert answer.status_code == 201, answer.text
    shown = answer.get_json()
    assert [file["media_type"] for file in shown["files"]] == ["image/png", "font/ttf"]
    assert "accent #ff7a00 is drawn as" in shown["adjusted"][0]
    assert client.get("/api/brands").get_json()["brands"] == [shown | {"adjusted": []}]
    picture = client.get(shown["picture"])
    assert (picture.mimetype, "#fff7e6" in picture.text) == ("image/svg+xml", True)
    assert 'value="tea"' in client.get("/").text
    assert client.delete("/api/brands/tea").get_json() == {"name": "tea", "removed": True}
    assert client.get("/api/brands/tea").status_code == 404


def test_files_that_are_not_sent_again_stay_and_those_not_named_go(client: FlaskClient, store: Store, files: Path) -> None:
    save(client, KIT, files / "logo.png", files / "head.ttf")
    changed = save(client, {"logo": "logo.png", "footer": "new"})
    assert changed.status_code == 201, changed.text
    assert [file["name"] for file in changed.get_json()["files"]] == ["logo.png"]
    with store.reading() as read:
        assert [file.name for file in brand.find(read, "tea").assets] == ["tea.brand.yaml", "tea.brand.logo.png"]


@pytest.mark.parametrize(
    "name, kit, message",
    [
        ("../tea", {}, "cannot be called"),
        ("tea", {"logo": "gone.png"}, "gone.png is not there"),
        ("tea", {"colours": {"text": "red"}}, "has to be a colour"),
        ("tea", {"unknown": 1}, "unknown"),
        ("tea", {"footer": "half a character \ud83c", "logo": "gone.png"}, "gone.png is not there"),
    ],
)
def test_a_brand_that_cannot_be_used_is_refused_with_the_reason(client: FlaskClient, name: str, kit: dict[str, Any], message: str) -> None:
    answer = save(client, kit, name=name)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_option")
    assert message in answer.get_json()["detail"]
    assert client.get("/api/brands").get_json() == {"brands": []}


def test_a_task_keeps_the_brand_it_was_submitted_with(client: FlaskClient, store: Store, files: Path) -> None:
    save(client, KIT, files / "logo.png", files / "head.ttf")
    script = {"script": "---\nbrand: tea\n---\n# Hello", "options": {"voice": "none"}}
    tasks = []
    for footer in ("first", "second"):
        save(client, KIT | {"footer": footer})
        tasks.append(client.post("/api/tasks", json=script).get_json()["id"])
    client.delete("/api/brands/tea")
    kits = []
    for task_id in tasks:
        with store.reading() as read:
            kept = {file.name: file for file in asset.of_task(read, task_id)}
        assert set(kept) == {"tea.brand.yaml", "tea.brand.logo.png", "tea.brand.head.ttf"}
        kits.append(json.loads((store.data / kept["tea.brand.yaml"].key).read_text())["footer"])
    assert kits == ["first", "second"]


def test_a_request_for_an_unknown_brand_is_refused_and_one_of_front_matter_is_not(client: FlaskClient) -> None:
    asked = client.post("/api/tasks", json={"script": "# Hello", "options": {"voice": "none", "brand": "nobody"}})
    assert (asked.status_code, asked.get_json()["faults"][0]["path"]) == (422, "options.brand")
    foreign = client.post("/api/tasks", json={"script": "---\nbrand: theirs\n---\n# Hello", "options": {"voice": "none"}})
    assert foreign.status_code == 201, foreign.text


def test_the_form_adds_and_changes_a_brand(client: FlaskClient, files: Path) -> None:
    logo = (io.BytesIO((files / "logo.png").read_bytes()), "logo.png")
    form = {
        "name": "tea",
        "colour_accent": "#ff7a00",
        "colour_background": "#fff7e6",
        "logo": logo,
        "intro_title": "Tea",
        "intro_seconds": "2",
    }
    assert "accent #ff7a00 is drawn as" in post(client, "/brands", **form).text
    page = client.get("/brands?edit=tea").text
    assert 'value="#fff7e6"' in page and "Remove logo.png" in page
    assert post(client, "/brands", name="tea", colour_accent="#ffcc00", footer="tea.example · 茶 🍵").status_code == 303
    kit = client.get("/api/brands/tea").get_json()["kit"]
    assert kit == {"colours": {"accent": "#ffcc00"}, "logo": {"file": "logo.png"}, "footer": "tea.example · 茶 🍵"}
    assert post(client, "/brands", name="tea", drop_logo="yes").status_code == 303
    assert client.get("/api/brands/tea").get_json()["kit"] == {}
    refused = post(client, "/brands", name="tea", colour_accent="red", footer="kept in the form")
    assert refused.status_code == 422 and "has to be a colour" in refused.text and "kept in the form" in refused.text
    assert "line 1" not in refused.text
    assert post(client, "/brands/tea/remove").status_code == 303
    assert "No brands yet" in client.get("/brands").text
