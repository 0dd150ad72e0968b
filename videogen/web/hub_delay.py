"""How long the gevent hub keeps waiting what is due: the delay that every stream and request of this process meets."""

from __future__ import annotations

import time

import gevent
from gevent import monkey

INTERVAL_S = 0.25
SMOOTHING = 0.25
"""Weight of the newest measurement in the moving average."""


class HubDelay:
    """Measures how late the hub runs a timer: an exponential moving average, in seconds. 0 where gevent does not run the process."""

    def __init__(self) -> None:
        self.delay_s = 0.0
        if monkey.is_module_patched("time"):
            gevent.spawn(self._measure)

    def _measure(self) -> None:
        while True:
            due = time.monotonic() + INTERVAL_S
            gevent.sleep(INTERVAL_S)
            self.delay_s += (max(time.monotonic() - due, 0.0) - self.delay_s) * SMOOTHING
