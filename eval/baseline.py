"""What people write in an afternoon, to be measured beside citewell. In: texts. Out: rows.

sentence-transformers and FAISS flat, one fixed window of words, no lexical side, no proof.
"""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from sentence_transformers import SentenceTransformer

WORDS, STEP = 150, 100


class PlainBaseline:
    """Windows of 150 words, step 100; the question's nearest windows."""

    def __init__(self, model: Path, texts: Sequence[str]) -> None:
        self._model = SentenceTransformer(str(model), device="cpu", local_files_only=True)
        self.windows = [window for text in texts for window in _windows(text)]
        vectors = self._model.encode(
            self.windows, normalize_embeddings=True, show_progress_bar=False
        )
        self._flat = faiss.IndexFlatIP(vectors.shape[1])
        self._flat.add(np.asarray(vectors, dtype=np.float32))

    def ask(self, question: str, top_k: int = 5) -> list[str]:
        """The nearest windows, best first."""
        vector = self._model.encode([question], normalize_embeddings=True, show_progress_bar=False)
        _, rows = self._flat.search(np.asarray(vector, dtype=np.float32), top_k)
        return [self.windows[row] for row in rows[0] if row >= 0]


def _windows(text: str) -> list[str]:
    words = text.split()
    starts = range(0, max(1, len(words) - WORDS + STEP), STEP)
    return [" ".join(words[start : start + WORDS]) for start in starts]
