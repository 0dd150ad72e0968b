"""Errors by area. This package may import `models.errors` and nothing else of the project.

Import a class from its area. The package itself knows all of them, so that an error can travel between processes as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from models.errors import Fault, VideogenError
from videogen import PROGRAM
from videogen.errors import access, rendering, request, script, system
from videogen.errors.rendering import StageFailed

__all__ = ["access", "every_error", "from_dict", "rendering", "request", "script", "system"]

VideogenError.program = PROGRAM


def every_error() -> Iterator[type[VideogenError]]:
    """All error classes, the root first."""
    waiting: list[type[VideogenError]] = [VideogenError]
    while waiting:
        error = waiting.pop(0)
        yield error
        waiting.extend(error.__subclasses__())


def from_dict(content: Mapping[str, Any]) -> VideogenError:
    """The error that `as_dict` told of, of its own class again."""
    kind = next((each for each in every_error() if each.code == content["code"]), StageFailed)
    return kind(content["message"], hint=content["hint"], faults=[Fault(**fault) for fault in content["faults"]])
