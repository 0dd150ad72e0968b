"""The web process with one more address, which tells what it holds: for tests that look for what is left behind."""

from videogen.web import server  # patches, so it comes first

# isort: split
import gc
from pathlib import Path
from typing import Any

from flask import Flask
from greenlet import greenlet

from models.signals import event_appended
from tests.support import cold_server


def probed(*arguments: Any) -> Flask:
    app = create_app(*arguments)

    @app.get("/api/held")
    def resources() -> dict[str, int]:
        gc.collect()
        return {
            "descriptors": len(list(Path("/proc/self/fd").iterdir())),
            "greenlets": sum(isinstance(thing, greenlet) and not thing.dead for thing in gc.get_objects()),
            "receivers": len(event_appended.receivers),
            "senders": len(event_appended._by_sender),
        }

    return app


if __name__ == "__main__":
    create_app, server.create_app = server.create_app, probed  # type: ignore[assignment, attr-defined]
    cold_server.main()
