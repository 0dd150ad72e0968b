"""Login and logout. A session ends when the password changes."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from gevent.lock import BoundedSemaphore
from werkzeug.wrappers import Response

from models.errors import VideogenError
from videogen.errors.access import TooManyLogins, WrongPassword
from videogen.web import auth
from videogen.web.native_thread import in_thread
from videogen.web.services import current_services

blueprint = Blueprint("login", __name__)

SESSION_LIFETIME = timedelta(days=30)
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
def show() -> Response | str:
    if not current_services().password.exists() or auth.logged_in():
        return redirect(_next_path())
    return _form()


@blueprint.post("/login")
def log_in() -> Response | tuple[str, int]:
    """Check the password: redirect to the page that was asked for, or show the form again with the error."""
    services = current_services()
    try:
        services.login_limiter.check(request.remote_addr or "")
        with PASSWORD_CHECKS:
            if not in_thread(services.password.check, request.form.get("password", "")):
                raise WrongPassword("The password is wrong.")
    except (WrongPassword, TooManyLogins) as refused:
        return _form(refused), refused.status
    session.clear()
    session["login"] = services.password.fingerprint()
    session.permanent = True
    return redirect(_next_path(), HTTPStatus.SEE_OTHER)


@blueprint.post("/logout")
def log_out() -> Response:
    session.clear()
    return redirect(url_for("login.show"), HTTPStatus.SEE_OTHER)


def _form(problem: VideogenError | None = None) -> str:
    return render_template("login.html", problem=problem, next=_next_path())


def _next_path() -> str:
    """Return the path to go to after the login."""
    wanted = request.values.get("next", "")
    return wanted if OWN_PATH.fullmatch(wanted) else url_for("pages.write")
