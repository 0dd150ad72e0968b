"""Errors of access: hosts, origins, logins and tokens."""

from __future__ import annotations

from models.errors import VideogenError


class LocalOnly(VideogenError):
    """This server answers only on its own machine as long as it has no password."""

    code = "door_closed"
    status = 403
    hint = "Open it at http://127.0.0.1, or through an SSH tunnel: ssh -L 8000:127.0.0.1:8000 SERVER; or set a password: app.py password"


class ForeignHost(VideogenError):
    """The request names a host that this server does not answer to."""

    code = "foreign_host"
    status = 421
    hint = "Add the name to VIDEOGEN_HOSTS."


class ForeignOrigin(VideogenError):
    """The request comes from a page of another site."""

    code = "foreign_origin"
    status = 403
    hint = "Use the page of this server, or a program that sends no Origin header."


class NotLoggedIn(VideogenError):
    """This server has a password, and the request has neither a login nor a token."""

    code = "not_logged_in"
    status = 401
    hint = "Log in at /login; programs send the header Authorization: Bearer TOKEN, with a token from: app.py token create NAME"


class WrongPassword(VideogenError):
    """The password is wrong."""

    code = "wrong_password"
    status = 403
    hint = "Try again. Set a new one on the server with: app.py password"


class TooManyLogins(VideogenError):
    """Too many wrong passwords were sent in a short time."""

    code = "too_many_logins"
    status = 429
    retryable = True
    hint = "Wait a minute, then try again."


class BadToken(VideogenError):
    """The form has expired."""

    code = "bad_csrf_token"
    status = 403
    hint = "Load the page again and send the form once more."
