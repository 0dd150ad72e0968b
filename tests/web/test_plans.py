"""Every statement that any request makes goes through an index: all addresses are asked, and what each of them executes is explained."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from models import token
from models.event import Cursor
from tests.support.query_plans import executed, scans
from tests.web.test_openapi import api_app as api_app
from videogen.web.services import services_of
from videogen.web.views import FILES

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20)
# Every address, in each way that makes it ask the store something else. What is in braces are tasks of `api_app`.
GETS = (
    *(
        "/",
        "/?script=A",
        "/tasks",
        "/tasks?q=film",
        "/tasks?status=failed",
        "/tasks?deleted={deleted}",
        "/tasks?before=9_9",
        "/tasks?tag=lesson",
        "/status",
        "/schedules",
        "/brands",
        "/drafts",
        "/?draft=none",
        "/sets/none",
        "/api/sets/none/files.zip",
        "/login",
    ),
    *("/tasks/{completed}", "/tasks/{failed}", "/tasks/{running}", "/tasks/{queued}", "/tasks/{deleted}", "/tasks/none"),
    *("/icon/running-5.svg", "/static/css/app.css", "/metrics"),
    *(
        "/api/docs",
        "/api/health",
        "/api/labels",
        "/api/ready",
        "/api/openapi.json",
        "/api/scenes",
        "/api/samples",
        "/api/schema",
        "/api/themes",
        "/api/themes/slate/picture",
        "/api/voices",
    ),
    *("/api/imports/{completed}", "/api/status", "/api/streams", "/api/sketches/0000000000000000.png", "/api/voices/none/sample"),
    *("/api/tasks", "/api/tasks?limit=2", "/api/tasks?before=9_9&status=queued", "/api/tasks?q=a+film", "/api/tasks?q=film&status=failed"),
    *("/api/tags", "/api/tasks?tag=lesson"),
    *("/api/tasks/{completed}", "/api/tasks/{failed}", "/api/tasks/{running}", "/api/tasks/{queued}", "/api/tasks/{deleted}"),
    *("/api/tasks/{completed}/events", "/api/tasks/{running}/events?after=x&limit=2", "/api/tasks/{completed}/attempts"),
    *(
        "/api/events",
        "/api/events?task={queued}&task={running}&limit=3",
        "/api/events?type=task.started&after={cursor}",
        "/api/events?wait=0",
    ),
    *("/api/stream", "/api/stream?last_event_id={cursor}", "/api/stream?type=task.failed&last_event_id={cursor}"),
    *("/api/stream?task={queued}&task={running}", "/api/stream?task={queued}&task={failed}&type=task.failed&last_event_id={cursor}"),
    *("/api/tasks/{completed}/stream", "/api/tasks/{running}/stream?last_event_id={cursor}", "/api/videos/jobs/{completed}/events"),
    *("/api/videos/jobs/{running}/events?last_event_id={cursor}", "/api/tasks/{completed}/timeline.svg"),
    *("/api/tasks/{completed}/scenes/1.png", "/api/tasks/{completed}/scenes/1.mp4", "/api/tasks/{completed}/scenes/9.png"),
    *(f"/api/tasks/{{completed}}/{name}" for name in FILES.values()),
    *("/api/schedules", "/api/schedules/none"),
    *(f"/api/tasks/{{completed}}/{name}" for name in ("narration", "versions", "comparison", "comparison?with={failed}")),
    "/tasks/{completed}/compare?with={failed}",
    "/api/preview/scenes/0000000000000000.mp4",
    *("/api/drafts", "/api/drafts/none", "/api/drafts/none/versions", "/api/drafts/none/versions/1"),
    *("/api/assistant", "/api/drafts/none/languages"),
    *("/api/brands", "/api/brands/none", "/api/brands/none/picture"),
    *("/api/kinds", "/api/tasks/{completed}/files/video", "/api/tasks/{completed}/files/scene/1"),
)


@pytest.fixture
def asked(api_app: tuple[Flask, dict[str, str]]) -> Iterator[set[str]]:
    """The endpoints that were asked for."""
    app, _ = api_app
    endpoints: set[str] = set()

    def note() -> None:
        endpoints.add(request.endpoint or "")

    app.before_request_funcs.setdefault(None, []).insert(0, note)
    yield endpoints
    app.before_request_funcs[None].remove(note)


def token_of(client: FlaskClient) -> str:
    """What a form of this browser has to send along."""
    client.get("/")
    with client.session_transaction() as session:
        return str(session.get("csrf", ""))


def test_no_request_reads_a_whole_table(api_app: tuple[Flask, dict[str, str]], asked: set[str]) -> None:
    app, ids = api_app
    store, client = services_of(app).store, app.test_client()
    with store.reading() as read:
        names = ids | {"cursor": str(Cursor(read.epoch, 3))}
    services_of(app).password.set("a long word")
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token.create(store, 'walker')}"
    with executed(store) as statements:
        for url in GETS:
            assert client.get(url.format(**names), buffered=True).status_code < 500, url
        uploaded = client.post("/api/assets", data={"file": (BytesIO(PICTURE), "a.png")})
        assert uploaded.status_code < 300, uploaded.text
        client.post("/api/preview", json={"script": "# A"})
        assert client.post("/api/themes", data={"file": (BytesIO(b"no theme"), "a.theme.yaml")}).status_code == 422
        assert client.delete("/api/themes/none").status_code == 404
        assert client.post("/api/imports", data={"file": (BytesIO(b"no deck"), "a.pptx")}).status_code == 201
        body = {"script": "# A", "assets": {"a.png": uploaded.get_json()["assets"][0]["id"]}, "made_from": ids["failed"]}
        for _ in range(2):
            made = client.post("/api/tasks", json=body, headers={"Idempotency-Key": "once"})
            assert made.status_code in (200, 201), made.text
        name = made.get_json()["id"]
        for verb in ("cancel", "retry"):
            assert client.post(f"/api/tasks/{name}/{verb}").status_code == 200
        later = {"script": "# B", "after": [ids["running"]], "unique": "b", "lock": "b", "run_at": "2100-01-01T00:00:00Z"}
        batch = client.post("/api/tasks/batch", json={"tasks": [later, {"script": "# C", "after": [0]}]})
        assert batch.status_code == 201, batch.text
        waits = batch.get_json()["tasks"][0]["id"]
        assert client.patch(f"/api/tasks/{waits}", json={"priority": 5}).status_code == 200
        queue_form = {"csrf_token": token_of(client), "priority": "7"}
        assert client.post(f"/tasks/{waits}/queue", data=queue_form).status_code == 303
        weekly = client.post("/api/schedules", json={"name": "Weekly", "cron": "0 9 * * MON", "repeat": waits})
        assert weekly.status_code == 201, weekly.text
        assert client.patch("/api/schedules/Weekly", json={"paused": True}).status_code == 200
        schedule_form = {"csrf_token": token_of(client), "name": "Daily", "cron": "0 9 * * *", "timezone": "UTC", "repeat": waits}
        assert client.post("/schedules", data=schedule_form).status_code == 303
        assert client.post(f"/schedules/{weekly.get_json()['id']}/resume", data=schedule_form).status_code == 303
        for name_of_schedule in ("Weekly", "Daily"):
            assert client.delete(f"/api/schedules/{name_of_schedule}").status_code == 200
        assert client.post("/api/brands", data={"name": "tea", "kit": "{}"}, content_type="multipart/form-data").status_code == 201
        assert client.get("/api/brands/tea").status_code == 200
        brand_form = {"csrf_token": token_of(client), "name": "mint"}
        assert client.post("/brands", data=brand_form).status_code < 400
        assert client.post("/brands/mint/remove", data=brand_form).status_code == 303
        assert client.delete("/api/brands/tea").status_code in (200, 204)
        table = {"script": "# For {{name}}", "values": "name\nAnna\nBo\n"}
        assert client.post("/api/sets/check", json=table).status_code == 200
        video_set = client.post("/api/sets", json=table)
        assert video_set.status_code == 201, video_set.text
        of_set = video_set.get_json()["id"]
        for address in (f"/api/sets/{of_set}", f"/sets/{of_set}"):
            assert client.get(address).status_code == 200
        for verb in ("cancel", "retry"):
            assert client.post(f"/api/sets/{of_set}/{verb}").status_code == 200
            assert client.post(f"/sets/{of_set}/{verb}", data={"csrf_token": token_of(client)}).status_code == 303
        assert client.post("/api/preview/scene", json={"script": "# A"}).status_code == 400
        assert client.post("/api/preview/narration", json={"script": "# A"}).status_code == 200
        assert client.post(f"/api/tasks/{name}/narration", json={"scenes": {"1": "Said anew."}}).status_code == 201
        assert client.post(f"/api/tasks/{name}/versions", json={"options": {"aspect": "9:16"}}).status_code == 201
        shape_form = {"csrf_token": token_of(client), "aspect": "1:1"}
        assert client.post(f"/tasks/{name}/versions", data=shape_form).status_code == 303
        made = client.post("/api/drafts", json={"script": "# A"})
        assert made.status_code == 201, made.text
        address = f"/api/drafts/{made.get_json()['id']}"
        assert client.put(address, json={"script": "# B", "revision": 1}).status_code == 200
        assert client.post(f"{address}/versions", json={}).status_code == 201
        assert client.put(f"{address}/languages/de", json={"texts": ["# C"]}).status_code == 200
        assert client.get(f"{address}/languages").status_code == 200
        assert client.delete(f"{address}/languages/de").status_code == 200
        spoken = client.post("/api/languages", json={"script": "# A", "language": "en", "languages": {"de": "# B"}})
        assert spoken.status_code == 201, spoken.text
        assert client.post("/api/assistant", json={"action": "shorten", "script": "# A"}).status_code == 404
        assert client.post(f"{address}/presence", json={"page": "one"}).status_code == 200
        assert client.post(f"/drafts/{made.get_json()['id']}/remove", data={"csrf_token": token_of(client)}).status_code == 303
        assert client.delete(address).status_code == 404
        shares = [client.post(f"/api/tasks/{name}/shares").get_json() for _ in range(2)]
        assert client.get(f"/api/tasks/{name}/shares").status_code == 200
        export = client.post(f"/tasks/{ids['completed']}/export", data={"csrf_token": token_of(client), "format": "webm"})
        assert export.status_code in (303, 422), export.text
        of_completed = client.post(f"/api/tasks/{ids['completed']}/shares").get_json()["url"].removeprefix("http://localhost")
        for address in (f"{of_completed}/progress", f"{of_completed}/stream", "/embed/v1/sse-client.js"):
            assert client.get(address, buffered=True).status_code == 200, address
        for rest in ("", "/embed", "/video"):
            assert client.get(shares[0]["url"].removeprefix("http://localhost") + rest).status_code in (200, 404)
        assert client.delete(f"/api/tasks/{name}/shares/{shares[0]['id']}").status_code == 200
        assert client.delete(f"/api/tasks/{name}/shares").status_code == 200
        share = client.post(f"/api/tasks/{name}/shares").get_json()
        assert client.delete(f"/api/tasks/{name}").status_code == 200
        assert client.post(f"/api/tasks/{name}/undelete").status_code == 200
        of_shares = (f"/tasks/{name}/shares", f"/tasks/{name}/shares/{share['id']}/revoke")
        posts = (
            "/",
            *of_shares,
            *(f"/tasks/{name}/{verb}" for verb in ("tags", "retry", "cancel", "delete", "undelete")),
            "/login",
            "/logout",
        )
        for url in posts:
            answer = client.post(
                url, data={"csrf_token": token_of(client), "script": "# A", "do": "make", "days": "7", "password": "a long word"}
            )
            assert answer.status_code < 400, (url, answer.text)
    assert {rule.endpoint for rule in app.url_map.iter_rules()} - asked == set(), "ask for these, too: in GETS, or above if it is no GET"
    tables = ("tasks", "events", "log", "artifacts", "assets", "workers", "tokens", "sessions", "failed_logins", "shares", "task_search")
    assert [table for table in tables if not any(f"FROM {table}" in statement for statement in statements)] == []
    assert scans(store, statements) == []
