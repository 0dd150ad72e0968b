"""Logging in and out: with the password a browser gets a session, which ends with the password."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Flask, current_app, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from gevent.lock import BoundedSemaphore
from werkzeug.wrappers import Response

from models.errors import VideogenError
from videogen.errors.access import TooManyLogins, WrongPassword
from videogen.web import auth
from videogen.web.native_thread import in_thread

blueprint = Blueprint("login", __name__)

LASTING = timedelta(days=30)
# An address of this server, and nothing that a browser could take for another one's.
OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
# Each takes a core for a moment and 32 MB.
CHECKING = BoundedSemaphore(2)


class Cookie(SecureCookieSessionInterface):
    """The session's cookie: where the browser came through TLS it goes through nothing else."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


@blueprint.get("/login")
def show() -> Response | str:
    if not current_app.extensions["videogen"].password.exists() or auth.logged_in():
        return redirect(_next())
    return _form()


@blueprint.post("/login")
def log_in() -> Response | tuple[str, int]:
    """With the right password to where one wanted to go, else the form again."""
    videogen = current_app.extensions["videogen"]
    try:
        videogen.logins.check(request.remote_addr or "")
        with CHECKING:
            if not in_thread(videogen.password.check, request.form.get("password", "")):
                raise WrongPassword("This is not the password.")
    except (WrongPassword, TooManyLogins) as refused:
        return _form(refused), refused.status
    session.clear()
    session["login"] = videogen.password.fingerprint()
    session.permanent = True
    return redirect(_next(), HTTPStatus.SEE_OTHER)


@blueprint.post("/logout")
def log_out() -> Response:
    session.clear()
    return redirect(url_for("login.show"), HTTPStatus.SEE_OTHER)


def _form(problem: VideogenError | None = None) -> str:
    return render_template("login.html", problem=problem, next=_next())


def _next() -> str:
    """Where to go after logging in."""
    wanted = request.values.get("next", "")
    return wanted if OWN_PATH.fullmatch(wanted) else url_for("pages.write")
