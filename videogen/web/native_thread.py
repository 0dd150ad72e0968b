"""Run blocking work in a native thread, so that the gevent hub and all streams continue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from gevent import get_hub, monkey

from models.errors import VideogenError

P = ParamSpec("P")
T = TypeVar("T")


def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return the function's result. Under gevent it runs in a native thread."""
    if not monkey.is_module_patched("threading"):
        return function(*args, **kwargs)
    # Expected errors come back as values: gevent would log a raised one with a traceback.
    result, error = get_hub().threadpool.apply(_outcome, (function, args, kwargs))
    if error is not None:
        raise error
    return cast(T, result)


def _outcome(function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[T | None, VideogenError | None]:
    try:
        return function(*args, **kwargs), None
    except VideogenError as error:
        return None, error
