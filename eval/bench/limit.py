"""What the models alone can do. In: the index that a server answers from, questions. Out: how many
a second, when so many ask at once.

The embedder, with its batches, and the reader, as the service calls them, without anything else:
no search, no ranking, no HTTP. No service with these models on this machine answers more.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from eval.bench.load import freshly
from eval.errors import LoadInvalid
from service.engine import Engine
from service.live import LiveEngine
from service.reading.reading import Reader, Reading
from service.settings import Settings

_MOST = 40  # questions whose passages are found before, to be read again and again


class _Noting:
    """A reader that notes what it is given for each question, be it in several parts."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.given: dict[str, list[str]] = {}

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Read, and note it."""
        self.given.setdefault(question, []).extend(texts)
        return self._reader.read(question, texts)


class ModelLimit:
    """The models of one index, loaded into this process, and what they are asked."""

    def __init__(self, settings: Settings, questions: Sequence[str]) -> None:
        """Raises what opening the index raises, and ``LoadInvalid`` without questions."""
        if not questions:
            raise LoadInvalid("there are no questions; name a file that has some")
        self._live = LiveEngine(settings)
        engine = self._live.engine()
        self._at_once = settings.at_once
        self._reader = engine.reader
        self._given = _given(engine, questions[:_MOST])

    def per_second(self, connections: int, seconds: float) -> float:
        """Questions a second, as many at once as a service with so many clients works on."""
        threads = min(connections, self._at_once)
        numbers = count()
        end = time.perf_counter() + seconds

        def work() -> int:
            done = 0
            while time.perf_counter() < end:
                self._models(next(numbers))
                done += 1
            return done

        began = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            done = sum(future.result() for future in [pool.submit(work) for _ in range(threads)])
        return done / (time.perf_counter() - began)

    def close(self) -> None:
        """End the thread that embeds."""
        self._live.close()

    def _models(self, number: int) -> None:
        question, texts = self._given[number % len(self._given)]
        self._live.batching.embed_question(freshly(question, number // len(self._given)))
        if self._reader:
            self._reader.read(question, texts)


def _given(engine: Engine, questions: Sequence[str]) -> list[tuple[str, list[str]]]:
    """What each question has the reader read; no texts without a reader."""
    if engine.reader is None:
        return [(question, []) for question in questions]
    noting = _Noting(engine.reader)
    listening = Engine(
        engine.index, engine.embedder, engine.settings, engine.calibration, reader=noting
    )
    for question in questions:
        listening.retrieve(question)
    return list(noting.given.items())
