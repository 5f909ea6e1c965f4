"""Texts to vectors. In: texts. Out: unit-length float32 rows, and what the model is.

``Embedder`` is the seam: ``index.onnxmodel`` fills it with an exported model, ``index.minilm``
with sentence-transformers, the tests with vectors that one can compute by eye.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What identifies an embedding model: two indexes with equal cards can be compared.

    ``max_pieces`` is how many word pieces it reads of one text, special ones included.
    """

    name: str
    sha256: str
    width: int
    max_pieces: int


class Embedder(Protocol):
    """A model that turns texts into vectors whose inner product is their likeness."""

    @property
    def card(self) -> ModelCard:
        """What the model is."""
        ...

    @property
    def exported(self) -> Path | None:
        """The folder of its files as ``index.exported`` describes them, or None."""
        ...

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """How many word pieces each text has, special ones included, nothing cut."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row of ``card.width`` a text; reads ``max_pieces`` of each."""
        ...

    def embed_question(self, text: str) -> Vectors:
        """One unit-length vector, shape ``(card.width,)``."""
        ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """The same of several questions, in one pass: one row of ``card.width`` a question."""
        ...

    def embed_asked(self, question: str, words: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The question's vector, as ``embed_question`` gives it, and a row for each of some words,
        as ``embed_passages`` does; both at the same time if it can."""
        ...


class Alike(ABC):
    """An embedder that takes questions as it takes passages; all but ``embed_passages``, which
    a class derived from this one has, follows from it."""

    @abstractmethod
    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row a text."""

    def embed_question(self, text: str) -> Vectors:
        """One unit-length vector."""
        row: Vectors = self.embed_questions([text])[0]
        return row

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row a question."""
        return self.embed_passages(texts)

    def embed_asked(self, question: str, words: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The question's vector and the words' rows, one after the other."""
        return self.embed_question(question), self.embed_passages(words)
