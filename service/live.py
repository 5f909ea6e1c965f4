"""The engine a running service answers with. In: Settings. Out: the Engine of the moment.

Before each question CURRENT is read (a few microseconds): when it names another generation,
that one is opened; when the index is gone or unusable, the service says so instead of
answering from what its owner removed.
"""

import logging
import threading

from index.current import Pointer, read_pointer
from index.embed import Embedder
from service.batching import BatchingEmbedder
from service.engine import Engine, open_engine
from service.settings import Settings

logger = logging.getLogger(__name__)


class LiveEngine:
    """Follows the index as it moves from generation to generation; safe between threads.

    ``batching`` is what embeds the questions of all its engines.
    """

    def __init__(self, settings: Settings, embedder: Embedder | None = None) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._pointer = read_pointer(settings.index)
        engine = open_engine(settings, embedder)
        self.batching = BatchingEmbedder(engine.embedder)
        self._engine = open_engine(
            settings, self.batching, engine.reranker, engine.index, engine.writer, engine.reader
        )

    def close(self) -> None:
        """End the thread that embeds, when it has embedded what waits."""
        self.batching.close()

    @property
    def settings(self) -> Settings:
        """What the service was started with."""
        return self._settings

    def engine(self) -> Engine:
        """The engine of the current generation.

        Raises an ``IndexUnusable`` while there is no usable one.
        """
        pointer = read_pointer(self._settings.index)
        if pointer == self._pointer:
            return self._engine
        with self._lock:
            if pointer != self._pointer:
                self._move_to(pointer)
            return self._engine

    def _move_to(self, pointer: Pointer) -> None:
        # Models are loaded once: a generation made with another one is refused by name.
        engine = self._engine
        self._engine = open_engine(
            self._settings,
            engine.embedder,
            engine.reranker,
            engine.index,
            reader=engine.reader,
        )
        self._pointer = pointer
        logger.info("now answering from generation %s", self._engine.ref.generation)
