"""The checks of `doctor`: machine, store, and what videos are rendered with. A check is quick and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from videogen.cli.checks.check import Check
from videogen.config import Settings

__all__ = ["Check", "every_check"]


def every_check(settings: Settings) -> Iterator[Check]:
    """Yield all checks, each as soon as it is done."""
    from videogen.cli.checks import machine, renderers, storage, store

    yield from machine.checks(settings)
    yield from storage.checks(settings)
    yield from store.checks(settings)
    yield from renderers.checks(settings)
