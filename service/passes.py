"""Passes of a model for all who wait. In: texts, from many threads. Out: their rows.

One thread embeds whatever waits, in one pass. While it does, others come to wait: passes grow
with the load, and a text that comes alone is embedded at once.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from index.embed import Vectors


@dataclass(frozen=True, slots=True)
class _Asked:
    """Texts of one caller, and where their vectors go, one row a text."""

    texts: Sequence[str]
    rows: Future[Vectors] = field(default_factory=Future)


class Passes:
    """A way to embed whose callers, in threads of their own, are served together, ``most`` of
    them in a pass. ``told`` is called with the number of texts of each pass, by the thread that
    embeds."""

    def __init__(
        self, embed: Callable[[Sequence[str]], Vectors], most: int, told: Callable[[int], None]
    ) -> None:
        self._embed = embed
        self._most = most
        self._told = told
        self._asked: deque[_Asked] = deque()
        # Who waits and the pass that will serve them come and go as one.
        self._lock = Lock()
        # The thread begins with the first caller, and ends with what holds this.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="passes")

    @property
    def waiting(self) -> int:
        """How many callers wait for a pass to begin."""
        with self._lock:
            return len(self._asked)

    def ask(self, texts: Sequence[str]) -> Future[Vectors]:
        """What will hold one row a text, or the error that the model has for these texts, whoever
        else asked. To be cancelled by a caller who goes; raises ``RuntimeError`` after ``close``.
        """
        asked = _Asked(texts)
        with self._lock:
            self._thread.submit(self._embed_waiting)
            self._asked.append(asked)
        return asked.rows

    def close(self) -> None:
        """Embed what waits, and refuse what comes."""
        self._thread.shutdown()

    def _embed_waiting(self) -> None:
        batch: list[_Asked] = []
        with self._lock:
            while self._asked and len(batch) < self._most:
                asked = self._asked.popleft()
                if asked.rows.set_running_or_notify_cancel():
                    batch.append(asked)
        if batch:
            self._pass(batch)

    def _pass(self, batch: Sequence[_Asked]) -> None:
        """Embed in one pass; when that fails, each by itself, so that each has its own error."""
        texts = [text for asked in batch for text in asked.texts]
        try:
            rows = self._embed(texts)
        except Exception as error:
            if len(batch) == 1:
                batch[0].rows.set_exception(error)
                return
            for asked in batch:
                self._pass([asked])
            return
        self._told(len(texts))
        ends = np.cumsum([len(asked.texts) for asked in batch])
        for asked, part in zip(batch, np.split(rows, ends[:-1]), strict=True):
            asked.rows.set_result(part)
