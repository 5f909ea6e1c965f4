"""Embedding of questions that arrive together. In: an Embedder. Out: one that many may ask.

Questions wait for one pass of the model, and words of questions for another, so that a lone
question and its words are embedded at the same time.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from index.embed import Embedder, ModelCard, Vectors
from service.deadline import awaited
from service.passes import Passes

MOST = 16  # callers of one pass: with more, none is faster and the first waits longer
KEPT = 256  # questions whose vectors are remembered: 0.4 MB of a small model
LONGEST_WORD = 64  # characters; all texts of a pass are filled up to the length of the longest


class BatchingEmbedder:
    """An embedder whose callers, in threads of their own, are served together.

    Vectors of the last ``KEPT`` questions are remembered, as the same question comes again from
    the page, from several doors, and after a document has changed.
    ``passes`` and ``embedded`` count passes and the texts embedded in them, ``waiting`` those
    who wait. ``on_pass`` is called with the number of texts of each pass, by a thread that
    embeds.
    """

    def __init__(self, embedder: Embedder, most: int = MOST) -> None:
        self._embedder = embedder
        self._most = most
        self._questions = Passes(embedder.embed_questions, most, self._count)
        self._words = Passes(embedder.embed_passages, most, self._count)
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()
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
        return self._questions.waiting + self._words.waiting

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
        if not self._are_words(texts):
            return self._embedder.embed_passages(texts)
        return awaited(self._words.ask(texts))

    def embed_asked(self, question: str, words: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The question's vector and the words' rows, which wait for their passes side by side.

        Raises as ``embed_questions`` does.
        """
        if not self._are_words(words):
            return self.embed_question(question), self.embed_passages(words)
        rows = self._words.ask(words)
        try:
            return self.embed_question(question), awaited(rows)
        finally:
            rows.cancel()  # if the question failed, nobody waits for them

    def close(self) -> None:
        """Embed what waits, and refuse what comes."""
        self._questions.close()
        self._words.close()

    def _are_words(self, texts: Sequence[str]) -> bool:
        return 0 < len(texts) <= self._most and all(len(text) <= LONGEST_WORD for text in texts)

    def _remembered(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of the questions that were asked before, which are the last asked now."""
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
            for text in found:
                self._kept.move_to_end(text)
        return found

    def _learnt(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of other questions, which are remembered instead of those asked before."""
        made = awaited(self._questions.ask(texts))
        # Copies, since a row alone would keep that of the whole pass.
        rows = {text: row.copy() for text, row in zip(texts, made, strict=True)}
        with self._lock:
            self._kept |= rows
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return rows

    def _count(self, texts: int) -> None:
        with self._lock:  # two threads embed
            self.passes += 1
            self.embedded += texts
        if self.on_pass:
            self.on_pass(texts)
