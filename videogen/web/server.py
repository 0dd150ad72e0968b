"""The web process: `python -m videogen.web.server`. Patches with gevent before any other import, and never does heavy work."""

from gevent import events, monkey

# For each of its events gevent looks for plugins among all installed packages, 25 times: longer than the patching takes.
events.notify_and_call_entry_points = events.notify
monkey.patch_all()

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable
from typing import Any

import gevent
from flask import Flask
from gevent.pywsgi import WSGIServer

from models import attempt
from models.errors import VideogenError
from videogen.config import settings as environment
from videogen.processes import logs, server_address
from videogen.processes.liveness import HEALTH_SOCKET, LISTENING_SOCKET, inherited_socket
from videogen.processes.process_group import die_with_owner
from videogen.web import create_app
from videogen.web.connections import Server, TimedHandler
from videogen.web.services import Services, services_of

log = logging.getLogger(__name__)

Socket = monkey.get_original("socket", "socket")
ANSWER_S = 2.0
SHUTDOWN_S = 4.0
SWEEP_S = 5.0
WARM = True
PORT_TAKEN = 98  # EADDRINUSE: tells the supervisor that this is no crash


class Handler(TimedHandler):
    """Pass the application its socket, so that a stream notices a closed connection; hand the socket over to a stream that asks for it."""

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ["videogen.socket"] = self.socket
        return environ

    def process_result(self) -> None:
        serve = self.environ.get("videogen.serve_stream")
        if serve is None:
            super().process_result()
            return
        self.response_headers.append((b"Connection", b"close"))
        self.write(b"")
        # From here on the stream owns the connection. This greenlet ends and frees its memory.
        self.close_connection = True
        connection = Socket(fileno=self.socket.detach())
        self.socket: Any = None
        serve(connection, chunked=self.response_use_chunked)


def main() -> None:
    die_with_owner()
    settings = environment()
    logs.configure("web", settings.log_format)
    try:
        app = create_app(settings)
    except VideogenError as error:
        log.error("%s %s", error.detail, error.hint)
        sys.exit(1)
    services = services_of(app)
    services.readers.pool.warm = WARM
    inherited = inherited_socket(LISTENING_SOCKET)
    if inherited is not None:
        warm_up_pages(app)  # the process before serves meanwhile, or connections wait in the socket
    server = Server(inherited or (settings.host, settings.port), app, settings, Handler)
    try:
        server.start()
    except OSError as error:
        log.error("cannot listen on %s:%d: %s", settings.host, settings.port, error.strerror)
        sys.exit(PORT_TAKEN)
    server_address.save(settings.data, settings.host, server.server_port)
    log.info("listening on http://%s:%d", settings.host, server.server_port)
    if health := inherited_socket(HEALTH_SOCKET):
        WSGIServer(health, answer_health, log=None, error_log=log).start()
    done = gevent.event.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, done.set)
    gevent.spawn(_warm_up, services)
    gevent.spawn(_sweep, services)
    done.wait()
    _shut_down(server, services)


def warm_up_pages(app: Flask) -> None:
    """Compile the templates and draw a page for nobody: else the first request takes ten times as long as the next one."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    app.test_client(use_cookies=False).get("/", headers={"Accept": "text/html"})


def _warm_up(services: Services) -> None:
    """Start the renderers for reading and for previews, so that the first request does not wait for their imports."""
    for pool in (services.readers.pool, services.previews.pool):
        pool.start()


def _sweep(services: Services) -> None:
    """Release the tasks of lost workers, also while no other process runs that would."""
    while True:
        gevent.sleep(SWEEP_S)
        try:
            attempt.sweep(services.store)
        except VideogenError as error:
            log.warning("sweeping: %s", error.detail)


def answer_health(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Tell the supervisor, at an address that only it knows, that this process still answers."""
    start_response("200 OK", [("Content-Type", "application/json")])
    return (b'{"status": "ok"}',)


def _shut_down(server: Server, services: Services) -> None:
    """Accept no more connections, end every stream, then exit. The server's own stop() would leave the streams open."""
    server.finish(ANSWER_S)  # this also answers those who ask for a stream, which then ends like the others
    services.broadcaster.close()
    with gevent.Timeout(SHUTDOWN_S, False):
        while services.broadcaster.open:
            gevent.sleep(0.02)
    server_address.remove(services.settings.data)
    services.close()
    sys.stderr.flush()
    os._exit(0)  # what is left are connections without a reader


if __name__ == "__main__":
    main()
