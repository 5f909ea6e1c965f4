"""The numbers of all workers. In: each worker's text for Prometheus. Out: one text of all.

Every sample has the label ``worker``: sums and quantiles over workers are Prometheus' business.
The texts lie in memory that the workers share, one place for each, and are written every second.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.reduction import DupFd
from tempfile import TemporaryFile
from typing import Any

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

SECONDS = 1.0  # between two writings: as old may be what another worker tells


class Board:
    """A text for each of so many places; may be handed to a process that is started."""

    def __init__(self, places: int) -> None:
        self._files = [_memory() for _ in range(places)]

    def __getstate__(self) -> dict[str, Any]:
        return {"files": [DupFd(file) for file in self._files]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._files = [file.detach() for file in state["files"]]

    def write(self, place: int, text: bytes) -> None:
        """Put a text in the place of another."""
        file = self._files[place]
        with _alone(file, fcntl.LOCK_EX):
            os.ftruncate(file, 0)
            os.pwrite(file, text, 0)

    def read(self, place: int) -> bytes:
        """The text of a place; empty when there is none yet, or its worker has ended."""
        file = self._files[place]
        with _alone(file, fcntl.LOCK_SH):
            return os.pread(file, os.fstat(file).st_size, 0)


class Teller:
    """Tells the numbers of one worker to the others, and those of all to who asks."""

    def __init__(self, board: Board, place: int, places: int, own: Callable[[], bytes]) -> None:
        self._board = board
        self._place = place
        self._places = places
        self._own = own

    def start(self) -> None:
        """Write the worker's numbers every second, in a thread that ends with the process."""
        threading.Thread(target=self._go_on, name="numbers", daemon=True).start()

    def all(self) -> bytes:
        """The numbers of all workers, this one's as they are now."""
        texts = [self._board.read(place) for place in range(self._places)]
        texts[self._place] = self._own()
        return together(texts)

    def _go_on(self) -> None:
        pause = threading.Event()
        while not pause.wait(SECONDS):
            self._board.write(self._place, self._own())


class _Texts(Collector):
    """Families of metrics out of several texts, samples of one name together."""

    def __init__(self, texts: Sequence[bytes]) -> None:
        self._texts = texts

    def collect(self) -> Iterator[Metric]:
        """One family a name."""
        families: dict[str, Metric] = {}
        for place, text in enumerate(self._texts):
            for found in text_string_to_metric_families(text.decode()):
                family = Metric(found.name, found.documentation, found.type)
                family = families.setdefault(found.name, family)
                family.samples.extend(
                    sample._replace(labels={**sample.labels, "worker": str(place)})
                    for sample in found.samples
                )
        yield from families.values()


def together(texts: Sequence[bytes]) -> bytes:
    """One text of several, whose samples have the label ``worker``: the place among them."""
    registry = CollectorRegistry()
    registry.register(_Texts(texts))
    return generate_latest(registry)


def _memory() -> int:
    if hasattr(os, "memfd_create"):  # not a file: a full disk does not stop the numbers
        return os.memfd_create("citewell-numbers")
    with TemporaryFile() as file:
        return os.dup(file.fileno())


@contextmanager
def _alone(file: int, kind: int) -> Iterator[None]:
    # By lockf, which locks between processes: the descriptors of all are one open file.
    fcntl.lockf(file, kind)
    try:
        yield
    finally:
        fcntl.lockf(file, fcntl.LOCK_UN)
