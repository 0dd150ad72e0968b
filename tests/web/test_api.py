"""The shapes of the API, and what a client can rely on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from models import attempt, clock, event, task, worker
from models.attempt import Fact
from models.database import Store
from models.event import Cursor, EventType
from tests.support.task_moves import Moves, published, written
from videogen.errors.rendering import StageFailed
from videogen.pipeline.stages import STAGES
from videogen.processes.liveness import SUPERVISED_WORKERS

TIMES = ("created_at", "started_at", "finished_at", "elapsed_s", "remaining_s", "last_sign_at")
STATE = ("id", "title", "status", "stage", "progress", "message", "attempt", "queue_position", "workers_alive", "error", "cursor")
TASK = (*STATE, *TIMES, "stages", "artifacts")


@pytest.fixture
def moves(store: Store) -> Moves:
    return Moves(store)


def test_submission_is_answered_with_the_task_and_where_it_is(client: FlaskClient, moves: Moves) -> None:
    answer = client.post("/api/tasks", json={"script": "# Hello\n\nText", "options": {"voice": "none"}, "priority": 2})
    made = answer.get_json()
    assert (answer.status_code, answer.location) == (201, f"/api/tasks/{made['id']}")
    assert set(TASK) <= set(made)
    assert (made["title"], made["status"], made["queue_position"], made["priority"]) == ("Hello", "queued", 1, 2)
    shown = client.get(answer.location).get_json()
    assert {name: shown[name] for name in TASK} == {name: made[name] for name in TASK}


def test_task_shows_its_stages_in_order_and_its_files(client: FlaskClient, moves: Moves, store: Store) -> None:
    made = moves.submit()
    lease = moves.claim().lease
    attempt.report(store, lease, [Fact(EventType.STAGE_STARTED, stage="input", message="Reading")])
    attempt.report(store, lease, [Fact(EventType.STAGE_COMPLETED, stage="input", progress=0.2)])
    attempt.report(store, lease, [Fact(EventType.TASK_WARNING, stage="input", data={"code": "picture_left_out", "message": "Left out."})])
    attempt.report(store, lease, published(written(store.data / "work" / "film.mp4")))
    shape = client.get(f"/api/tasks/{made.id}").get_json()
    assert [(stage["name"], stage["label"]) for stage in shape["stages"]] == [(stage.name, stage.label) for stage in STAGES]
    assert [stage["status"] for stage in shape["stages"]] == ["completed", *["waiting"] * 5]
    assert [(file["kind"], file["url"], file["bytes"]) for file in shape["artifacts"]] == [("video", f"/api/tasks/{made.id}/video", 6)]
    assert [warning["code"] for warning in shape["warnings"]] == ["picture_left_out"]
    assert shape["workers_alive"] == 1
    assert shape["cursor"].endswith(f"-{moves.events()[-1].seq}")


def test_failed_task_tells_what_to_do(client: FlaskClient, moves: Moves, store: Store) -> None:
    made = moves.submit()
    attempt.fail(store, moves.claim().lease, StageFailed("It broke.", hint="Mend it."), "audio")
    error = client.get(f"/api/tasks/{made.id}").get_json()["error"]
    assert {name: error[name] for name in ("code", "message", "hint", "stage")} == {
        "code": "stage_failed",
        "message": "It broke.",
        "hint": "Mend it.",
        "stage": "audio",
    }


def test_stage_that_ran_when_its_attempt_ended_runs_no_more(client: FlaskClient, moves: Moves, store: Store) -> None:
    made = moves.submit()
    lease = moves.claim().lease
    attempt.report(store, lease, [Fact(EventType.STAGE_STARTED, stage="input")])
    attempt.requeue(store, lease)
    assert {row["status"] for row in client.get(f"/api/tasks/{made.id}").get_json()["stages"]} == {"waiting"}


def test_unchanged_task_is_not_sent_again(client: FlaskClient, moves: Moves, store: Store) -> None:
    made = moves.submit()
    first = client.get(f"/api/tasks/{made.id}")
    etag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"/api/tasks/{made.id}", headers=etag).status_code == 304
    moves.claim()
    assert client.get(f"/api/tasks/{made.id}", headers=etag).status_code == 200


def test_tasks_are_listed_newest_first_in_pages(client: FlaskClient, moves: Moves) -> None:
    ids = [moves.submit(f"Film {number}", max_queued=10).id for number in range(5)]
    got, path = [], "/api/tasks?limit=2"
    while path:
        page = client.get(path).get_json()
        got += [row["id"] for row in page["tasks"]]
        path = f"/api/tasks?limit=2&before={page['next']}" if page["next"] else ""
    assert sorted(got) == sorted(ids)
    assert [row["title"] for row in client.get("/api/tasks?status=queued").get_json()["tasks"]].count("Film 0") == 1
    none = client.get("/api/tasks?status=failed").get_json()
    assert none == {"tasks": [], "next": None, "empty": "No video is “Failed”."}


def test_tasks_are_found_by_their_words_and_shown_where(client: FlaskClient, moves: Moves) -> None:
    made, _ = moves.submit("Bread and salt"), moves.submit("Wine")
    (row,) = client.get("/api/tasks?q=SALT").get_json()["tasks"]
    assert row["id"] == made.id
    assert {"text": "salt", "hit": True} in row["excerpt"]
    none = client.get('/api/tasks?q=")(*&limit=1').get_json()
    assert (none["tasks"], none["next"]) == ([], None)


def test_video_can_be_had_in_ranges(client: FlaskClient, moves: Moves, store: Store) -> None:
    made = moves.submit("Größe: a film/../")
    lease = moves.claim().lease
    content = bytes(range(256)) * 40
    attempt.report(store, lease, published(written(store.data / "work" / "film.mp4", content)))
    path = f"/api/tasks/{made.id}/video"
    whole = client.get(path, buffered=True)
    assert (whole.status_code, whole.data, whole.mimetype, whole.headers["Accept-Ranges"]) == (200, content, "video/mp4", "bytes")
    part = client.get(path, headers={"Range": "bytes=100-199"}, buffered=True)
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, content[100:200], f"bytes 100-199/{len(content)}")
    assert client.get(path, headers={"Range": f"bytes={len(content)}-"}, buffered=True).status_code == 416
    assert client.get(path, headers={"If-None-Match": whole.headers["ETag"]}, buffered=True).status_code == 304
    download = client.get(f"{path}?download=1", buffered=True).headers["Content-Disposition"]
    assert download.startswith("attachment;")
    assert "/" not in download.replace("UTF-8''", "")


def test_file_that_vanished_is_said_to_have(client: FlaskClient, moves: Moves, store: Store) -> None:
    made = moves.submit()
    attempt.report(store, moves.claim().lease, published(written(store.data / "work" / "film.mp4")))
    (store.data / "tasks" / made.id / "1" / "film.mp4").unlink()
    answer = client.get(f"/api/tasks/{made.id}/video")
    assert (answer.status_code, "missing on the disk" in answer.get_json()["detail"]) == (404, True)


def test_log_of_a_task_comes_with_ids_and_its_end(client: FlaskClient, moves: Moves, store: Store) -> None:
    made_task = moves.make()
    page = client.get(f"/api/tasks/{made_task.id}/events").get_json()
    with store.reading() as read:
        ids = [str(Cursor(read.epoch, entry.seq)) for entry in event.after(read, 0, task_ids={made_task.id})]
    assert [entry["id"] for entry in page["events"]] == ids
    assert (page["cursor"], page["ended"]) == (ids[-1], True)


def test_server_says_that_it_is_alive_and_ready(client: FlaskClient, moves: Moves) -> None:
    assert client.get("/api/health").get_json() == {"status": "ok"}
    assert client.get("/api/ready").get_json()["status"] == "ok"
    status = client.get("/api/status").get_json()
    assert (status["tasks"]["queued"], len(status["workers"])) == (0, 1)


def test_missing_worker_is_warned_of(client: FlaskClient) -> None:
    warnings = client.get("/api/status").get_json()["warnings"]
    assert ("no_worker", True) in [(warning["code"], "app.py worker" in warning["hint"]) for warning in warnings]


@pytest.mark.parametrize(
    ("supervised", "said"), [("2", "A worker is starting"), ("0", "No worker is running: start one with `app.py worker`")]
)
def test_nobody_is_told_to_start_a_worker_where_the_supervisor_does(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch, supervised: str, said: str
) -> None:
    monkeypatch.setenv(SUPERVISED_WORKERS, supervised)
    waiting = task.submit(store, source="# A", format="markdown", title="A")
    assert client.get(f"/api/tasks/{waiting.id}").get_json()["summary"] == said
    (warning,) = (one for one in client.get("/api/status").get_json()["warnings"] if one["code"] == "no_worker")
    assert ("app.py worker" in warning["hint"]) == ("app.py worker" in client.get("/status").text) == (supervised == "0")


def test_a_task_that_lost_its_worker_says_so_until_the_next_one_has_it(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SUPERVISED_WORKERS, "1")
    moves = Moves(store)
    made = moves.submit()
    attempt.report(store, moves.claim().lease, [Fact(EventType.SCENE_RENDERED, stage="video", data={"position": 1, "of": 26})])
    with store.writing() as write:
        write.connection.execute(update(worker.workers).values(born="another process"))
    attempt.release_dead(store)
    assert client.get(f"/api/tasks/{made.id}").get_json()["summary"] == "Worker lost, trying again"
    page = client.get(f"/tasks/{made.id}").text
    assert 'data-of="26"' in page


def test_voice_can_be_heard_before_a_video_is_made_with_it(client: FlaskClient) -> None:
    with client.get("/api/voices/hibari/sample") as answer:
        assert answer.status_code == 200 and answer.mimetype == "audio/wav" and answer.data[:4] == b"RIFF"
    with client.get("/api/voices/hibari/sample", headers={"If-None-Match": answer.headers["ETag"]}) as again:
        assert again.status_code == 304
    for address, code in {
        "/api/voices/robot/sample": "bad_option",
        "/api/voices/none/sample": "voice_unavailable",
        "/api/voices/hibari/sample?language=de": "language_not_spoken",
        "/api/voices/hibari/sample?language=../x": "bad_request",
    }.items():
        assert client.get(address).get_json()["code"] == code, address


@pytest.mark.parametrize(
    ("title", "plain", "full"),
    [
        ("My first film", "My-first-film", None),
        ("Größe: a film/../", "Groe-a-film", "Größe-a-film"),
        ("Café au lait", "Cafe-au-lait", "Café-au-lait"),
        ("Как варить борщ", "{id}", "Как-варить-борщ"),
        ("日本語の動画 2", "{id}", "日本語の動画-2"),
        ("שלום", "{id}", "שלום"),
        ("🎬", "{id}", None),
        ('"; filename="x.exe', "filename-x.exe", None),
    ],
)
def test_file_is_saved_under_a_name_that_every_client_can_use(
    client: FlaskClient, moves: Moves, store: Store, title: str, plain: str, full: str | None
) -> None:
    made = moves.submit(title)
    kinds = {
        "video": ("film.mp4", 0, "video"),
        "captions_vtt": ("captions.vtt", 0, "captions.vtt"),
        "scene": ("scene-3.mp4", 3, "scenes/3.mp4"),
    }
    files = [written(store.data / "work" / name, kind=kind, name=name, position=at) for kind, (name, at, _) in kinds.items()]
    attempt.report(store, moves.claim().lease, published(*files))
    for kind, (name, _, path) in kinds.items():
        disposition = client.get(f"/api/tasks/{made.id}/{path}?download", buffered=True).headers["Content-Disposition"]
        ending = ("-scene-3" if kind == "scene" else "") + name[name.rindex(".") :]
        assert disposition.startswith(f'attachment; filename="{plain.format(id=made.id)}{ending}"'), disposition
        assert disposition.partition("; filename*=UTF-8''")[2] == (quote(f"{full}{ending}", safe="") if full else "")


def test_no_length_is_negative_after_the_clock_was_set_back(client: FlaskClient, moves: Moves, monkeypatch: pytest.MonkeyPatch) -> None:
    made = moves.submit()
    moves.claim()
    early = clock.text(datetime.now(UTC) - timedelta(hours=1))
    monkeypatch.setattr(clock, "now", lambda: early)
    running = client.get(f"/api/tasks/{made.id}").get_json()
    assert (running["status"], running["elapsed_s"]) == ("running", 0.0)
    attempt.complete(moves.store, moves.task(made.id).lease)
    assert client.get(f"/api/tasks/{made.id}").get_json()["elapsed_s"] == 0.0
    (one,) = client.get(f"/api/tasks/{made.id}/attempts").get_json()["attempts"]
    assert one["text"] == "completed in 0.0 s"
