import pytest

from videogen.pipeline.pace import FINISHING_PER_FILM_S, FINISHING_S, Pace


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_promised_before_anything_is_made() -> None:
    pace = Pace(100.0, Clock())
    assert pace.remaining_s is None
    pace.reused(50.0)
    assert pace.remaining_s is None
    assert pace.fraction == 0.5


def test_what_is_left_takes_as_long_as_what_was_made() -> None:
    clock = Clock()
    pace = Pace(100.0, clock)
    clock.now = 2.0
    pace.made(20.0)
    assert pace.remaining_s == pytest.approx(8.0 + FINISHING_S + FINISHING_PER_FILM_S * 100.0)


def test_what_was_found_ready_does_not_make_the_rest_seem_quick() -> None:
    clock = Clock()
    pace = Pace(100.0, clock)
    clock.now = 2.0
    pace.made(10.0)
    pace.reused(80.0)
    assert pace.remaining_s == pytest.approx(2.0 + FINISHING_S + FINISHING_PER_FILM_S * 100.0)
    assert pace.fraction == pytest.approx(0.9)


def test_estimates_give_way_to_what_is_known() -> None:
    pace = Pace(10.0, Clock())
    pace.known(10.0, 20.0)
    pace.made(5.0)
    assert pace.fraction == 0.25
    pace.made(15.0)
    assert pace.fraction == 1.0
