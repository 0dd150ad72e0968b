"""A stand-in for a server that speaks OpenAI's protocol: no model runs in it, it answers with what a test has prepared."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class StandInAssistant:
    """`url` is the base of its addresses; `answer` is what the model says next, `status` and `body` replace the whole response."""

    url: str = ""
    answer: str = "# Shorter\n"
    status: int = 200
    body: bytes | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def stand_in_assistant() -> Iterator[StandInAssistant]:
    stand_in = StandInAssistant()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            stand_in.paths.append(self.path)
            stand_in.headers.append(dict(self.headers))
            stand_in.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = stand_in.body
            if body is None:
                body = json.dumps({"choices": [{"message": {"role": "assistant", "content": stand_in.answer}}]}).encode()
            self.send_response(stand_in.status)
            if 300 <= stand_in.status < 400:
                self.send_header("Location", f"{stand_in.url}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    stand_in.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
