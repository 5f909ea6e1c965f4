"""Embedding of questions that arrive together. In: an Embedder. Out: one that many may ask.

One thread embeds whatever waits, in one pass. While it does, others come to wait: batches grow
with the load, and a question that comes alone is embedded at once.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np

from index.embed import Embedder, ModelCard, Vectors
from service.deadline import current_deadline

MOST = 16  # callers of one pass: with more, none is faster and the first waits longer
KEPT = 256  # questions whose vectors are remembered: 0.4 MB of a small model
LONGEST_WORD = 64  # characters; all texts of a pass are filled up to the length of the longest
_Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Texts of one caller, what embeds them, and where their vectors go, one row a text."""

    embed: _Embed
    texts: Sequence[str]
    rows: Future[Vectors] = field(default_factory=Future)


class BatchingEmbedder:
    """An embedder whose callers, in threads of their own, are served together.

    Vectors of the last ``KEPT`` questions are remembered, as the same question comes again from
    the page, from several doors, and after a document has changed.
    ``passes`` and ``embedded`` count passes and the texts embedded in them, ``waiting`` those
    who wait. ``on_pass`` is called with the number of texts of each pass, by the thread that
    embeds.
    """

    def __init__(self, embedder: Embedder, most: int = MOST) -> None:
        self._embedder = embedder
        self._most = most
        self._asked: deque[_Asked] = deque()
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        # Who waits and the pass that will serve them come and go as one.
        self._lock = Lock()
        # The thread begins with the first question, and ends with what holds this embedder.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embed")
        self.passes = 0
        self.embedded = 0
        self.on_pass: Callable[[int], None] | None = None

    @property
    def card(self) -> ModelCard:
        """What the model is."""
        return self._embedder.card

    @property
    def exported(self) -> Path | None:
        """The folder of the exported model, if it is one."""
        return self._embedder.exported

    @property
    def waiting(self) -> int:
        """How many callers wait for a pass to begin."""
        with self._lock:
            return len(self._asked)

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """How many word pieces each text has."""
        return self._embedder.count_pieces(texts)

    def embed_question(self, text: str) -> Vectors:
        """One vector; raises as ``embed_questions`` does."""
        row: Vectors = self.embed_questions([text])[0]
        return row

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """One row a question.

        Raises what the embedder raises for these texts, whoever else asked; ``ClientGone`` and
        ``DeadlinePassed`` when the request's time is over; ``RuntimeError`` after ``close``.
        """
        if not texts:
            return self._embedder.embed_questions(texts)
        rows = self._remembered(texts)
        if new := [text for text in dict.fromkeys(texts) if text not in rows]:
            rows |= self._learnt(new)
        return np.stack([rows[text] for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text; words of questions are embedded together, longer texts by themselves.

        Raises as ``embed_questions`` does.
        """
        if not texts or len(texts) > self._most or any(len(text) > LONGEST_WORD for text in texts):
            return self._embedder.embed_passages(texts)
        return self._together(self._embedder.embed_passages, texts)

    def close(self) -> None:
        """Embed what waits, and refuse what comes."""
        self._thread.shutdown()

    def _remembered(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of the questions that were asked before, which are the last asked now."""
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
            for text in found:
                self._kept.move_to_end(text)
        return found

    def _learnt(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of other questions, which are remembered instead of those asked before."""
        made = self._together(self._embedder.embed_questions, texts)
        # Copies, since a row alone would keep that of the whole pass.
        rows = {text: row.copy() for text, row in zip(texts, made, strict=True)}
        with self._lock:
            self._kept |= rows
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return rows

    def _together(self, embed: _Embed, texts: Sequence[str]) -> Vectors:
        asked = _Asked(embed, texts)
        with self._lock:
            self._thread.submit(self._embed_waiting)
            self._asked.append(asked)
        return _awaited(asked.rows)

    def _embed_waiting(self) -> None:
        batch = self._taken()
        for embed in dict.fromkeys(asked.embed for asked in batch):
            self._embed([asked for asked in batch if asked.embed == embed])

    def _taken(self) -> list[_Asked]:
        batch: list[_Asked] = []
        with self._lock:
            while self._asked and len(batch) < self._most:
                asked = self._asked.popleft()
                if asked.rows.set_running_or_notify_cancel():
                    batch.append(asked)
        return batch

    def _embed(self, batch: Sequence[_Asked]) -> None:
        """Embed in one pass; when that fails, each by itself, so that each has its own error."""
        texts = [text for asked in batch for text in asked.texts]
        try:
            rows = batch[0].embed(texts)
        except Exception as error:
            if len(batch) == 1:
                batch[0].rows.set_exception(error)
                return
            for asked in batch:
                self._embed([asked])
            return
        self._count(len(texts))
        ends = np.cumsum([len(asked.texts) for asked in batch])
        for asked, part in zip(batch, np.split(rows, ends[:-1]), strict=True):
            asked.rows.set_result(part)

    def _count(self, texts: int) -> None:
        self.passes += 1
        self.embedded += texts
        if self.on_pass:
            self.on_pass(texts)


def _awaited(rows: Future[Vectors]) -> Vectors:
    deadline = current_deadline()
    if deadline is None:
        return rows.result()
    with deadline.when_cancelled(rows.cancel):
        try:
            return rows.result(deadline.remaining)
        except (CancelledError, Late):
            rows.cancel()
            deadline.check()
            raise
