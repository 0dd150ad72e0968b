"""nginx, Caddy and HAProxy, as deploy/ configures them, in front of a server: at the root and below a path, with TLS and HTTP/2."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from models import attempt
from tests.support.missing import program
from tests.support.paths import ROOT
from tests.support.process_state import until
from tests.support.task_moves import Moves
from tests.support.web_server import Serve, Server, free_port
from videogen.files.password_file import Password

DEPLOY = ROOT / "deploy"
Configure = Callable[[Server, Path, bool], tuple[list[str], str]]
PASSWORD = "a long password"


def nginx(server: Server, directory: Path, below: bool, *others: Server) -> tuple[list[str], str]:
    """The command and the address. Only addresses and certificates are replaced in the files of deploy/. `others` take turns with it."""
    port = free_port()
    pem, key = certificate(directory)
    if below:
        secure = f"listen 127.0.0.1:{port} ssl http2; ssl_certificate {pem}; ssl_certificate_key {key};"
        site = f"server {{ {secure} include {directory}/site.conf; }}"
        text, root = (DEPLOY / "nginx-prefix.conf").read_text(), f"https://localhost:{port}/videogen"
    else:
        text, root = (DEPLOY / "nginx.conf").read_text(), f"https://localhost:{port}"
        text = re.sub(r"listen \[::\].*\n", "", text).replace("listen 443", f"listen 127.0.0.1:{port}")
        text = text.replace("/etc/ssl/videogen.pem", str(pem)).replace("/etc/ssl/videogen.key", str(key))
        site = f"include {directory}/site.conf;"
    if others:
        # As docs/scaling.md has it.
        lines = [f"server {address} max_fails=0;" for address in ("127.0.0.1:8000", *(f"127.0.0.1:{other.port}" for other in others))]
        text = text.replace("server 127.0.0.1:8000;", " ".join(lines))
    (directory / "site.conf").write_text(text.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}"))
    temporary = "".join(f"{name}_temp_path {directory}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if os.geteuid() == 0 else ""
    main = f"{user} daemon off; pid {directory}/pid; error_log stderr; events {{}} http {{ access_log off; {temporary} {site} }}"
    (directory / "nginx.conf").write_text(main)
    return [program("nginx"), "-e", "stderr", "-p", str(directory), "-c", str(directory / "nginx.conf")], root


def caddy(server: Server, directory: Path, below: bool) -> tuple[list[str], str]:
    port = free_port()
    text = (DEPLOY / "Caddyfile").read_text()
    head, own, other = re.fullmatch(r"(.*?)(^videogen\.example.*?^})(.*)", text, re.DOTALL | re.MULTILINE).groups()
    options = f"{{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n\tstorage file_system {directory}/caddy\n}}\n"
    site, name = (other, "www.example.org") if below else (own, "videogen.example.org")
    site = site.replace(f"{name} {{", f"https://localhost:{port} {{\n\ttls internal")
    root = f"https://localhost:{port}{'/videogen' * below}"
    (directory / "Caddyfile").write_text(head + options + site.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}"))
    return [program("caddy"), "run", "--adapter", "caddyfile", "--config", str(directory / "Caddyfile")], root


def haproxy(server: Server, directory: Path, below: bool) -> tuple[list[str], str]:
    port = free_port()
    (directory / "both.pem").write_text("".join(path.read_text() for path in certificate(directory)))
    text = (DEPLOY / ("haproxy-prefix.cfg" if below else "haproxy.cfg")).read_text().replace("bind :443", f"bind 127.0.0.1:{port}")
    text = re.sub(r"/etc/ssl/\w+\.pem", f"{directory}/both.pem", text).replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    (directory / "haproxy.cfg").write_text(text)
    return [program("haproxy"), "-db", "-f", str(directory / "haproxy.cfg")], f"https://localhost:{port}{'/videogen' * below}"


def certificate(directory: Path) -> tuple[Path, Path]:
    """The files of a certificate for localhost and of its key."""
    pem, key = directory / "pem", directory / "key"
    command = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost")
    subprocess.run([*command, "-keyout", key, "-out", pem], check=True, capture_output=True)
    return pem, key


@pytest.fixture(params=[nginx, caddy, haproxy], ids=["nginx", "caddy", "haproxy"])
def configure(request: pytest.FixtureRequest) -> Configure:
    chosen: Configure = request.param
    return chosen


@pytest.fixture(params=[False, True], ids=["at the root", "below a path"])
def front(
    serve: Serve,
    data: Path,
    tmp_path: Path,
    configure: Callable[[Server, Path, bool], tuple[list[str], str]],
    request: pytest.FixtureRequest,
) -> Iterator[tuple[Server, str]]:
    """A server with a password, silent between events, and the address at which the proxy shows it."""
    Password(data).set(PASSWORD)
    server = serve(proxies=1, heartbeat_s=1000, floor_s=0)
    command, root = configure(server, tmp_path, request.param)
    environment = os.environ | {"HOME": str(tmp_path)}
    with (tmp_path / "proxy.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, env=environment) as process:
        try:
            until(lambda: process.poll() is not None or shown(root))
            assert process.poll() is None, (tmp_path / "proxy.log").read_text()
            yield server, root
        finally:
            process.terminate()


def shown(root: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{root}/api/health", verify=False).is_success
    return False


def test_one_logs_in_and_follows_a_task_through_the_proxy(front: tuple[Server, str]) -> None:
    server, root = front
    origin = re.match(r"https?://[^/]+", root)[0]  # type: ignore[index]
    with httpx.Client(verify=False, timeout=60) as browser:
        form = browser.get(f"{root}/tasks", headers={"Accept": "text/html"}, follow_redirects=True)
        assert str(form.url).startswith(f"{root}/login?next=")
        fields = dict(re.findall(r'name="(csrf_token|next)" value="([^"]*)"', form.text))
        entered = browser.post(f"{root}/login", data={**fields, "password": PASSWORD}, headers={"Origin": origin})
        assert entered.status_code == 303
        page = browser.get(f"{origin}{entered.headers['Location']}", headers={"Accept": "text/html"})
        assert (page.status_code, str(page.url)) == (200, f"{root}/tasks")
        for address in re.findall(r'(?:href|src)="(/[^"]*/static/[^"]*|/static/[^"]*)"', page.text):
            assert browser.get(f"{origin}{address}").status_code == 200
        moves = Moves(server.store)
        made = moves.submit(priority=1)
        address = f"{root}/api/tasks/{made.id}/stream"
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        with following_by_http_2(address, cookies) as lines:
            assert next(line for line in lines if "task.submitted" in line)
            lease = moves.claim().lease
            for number in range(3):  # each arrives although nothing follows it
                moves.say(lease, f"Scene {number}")
                assert next(line for line in lines if f"Scene {number}" in line)
            attempt.complete(server.store, lease)
            rest = list(lines)
        assert "event: end" in rest
        assert rest[-1] == "HTTP version 2"


@contextmanager
def following_by_http_2(address: str, cookies: str) -> Iterator[Iterator[str]]:
    """The lines of a stream as they arrive, and at the end the version of HTTP that was spoken."""
    options = ("--silent", "--no-buffer", "--insecure", "--http2", "--max-time", "60", "--cookie", cookies)
    command = [program("curl"), *options, "--write-out", "\nHTTP version %{http_version}", address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield (line.rstrip("\n") for line in process.stdout)
        process.terminate()
