"""The rule of each route: who is let in. A view that declares none needs a login or a token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])

WRITES = ("POST", "PUT", "PATCH", "DELETE")


class AccessRule(StrEnum):
    """Who may call a route of a server that has a password.

    A health check is open to everybody, with and without a password: load balancers ask by an address that no setting names.
    """

    OPEN = "open"
    PROBE = "health check"
    LOGIN = "session or token"
    SHARE = "share link"


class Route(NamedTuple):
    """A method and path of the server, the rule of who may call it, and what a write must bring besides."""

    method: str
    path: str
    rule: AccessRule
    write: str


def let_in(rule: AccessRule) -> Callable[[View], View]:
    """Declare the rule of a view."""

    def declare(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return declare


def rule_of(app: Flask, endpoint: str | None) -> AccessRule:
    """Return the rule of an endpoint; that of an address which does not exist is LOGIN, so that nobody can tell it from one that does."""
    if endpoint == "static":
        return AccessRule.OPEN
    rule: AccessRule = getattr(app.view_functions.get(endpoint or ""), "access_rule", AccessRule.LOGIN)
    return rule


def routes(app: Flask) -> Iterator[Route]:
    """Return every route of the application, by path. A GET answers HEAD and OPTIONS too, under the same rule."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        access = rule_of(app, rule.endpoint)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(method, rule.rule, access, _required(method, rule.rule, access))


def _required(method: str, path: str, access: AccessRule) -> str:
    if method not in WRITES:
        return ""
    if access is AccessRule.OPEN:
        return "same origin, or without an `Origin` a form token"
    return "same origin; JSON or multipart" if path.startswith("/api/") else "same origin; form token"
