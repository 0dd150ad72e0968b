"""Tells an address of each task's end, as Standard Webhooks lays down: signed, at least once, tried again and again.

The log says what is owed: every ending after the place that the newest `webhook.*` event names as settled, but those that a later one
names. So this process may die at any moment: the next one reads on from there, and sends again at worst, under the same id. Its own events
belong to no task: a task's log ends with its ending, and so do its streams.
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
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from models import clock, event, task
from models.database import Store
from models.errors import DiskFull, StoreBusy, VideogenError
from models.event import ENDINGS, Cursor, Event, EventType
from models.filelock import locked
from models.migrate import migrate
from models.replay import encode, public
from models.signals import event_appended
from videogen import __version__
from videogen.config import Settings, settings
from videogen.files.secret_file import kept
from videogen.processes import process_group
from videogen.processes.wakeup import Wakeup
from videogen.streams import listener

log = logging.getLogger(__name__)

PREFIX = "whsec_"
TIMEOUT_S = 10.0
GIVE_UP_S = 86400.0
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 3600.0
LOOK_S = 5.0
PAGE = 500


@dataclass
class Owed:
    """An ending that is still to be told."""

    ending: Event
    id: str
    tries: int = 0
    due_s: float = 0.0


class Webhook:
    """What is owed, and what becomes of it."""

    def __init__(self, settings: Settings, first_pause_s: float = FIRST_PAUSE_S, give_up_s: float = GIVE_UP_S) -> None:
        self.settings = settings
        self.url = settings.webhook_url
        self.secret = secret_of(settings)
        self.first_pause_s = first_pause_s
        self.give_up_s = give_up_s
        self.owed: dict[int, Owed] = {}
        self.read_until = 0
        self.epoch = ""

    def work(self, store: Store) -> None:
        """Take up what the log has new, and deliver what is due."""
        self._read(store)
        for each in [each for each in self.owed.values() if each.due_s <= time.monotonic()]:
            self._deliver(store, each)

    def pause_s(self) -> float:
        """Until the next try is due, or the log is looked at in any case."""
        return max(0.0, min((each.due_s - time.monotonic() for each in self.owed.values()), default=LOOK_S))

    def _read(self, store: Store) -> None:
        with store.reading() as read:
            if read.epoch != self.epoch:  # the first time, or after a restore
                newest = event.newest_of_webhook(read)
                self.epoch, self.owed = read.epoch, {}
                self.read_until = int(newest.data.get("settled", 0)) if newest else event.head(read)
                began = newest is not None
            else:
                began = True
        if not began:
            with store.writing() as write:
                event.append(write, EventType.WEBHOOK_ENABLED, None, data={"settled": self.read_until})
        while True:
            with store.reading() as read:
                page = event.after(read, self.read_until, limit=PAGE)
            for each in page:
                if each.type in ENDINGS:
                    self.owed[each.seq] = Owed(each, str(Cursor(self.epoch, each.seq)))
                elif each.type in (EventType.WEBHOOK_DELIVERED, EventType.WEBHOOK_FAILED):
                    self.owed.pop(each.data.get("seq", 0), None)
                self.read_until = each.seq
            if len(page) < PAGE:
                return

    def _deliver(self, store: Store, owed: Owed) -> None:
        """One try, and what comes of it: an event, or a later try."""
        owed.tries += 1
        with store.reading() as read:
            found = task.look_up(read, owed.ending.task_id or "")
        body = message(owed.ending, owed.id, found.title if found else None)
        refusal = send(self.url, self.secret, owed.id, body)
        if refusal is None:
            self._say(store, EventType.WEBHOOK_DELIVERED, owed)
            return
        log.warning("the end of task %s could not be told, try %d: %s", owed.ending.task_id, owed.tries, refusal)
        age_s = clock.seconds_between(owed.ending.at, clock.now())
        if refusal == "410" or age_s > self.give_up_s:
            self._say(store, EventType.WEBHOOK_FAILED, owed, reason=refusal)
        else:
            pause_s = min(self.first_pause_s * 4.0 ** (owed.tries - 1), LONGEST_PAUSE_S)
            owed.due_s = time.monotonic() + pause_s * random.uniform(0.75, 1.25)  # noqa: S311 - spreads tries

    def _say(self, store: Store, type: EventType, owed: Owed, **more: Any) -> None:
        """Log what became of it, with the place up to which nothing is owed now."""
        rest = [seq for seq in self.owed if seq != owed.ending.seq]
        settled = min(rest) - 1 if rest else self.read_until
        data = {"seq": owed.ending.seq, "task_id": owed.ending.task_id, "type": owed.ending.type, "tries": owed.tries, "settled": settled}
        with store.writing() as write:
            event.append(write, type, None, data=data | more)
        self.owed.pop(owed.ending.seq, None)


def run(settings: Settings) -> None:
    """Delivers until SIGTERM or SIGINT; one process of a data directory at a time."""
    webhook, wakeup = Webhook(settings), Wakeup()
    wakeup.handle_signals()
    with ExitStack() as leaving:
        leaving.callback(wakeup.close)
        store = listener.open_store(settings.data)
        leaving.callback(store.close)
        while not wakeup.stop_asked:
            with locked(settings.data / "webhook.lock", wait=False) as mine:
                if mine:
                    _deliver_all(webhook, store, wakeup)
            wakeup.wait(0 if wakeup.stop_asked else LOOK_S)


def _deliver_all(webhook: Webhook, store: Store, wakeup: Wakeup) -> None:
    with event_appended.connected_to(lambda _: wakeup.wake()), listener.Listener(store, poll_interval_s=webhook.settings.floor_s):
        while not wakeup.stop_asked:
            wakeup.clear()
            try:
                webhook.work(store)
                wakeup.wait(webhook.pause_s())
            except (StoreBusy, DiskFull) as error:
                log.warning("%s", error.detail)
                wakeup.wait(LOOK_S)


def message(ending: Event, id: str, title: str | None) -> bytes:
    """The body: {type, timestamp, data}, with the event as streams have it, and the task's title."""
    return encode({"type": ending.type, "timestamp": ending.at, "data": {"id": id, "title": title} | public(ending)}).encode()


def send(url: str, secret: str, id: str, body: bytes) -> str | None:
    """One POST; why it was not taken (a status, or the fault of the connection), None when it was. A redirect is not followed."""
    headers = {"Content-Type": "application/json", "User-Agent": f"videogen/{__version__}", **signed(secret, id, body, int(time.time()))}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - the setting takes http and https alone
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=TIMEOUT_S) as answer:
            return None if 200 <= answer.status < 300 else str(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return str(error.code)
    except (OSError, HTTPException, ValueError) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__


def signed(secret: str, id: str, body: bytes, at: int) -> Mapping[str, str]:
    """The headers by which the receiver knows who sent this: HMAC-SHA256 over id, time and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signature = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": id, "webhook-timestamp": str(at), "webhook-signature": f"v1,{base64.b64encode(signature).decode()}"}


def secret_of(settings: Settings) -> str:
    """What messages are signed with."""
    return kept(settings.data / "webhook-secret", lambda: PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s webhook %(levelname)s %(message)s")
    process_group.die_with_owner()
    try:
        chosen = settings()
        migrate(chosen.data)
        run(chosen)
    except VideogenError as error:
        sys.exit(f"videogen webhook: {error} {error.hint}")


if __name__ == "__main__":
    main()
