"""Ends the streams of sessions and tokens that are no longer valid, whichever process revoked them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from typing import Any

from models.errors import VideogenError
from videogen.streams.broadcaster import Broadcaster

log = logging.getLogger(__name__)

INTERVAL_S = 1.0


class AccessMonitor:
    """Compares the credentials of the open streams with those that are valid, every second, from a thread (or greenlet) of its own.

    It asks the store rather than being told: a password that was changed on the command line, a token that was revoked there, and a
    session that has grown too old end their streams alike.
    """

    def __init__(self, broadcaster: Broadcaster, valid_among: Callable[[Collection[Any]], Collection[object]]) -> None:
        self._broadcaster = broadcaster
        self._valid_among = valid_among
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="access monitor", daemon=True)

    def start(self) -> AccessMonitor:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def check(self) -> None:
        """End the streams whose credential is not valid now."""
        credentials = {stream.credential for stream in tuple(self._broadcaster.open)} - {None}
        if not credentials:
            return
        for credential in credentials - set(self._valid_among(credentials)):
            self._broadcaster.revoke_access(credential)

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL_S):
            try:
                self.check()
            except VideogenError as error:
                log.warning("checking the access of streams: %s", error.detail)
            except Exception:
                log.exception("checking the access of streams")
