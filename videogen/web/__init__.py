"""HTTP: pages, API, streams, the door, errors. The only room that imports flask."""

from videogen.web.application import create_app

__all__ = ["create_app"]
