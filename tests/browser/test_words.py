"""The server and the browser say the same in the same words."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from models.event import EventType
from videogen.web import words

SECONDS = (0, 0.44, 3.14, 9.94, 9.96, 12.5, 59.4, 59.6, 60, 72, 599, 3599, 3600, 3661, 7290, 86400)
COUNTS = (0, 999, 1000, 1536, 9949, 9951, 12_345, 999_499, 999_501, 5_000_000, 2_000_000_000, 3_000_000_000_000)
TASK = {"status": "queued", "attempt": 0, "message": None, "queue_position": 3, "workers_alive": 1, "progress": 0.5, "error": None}
TASKS: tuple[dict[str, Any], ...] = tuple(
    TASK | change
    for change in (
        {},
        {"queue_position": 1},
        {"queue_position": None},
        {"workers_alive": 0},
        {"attempt": 1, "message": "Worker lost, trying again"},
        {"attempt": 2, "message": "Waiting for a worker"},
        {"message": "Waiting for room on the disk"},
        {"status": "running"},
        {"status": "running", "message": "Drawing", "remaining_s": 30},
        {"status": "running", "message": "Drawing", "cancel_requested": True},
        {"status": "completed", "elapsed_s": 72.5},
        {"status": "failed", "error": {"message": "There is no voice x."}},
        {"status": "failed"},
        {"status": "completed", "elapsed_s": 3, "damaged": ["options"], "error": {"message": "Its row is damaged: options."}},
        {"status": "cancelled"},
    )
)
DATA: tuple[dict[str, Any], ...] = (
    {},
    {"done": 0, "of": 4},
    {"made": 3, "reused": 0},
    {"made": 0, "reused": 2},
    {"position": 2, "of": 9, "title": "Here", "reused": True},
    {"position": 2, "title": ""},
    {"kind": "captions_vtt"},
    {"files": [{"kind": "video"}]},
    {"message": "A picture was left out.", "hint": "Upload it."},
    {"reason": "The worker's process ended.", "attempt": 2},
    {"damaged": ["data"]},
)
EVENTS = tuple(
    {"type": str(type), "message": message, "attempt": attempt, "stage": "video", "data": data}
    for type in EventType
    for data in DATA
    for message, attempt in (("Drawing", 1), (None, 2))
    if type is not EventType.STAGE_COMPLETED or "position" not in data  # a stage counts what it reused, a scene was or was not
)

ATTEMPTS = tuple(
    {"outcome": outcome, "reason": reason, "started_at": "2026-01-01T00:00:00.000Z", "ended_at": ended_at, "progress": progress}
    for outcome in words.OUTCOMES
    for reason in (None, "The worker's process ended.")
    for ended_at, progress in ((None, 0.0), ("2026-01-01T00:01:12.345Z", 0.42))
)
ASKED = ((None, None), ("failed", None), (None, "sky"), ("failed", "sky"))

SAY = """([seconds, counts, tasks, events, asked, attempts]) => import("/static/js/words.js").then(async (words) => {
  const { rowWords } = await import("/static/js/task-rows.js");
  return {
    duration: seconds.map(words.duration), clock: seconds.map(words.clock), remaining: seconds.map(words.remaining),
    size: counts.map(words.bytes), ordinal: [...Array(130).keys()].map(words.ordinal),
    nextTry: seconds.map(words.nextTry), percent: seconds.map((each) => words.percent(each / 86400)),
    now: tasks.map(words.now), row: tasks.map(rowWords), event: events.map(words.eventWords), status: words.STATUS,
    stalled: words.STALLED, noRoom: [words.HELD_BACK, words.NO_ROOM],
    nothing: asked.map((each) => words.nothing(...each)), attempt: attempts.map(words.attemptWords),
  };
})"""


def test_words_are_the_same_in_python_and_javascript(page: Page) -> None:
    page.goto("/status")
    said = page.evaluate(SAY, [SECONDS, COUNTS, TASKS, EVENTS, ASKED, ATTEMPTS])
    ours = {
        "duration": [words.duration(each) for each in SECONDS],
        "clock": [words.clock(each) for each in SECONDS],
        "remaining": [words.remaining(each) for each in SECONDS],
        "size": [words.size(each) for each in COUNTS],
        "ordinal": [words.ordinal(each) for each in range(130)],
        "nextTry": [words.next_try(each) for each in SECONDS],
        "percent": [words.percent(each / 86400) for each in SECONDS],
        "now": [words.now(each) for each in TASKS],
        "row": [words.row(each) for each in TASKS],
        "event": [list(words.event(each)) for each in EVENTS],
        "status": words.STATUS,
        "stalled": words.STALLED,
        "attempt": [words.attempt(each) for each in ATTEMPTS],
        "nothing": [words.nothing(*each) for each in ASKED],
        "noRoom": [words.HELD_BACK, words.NO_ROOM],
    }
    for name, values in ours.items():
        assert said[name] == values
