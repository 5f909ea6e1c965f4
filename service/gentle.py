"""Embedding that gives way. In: an Embedder. Out: the same vectors, a few texts at a time.

The model has as many runs at once as there are cores. A change of the index asks it for hundreds
of texts at once, and a question would wait for all of them.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from index.embed import Embedder, ModelCard, Vectors

AT_ONCE = 8  # texts; a question waits for at most these, each time it asks the model
_PAUSE = 0.002  # seconds; who asks again at once gets a core before who waits


class GentleEmbedder:
    """An embedder for work in the background, which lets others in between."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def card(self) -> ModelCard:
        """What the model is."""
        return self._embedder.card

    @property
    def exported(self) -> Path | None:
        """The folder of the exported model, if it is one."""
        return self._embedder.exported

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """How many word pieces each text has."""
        return [count for part in _parts(texts) for count in self._embedder.count_pieces(part)]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        rows = [self._embedder.embed_passages(part) for part in _parts(texts)]
        empty = np.zeros((0, self.card.width), dtype=np.float32)
        return np.concatenate([empty, *rows])

    def embed_question(self, text: str) -> Vectors:
        """One vector."""
        return self._embedder.embed_question(text)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """One row a question."""
        return self._embedder.embed_questions(texts)

    def embed_asked(self, question: str, words: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The question's vector and the words' rows."""
        return self._embedder.embed_asked(question, words)


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), AT_ONCE):
        time.sleep(_PAUSE)
        yield texts[start : start + AT_ONCE]
