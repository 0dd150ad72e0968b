"""Drafts in the API, on the pages and on the command line."""

from __future__ import annotations

import json

from flask.testing import FlaskClient

from models.database import Store
from tests.cli.test_queue_commands import run
from tests.web.test_plans import token_of


def test_draft_goes_from_the_first_key_to_its_versions(client: FlaskClient, store: Store) -> None:
    made = client.post("/api/drafts", json={"script": "# Tea\n\nIt is", "options": {"theme": "paper"}})
    assert made.status_code == 201
    made = made.get_json()
    address = f"/api/drafts/{made['id']}"
    assert (made["title"], made["revision"], made["words"], made["options"]) == ("Tea", 1, 4, {"theme": "paper"})
    assert client.put(address, json={"script": "# Tea\n\nIt is hot.", "revision": 1}).get_json()["revision"] == 2
    stale = client.put(address, json={"script": "# Mine", "revision": 1})
    assert (stale.status_code, stale.get_json()["code"]) == (409, "draft_changed")
    assert client.put(address, json={"script": "# Mine", "revision": 1, "replace": True}).get_json()["revision"] == 3
    assert client.post(f"{address}/versions", json={"task_id": "abc"}).get_json()["number"] == 2
    versions = client.get(f"{address}/versions").get_json()["versions"]
    assert [(row["number"], row["task_id"]) for row in versions] == [(2, "abc"), (1, None)]
    assert client.get(f"{address}/versions/1").get_json()["script"] == "# Tea\n\nIt is hot."
    assert client.post(f"{address}/presence", json={"page": "a", "edits": True}).get_json() == {"revision": 3, "others": 0, "editing": 0}
    assert client.post(f"{address}/presence", json={"page": "b"}).get_json() == {"revision": 3, "others": 1, "editing": 1}

    assert "# Mine" in client.get(f"/?draft={made['id']}").text
    assert f"/?draft={made['id']}" in client.get("/drafts").text
    assert run(store.data, "draft", "show", made["id"]).output == "# Mine\n"
    assert run(store.data, "draft", "show", made["id"], "--version", "1").output == "# Tea\n\nIt is hot.\n"
    assert [row["id"] for row in json.loads(run(store.data, "draft", "list", "--json").output)] == [made["id"]]
    assert run(store.data, "draft", "remove", made["id"]).output == "Removed the draft Mine.\n"
    assert client.get(address).status_code == client.get(f"/?draft={made['id']}").status_code == 404
    assert "There are no drafts" in client.get("/drafts").text


def test_fields_that_cannot_be_are_refused_by_name(client: FlaskClient) -> None:
    for body, path in (
        ({}, "script"),
        ({"script": 1}, "script"),
        ({"script": "", "format": "word"}, "format"),
        ({"script": "", "options": []}, "options"),
        ({"script": "", "colour": 1}, "colour"),
        ({"script": "", "assets": {"a.png": "x"}}, "assets.a.png"),
    ):
        refused = client.post("/api/drafts", json=body)
        assert (refused.status_code, refused.get_json()["faults"][0]["path"]) == (400, path), body
    made = client.post("/api/drafts", json={"script": "a"}).get_json()
    assert client.put(f"/api/drafts/{made['id']}", json={"script": "b"}).status_code == 400
    assert client.post(f"/api/drafts/{made['id']}/presence", json={"page": "A page"}).status_code == 400
    assert client.post(f"/api/drafts/{made['id']}/versions", json={"task_id": 3}).status_code == 400


def test_draft_is_removed_by_a_form_without_javascript(client: FlaskClient) -> None:
    made = client.post("/api/drafts", json={"script": "a"}).get_json()
    for _ in range(2):  # one that is gone is gone
        assert client.post(f"/drafts/{made['id']}/remove", data={"csrf_token": token_of(client)}).status_code == 303
    assert client.get("/api/drafts").get_json() == {"drafts": []}
