"""The Embedder by sentence-transformers on PyTorch. In: a loaded model. Out: an Embedder.

For models that cannot be exported to ONNX, and for indexes made before models were.
"""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from index.embed import Alike, ModelCard, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 32


class SentenceTransformerEmbedder(Alike):
    """A sentence-transformers model on the CPU; safe to share between threads."""

    def __init__(self, model: "SentenceTransformer", card: ModelCard) -> None:
        self._model = model
        self._card = card
        # A fast tokenizer shared by threads raises "Already borrowed".
        self._lock = threading.Lock()
        # NumPy's BLAS threads go on spinning for a tenth of a second after a product, and on
        # few cores PyTorch's threads then wait for them: 107 ms a question instead of 12.
        threadpool_limits(limits=1, user_api="blas")

    @property
    def card(self) -> ModelCard:
        """What the model is."""
        return self._card

    @property
    def exported(self) -> None:
        """It is not."""

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """How many word pieces each text has, special ones included, nothing cut."""
        if not texts:
            return []
        with self._lock:
            encoded = self._model.tokenizer(list(texts), truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row a text, shape ``(len(texts), width)``."""
        if not texts:
            return np.zeros((0, self._card.width), dtype=np.float32)
        with self._lock:
            rows = self._model.encode(
                list(texts),
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return np.ascontiguousarray(rows, dtype=np.float32)
