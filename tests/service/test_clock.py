"""Timings have names and are wall time in milliseconds."""

import time

import pytest

from service.clock import Clock


def test_a_step_takes_the_time_that_passes_inside() -> None:
    clock = Clock()
    with clock.step("outer"):
        with clock.step("inner"):
            time.sleep(0.02)
        time.sleep(0.01)
    assert list(clock.timings) == ["inner", "outer"]
    assert 20 <= clock.timings["inner"] <= clock.timings["outer"] - 10


def test_a_step_that_failed_is_not_timed() -> None:
    clock = Clock()
    with pytest.raises(KeyError, match="gone"), clock.step("broken"):
        raise KeyError("gone")
    assert clock.timings == {}
