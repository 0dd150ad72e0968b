"""A web process that knows one page: /api/health. It listens where the supervisor has it listen."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from videogen.processes.liveness import HEALTH_SOCKET, LISTENING_SOCKET, inherited_socket
from videogen.processes.process_group import die_with_owner


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


def serve(variable: str) -> None:
    inherited = inherited_socket(variable)
    assert inherited is not None
    server = ThreadingHTTPServer(inherited.getsockname()[:2], Health, bind_and_activate=False)
    server.socket.close()
    server.socket = inherited
    server.serve_forever()


if __name__ == "__main__":
    die_with_owner()
    threading.Thread(target=serve, args=(HEALTH_SOCKET,), daemon=True).start()
    serve(LISTENING_SOCKET)
