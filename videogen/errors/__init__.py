"""Errors by area. This package may import `models.errors` and nothing else of the project.

Import a class from its area. The package itself knows all of them, so that an error can travel between processes as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from models.errors import Diagnostic, VideogenError
from videogen import PROGRAM
from videogen.errors import access, assistant, kinds, rendering, request, script, system
from videogen.errors.rendering import StageFailed

__all__ = ["access", "assistant", "every_error", "from_dict", "kinds", "rendering", "request", "script", "system"]

VideogenError.program = PROGRAM


def every_error() -> Iterator[type[VideogenError]]:
    """Yield all error classes, the root first."""
    waiting: list[type[VideogenError]] = [VideogenError]
    while waiting:
        error = waiting.pop(0)
        yield error
        waiting.extend(error.__subclasses__())


def from_dict(content: Mapping[str, Any]) -> VideogenError:
    """Rebuild an error from `as_dict`, as an instance of its own class. An unknown code gives StageFailed."""
    code = content["code"]
    error_class = next((error for error in every_error() if code == error.code or code in error.former_codes), StageFailed)
    return error_class(content["message"], hint=content["hint"], diagnostics=[Diagnostic(**diagnostic) for diagnostic in content["faults"]])
