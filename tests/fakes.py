"""An embedder whose vectors one can compute by eye. In: texts. Out: counts of letters.

A text's vector holds how often each of the letters a to h occurs in it, scaled to length 1;
a text without any of them points at the last axis. Word pieces are words, plus two.
"""

from collections.abc import Sequence

import numpy as np

from index.embed import Alike, ModelCard, Vectors

LETTERS = "abcdefgh"


class LetterEmbedder(Alike):
    """Counts letters; deterministic, instant."""

    def __init__(self, max_pieces: int = 64, sha256: str = "0" * 64) -> None:
        self.card = ModelCard("letters", sha256, len(LETTERS) + 1, max_pieces)
        self.exported = None

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Words, plus one mark at each end."""
        return [len(text.split()) + 2 for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        rows = np.zeros((len(texts), self.card.width), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:-1] = [text.lower().count(letter) for letter in LETTERS]
            row[-1] = float(not row.any())
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit
