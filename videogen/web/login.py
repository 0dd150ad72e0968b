"""Login and logout. A session is a row of the store (`models.login_session`); the cookie has its secret, signed."""

from __future__ import annotations

import re
from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, Flask, make_response, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from gevent.lock import BoundedSemaphore
from werkzeug.wrappers import Response

from models import failed_login, login_session
from models.errors import VideogenError
from videogen.errors.access import TooManyLogins, WrongPassword
from videogen.web import auth, login_failures
from videogen.web.access_rules import AccessRule, let_in
from videogen.web.native_thread import in_thread
from videogen.web.problems import wants_page, with_retry_after
from videogen.web.services import current_services

blueprint = Blueprint("login", __name__)

# A path of this server; nothing that a browser could read as the address of another one.
OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
# Checking a password takes a core for a moment, and 32 MB.
PASSWORD_CHECKS = BoundedSemaphore(2)


class SessionCookie(SecureCookieSessionInterface):
    """The session cookie: `Secure` if the request came over TLS."""

    def get_cookie_path(self, app: Flask) -> str:
        """Return the prefix, so that other applications below the same host do not get the cookie."""
        return request.script_root or "/"

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


@blueprint.get("/login")
@let_in(AccessRule.OPEN)
def show() -> Response | str:
    if auth.current_credential():
        return redirect(_next_path())
    return _form()


@blueprint.post("/login")
@let_in(AccessRule.OPEN)
def log_in() -> Response:
    """Check the password: redirect to the page that was asked for, or show the form again with the error."""
    services = current_services()
    if not services.password.exists():
        return redirect(_next_path(), HTTPStatus.SEE_OTHER)
    fingerprint = services.password.fingerprint()
    try:
        _check_password()
    except (WrongPassword, TooManyLogins) as refused:
        if not wants_page():
            raise
        return with_retry_after(make_response(_form(refused), refused.status), refused)
    if before := auth.session_secret():
        login_session.end(services.store, before)
    # A cookie of before the login, which somebody else may know, says nothing about the session.
    session.clear()
    network = failed_login.network_of(request.remote_addr or "")
    days = services.settings.session_days
    session["id"] = login_session.create(services.store, password=fingerprint, network=network, days=days)
    session.permanent = True
    return redirect(_next_path(), HTTPStatus.SEE_OTHER)


@blueprint.post("/logout")
def log_out() -> Response:
    """End the session and its streams, in every process, and have the browser delete what it stores of the pages."""
    services = current_services()
    if secret := auth.session_secret():
        login_session.end(services.store, secret)
        with suppress(VideogenError):  # else it finds out by itself
            services.access_monitor.check()
    session.clear()
    response = redirect(url_for("login.show"), HTTPStatus.SEE_OTHER)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _check_password() -> None:
    """Raise WrongPassword, or TooManyLogins where a limit is reached, which leaves the password unchecked."""
    services = current_services()
    address = request.remote_addr or ""
    attempt = failed_login.begin(services.store, address, services.login_limits)
    if attempt.id is None:
        services.login_failures.note(address, login_failures.LIMITED)
        raise TooManyLogins("Too many wrong passwords were tried.", retry_after_s=attempt.wait_s)
    with PASSWORD_CHECKS:
        right = in_thread(services.password.check, request.form.get("password", ""))
    if not right:
        services.login_failures.note(address, login_failures.WRONG_PASSWORD)
        raise WrongPassword("The password is wrong.")
    failed_login.forgive(services.store, attempt)


def _form(problem: VideogenError | None = None) -> str:
    return render_template("login.html", problem=problem, next=_next_path())


def _next_path() -> str:
    """Return the path to go to after the login."""
    target = request.values.get("next", "")
    return target if OWN_PATH.fullmatch(target) else url_for("pages.write")
