"""Timings. In: named steps. Out: wall time of each, in milliseconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Wall time of named steps, in milliseconds."""

    def __init__(self) -> None:
        self.timings: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        start = time.perf_counter()
        yield
        self.timings[name] = round((time.perf_counter() - start) * 1000, 3)
