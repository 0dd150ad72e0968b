"""Access to the storage of files from the web process: in native threads of its own, since all its calls block.

They are apart from those of `native_thread`: a storage that does not answer holds up downloads and uploads, and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from gevent import get_hub, monkey
from gevent.threadpool import ThreadPool

from models.files.storage import Files
from videogen.errors.system import FilesUnavailable

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 16

_pool: ThreadPool | None = None


def in_file_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return the function's result. Under gevent it runs in a native thread for files."""
    global _pool
    if not monkey.is_module_patched("threading"):
        return function(*args, **kwargs)
    if _pool is None:
        _pool = ThreadPool(THREADS, hub=get_hub())
    result, error = _pool.apply(_outcome, (function, args, kwargs))
    if error is not None:
        raise error
    return cast(T, result)


def bucket_origin(files: Files) -> str:
    """Return the origin of signed addresses, empty if there are none, or none can be signed now."""
    try:
        address = in_file_thread(files.url, "origin", 60.0)
    except FilesUnavailable as error:
        log.warning("videos are not loaded from the bucket: %s", error.detail)
        return ""
    return "{0.scheme}://{0.netloc}".format(urlsplit(address)) if address else ""


def _outcome(function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[T | None, Exception | None]:
    """Return errors as values: gevent would log a raised one with a traceback."""
    try:
        return function(*args, **kwargs), None
    except Exception as error:  # noqa: BLE001 - raised again by the caller
        return None, error
