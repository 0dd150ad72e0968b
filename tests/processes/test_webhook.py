"""The webhook: every ending is told at least once, signed, whatever dies in between; and no task's own log knows of it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Judge

from models import attempt, event
from models.database import Store
from models.event import EventType
from models.verify import verify
from tests.support.paths import ROOT
from tests.support.process_state import until
from tests.support.task_moves import Moves, events_of
from videogen.config import Settings
from videogen.errors.rendering import StageFailed
from videogen.processes.process_group import OWNER
from videogen.processes.supervisor import WEBHOOK, Supervisor
from videogen.processes.webhook import Webhook


@dataclass
class Receiver:
    """Somebody's server: it answers with the statuses given, one after the other, the last one for ever."""

    statuses: list[int] = field(default_factory=lambda: [204])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status = receiver.statuses.pop(0) if len(receiver.statuses) > 1 else receiver.statuses[0]
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{receiver.url}/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook?key=topsecret"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield receiver
        server.shutdown()


def of(data: Path, receiver: Receiver, **more: Any) -> Webhook:
    return Webhook(Settings(data=data, webhook_url=receiver.url), first_pause_s=0.0, **more)


def deliveries(store: Store) -> list[tuple[str, Any]]:
    return [(entry.type, entry.data.get("tries")) for entry in events_of(store) if entry.type.startswith("webhook.")]


def test_end_of_a_task_is_delivered_signed_and_logged(data: Path, store: Store, receiver: Receiver) -> None:
    webhook = of(data, receiver)
    webhook.deliver_due(store)
    made_task = Moves(store).make("A film")
    webhook.deliver_due(store)
    ((headers, body),) = receiver.got
    judged = Judge(webhook.secret).verify(body, headers)
    assert (judged["type"], judged["data"]["task_id"]) == ("task.completed", made_task.id)
    assert (judged["data"]["title"], judged["data"]["kind"]) == ("A film", "video")
    assert headers["webhook-id"] == judged["data"]["id"]
    assert deliveries(store) == [("webhook.enabled", None), ("webhook.delivered", 1)]
    webhook.deliver_due(store)
    assert len(receiver.got) == 1


def test_message_of_another_secret_is_found_out(data: Path, store: Store, receiver: Receiver) -> None:
    webhook = of(data, receiver)
    webhook.deliver_due(store)
    Moves(store).make()
    webhook.deliver_due(store)
    ((headers, body),) = receiver.got
    for forged in ((headers, body + b" "), (headers | {"webhook-id": "x"}, body), (headers | {"webhook-timestamp": "1"}, body)):
        with pytest.raises(Exception, match=r"(?i)signature|timestamp|time"):
            Judge(webhook.secret).verify(forged[1], forged[0])


def test_every_kind_of_end_is_delivered_and_nothing_else(data: Path, store: Store, receiver: Receiver) -> None:
    webhook = of(data, receiver)
    webhook.deliver_due(store)
    moves = Moves(store)
    moves.make()
    failed = moves.submit()
    attempt.fail(store, moves.claim().lease, StageFailed("It broke."), "audio")
    moves.submit()
    webhook.deliver_due(store)
    bodies = [json.loads(body) for _, body in receiver.got]
    assert [delivered["type"] for delivered in bodies] == ["task.completed", "task.failed"]
    assert (bodies[1]["data"]["task_id"], bodies[1]["data"]["data"]["code"]) == (failed.id, "stage_failed")


def test_tasks_that_ended_before_it_was_enabled_are_not_delivered(data: Path, store: Store, receiver: Receiver) -> None:
    Moves(store).make()
    of(data, receiver).deliver_due(store)
    assert receiver.got == []


def test_refused_delivery_is_retried_and_delays_no_other(data: Path, store: Store, receiver: Receiver) -> None:
    webhook = of(data, receiver)
    webhook.deliver_due(store)
    moves = Moves(store)
    moves.make("First")
    moves.make("Second")
    receiver.statuses = [500, 204, 302, 204]
    for _ in range(3):
        webhook.deliver_due(store)
    first, second = receiver.ids[:2]
    assert receiver.ids == [first, second, first, first]
    assert deliveries(store)[1:] == [("webhook.delivered", 1), ("webhook.delivered", 3)]


def test_next_process_tells_what_the_one_before_could_not(data: Path, store: Store, receiver: Receiver) -> None:
    webhook = of(data, receiver)
    webhook.deliver_due(store)
    moves = Moves(store)
    moves.make("First")
    moves.make("Second")
    receiver.statuses = [500, 204, 204]
    webhook.deliver_due(store)
    of(data, receiver).deliver_due(store)
    first, second = receiver.ids[:2]
    assert receiver.ids == [first, second, first]


def test_process_that_died_before_it_could_log_delivers_again_under_the_same_id(
    data: Path, store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = of(data, receiver)
    webhook.deliver_due(store)
    Moves(store).make()
    with monkeypatch.context() as dying:
        dying.setattr(webhook, "_record", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            webhook.deliver_due(store)
    of(data, receiver).deliver_due(store)
    assert len(receiver.got) == 2
    assert len(set(receiver.ids)) == 1


@pytest.mark.parametrize(("statuses", "give_up_s"), [([410], 86400.0), ([500], 0.0)])
def test_one_that_is_never_taken_is_given_up(data: Path, store: Store, receiver: Receiver, statuses: list[int], give_up_s: float) -> None:
    webhook = of(data, receiver, give_up_s=give_up_s)
    webhook.deliver_due(store)
    Moves(store).make()
    receiver.statuses = statuses
    for _ in range(3):
        webhook.deliver_due(store)
    assert len(receiver.got) == 1
    assert deliveries(store)[1:] == [("webhook.failed", 1)]


def test_address_without_a_server_does_no_harm(data: Path, store: Store, receiver: Receiver, caplog: Any) -> None:
    webhook = of(data, receiver)
    webhook.url = "http://127.0.0.1:9/hook?key=topsecret"
    webhook.deliver_due(store)
    Moves(store).make()
    webhook.deliver_due(store)
    assert deliveries(store) == [("webhook.enabled", None)]
    assert "topsecret" not in caplog.text + json.dumps([dict(entry.data) for entry in events_of(store)])
    assert webhook.secret not in caplog.text


def test_task_knows_nothing_of_it(data: Path, store: Store, receiver: Receiver) -> None:
    webhook = of(data, receiver)
    webhook.deliver_due(store)
    made_task = Moves(store).make()
    webhook.deliver_due(store)
    assert events_of(store, made_task.id)[-1].type == EventType.TASK_COMPLETED
    assert verify(store) == []
    with store.reading() as read:
        assert event.newest_of_webhook(read).data["settled"] >= 1


def test_it_is_off_unless_there_is_an_address(data: Path, receiver: Receiver) -> None:
    for url, expected in (("", False), (receiver.url, True)):
        supervisor = Supervisor(Settings(data=data, webhook_url=url))
        supervisor.wakeup.close()
        assert ("webhook" in [child.name for child in supervisor.children]) is expected
    for wrong in (
        "file:///etc/passwd",
        "ftp://a",
        "box.example",
        "http://a b",
        "http://user:password@a/x",
        "http://[::1",
        "http://a:99999",
        "http:///x",
    ):
        with pytest.raises(ValueError, match="webhook_url"):
            Settings(data=data, webhook_url=wrong)


def test_process_tells_it_as_soon_as_it_happens_and_ends_when_asked(data: Path, store: Store, receiver: Receiver) -> None:
    environment = os.environ | {"VIDEOGEN_DATA": str(data), "VIDEOGEN_WEBHOOK_URL": receiver.url, OWNER: str(os.getpid())}
    with subprocess.Popen(WEBHOOK, cwd=ROOT, env=environment) as process:
        until(lambda: deliveries(store))
        Moves(store).make()
        until(lambda: receiver.got)
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_only_its_owner_can_read_the_secret(data: Path, receiver: Receiver) -> None:
    webhook = of(data, receiver)
    assert (data / "webhook-secret").read_text() == webhook.secret == of(data, receiver).secret
    assert stat.S_IMODE((data / "webhook-secret").stat().st_mode) == 0o600
