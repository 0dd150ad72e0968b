"""The webhook process: posts the end of each task to an address, as Standard Webhooks defines: signed, at least once, with retries.

The log says what is still to be delivered: every ending after the cursor that the newest `webhook.*` event calls settled, except those
that a later `webhook.*` event names. So this process may die at any moment: the next one reads on from there and at worst delivers again,
under the same id. Its own events belong to no task: a task's log ends with its ending, and so do its streams.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import random
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from models import clock, event, task
from models.database import Store
from models.errors import DiskFull, StoreAway, StoreBusy, VideogenError
from models.event import ENDINGS, Cursor, Event, EventType
from models.filelock import locked
from models.migrate import migrate
from models.replay import encode, public
from models.signals import event_appended
from models.task import Task
from videogen import __version__
from videogen.config import Settings, settings
from videogen.files import shared_secrets
from videogen.files.privacy import keep_private
from videogen.files.secret_file import load_or_create
from videogen.files.storage import open_storage
from videogen.processes import logs, process_group
from videogen.processes.wakeup import Wakeup
from videogen.streams import listener

log = logging.getLogger(__name__)

KEY_PREFIX = "whsec_"
REQUEST_TIMEOUT_S = 10.0
GIVE_UP_S = 86400.0
FIRST_PAUSE_S = 5.0
MAX_PAUSE_S = 3600.0
POLL_INTERVAL_S = 5.0
PAGE_SIZE = 500
REASON_CHARACTERS = 200
"""What answers instead of HTTP may be long, and the reason is in the log that everybody reads."""


@dataclass
class Delivery:
    """An ending that is still to be delivered. `id` is the same in every try; `due_s` is monotonic."""

    ending: Event
    id: str
    tries: int = 0
    due_s: float = 0.0


class Webhook:
    """Reads endings from the log and delivers them."""

    def __init__(self, settings: Settings, first_pause_s: float = FIRST_PAUSE_S, give_up_s: float = GIVE_UP_S) -> None:
        self.settings = settings
        self.url = settings.webhook_url
        self.secret = webhook_secret(settings)
        self.first_pause_s = first_pause_s
        self.give_up_s = give_up_s
        self.pending: dict[int, Delivery] = {}
        """By the ending's seq."""
        self.read_until = 0
        self.epoch = ""

    def deliver_due(self, store: Store) -> None:
        """Read new endings from the log, and deliver what is due."""
        self._read(store)
        for delivery in [delivery for delivery in self.pending.values() if delivery.due_s <= time.monotonic()]:
            self._deliver(store, delivery)

    def pause_s(self) -> float:
        """Return the seconds until the next try or the next fallback poll."""
        return max(0.0, min((delivery.due_s - time.monotonic() for delivery in self.pending.values()), default=POLL_INTERVAL_S))

    def _read(self, store: Store) -> None:
        with store.reading() as read:
            if read.epoch != self.epoch:  # the first time, or after a restore
                newest = event.newest_of_webhook(read)
                self.epoch, self.pending = read.epoch, {}
                self.read_until = int(newest.data.get("settled", 0)) if newest else event.head(read)
                enabled = newest is not None
            else:
                enabled = True
        if not enabled:
            with store.writing() as write:
                event.append(write, EventType.WEBHOOK_ENABLED, None, data={"settled": self.read_until})
        while True:
            with store.reading() as read:
                page = event.after(read, self.read_until, limit=PAGE_SIZE)
            for row in page:
                if row.type in ENDINGS:
                    self.pending[row.seq] = Delivery(row, str(Cursor(self.epoch, row.seq)))
                elif row.type in (EventType.WEBHOOK_DELIVERED, EventType.WEBHOOK_FAILED):
                    self.pending.pop(row.data.get("seq", 0), None)
                self.read_until = row.seq
            if len(page) < PAGE_SIZE:
                return

    def _deliver(self, store: Store, delivery: Delivery) -> None:
        """Try once. Record success and final failure; else schedule another try."""
        delivery.tries += 1
        with store.reading() as read:
            ended = task.look_up(read, delivery.ending.task_id or "")
        body = build_body(delivery.ending, delivery.id, ended)
        reason = post(self.url, self.secret, delivery.id, body)
        if reason is None:
            self._record(store, EventType.WEBHOOK_DELIVERED, delivery)
            return
        log.warning("the end of task %s could not be delivered, try %d: %s", delivery.ending.task_id, delivery.tries, reason)
        age_s = clock.seconds_between(delivery.ending.at, clock.now())
        if reason == "410" or age_s > self.give_up_s:
            self._record(store, EventType.WEBHOOK_FAILED, delivery, reason=reason)
        else:
            pause_s = min(self.first_pause_s * 4.0 ** (delivery.tries - 1), MAX_PAUSE_S)
            delivery.due_s = time.monotonic() + pause_s * random.uniform(0.75, 1.25)  # noqa: S311 - spreads tries

    def _record(self, store: Store, type: EventType, delivery: Delivery, **details: Any) -> None:
        """Append how a delivery ended, with the seq up to which everything is settled now."""
        ending, rest = delivery.ending, [seq for seq in self.pending if seq != delivery.ending.seq]
        settled = min(rest) - 1 if rest else self.read_until
        data = {"seq": ending.seq, "task_id": ending.task_id, "type": ending.type, "tries": delivery.tries, "settled": settled}
        with store.writing() as write:
            event.append(write, type, None, data=data | details)
        self.pending.pop(ending.seq, None)


def run(settings: Settings) -> None:
    """Deliver until SIGTERM or SIGINT. One process of all hosts delivers at a time; others wait."""
    wakeup = Wakeup()
    wakeup.handle_signals()
    with ExitStack() as stack:
        stack.callback(wakeup.close)
        store = listener.open_store(settings.data, open_storage(settings), settings.server)
        stack.callback(store.close)
        webhook_secret(settings)
        shared_secrets.share(store)
        webhook = Webhook(settings)
        while not wakeup.stop_asked:
            with locked(settings.data / "webhook.lock", wait=False) as acquired:
                if acquired:
                    _deliver_alone(webhook, store, wakeup)
            wakeup.wait(0 if wakeup.stop_asked else POLL_INTERVAL_S)


def _deliver_alone(webhook: Webhook, store: Store, wakeup: Wakeup) -> None:
    """Deliver unless another host does."""
    try:
        with store.alone("webhook") as alone:
            if alone:
                _deliver_all(webhook, store, wakeup, alone)
    except StoreAway as error:
        log.warning("%s", error.detail)


def _deliver_all(webhook: Webhook, store: Store, wakeup: Wakeup, alone: Callable[[], bool]) -> None:
    with event_appended.connected_to(lambda _: wakeup.wake()), listener.Listener(store, poll_interval_s=webhook.settings.floor_s):
        while not wakeup.stop_asked and alone():
            wakeup.clear()
            try:
                webhook.deliver_due(store)
                wakeup.wait(webhook.pause_s())
            except (StoreBusy, DiskFull) as error:
                log.warning("%s", error.detail)
                wakeup.wait(POLL_INTERVAL_S)


def build_body(ending: Event, id: str, ended: Task | None) -> bytes:
    """Return the body: {type, timestamp, data}, with the event as the streams send it, and the task's title and kind."""
    known = {"title": ended.title if ended else None, "kind": ended.kind if ended else None}
    return encode({"type": ending.type, "timestamp": ending.at, "data": {"id": id} | known | public(ending)}).encode()


def post(url: str, secret: str, id: str, body: bytes) -> str | None:
    """Post once. Return None on success, else the reason: a status, or the connection's error. Redirects are not followed."""
    headers = {"Content-Type": "application/json", "User-Agent": f"videogen/{__version__}"}
    headers |= signature_headers(secret, id, body, int(time.time()))
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - the setting takes http and https alone
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=REQUEST_TIMEOUT_S) as response:
            return None if 200 <= response.status < 300 else str(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return str(error.code)
    except (OSError, HTTPException, ValueError) as error:
        return str(getattr(error, "reason", error))[:REASON_CHARACTERS] or type(error).__name__


def signature_headers(secret: str, id: str, body: bytes, timestamp: int) -> Mapping[str, str]:
    """Return the headers by which the receiver verifies the sender: HMAC-SHA256 over id, Unix time and body."""
    key = base64.b64decode(secret.removeprefix(KEY_PREFIX))
    signature = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": id, "webhook-timestamp": str(timestamp), "webhook-signature": f"v1,{base64.b64encode(signature).decode()}"}


def webhook_secret(settings: Settings) -> str:
    """Return the secret that signs deliveries. It is created when it is first needed."""
    return load_or_create(settings.data / "webhook-secret", lambda: KEY_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def main() -> None:
    process_group.die_with_owner()
    try:
        chosen = settings()
        logs.configure("webhook", chosen.log_format)
        keep_private(chosen.data)
        migrate(chosen.data, chosen.server)
        run(chosen)
    except VideogenError as error:
        sys.exit(f"videogen webhook: {error} {error.hint}")


if __name__ == "__main__":
    main()
