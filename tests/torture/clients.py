"""Those who use the application meanwhile: some follow tasks, some submit, cancel, retry and delete them. None of them ever gives up."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from models.event import Event
from models.projection import TaskProjection

TIMEOUT = httpx.Timeout(5.0, read=10.0)
PATIENCE_S = (0.05, 0.3)
BREATH_S = (0.5, 2.0)
AWAY = 503


@dataclass
class Reading:
    """What came of a task without a reset in between: the ids of its events in the order they came, and what they say of it.

    `begun_by` is the reason of the reset that began it; `wrong` is what cannot be, as sentences.
    """

    begun_by: str | None = None
    ids: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    fold: TaskProjection = field(default_factory=TaskProjection)
    wrong: list[str] = field(default_factory=list)

    def take(self, id: str, data: Mapping[str, Any]) -> None:
        self.ids.append(id)
        self.types.append(data["type"])
        self.wrong += self.fold.take(Event(seq=int(id.partition("-")[2]), **data))


@dataclass
class Seen:
    """What one reader saw of one task, and how it ended: end (the frame), 204, 404, 410, or stopped when the torture was over first."""

    task_id: str
    readings: list[Reading] = field(default_factory=lambda: [Reading()])
    connections: int = 0
    ended: str = "stopped"

    @property
    def last(self) -> Reading:
        return self.readings[-1]


class Crowd:
    """The readers and the others, one thread each, until `stop`."""

    def __init__(self, urls: Sequence[str], seed: int, readers: int = 20, most_waiting: int = 4) -> None:
        self.urls = urls
        """Of all hosts: who reads comes back to any of them."""
        self.tasks: list[str] = []
        self.seen: list[Seen] = []
        self.done: dict[str, int] = {"submit": 0, "cancel": 0, "retry": 0, "delete": 0, "undelete": 0}
        self.quiet = threading.Lock()
        """Whoever holds it has nobody submit or change anything meanwhile."""
        self.most_waiting = most_waiting
        self._over = threading.Event()
        self._readers_over = threading.Event()
        self._others = [
            threading.Thread(target=self._submit, args=(random.Random(f"{seed}-submit"),)),
            threading.Thread(target=self._meddle, args=(random.Random(f"{seed}-meddle"),)),
        ]
        self._readers = [threading.Thread(target=self._read, args=(random.Random(f"{seed}-{number}"),)) for number in range(readers)]

    def start(self) -> None:
        for thread in (*self._others, *self._readers):
            thread.start()

    def stop_meddling(self) -> None:
        """From now on nobody submits or changes anything; the readers read on."""
        self._over.set()
        for thread in self._others:
            thread.join()

    def stop(self) -> None:
        self.stop_meddling()
        self._readers_over.set()
        for thread in self._readers:
            thread.join()

    def _submit(self, dice: random.Random) -> None:
        with httpx.Client(base_url=self.urls[0], timeout=TIMEOUT) as client:
            while not self._over.is_set():
                if self._waiting(client) < self.most_waiting:
                    number = dice.randrange(10**9)
                    body = {"script": script(dice, number), "options": {"height": 240, "voice": "none", "motion": "none", "padding_s": 0.2}}
                    with self.quiet:
                        made = self._insist(
                            lambda body=body, number=number: client.post(  # type: ignore[misc]
                                "/api/tasks", json=body, headers={"Idempotency-Key": f"torture-{number}"}
                            )
                        )
                    if made is not None and made.status_code == 201:
                        self.tasks.append(made.json()["id"])
                        self.done["submit"] += 1
                self._over.wait(0.2)

    def _waiting(self, client: httpx.Client) -> int:
        listed = self._insist(lambda: client.get("/api/tasks", params={"status": "queued"}))
        return len(listed.json()["tasks"]) if listed is not None and listed.status_code == 200 else self.most_waiting

    def _meddle(self, dice: random.Random) -> None:
        with httpx.Client(base_url=self.urls[-1], timeout=TIMEOUT) as client:
            while not self._over.wait(dice.uniform(0.3, 1.5)):
                if not self.tasks:
                    continue
                task_id = dice.choice(self.tasks[-12:])
                verb = dice.choices(("cancel", "retry", "delete", "undelete"), (5, 4, 1, 1))[0]
                with self.quiet:
                    answer = self._insist(
                        lambda verb=verb, task_id=task_id: (  # type: ignore[misc]
                            client.delete(f"/api/tasks/{task_id}") if verb == "delete" else client.post(f"/api/tasks/{task_id}/{verb}")
                        )
                    )
                if answer is not None and answer.status_code == 200:
                    self.done[verb] += 1

    def _read(self, dice: random.Random) -> None:
        while not self._readers_over.is_set():
            if not self.tasks:
                self._readers_over.wait(0.1)
                continue
            seen = Seen(dice.choice(self.tasks[-6:]))
            self.seen.append(seen)
            self._follow(seen, dice)
            self._readers_over.wait(dice.uniform(*BREATH_S))

    def _follow(self, seen: Seen, dice: random.Random) -> None:
        """Read the task's stream to its end, coming back with Last-Event-ID as often as it takes, as EventSource does."""
        while not self._readers_over.is_set():
            headers = {"Last-Event-ID": seen.last.ids[-1]} if seen.last.ids else {}
            url = f"{dice.choice(self.urls)}/api/tasks/{seen.task_id}/stream"
            try:
                with httpx.stream("GET", url, headers=headers, timeout=TIMEOUT) as response:
                    seen.connections += 1
                    if response.status_code in (204, 404, 410):
                        seen.ended = str(response.status_code)
                        return
                    if response.status_code == 200 and self._take(response, seen):
                        seen.ended = "end"
                        return
            except httpx.HTTPError:
                pass
            self._readers_over.wait(dice.uniform(*PATIENCE_S))

    def _take(self, response: httpx.Response, seen: Seen) -> bool:
        """Whether the stream said that it has ended. A frame that was cut off is not one."""
        for message in frames(response.iter_bytes()):
            if self._readers_over.is_set():
                return False
            match message.get("event", ""):
                case "":
                    if "id" in message and "data" in message:
                        seen.last.take(message["id"], json.loads(message["data"]))
                case "reset":
                    seen.readings.append(Reading(json.loads(message["data"])["reason"]))
                case "end":
                    return True
        return False

    def _insist(self, ask: Callable[[], httpx.Response]) -> httpx.Response | None:
        """The answer, however often the server dies on the way to it or says that its database does not answer; None when all is over."""
        while not self._over.is_set():
            try:
                answer = ask()
                if answer.status_code != AWAY:
                    return answer
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        return None


def frames(chunks: Iterator[bytes]) -> Iterator[dict[str, str]]:
    """The whole messages of a stream: {id, event, data}."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        *whole, rest = rest.split(b"\n\n")
        for message in whole:
            lines = (line.partition(": ") for line in message.decode().split("\n"))
            yield {name: value for name, _, value in lines}


def script(dice: random.Random, number: int) -> str:
    """A small video of its own."""
    scenes = [f"## Part {part}\n\nA sentence of film {number}, part {part}.\n" for part in range(1, dice.randint(3, 7))]
    return f"# Film {number}\n\n" + "\n".join(scenes)
