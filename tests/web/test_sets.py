"""Sets over HTTP: a script and rows of values become videos in one transaction, and a task that comes after all of them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from models import attempt
from models.database import Store
from models.verify import verify
from tests.support.task_moves import Moves, published, written
from videogen.errors.rendering import StageFailed

SCRIPT = "# For {{name}}\n\nA sentence for {{name}}."


def post(client: Any, path: str = "/api/sets", **more: Any) -> Any:
    headers = more.pop("headers", None)
    body = {"script": SCRIPT, "options": {"voice": "none"}, "values": "name\nAnna\nBo\n"} | more
    return client.post(path, json=body, headers=headers)


def end_next(store: Store, moves: Moves, status: str = "completed") -> str:
    """Claim the next task, and complete it or let it fail for good."""
    claimed = moves.claim()
    if status == "completed":
        attempt.complete(store, claimed.lease)
    else:
        attempt.fail(store, claimed.lease, StageFailed("No."), "video")
    return claimed.id


def test_set_is_a_video_for_each_row_and_completes_after_the_last(client: Any, store: Store) -> None:
    answer = post(client, priority=3)
    made = answer.json
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/sets/{made['id']}")
    assert [video["title"] for video in made["videos"]] == ["For Anna", "For Bo"]
    assert (made["title"], made["task"]["kind"], made["task"]["hold_reason"]) == ("For Anna and 1 more", "set", "waiting_for_tasks")
    assert {video["priority"] for video in made["videos"]} == {3}
    assert made["stream"] == "/api/stream?" + "&".join(f"task={id}" for id in [made["id"], *(video["id"] for video in made["videos"])])
    moves = Moves(store)
    assert [end_next(store, moves), end_next(store, moves)] == [video["id"] for video in made["videos"]]
    now = client.get(f"/api/sets/{made['id']}").json
    assert (now["counts"]["completed"], now["progress"], now["task"]["status"]) == (2, 1.0, "queued")
    assert end_next(store, moves) == made["id"]
    assert client.get(f"/api/sets/{made['id']}").json["task"]["summary"] == "All videos of the set are ready"
    assert verify(store) == []


def test_check_shows_rows_and_titles_and_submits_nothing(client: Any, store: Store) -> None:
    checked = post(client, "/api/sets/check", values=[{"name": "Anna", "phone": 1}, {"name": "Bo", "title": "Mine"}]).json
    assert [row["title"] for row in checked["rows"]] == ["For Anna", "Mine"]
    assert checked["rows"][0]["values"] == {"name": "Anna", "phone": "1"}
    assert (checked["columns"], checked["unused"]) == (["name", "phone", "title"], ["phone"])
    assert checked["warnings"] == ["The script does not use the column phone."]
    assert client.get("/api/tasks").json["tasks"] == []


def test_set_that_is_sent_again_with_its_key_is_the_same_set(client: Any) -> None:
    first, again = (post(client, headers={"Idempotency-Key": "k"}).json for _ in range(2))
    assert (first["id"], len(client.get("/api/tasks").json["tasks"])) == (again["id"], 3)


@pytest.mark.parametrize(
    ("changes", "code", "detail", "path"),
    [
        ({"values": "name,city\nAnna,\n,Oslo\n"}, "bad_values", "Row 2: it has no value for {{name}}.", "rows.2.name"),
        ({"values": 5}, "bad_request", "The field values is no table.", "values"),
        ({"script": "# Hello"}, "bad_values", "The script has no variables.", None),
        ({"values": "name\n" + "a\n" * 5}, "queue_full", "A set of 5 videos needs 6 places, and the queue has 5.", None),
        ({"values": "name\n" + "a\n" * 100}, "bad_values", "There are 100 rows; a set has at most 99 videos.", None),
        ({"unique": "a"}, "bad_start", "A set has no unique key.", "unique"),
        ({"kind": "export", "payload": {}, "values": ""}, "bad_values", "There are no rows of values.", None),
    ],
)
def test_set_that_cannot_be_made_says_why_and_makes_nothing(
    client: Any, changes: dict[str, Any], code: str, detail: str, path: str
) -> None:
    refused = post(client, **changes).json
    assert (refused["code"], refused["detail"]) == (code, detail)
    assert (refused["faults"][0]["path"] if path else None) == path
    assert client.get("/api/tasks").json["tasks"] == []
    if code == "bad_values":
        checked = post(client, "/api/sets/check", **changes)
        assert (checked.status_code, checked.json["problem"]["detail"], checked.json["rows"]) == (200, detail, [])


def test_row_whose_script_is_at_fault_is_named_with_its_line(client: Any) -> None:
    script = "title: A\nscenes:\n- kind: {{kind}}\n  title: B\n"
    refused = post(client, script=script, format="yaml", values="kind\nsection\nnone\n").json
    assert refused["code"] == "unknown_scene"
    assert refused["detail"].startswith("Row 2 (none): there is no kind of scene called 'none'")
    assert (refused["faults"][0]["line"], refused["faults"][0]["path"]) == (3, "rows.2.scenes.0.kind")


def test_set_is_cancelled_and_tried_again_as_a_whole(client: Any, store: Store) -> None:
    made = post(client).json
    done = end_next(store, Moves(store))
    cancelled = client.post(f"/api/sets/{made['id']}/cancel", json={}).json
    assert (cancelled["counts"]["cancelled"], cancelled["task"]["status"]) == (1, "cancelled")
    again = client.post(f"/api/sets/{made['id']}/retry", json={}).json
    assert [(video["id"] == done, video["status"]) for video in again["videos"]] == [(True, "completed"), (False, "queued")]
    assert again["task"]["status"] == "queued"
    assert verify(store) == []


def test_video_that_failed_fails_the_set_and_both_come_back_together(client: Any, store: Store) -> None:
    made = post(client).json
    moves = Moves(store)
    failed, done = end_next(store, moves, "failed"), end_next(store, moves)
    assert (failed, done) == tuple(video["id"] for video in made["videos"])
    assert client.get(f"/api/sets/{made['id']}").json["task"]["error"]["code"] == "dependency_failed"
    again = client.post(f"/api/sets/{made['id']}/retry", json={}).json
    assert ([video["status"] for video in again["videos"]], again["task"]["status"]) == (["queued", "completed"], "queued")
    assert [end_next(store, moves), end_next(store, moves)] == [failed, made["id"]]


def test_videos_of_a_set_are_downloaded_as_one_archive_and_what_is_missing_is_told(client: Any, store: Store) -> None:
    made = post(client, values="name\nAnna & Söhne/2\nBo\n").json
    address = f"/api/sets/{made['id']}/files.zip"
    assert client.get(address).json["detail"] == "No video of the set is ready yet."
    assert "hidden>Download all" in client.get(f"/sets/{made['id']}").text
    claimed = Moves(store).claim()
    files = [written(store.data / "work" / "a", b"a video"), written(store.data / "work" / "b", b"Hi", kind="transcript", name="t.txt")]
    attempt.report(store, claimed.lease, published(*files))
    attempt.complete(store, claimed.lease)
    answer = client.get(address)
    assert answer.mimetype == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    assert archive.namelist() == ["not-in-this-archive.txt", "01-For-Anna-Söhne-2.mp4"]
    assert archive.read("01-For-Anna-Söhne-2.mp4") == b"a video"
    assert b"02-For-Bo: queued" in archive.read("not-in-this-archive.txt")
    both = zipfile.ZipFile(io.BytesIO(client.get(f"{address}?kind=transcript&kind=video").data))
    assert both.namelist()[1:] == ["01-For-Anna-Söhne-2.txt", "01-For-Anna-Söhne-2.mp4"]
    assert client.get(f"{address}?kind=script").json["code"] == "bad_request"
    assert "hidden>Download all" not in client.get(f"/sets/{made['id']}").text


def test_page_of_a_set_shows_its_videos_and_acts_on_all(client: Any) -> None:
    made = post(client, title="Customers").json
    assert client.get(f"/tasks/{made['id']}").headers["Location"] == f"/sets/{made['id']}"
    page = client.get(f"/sets/{made['id']}").text
    assert '<h1 tabindex="-1">Customers</h1>' in page
    assert "0 of 2 videos ready, 2 waiting" in page
    assert page.index("For Anna") < page.index("For Bo")
    assert client.get(f"/api/sets/{made['videos'][0]['id']}").json["code"] == "bad_payload"
    assert client.get("/api/sets/0123456789abcdef").status_code == 404


def test_what_is_wrong_with_all_rows_is_told_once(client: Any) -> None:
    refused = post(client, options={"voice": "none", "theme": "no-such-theme"})
    assert refused.status_code == 422
    assert [fault["path"] for fault in refused.json["faults"]] == ["options.theme"]
    assert "Row" not in refused.json["detail"]
