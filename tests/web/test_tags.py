"""Tags in the API, on the pages and on the command line."""

from __future__ import annotations

import json

from flask.testing import FlaskClient

from models import task
from models.database import Store
from tests.cli.test_queue_commands import run
from tests.web.test_plans import token_of


def test_tags_are_changed_listed_and_filtered_by(client: FlaskClient, store: Store) -> None:
    made = task.submit(store, source="# A", format="markdown", title="A film")
    other = task.submit(store, source="# B", format="markdown", title="Another")
    changed = client.patch(f"/api/tasks/{made.id}", json={"tags": ["Lesson", "spring"]}).get_json()
    assert changed["tags"] == ["lesson", "spring"]
    client.patch(f"/api/tasks/{other.id}", json={"tags": ["lesson"], "priority": 3})
    assert client.get("/api/tags").get_json() == {"tags": [{"tag": "lesson", "tasks": 2}, {"tag": "spring", "tasks": 1}]}
    listed = client.get("/api/tasks?tag=spring").get_json()["tasks"]
    assert [(row["id"], row["tags"]) for row in listed] == [(made.id, ["lesson", "spring"])]
    page = client.get("/tasks?tag=spring").text
    assert "A film" in page and "Another" not in page and 'data-tag="lesson"' in page
    assert "No task like this has the tag" in client.get("/tasks?tag=none").text


def test_tags_that_cannot_be_stored_are_refused_with_their_field(client: FlaskClient, store: Store) -> None:
    made = task.submit(store, source="# A", format="markdown", title="A")
    for tags in ("lesson", [1], ["x" * 41]):
        refused = client.patch(f"/api/tasks/{made.id}", json={"tags": tags})
        assert (refused.status_code, refused.get_json()["code"], refused.get_json()["faults"][0]["path"]) == (422, "bad_tags", "tags")


def test_form_of_a_page_changes_tags_without_javascript(client: FlaskClient, store: Store) -> None:
    made = task.submit(store, source="# A", format="markdown", title="A")
    sent = client.post(f"/tasks/{made.id}/tags", data={"csrf_token": token_of(client), "tags": "Two words, one"})
    assert sent.status_code == 303
    assert 'value="one, two words"' in client.get(f"/tasks/{made.id}").text


def test_command_line_adds_removes_and_lists_tags(store: Store) -> None:
    made = task.submit(store, source="# A", format="markdown", title="A")
    assert run(store.data, "tag", made.id, "Lesson", "old").output == "lesson, old\n"
    assert run(store.data, "tag", made.id, "new", "--remove", "old").output == "lesson, new\n"
    assert run(store.data, "tag").output == "lesson\t1\nnew\t1\n"
    assert [row["id"] for row in json.loads(run(store.data, "tasks", "--tag", "new", "--json").output)] == [made.id]
    assert run(store.data, "tag", made.id, "--clear").output == "It has no tags.\n"
