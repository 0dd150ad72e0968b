"""Access control: hosts, login, tokens and CSRF, checked before every request."""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets

from flask import Flask, Response, request, session

from models import token
from videogen.errors.access import BadToken, ForeignHost, ForeignOrigin, LocalOnly, NotLoggedIn
from videogen.errors.request import UnsupportedMediaType
from videogen.web.services import current_services

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?", re.ASCII)
PROXY_HEADER = re.compile(r"forwarded|x-forwarded-.*|x-real-ip", re.IGNORECASE)
WRITES = ("POST", "PUT", "PATCH", "DELETE")
BODIES = ("application/json", "multipart/form-data")
MAX_LOGINS_PER_MINUTE = 10
# Endpoints that need no login: the login itself, and the health check.
PUBLIC_ENDPOINTS = ("login.show", "login.log_in", "static", "about.health")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def protect(app: Flask) -> None:
    """Check access before every request of this application, and add security headers to every response."""
    app.before_request(check_access)
    app.before_request(check_write)
    app.after_request(_add_security_headers)
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.jinja_env.globals["logged_in"] = logged_in


def check_access() -> None:
    """Check the Host header, then the login. Without a password, accept requests only from this machine and through no proxy.

    Raises ForeignHost, LocalOnly and NotLoggedIn.
    """
    host = host_name(request.host)
    hosts = {name.strip().lower() for name in current_services().settings.hosts.split(",") if name.strip()}
    if host not in LOOPBACK_NAMES and host not in hosts:
        raise ForeignHost(f"This server does not answer to the host {request.host[:100]!r}.")
    if current_services().password.exists():
        check_login()
        return
    if not _is_loopback(request.remote_addr):
        raise LocalOnly(f"The request came from {request.remote_addr}, and there is no password.")
    for header, _ in request.headers:
        if PROXY_HEADER.fullmatch(header):
            raise LocalOnly(f"The request came through a proxy ({header}), and there is no password.")


def check_login() -> None:
    """Raise NotLoggedIn unless the request has a valid session or token."""
    if request.endpoint in PUBLIC_ENDPOINTS or logged_in():
        return
    credentials = request.authorization
    if credentials is None or credentials.type != "bearer":
        raise NotLoggedIn("The request has neither a login nor a token.")
    if not token.check(current_services().store, credentials.token or ""):
        raise NotLoggedIn("The token is not valid.", hint="It may have been revoked. Create a new one with: app.py token create NAME")


def logged_in() -> bool:
    """Return whether this browser has logged in with the current password."""
    password = current_services().password
    return password.exists() and hmac.compare_digest(str(session.get("login", "")).encode(), password.fingerprint().encode())


def check_write() -> None:
    """Refuse writes that a page of another site may have sent. Raises ForeignOrigin, UnsupportedMediaType and BadToken."""
    if request.method not in WRITES:
        return
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or (origin is not None and not _same_origin(origin)):
        raise ForeignOrigin(f"The request comes from {origin or 'another site'}.")
    if request.path.startswith("/api/"):
        # A form of another site cannot send JSON without a CORS preflight; for multipart the origin check is what protects.
        if request.mimetype and request.mimetype not in BODIES:
            raise UnsupportedMediaType(f"The body is of type {request.mimetype[:100]}.")
    else:
        check_csrf()


def csrf_token() -> str:
    """Return the CSRF token that the forms of this session must carry."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_hex(16)
    return str(session["csrf"])


def check_csrf() -> None:
    """Raise BadToken unless the form carries the CSRF token of the session."""
    sent = request.form.get("csrf_token", "")
    if not hmac.compare_digest(sent.encode(), session.get("csrf", secrets.token_hex(16)).encode()):
        raise BadToken("The form's token is missing or not this session's.")


def host_name(host: str) -> str:
    """Return the name in a Host header: lower case, without port and brackets; empty if the header is malformed."""
    match = HOST.fullmatch(host.lower())
    return (match[1] or match[2]) if match else ""


def _same_origin(origin: str) -> bool:
    """Return whether this origin is the server's own: scheme, host and port. `null` is not."""
    return origin.lower() == f"{request.scheme}://{request.host}".lower()


def _is_loopback(address: str | None) -> bool:
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def _add_security_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
