"""HTTP: pages, API, streams, the door, errors. The only room that imports flask.

Importing this package imports nothing: it is imported on the way to `videogen.web.server`, before that can patch anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from videogen.config import Settings

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; see `videogen.web.application.create_app`."""
    from videogen.web import application

    return application.create_app(settings)
