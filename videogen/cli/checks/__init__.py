"""What `doctor` looks at: the machine, the store, and what films are made with. A check is quick and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from videogen.config import Settings

Verdict = Literal["good", "warning", "bad"]


@dataclass(frozen=True)
class Check:
    """What was looked at, how it stands, what was seen, and what to do about it when it is not good."""

    name: str
    verdict: Verdict
    seen: str
    hint: str = ""


def every_check(settings: Settings) -> Iterator[Check]:
    """All checks, each as soon as it is made."""
    from videogen.cli.checks import machine, rendering, store

    yield from machine.checks(settings)
    yield from store.checks(settings)
    yield from rendering.checks(settings)
