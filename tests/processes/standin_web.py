"""A web process that knows one page: /api/health."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from videogen.config import settings
from videogen.processes.process_group import die_with_owner


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    die_with_owner()
    ThreadingHTTPServer((settings().host, settings().port), Health).serve_forever()
