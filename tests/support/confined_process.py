"""Runs a function in a process that is confined as a renderer is, and tells what came of it."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from videogen.processes import landlock, sandbox
from videogen.processes.sandbox import Limits, Policy


def confined(
    function: Callable[[], Any],
    policy: Policy | None = None,
    limits: Limits | None = None,
    *,
    data: Path | None = None,
    user: int | None = None,
) -> Any:
    """Return what a function returns in a confined process, or the exception that it raised. As another `user`, when run by root."""
    receiving, sending = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(receiving)
            sandbox.prepare()
            if user is not None:
                os.setgroups([])
                os.setresgid(user, user, user)
                os.setresuid(user, user, user)
                landlock.libc().prctl(sandbox.PR_SET_DUMPABLE, 1, 0, 0, 0)  # as it is for a process that was started by that user
            try:
                sandbox.enter(policy or Policy(), limits or Limits(), protected=[data] if data else [])
                result = function()
            except Exception as error:  # noqa: BLE001 - it is the result
                result = error
            with os.fdopen(sending, "wb") as answer:
                pickle.dump(result, answer)
        finally:
            os._exit(0)
    os.close(sending)
    with os.fdopen(receiving, "rb") as answer:
        reply = answer.read()
    os.waitpid(pid, 0)
    return pickle.loads(reply)


def tried(*attempts: Callable[[], Any]) -> Callable[[], list[Any]]:
    """Return a function that tries one thing after another, and tells of each what it returned or raised."""

    def run() -> list[Any]:
        return [_tried(attempt) for attempt in attempts]

    return run


def _tried(attempt: Callable[[], Any]) -> Any:
    try:
        return attempt()
    except Exception as error:  # noqa: BLE001 - it is the result
        return error


def errors(results: Sequence[Any]) -> list[str]:
    """The names of the errors among results; what succeeded stands for itself."""
    return [type(result).__name__ if isinstance(result, Exception) else repr(result) for result in results]
