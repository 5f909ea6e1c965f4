"""The adapted reader. In: the base model, an Adaptation. Out: the base with changed matrices.

The adaptation adds a product of two narrow matrices to each matrix of the encoder (low-rank
adaptation, Hu et al. 2021); the sum is rounded to 8 bits again, one scale a matrix, as the
base's are. So a file of about a megabyte turns a model that ranks into one that reads.
"""

import json
from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from index.errors import ModelUnusable
from service.reading.base import LAYERS, SHA256, WIDTH, Matrix, are_layers, dequantised, matrices

if TYPE_CHECKING:
    import onnx

FORMAT = "citewell-reader/2"
_DOWN, _UP = ".down", ".up"
_MOST = 127  # the largest 8-bit value


@dataclass(frozen=True, slots=True, eq=False)
class Adaptation:
    """What is learnt of reading.

    ``changes`` has for a layer two factors of shapes ``(rank, inputs)`` and ``(outputs, rank)``.
    ``span`` ``(3, WIDTH)`` gives a word piece's start and end values, and, of the first piece,
    whether the text answers; ``bias`` ``(3,)`` is added; ``ranked`` weighs the base's own value.
    Of the base's ``layers`` only those of these numbers, ascending, are passed through.
    """

    changes: dict[str, tuple[Matrix, Matrix]]
    span: Matrix
    bias: Matrix
    ranked: float
    facts: dict[str, Any]
    layers: tuple[int, ...] = tuple(range(LAYERS))

    @property
    def rank(self) -> int:
        """The highest of the changes, 0 if there is none."""
        return max((len(down) for down, _ in self.changes.values()), default=0)

    def told_by(self, ranked: Matrix, hidden: Matrix) -> tuple[Matrix, Matrix]:
        """Whether texts answer, a logit each, and their ``(..., pieces, 3)`` values, by the base's
        own value ``(...)`` and its last layer ``(..., pieces, WIDTH)``."""
        values = hidden @ self.span.T + self.bias
        return values[..., 0, 2] + self.ranked * ranked, values


def load_adaptation(file: Path | None = None) -> Adaptation:
    """The adaptation in ``file``, or that which ships with citewell; raises ``ModelUnusable``."""
    try:
        content = file.read_bytes() if file else shipped()
        with np.load(BytesIO(content), allow_pickle=False) as stored:
            return _parsed({name: stored[name] for name in stored.files})
    except (OSError, EOFError, BadZipFile, ValueError, KeyError, TypeError) as error:
        raise ModelUnusable(
            f"{file or 'the shipped file'} is no adaptation of a reader ({error}); make one with "
            "`citewell eval teach`, or set CITEWELL_READER=false to answer without reading"
        ) from error


def saved(adaptation: Adaptation) -> bytes:
    """The content of a file that ``load_adaptation`` reads, its values in 16 bits."""
    values = {f"{name}{_DOWN}": down for name, (down, _) in adaptation.changes.items()}
    values |= {f"{name}{_UP}": up for name, (_, up) in adaptation.changes.items()}
    values |= {"span": adaptation.span, "bias": adaptation.bias}
    values["ranked"] = np.array(adaptation.ranked, np.float32)
    stored: dict[str, Any] = {name: value.astype(np.float16) for name, value in values.items()}
    stored["layers"] = np.array(adaptation.layers, np.int64)
    target = BytesIO()
    np.savez(target, facts=np.array(json.dumps(adaptation.facts)), **stored)
    return target.getvalue()


def adapt(model: "onnx.ModelProto", adaptation: Adaptation) -> "onnx.ModelProto":
    """The model itself, with the changes in its matrices."""
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    names = matrices(model.graph)
    for layer, (down, up) in adaptation.changes.items():
        whole = dequantised(tensors, names[layer]) + (up @ down).T
        _store(tensors, names[layer], whole)
    return model


def _store(tensors: "dict[str, onnx.TensorProto]", name: str, whole: Matrix) -> None:
    from onnx import numpy_helper  # noqa: PLC0415 - see service.reading.base

    scale = np.float32(np.abs(whole).max() / _MOST)
    values = np.rint(whole / scale).astype(np.int8)
    for part, value in (("_quantized", values), ("_scale", np.array(scale))):
        tensors[name + part].CopyFrom(numpy_helper.from_array(value, name + part))


def shipped() -> bytes:
    """The content of the adaptation that ships with citewell."""
    return resources.files("service.reading").joinpath("adaptation.npz").read_bytes()


def _parsed(stored: dict[str, Any]) -> Adaptation:
    facts = json.loads(str(stored.pop("facts")))
    if facts["format"] != FORMAT or facts["base_sha256"] != SHA256:
        raise ValueError(f"format {facts['format']!r}, made for another base or by another version")
    kept = tuple(stored.pop("layers").tolist())
    if not are_layers(kept):
        raise ValueError(f"its layers are {kept}")
    values: dict[str, Matrix] = {k: v.astype(np.float32) for k, v in stored.items()}
    layers = [name.removesuffix(_DOWN) for name in values if name.endswith(_DOWN)]
    changes = {name: (values[name + _DOWN], values[name + _UP]) for name in layers}
    if values["span"].shape != (3, WIDTH) or values["bias"].shape != (3,):
        raise ValueError("its span and bias have other shapes than (3, 384) and (3,)")
    ranked = float(values["ranked"])
    return Adaptation(changes, values["span"], values["bias"], ranked, facts, kept)
