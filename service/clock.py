"""Timings. In: named steps. Out: wall time of each, in milliseconds.

Each step is told to who watches the request, too.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from service.watching.request import told_step


class Clock:
    """Wall time of named steps, in milliseconds."""

    def __init__(self) -> None:
        self.timings: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        start = time.perf_counter()
        with told_step(name):
            yield
        self.timings[name] = round((time.perf_counter() - start) * 1000, 3)
