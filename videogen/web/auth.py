"""Access control: hosts, sessions, tokens, share links and CSRF, checked before every request."""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from collections.abc import Collection
from typing import NamedTuple

from flask import Flask, Response, current_app, g, request, session

from models import login_session, share, token
from models.database import Store
from models.errors import ShareNotFound
from models.login_session import Validity
from videogen.config import Settings
from videogen.errors.access import BadToken, ForeignHost, ForeignOrigin, LocalOnly, NotLoggedIn
from videogen.errors.request import BodyTooLarge, UnsupportedMediaType
from videogen.files.password_file import Password
from videogen.files.share_link import share_id_of
from videogen.web.access_rules import WRITES, AccessRule, rule_of
from videogen.web.login_failures import WRONG_TOKEN
from videogen.web.services import current_services

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?", re.ASCII)
PROXY_HEADER = re.compile(r"forwarded|x-forwarded-.*|x-real-ip", re.IGNORECASE)
BODIES = ("application/json", "multipart/form-data")
LOGIN_BYTES = 16 * 1024
"""Largest body of a request that needs no login: a password and a path."""
SMALL_FORM_BYTES = 64 * 1024
"""A form up to this size is a script without files, and does not count as an upload."""
PERCENT_GROWTH = 3
"""A byte of a script takes at most so many in such a form, as %0A does."""
FORM_FIELDS = 1000
"""Most fields of a form."""
HSTS = "max-age=31536000"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Credential(NamedTuple):
    """What lets a request in: `kind` is local, session or token; `key` is the hash of its secret."""

    kind: str
    key: str = ""


LOCAL = Credential("local")


def protect(app: Flask) -> None:
    """Check access before every request of this application, and add security headers to every response."""
    app.before_request(check_access)
    app.before_request(check_body)
    app.before_request(check_write)
    app.teardown_request(_finish_upload)
    app.after_request(_add_security_headers)
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.jinja_env.globals["logged_in"] = logged_in


def check_access() -> None:
    """Check the Host header, then the rule of the route. Without a password, accept requests only from this machine and through no proxy.

    Raises ForeignHost, LocalOnly, NotLoggedIn and ShareNotFound.
    """
    rule = rule_of(current_app, request.endpoint)
    host = host_name(request.host)
    if rule is AccessRule.PROBE and _is_address(host):
        return  # no page of another site can have this host: it would have to come from there
    hosts = {name.strip().lower() for name in current_services().settings.hosts.split(",") if name.strip()}
    if host not in LOOPBACK_NAMES and host not in hosts:
        raise ForeignHost(f"This server does not answer to the host {request.host[:100]!r}.")
    if rule is AccessRule.PROBE:
        return
    if current_services().password.exists():
        if rule is AccessRule.LOGIN:
            check_login()
        elif rule is AccessRule.SHARE:
            check_share()
        return
    if not _is_loopback(request.remote_addr):
        raise LocalOnly(f"The request came from {request.remote_addr}, and there is no password.")
    for header, _ in request.headers:
        if PROXY_HEADER.fullmatch(header):
            raise LocalOnly(f"The request came through a proxy ({header}), and there is no password.")
    if rule is AccessRule.SHARE:
        check_share()


def check_body() -> None:
    """Refuse a body by its headers: files beyond the limits, and from whoever needs no login more than a form.

    Raises TooManyUploads, UploadQuotaFull and DiskLow, and BodyTooLarge for a form without files that is long or has too many fields: what
    divides it into its fields sets no limit, and everybody would wait for it. Reading the form of a login raises BodyTooLarge, too.
    """
    if request.method not in WRITES:
        return
    if rule_of(current_app, request.endpoint) is AccessRule.OPEN:
        request.max_content_length = request.max_form_memory_size = LOGIN_BYTES
        return
    services = current_services()
    size, most = request.content_length, services.settings.upload_max_bytes
    if request.mimetype == "multipart/form-data" and (size is None or SMALL_FORM_BYTES < size <= most):
        # Nobody knows the length of a body in chunks: it counts as the largest.
        admitted = most if size is None else size
        services.upload_limits.admit(request.remote_addr or "", admitted)
        g.upload_bytes = admitted
    elif request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = min(most, PERCENT_GROWTH * services.settings.script_max_bytes + SMALL_FORM_BYTES)
        if request.get_data().count(b"&") >= FORM_FIELDS:
            raise BodyTooLarge(f"The form has more than {FORM_FIELDS:,} fields.")


def _finish_upload(_error: BaseException | None = None) -> None:
    if size := g.pop("upload_bytes", 0):
        current_services().upload_limits.finish(size)


def check_login() -> None:
    """Raise NotLoggedIn unless the request has a valid session or token."""
    if current_credential():
        return
    if bearer_token() is None:
        raise NotLoggedIn("The request has neither a login nor a token.")
    current_services().login_failures.note(request.remote_addr or "", WRONG_TOKEN)
    raise NotLoggedIn("The token is not valid.", hint="It may have been revoked. Create a new one with: app.py token create NAME")


def check_share() -> None:
    """Set `g.share` to the share of the link in the address. Raises ShareNotFound for any invalid link."""
    share_id = share_id_of(str(current_app.secret_key), str((request.view_args or {}).get("link", "")))
    link = share.check(current_services().store, share_id) if share_id else None
    if link is None:
        raise ShareNotFound("This link does not work.", hint="It may have expired or been revoked. Ask whoever sent it for a new one.")
    g.share = link


def check_again() -> None:
    """Raise NotLoggedIn if what let this request in has been revoked since: for requests that wait."""
    services = current_services()
    credential = current_credential()
    if credential and not valid_credentials(services.store, services.settings, services.password, [credential]):
        raise NotLoggedIn("The session or the token has ended.")


def current_credential() -> Credential | None:
    """Return the credential of this request: a session, a token, or that it comes from this machine while there is no password."""
    if "credential" not in g:
        g.credential = _find_credential()
    credential: Credential | None = g.credential
    return credential


def _find_credential() -> Credential | None:
    services = current_services()
    if not services.password.exists():
        return LOCAL
    secret = session_secret()
    if secret and login_session.check(services.store, secret, validity(services.settings, services.password)):
        return Credential("session", login_session.key_of(secret))
    bearer = bearer_token()
    if bearer and (owner := token.check(services.store, bearer)):
        return Credential("token", owner.hash)
    return None


def session_secret() -> str | None:
    """Return the secret of the session that the cookie names."""
    secret = session.get("id")
    return secret if isinstance(secret, str) else None


def bearer_token() -> str | None:
    """Return the token that the request shows; empty if it is malformed, None if it shows none."""
    credentials = request.authorization
    return (credentials.token or "") if credentials is not None and credentials.type == "bearer" else None


def validity(settings: Settings, password: Password) -> Validity:
    """Return what a session must match now."""
    return Validity(password=password.fingerprint(), idle_days=settings.session_idle_days)


def valid_credentials(store: Store, settings: Settings, password: Password, credentials: Collection[Credential]) -> frozenset[Credential]:
    """Return those of these credentials that are valid now."""
    if not password.exists():
        return frozenset(credentials) & {LOCAL}
    with store.reading() as read:
        sessions = login_session.valid_keys(read, _keys(credentials, "session"), validity(settings, password))
        tokens = token.valid_keys(store, read, _keys(credentials, "token"))
    return frozenset({*(Credential("session", key) for key in sessions), *(Credential("token", key) for key in tokens)})


def _keys(credentials: Collection[Credential], kind: str) -> list[str]:
    return [credential.key for credential in credentials if credential.kind == kind]


def logged_in() -> bool:
    """Return whether this request was let in by a session. Asks the store nothing: also pages of errors need it."""
    credential: Credential | None = g.get("credential")
    return credential is not None and credential.kind == "session"


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
    elif origin is None or rule_of(current_app, request.endpoint) is not AccessRule.OPEN:
        # Tabs that come to the login at once are each given a cookie, and the last one stays: the tokens of the others would be refused.
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


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


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
    if bucket := current_services().bucket_origin:
        policy = response.headers["Content-Security-Policy"]
        if policy.startswith("default-src 'self'"):  # of a page, whose player is sent to the bucket
            response.headers["Content-Security-Policy"] = f"{policy}; media-src 'self' {bucket}"
    # Behind a password others may use the browser later: what it was shown is not kept. Files have ETags, and are asked about each time.
    response.headers.setdefault("Cache-Control", "no-store" if current_services().password.exists() else "private, no-cache")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    return response
