from collections.abc import Callable, Sequence

import pytest

from videogen.processes.start_limit import MAX_CPU_S, MAX_IDLE_S, StartLimit

BEGAN_AT = 1000.0


def given_up_at(used_s: Callable[[float], float], seconds: Sequence[int] = range(4000)) -> int | None:
    """Return after how many seconds a process is given up that has used `used_s` of the processor by then."""
    now = BEGAN_AT
    limit = StartLimit(lambda: used_s(now - BEGAN_AT), BEGAN_AT)
    for second in seconds:
        now = BEGAN_AT + second
        if limit.is_exceeded(now):
            return second
    return None


@pytest.mark.parametrize("share", [0.01, 0.1, 1.0])
def test_process_that_gets_little_of_the_processor_is_not_given_up(share: float) -> None:
    assert given_up_at(lambda elapsed_s: elapsed_s * share) == (None if share * 4000 < MAX_CPU_S else MAX_CPU_S / share)


def test_process_that_hangs_is_given_up() -> None:
    assert given_up_at(lambda elapsed_s: min(elapsed_s, 3.2)) == 3 + MAX_IDLE_S


def test_clock_decides_where_use_cannot_be_measured() -> None:
    assert given_up_at(lambda _: 0.0) == MAX_IDLE_S
