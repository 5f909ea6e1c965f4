"""What people write in an afternoon, to be measured beside citewell. In: texts. Out: rows.

sentence-transformers and FAISS flat, one fixed window of words, no lexical side, no proof.
``python -m eval.bench.baseline MODEL SOURCE OUT`` embeds a folder, to be timed as a process.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import torch
from sentence_transformers import SentenceTransformer

WORDS, STEP = 150, 100


class PlainBaseline:
    """Windows of 150 words, step 100; the question's nearest windows."""

    def __init__(self, model: Path, texts: Sequence[str]) -> None:
        self._model = SentenceTransformer(str(model), device="cpu", local_files_only=True)
        self.windows = [window for text in texts for window in _windows(text)]
        vectors = self.embed(self.windows)
        self._flat = faiss.IndexFlatIP(vectors.shape[1])
        self._flat.add(vectors)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """One row a text."""
        rows = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32)

    def embed_question(self, question: str) -> np.ndarray:
        """One row."""
        return self.embed([question])

    def ask(self, question: str, top_k: int = 5) -> list[str]:
        """The nearest windows, best first."""
        _, rows = self._flat.search(self.embed_question(question), top_k)
        return [self.windows[row] for row in rows[0] if row >= 0]


def _windows(text: str) -> list[str]:
    words = text.split()
    starts = range(0, max(1, len(words) - WORDS + STEP), STEP)
    return [" ".join(words[start : start + WORDS]) for start in starts]


def embed_folder(model: Path, source: Path, out: Path) -> int:
    """Embed every file of a folder as one text, cut by the model where it must be, and write
    texts and a flat index; returns how many there were."""
    texts = [file.read_text("utf-8") for file in sorted(source.iterdir())]
    encoder = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    vectors = encoder.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(np.asarray(vectors, dtype=np.float32))
    out.mkdir(parents=True)
    (out / "texts").write_text("\0".join(texts), "utf-8")
    faiss.write_index(flat, str(out / "vectors.faiss"))
    return len(texts)


def floor_rate(model: Path, seconds: float = 3.0) -> float:
    """Word pieces a second if embedding them were nothing but the products with the matrices of
    the model's layers, at the rate at which PyTorch multiplies matrices of such a size here."""
    encoder = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    matrices = [p for name, p in encoder.named_parameters() if p.ndim == 2 and ".layer." in name]
    widest = max(matrices, key=lambda matrix: matrix.numel()).detach()
    many = torch.randn(2048, widest.shape[1])
    done, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        torch.nn.functional.linear(many, widest)
        done += len(many) * widest.numel()
    rate = done / (time.perf_counter() - begun)
    return rate / sum(matrix.numel() for matrix in matrices)


if __name__ == "__main__":
    embed_folder(*map(Path, sys.argv[1:]))
