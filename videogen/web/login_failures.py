"""Failed logins: one line of the log each, for programs such as fail2ban, and a count for the metrics."""

from __future__ import annotations

import ipaddress
import logging
from collections import Counter

from videogen.errors.request import TooManyRequests
from videogen.web.rate_limiter import RateLimiter

WRONG_PASSWORD = "wrong password"  # noqa: S105 - a reason, no password
WRONG_TOKEN = "wrong token"  # noqa: S105
LIMITED = "too many wrong passwords"
REASONS = (WRONG_PASSWORD, WRONG_TOKEN, LIMITED)
LINES_PER_MINUTE = 30

log = logging.getLogger(__name__)


class LoginFailures:
    """Counts the failed logins of this process by reason, and logs them, of one address at most so many a minute."""

    def __init__(self) -> None:
        self.counts = Counter(dict.fromkeys(REASONS, 0))
        self._lines = RateLimiter(LINES_PER_MINUTE)

    def note(self, address: str, reason: str) -> None:
        """Count and log a failed login from this address."""
        self.counts[reason] += 1
        client = _plain(address)
        try:
            self._lines.check(client)
        except TooManyRequests:
            return
        fields = {"client": client, "reason": reason}
        log.warning("failed login from %s: %s", client, reason, extra={"event": "login.failed", "fields": fields})


def _plain(address: str) -> str:
    """Return the address in its usual form. What a proxy passes on may be anything, also after the % of a scoped IPv6 address."""
    try:
        return str(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return "unknown"
