"""GET /api/tasks/<id>/timeline.svg, drawn by the web's own renderer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from models import attempt, task
from tests.support.task_store import TaskStore
from videogen.config import Settings
from videogen.web import create_app
from videogen.web.services import services_of


@pytest.fixture
def task_store(tmp_path: Path) -> TaskStore:
    return TaskStore(tmp_path)


@pytest.fixture
def client(task_store: TaskStore) -> Iterator[FlaskClient]:
    app = create_app(Settings.model_validate({"data": task_store.data}))
    services = services_of(app)
    with app.test_client() as client:
        yield client
    services.close()


def test_a_timeline_is_drawn_once_for_each_state_of_the_log(
    task_store: TaskStore, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = task_store.completed_task()
    requests = []
    ask = type(services_of(client.application).previews)._ask
    monkeypatch.setattr(type(services_of(client.application).previews), "_ask", lambda *args: requests.append(args) or ask(*args))
    first = client.get(f"/api/tasks/{task_id}/timeline.svg")
    assert (first.status_code, first.mimetype) == (200, "image/svg+xml")
    assert b"Attempt 1" in first.data
    assert "script" not in first.headers["Content-Security-Policy"]
    assert client.get(f"/api/tasks/{task_id}/timeline.svg").data == first.data
    assert len(requests) == 1
    assert client.get(f"/api/tasks/{task_id}/timeline.svg", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304

    waiting = task_store.submit().id
    before = client.get(f"/api/tasks/{waiting}/timeline.svg")
    claimed = task_store.claim()
    attempt.requeue(task_store.store, claimed.lease)
    after = client.get(f"/api/tasks/{waiting}/timeline.svg", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert b"Waiting for a worker" in before.data
    assert b"put back" in after.data


def test_of_a_task_that_is_not_there_nothing_is_drawn(task_store: TaskStore, client: FlaskClient) -> None:
    task_id = task_store.completed_task()
    task.delete(task_store.store, task_id)
    assert client.get(f"/api/tasks/{task_id}/timeline.svg").json["code"] == "task_deleted"  # type: ignore[index]
    assert client.get("/api/tasks/nobody/timeline.svg").json["code"] == "task_not_found"  # type: ignore[index]
