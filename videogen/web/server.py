"""The web process: `python -m videogen.web.server`. Gevent, patched before anything else; it does no heavy work, ever."""

from gevent import monkey

monkey.patch_all()

import logging
import os
import signal
import sys
from typing import Any

import gevent
from gevent.pywsgi import WSGIHandler, WSGIServer

from models import attempt
from models.errors import VideogenError
from videogen.config import settings as environment
from videogen.processes import server_address
from videogen.processes.process_group import die_with_owner
from videogen.web import create_app
from videogen.web.application import Videogen

log = logging.getLogger(__name__)

Socket = monkey.get_original("socket", "socket")
GOODBYE_S = 5.0
SWEEP_S = 5.0
WARM = True
PORT_TAKEN = 98  # EADDRINUSE: the supervisor tells it from a crash


class Handler(WSGIHandler):  # type: ignore[misc]
    """Gives the application its socket, so that a stream can notice a closed connection, and hands it over to a stream that wants it."""

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ["videogen.socket"] = self.socket
        return environ

    def process_result(self) -> None:
        carry = self.environ.get("videogen.carry")
        if carry is None:
            super().process_result()
            return
        self.response_headers.append((b"Connection", b"close"))
        self.write(b"")
        # From here on the connection is the stream's. This greenlet ends, and all that it has needed goes with it.
        self.close_connection = True
        connection = Socket(fileno=self.socket.detach())
        self.socket: Any = None
        carry(connection, chunked=self.response_use_chunked)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s web %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    die_with_owner()
    settings = environment()
    try:
        app = create_app(settings)
    except VideogenError as error:
        log.error("%s %s", error.detail, error.hint)
        sys.exit(1)
    videogen: Videogen = app.extensions["videogen"]
    videogen.readers.pool.warm = WARM
    server = WSGIServer((settings.host, settings.port), app, handler_class=Handler, log=None, error_log=log)
    try:
        server.start()
    except OSError as error:
        log.error("cannot listen on %s:%d: %s", settings.host, settings.port, error.strerror)
        sys.exit(PORT_TAKEN)
    server_address.save(settings.data, settings.host, server.server_port)
    log.info("listening on http://%s:%d", settings.host, server.server_port)
    done = gevent.event.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, done.set)
    gevent.spawn(_warm_up, videogen)
    gevent.spawn(_sweep, videogen)
    done.wait()
    _say_goodbye(server, videogen)


def _warm_up(videogen: Videogen) -> None:
    """Start what reads and draws, so that whoever comes first need not wait for its imports."""
    for pool in (videogen.readers.pool, videogen.studio.pool):
        pool.start()


def _sweep(videogen: Videogen) -> None:
    """Free tasks whose worker is lost, also when there is nobody else who would."""
    while True:
        gevent.sleep(SWEEP_S)
        try:
            attempt.sweep(videogen.store)
        except VideogenError as error:
            log.warning("sweeping: %s", error.detail)


def _say_goodbye(server: WSGIServer, videogen: Videogen) -> None:
    """Accept no more, let every stream end cleanly, then go. The server's own stop() would leave the streams open."""
    server.close()
    videogen.broadcaster.close()
    with gevent.Timeout(GOODBYE_S, False):
        while videogen.broadcaster.open:
            gevent.sleep(0.02)
    server_address.remove(videogen.settings.data)
    videogen.close()
    sys.stderr.flush()
    os._exit(0)  # what is left are connections that nobody reads


if __name__ == "__main__":
    main()
