"""Work for a native thread: the hub, and with it every stream, goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from gevent import get_hub, monkey

from models.errors import VideogenError

P = ParamSpec("P")
T = TypeVar("T")


def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The function's result, from a native thread where this process runs under gevent: meanwhile every stream goes on."""
    if not monkey.is_module_patched("threading"):
        return function(*args, **kwargs)
    # An error that is meant for a person comes back as a value: gevent would print it as a fault of the server's.
    result, error = get_hub().threadpool.apply(_outcome, (function, args, kwargs))
    if error is not None:
        raise error
    return cast(T, result)


def _outcome(function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[T | None, VideogenError | None]:
    try:
        return function(*args, **kwargs), None
    except VideogenError as error:
        return None, error
