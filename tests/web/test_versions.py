"""Versions over HTTP: what scenes say, a new video that says something else, and what differs between two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from models import attempt, task
from models.database import Store
from tests.support.task_moves import Moves, published, written
from videogen.pipeline.comparison import compare
from videogen.pipeline.narration_edit import edit_narration
from videogen.pipeline.render_request import RenderRequest
from videogen.web.services import services_of

SCRIPT = "# Tea\n\nA cup.\n\n## Water\n\nBoil it."


@pytest.fixture(autouse=True)
def planned_here(app: Flask, tmp_path: Path) -> None:
    """Plan scripts in this process: starting a pool takes longer than all of these tests."""
    previews: Any = services_of(app).previews

    def ask(kind: str, content: dict[str, Any], _key: str) -> dict[str, Any]:
        requests = [
            RenderRequest.from_json(content[name] | {"work": str(tmp_path)}) for name in ("request", "before", "after") if name in content
        ]
        if kind == "comparison":
            return compare(*requests)
        return edit_narration(requests[0], {int(position): text for position, text in content["changes"].items()})

    previews._ask = ask


def video(store: Store, source: str = SCRIPT, **more: Any) -> str:
    row = task.submit(store, source=source, format="markdown", title="My tea", options={"voice": "none"}, **more)
    lease = Moves(store).claim().lease
    attempt.report(
        store, lease, published(written(store.data / "work" / f"{row.id}.png", kind="scene_picture", name="scene-2.png", position=2))
    )
    attempt.complete(store, lease)
    return row.id


def test_new_version_says_something_else_and_the_first_stays(client: Any, store: Store) -> None:
    first = video(store)
    assert [scene["text"] for scene in client.get(f"/api/tasks/{first}/narration").json["scenes"]] == ["Tea. A cup.", "Water. Boil it."]
    answer = client.post(f"/api/tasks/{first}/narration", json={"scenes": {"2": "Heat it."}})
    made = answer.json
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/tasks/{made['id']}")
    assert (made["title"], made["made_from_task_id"], made["status"]) == ("My tea", first, "queued")
    assert task.get(store, made["id"]).source == SCRIPT + "\n\n<!-- say: Heat it. -->"
    assert task.get(store, first).source == SCRIPT
    listed = client.get(f"/api/tasks/{first}/versions").json["versions"]
    assert [(row["id"], row["made_from"]) for row in listed] == [(first, None), (made["id"], first)]
    assert client.get(f"/api/tasks/{made['id']}/versions").json["versions"] == listed
    page = client.get(f"/tasks/{made['id']}").text
    assert f'href="/tasks/{made["id"]}/compare"' in page


def test_what_changes_nothing_or_names_no_scene_is_refused(client: Any, store: Store) -> None:
    first = video(store)
    for scenes, status in (({"1": "Tea. A cup."}, 400), ({"9": "No."}, 422), ({"x": "No."}, 400), ({}, 400), ({"1": 1}, 400)):
        assert client.post(f"/api/tasks/{first}/narration", json={"scenes": scenes}).status_code == status, scenes
    assert len(client.get("/api/tasks").json["tasks"]) == 1


def test_new_version_has_another_shape_and_the_options_that_the_first_has(client: Any, store: Store) -> None:
    first = video(store)
    answer = client.post(f"/api/tasks/{first}/versions", json={"options": {"aspect": "9:16"}})
    made = task.get(store, answer.json["id"])
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/tasks/{made.id}")
    assert (made.source, made.title, made.made_from_task_id) == (SCRIPT, "My tea", first)
    assert made.options == {"voice": "none", "aspect": "9:16"}
    assert task.get(store, first).options == {"voice": "none"}


def test_version_with_no_other_option_or_an_unknown_one_is_refused(client: Any, store: Store) -> None:
    first = video(store)
    for options, status in (({"voice": "none"}, 400), ({}, 400), ("9:16", 400), ({"aspect": "2:1"}, 422), ({"shape": "9:16"}, 422)):
        assert client.post(f"/api/tasks/{first}/versions", json={"options": options}).status_code == status, options
    assert len(client.get("/api/tasks").json["tasks"]) == 1


def test_page_of_a_video_makes_it_in_another_shape(client: Any, store: Store) -> None:
    first = video(store)
    page = client.get(f"/tasks/{first}").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(f"/tasks/{first}/versions", data={"csrf_token": token, "aspect": "1:1"})
    made = task.get(store, answer.headers["Location"].rpartition("/")[2])
    assert (answer.status_code, made.options["aspect"], made.made_from_task_id) == (303, "1:1", first)
    assert '<option value="1:1"' not in client.get(f"/tasks/{made.id}").text


def test_words_of_a_script_that_is_being_written_are_changed_in_it(client: Any) -> None:
    answer = client.post("/api/preview/narration", json={"script": SCRIPT, "options": {"voice": "none"}, "scenes": {"1": "Hello."}}).json
    assert answer["script"] == SCRIPT.replace("A cup.", "<!-- say: Hello. -->\n\nA cup.")
    assert [scene["text"] for scene in answer["scenes"]] == ["Hello.", "Water. Boil it."]


def test_comparison_shows_both_sides_with_their_pictures(client: Any, store: Store) -> None:
    first = video(store)
    second = video(store, SCRIPT.replace("Boil", "Heat"), made_from=first)
    shown = client.get(f"/api/tasks/{second}/comparison").json
    assert (shown["before"]["id"], shown["after"]["id"], shown["counts"]["changed"]) == (first, second, 1)
    assert [shown["scenes"][1][side]["picture"] for side in ("before", "after")] == [
        f"/api/tasks/{id}/scenes/2.png" for id in (first, second)
    ]
    assert shown["scenes"][0]["after"]["picture"] is None
    assert client.get(f"/api/tasks/{first}/comparison").status_code == 404
    assert client.get(f"/api/tasks/{first}/comparison?with={second}").json["before"]["id"] == second
    page = client.get(f"/tasks/{second}/compare").text
    assert "<del>Boil</del>" in page
    assert "<ins>Heat</ins>" in page
    assert "1 of 2 scenes differs." in page


def test_versions_of_versions_are_one_family_without_deleted_ones(client: Any, store: Store) -> None:
    first = video(store)
    second = video(store, made_from=first)
    third, other = video(store, made_from=second), video(store, made_from=first)
    video(store)
    task.delete(store, second)
    assert [row["id"] for row in client.get(f"/api/tasks/{third}/versions").json["versions"]] == [first, third, other]
