"""Embedding in the background: the same vectors, and others get their turn."""

from collections.abc import Sequence

import numpy as np

from index.embed import Vectors
from service.gentle import AT_ONCE, GentleEmbedder
from tests.fakes import LetterEmbedder


class NotingEmbedder(LetterEmbedder):
    """Notes how many texts it is asked for at once."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.sizes.append(len(texts))
        return super().embed_passages(texts)

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        self.sizes.append(len(texts))
        return super().count_pieces(texts)


TEXTS = ["abc"[: n % 3 + 1] * (n + 1) for n in range(2 * AT_ONCE + 3)]


def test_vectors_are_those_of_the_embedder() -> None:
    gentle = GentleEmbedder(LetterEmbedder())
    assert np.array_equal(gentle.embed_passages(TEXTS), LetterEmbedder().embed_passages(TEXTS))
    assert gentle.embed_passages([]).shape == (0, 9)
    assert np.array_equal(gentle.embed_question("abc"), LetterEmbedder().embed_question("abc"))
    assert gentle.card == LetterEmbedder().card


def test_counts_are_those_of_the_embedder() -> None:
    assert GentleEmbedder(LetterEmbedder()).count_pieces(TEXTS) == [3] * len(TEXTS)


def test_few_texts_are_asked_for_at_once() -> None:
    noting = NotingEmbedder()
    GentleEmbedder(noting).embed_passages(TEXTS)
    GentleEmbedder(noting).count_pieces(TEXTS)
    assert noting.sizes == [AT_ONCE, AT_ONCE, 3] * 2
