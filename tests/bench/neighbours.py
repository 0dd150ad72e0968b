"""Servers to measure beside ours, each as its own documents show it, on uvicorn: `python -m tests.bench.neighbours NAME PORT DIRECTORY`.

`/stream` is what a browser reads; `/say?times=N&of=TEXT` publishes N events inside the process (neither has a way for another process to
do so without a further server) and tells when, in seconds of the steady clock, the first of them was stored or taken.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

EVENT = {
    "type": "stage.progress",
    "task_id": "01990000-0000-7000-8000-000000000000",
    "attempt": 1,
    "status": "running",
    "stage": "video",
    "stage_progress": 0.3,
    "progress": 0.52,
    "at": "2026-11-22T08:10:11.123Z",
    "data": {},
}


def sse_starlette(_directory: Path) -> Any:
    """Events are in memory alone: a queue a reader, and nothing to resume from."""
    from sse_starlette import EventSourceResponse
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    queues: set[asyncio.Queue[dict[str, Any]]] = set()
    number = 0

    async def stream(_request: Request) -> EventSourceResponse:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

        async def events() -> AsyncIterator[dict[str, Any]]:
            queues.add(queue)
            try:
                yield {"event": "stream-open", "data": ""}
                while True:
                    yield await queue.get()
            finally:
                queues.discard(queue)

        return EventSourceResponse(events())

    async def say(request: Request) -> JSONResponse:
        nonlocal number
        at = time.monotonic()
        for _ in range(int(request.query_params["times"])):
            number += 1
            event = {"id": str(number), "data": json.dumps(EVENT | {"message": request.query_params["of"]})}
            for queue in queues:
                queue.put_nowait(event)
        return JSONResponse({"at": at})

    return Starlette(routes=[Route("/stream", stream), Route("/say", say)])


def django_eventstream(directory: Path) -> Any:
    """Events are stored in SQLite by its own storage, with the log's journal mode and locking; readers have queues."""
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="tests.bench.neighbours_urls",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_eventstream"],
        EVENTSTREAM_STORAGE_CLASS="django_eventstream.storage.DjangoModelStorage",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": directory / "events.db",
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"},
            }
        },
        USE_TZ=True,
    )
    django.setup()
    from django.core.asgi import get_asgi_application
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return get_asgi_application()


SERVERS = {"sse-starlette": sse_starlette, "django-eventstream": django_eventstream}


def main() -> None:
    import uvicorn

    name, port, directory = sys.argv[1:]
    uvicorn.run(SERVERS[name](Path(directory)), host="127.0.0.1", port=int(port), log_level="warning", backlog=4096)


if __name__ == "__main__":
    main()
