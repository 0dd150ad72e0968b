"""The door: who may come in, with a password and without one, and which requests may change something."""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
import time
from collections import defaultdict, deque

from flask import Flask, Response, current_app, request, session

from models import token
from models.errors import VideogenError
from videogen.errors.access import BadToken, DoorClosed, ForeignHost, ForeignOrigin, NotLoggedIn, TooManyLogins
from videogen.errors.request import TooManyRequests, UnsupportedMediaType

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?", re.ASCII)
PROXY_HEADER = re.compile(r"forwarded|x-forwarded-.*|x-real-ip", re.IGNORECASE)
WRITES = ("POST", "PUT", "PATCH", "DELETE")
BODIES = ("application/json", "multipart/form-data")
MINUTE_S = 60.0
LOGINS_A_MINUTE = 10
FORGET_AT = 1000
# What whoever stands before the door needs: to log in, and to see whether somebody is there.
OPEN = ("login.show", "login.log_in", "static", "about.health")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def guard(app: Flask) -> None:
    """Let every request of this application through the door first."""
    app.before_request(check_door)
    app.before_request(check_write)
    app.after_request(_protect)
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.jinja_env.globals["logged_in"] = logged_in


def check_door() -> None:
    """Only by a name of this server. Without a password: only from this machine, and not through a proxy that would publish it."""
    host = host_name(request.host)
    hosts = {name.strip().lower() for name in current_app.extensions["videogen"].settings.hosts.split(",") if name.strip()}
    if host not in LOOPBACK_NAMES and host not in hosts:
        raise ForeignHost(f"This server does not answer to the host {request.host[:100]!r}.")
    if current_app.extensions["videogen"].password.exists():
        check_login()
        return
    if not _is_loopback(request.remote_addr):
        raise DoorClosed(f"The request came from {request.remote_addr}, and there is no password.")
    for header, _ in request.headers:
        if PROXY_HEADER.fullmatch(header):
            raise DoorClosed(f"The request came through a proxy ({header}), and there is no password.")


def check_login() -> None:
    """Raises NotLoggedIn unless the request has a session that the password opened, or a token."""
    if request.endpoint in OPEN or logged_in():
        return
    shown = request.authorization
    if shown is None or shown.type != "bearer":
        raise NotLoggedIn("The request shows neither a login nor a token.")
    if not token.check(current_app.extensions["videogen"].store, shown.token or ""):
        raise NotLoggedIn("There is no such token.", hint="It may have been revoked. A new one is made with: app.py token create NAME")


def logged_in() -> bool:
    """Whether this browser has logged in with the password as it is now."""
    password = current_app.extensions["videogen"].password
    return password.exists() and hmac.compare_digest(str(session.get("login", "")).encode(), password.fingerprint().encode())


def check_write() -> None:
    """A write must come from this server's own pages or from a program, never from a page of another site."""
    if request.method not in WRITES:
        return
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or (origin is not None and not _same_origin(origin)):
        raise ForeignOrigin(f"The request comes from {origin or 'another site'}.")
    if request.path.startswith("/api/"):
        # Types that a plain HTML form cannot send, or that need a CORS preflight; multipart is held by the check of the origin.
        if request.mimetype and request.mimetype not in BODIES:
            raise UnsupportedMediaType(f"The body is of type {request.mimetype[:100]}.")
    else:
        check_csrf()


def csrf_token() -> str:
    """The token that a form of this session must carry."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_hex(16)
    return str(session["csrf"])


def check_csrf() -> None:
    """Raises BadToken unless the form carries the session's token."""
    sent = request.form.get("csrf_token", "")
    if not hmac.compare_digest(sent.encode(), session.get("csrf", secrets.token_hex(16)).encode()):
        raise BadToken("The form's token is missing or not this session's.")


def host_name(host: str) -> str:
    """The name in a Host header: lower case, without port and brackets; empty for what is no name and port."""
    match = HOST.fullmatch(host.lower())
    return (match[1] or match[2]) if match else ""


class Limiter:
    """How many times an address may do something in a minute."""

    def __init__(self, a_minute: int) -> None:
        self.a_minute = a_minute
        self._times: dict[str, deque[float]] = defaultdict(deque)

    def check(self, client: str) -> None:
        """Count one more for this client. Raises when it is one too many."""
        now = time.monotonic()
        if len(self._times) > FORGET_AT:
            self._times = defaultdict(deque, {known: times for known, times in self._times.items() if times[-1] > now - MINUTE_S})
        times = self._times[client]
        while times and times[0] <= now - MINUTE_S:
            times.popleft()
        if len(times) >= self.a_minute:
            raise self.refusal(len(times))
        times.append(now)

    def refusal(self, count: int) -> VideogenError:
        return TooManyRequests(f"Too many submissions ({count} within a minute).")


class Logins(Limiter):
    """How often an address may try a password in a minute."""

    def refusal(self, count: int) -> VideogenError:
        return TooManyLogins(f"Too many passwords were tried ({count} within a minute).")


def _same_origin(origin: str) -> bool:
    """Whether the origin is this server's own, port and all. `null` is nobody's."""
    return origin.lower() == f"{request.scheme}://{request.host}".lower()


def _is_loopback(address: str | None) -> bool:
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
