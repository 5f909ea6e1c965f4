"""A sentence-transformers model to ONNX. In: its folder. Out: a folder of an exported model.

All of the model's modules become one graph (whatever its pooling, normalised or not), which ONNX
Runtime simplifies once, so that opening it takes little time. What comes out is compared with
what the model itself gives before anything is made of it.
"""

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.embed import ModelCard, Vectors
from index.errors import ModelNotExportable
from index.exported import (
    EXPORT_FORMAT,
    GRAPH,
    TOKENIZER,
    Exported,
    write_exported,
)
from index.onnxgraph import simplify
from index.onnxmodel import OnnxEmbedder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OPSET = 17
LEAST_COSINE = 0.9999
LEAST_ROUNDED = 0.95  # of a model whose matrices have 8 bits
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
# Capitals, marks, accents, another script, nothing, one word, and more than a model reads: what
# the export of a tokenizer or of a pooling could get wrong.
PROBES = (
    "The treaty was signed in Berlin, on 23 August 1939; WHO signed it?",
    "naïve Übermäßigkeit façade 東京 Привет 😀",
    "",
    "port",
    "a longer text about harbours, ships and the sea. " * 200,
)


def export_model(
    model: "SentenceTransformer", card: ModelCard, folder: Path, *, eight_bits: bool = False
) -> None:
    """Write a model into an empty folder as ``index.exported`` describes it; with ``eight_bits``
    its matrices are rounded to so many, one scale a column, and what they are multiplied with
    when it is run, one scale a run.

    It has to be loaded with ``attn_implementation="eager"``. Raises ``ModelNotExportable``, with
    the reason, when the result would not be that model.
    """
    _check(model)
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    with tempfile.TemporaryDirectory() as beside:
        traced = Path(beside) / GRAPH
        try:
            _trace(model, traced)
            if eight_bits:
                traced = _rounded(traced)
            inputs = simplify(traced, folder)
        except Exception as error:  # whatever PyTorch or ONNX Runtime cannot do with the model
            raise ModelNotExportable(f"it cannot be made a graph ({error})") from error
    exported = Exported(
        format=EXPORT_FORMAT,
        sha256=card.sha256,
        width=card.width,
        max_pieces=card.max_pieces,
        inputs=inputs,
        pad=model.tokenizer.pad_token_id or 0,
        alone=eight_bits,
    )
    write_exported(folder, exported)
    _compare(model, folder, LEAST_ROUNDED if eight_bits else LEAST_COSINE)


def _check(model: "SentenceTransformer") -> None:
    if model.default_prompt_name is not None:
        raise ModelNotExportable("it puts a prompt before each text")
    if getattr(model.tokenizer, "backend_tokenizer", None) is None:
        raise ModelNotExportable("its tokenizer is not one of the tokenizers library")


def _trace(model: "SentenceTransformer", file: Path) -> None:
    import torch  # noqa: PLC0415 - seconds, and only here

    encoded = model.tokenizer(list(PROBES[:2]), padding=True, return_tensors="pt")
    inputs = [name for name in _INPUTS if name in encoded]

    class Vectorise(torch.nn.Module):
        """Word pieces to vectors of length one."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *arrays: torch.Tensor) -> torch.Tensor:
            features = self.model(dict(zip(inputs, arrays, strict=True)))
            vector: torch.Tensor = features["sentence_embedding"]
            return torch.nn.functional.normalize(vector, dim=1)

    axes = {name: {0: "texts", 1: "pieces"} for name in inputs}
    with warnings.catch_warnings():
        # PyTorch's newer exporter needs a package more; what tracing could get wrong is seen
        # when the vectors are compared.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Vectorise().eval(),
            tuple(encoded[name] for name in inputs),
            str(file),
            input_names=inputs,
            output_names=["vectors"],
            dynamic_axes={**axes, "vectors": {0: "texts"}},
            opset_version=OPSET,
            dynamo=False,
        )


def _rounded(graph: Path) -> Path:
    # Imported here: only this needs the library onnx.
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    rounded = graph.with_name(f"rounded-{graph.name}")
    quantize_dynamic(
        graph,
        rounded,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
    )
    return rounded


def _compare(model: "SentenceTransformer", folder: Path, least: float) -> None:
    """Raises ``ModelNotExportable`` when a text's vector is not the model's own."""
    exported = OnnxEmbedder(folder, "export")
    texts = list(PROBES)
    expected: Vectors = model.encode(
        texts, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
    )
    alone = np.stack([exported.embed_question(text) for text in texts])
    for found in (alone, exported.embed_passages(texts)):
        cosines = (found * expected).sum(axis=1)
        if not (cosines >= least).all():
            raise ModelNotExportable(
                f"its vectors change: a cosine of {float(cosines.min()):.6f} with its own"
            )
