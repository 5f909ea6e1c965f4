"""A cross-encoder by sentence-transformers. In: a model's name or folder. Out: CrossEncoderModel.

It reads a question together with a text, and so sees more than two vectors tell. None is
shipped, and nothing is ever fetched: the model must already be on this machine.
"""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.errors import ModelUnusable
from index.minilm import load_offline, model_folder

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class CrossEncoderModel:
    """A sentence-transformers CrossEncoder on the CPU; safe to share between threads."""

    def __init__(self, model: "CrossEncoder") -> None:
        self._model = model
        self._lock = threading.Lock()  # as in the embedder: the tokenizer is not to be shared

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """The model's value of each pair; what exceeds its length is not read."""
        pairs = [(question, text) for text in texts]
        with self._lock:
            values = self._model.predict(pairs, show_progress_bar=False, convert_to_numpy=True)
        return [float(value) for value in np.asarray(values).reshape(len(texts))]


def load_cross_encoder(name: str) -> CrossEncoderModel:
    """Load a cross-encoder by name or folder without touching the network.

    Raises ``ModelUnusable`` when it is not on this machine or gives more than one value.
    """
    remedy = "check that the folder is complete, or unset CITEWELL_RERANKER"
    model = load_offline(model_folder(name), "cross-encoder", _cross_encoder, remedy)
    if model.num_labels != 1:
        raise ModelUnusable(
            f"{name} gives {model.num_labels} values for a pair and one is needed; choose a "
            "cross-encoder that was made for ranking"
        )
    return CrossEncoderModel(model)


def _cross_encoder(folder: str) -> "CrossEncoder":
    # Imported here because it takes seconds, which a service without one should not spend.
    from sentence_transformers import CrossEncoder  # noqa: PLC0415

    model: CrossEncoder = CrossEncoder(folder, device="cpu", local_files_only=True)
    return model
