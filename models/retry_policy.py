"""How often, and when, a task of a kind is tried again."""

from __future__ import annotations

from dataclasses import dataclass

MAX_WAIT_S = 3600.0
"""The longest wait between two attempts: a worker takes a moment that is further ahead for that of a clock that was set back."""


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """When a lost attempt is followed by another.

    `attempts` is the budget of a task, None: the setting `VIDEOGEN_ATTEMPTS`. The first wait is `wait_s`, and each later one `factor` times
    the one before, up to `max_wait_s`. An error that the handler raises ends the task, unless `failures`: then it costs an attempt, too.
    """

    attempts: int | None = None
    wait_s: float = 2.0
    factor: float = 2.0
    max_wait_s: float = MAX_WAIT_S
    failures: bool = False

    def __post_init__(self) -> None:
        if self.attempts is not None and self.attempts < 1:
            raise ValueError(f"A task has at least 1 attempt, not {self.attempts}.")
        if self.wait_s < 0 or self.factor < 1 or not 0 <= self.max_wait_s <= MAX_WAIT_S:
            raise ValueError(f"Waits are from 0 to {MAX_WAIT_S:g} s, and do not become shorter.")

    def wait_before(self, attempts_used: int) -> float:
        """Return the seconds to wait when so many attempts (1 or more) of the budget are used up."""
        try:
            wait_s = self.wait_s * self.factor ** (attempts_used - 1)
        except OverflowError:
            return self.max_wait_s
        return min(wait_s, self.max_wait_s)


DEFAULT = RetryPolicy()
