"""The reader's graph. In: an Adaptation. Out: an ONNX model of few nodes that reads.

As it was published the base spends half its time outside its 8-bit products. Here attention is one
operator, what query, key and value are made of is rounded to 8 bits once, and no mask is needed
because one text is read at a time. Layers are normalised by ONNX's own operators: the one that
ONNX Runtime would put in place of addition and normalisation takes five times as long on a CPU,
so ``index.onnxgraph``, which opens it, forbids that one.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from service.reading.adapt import Adaptation, adapt
from service.reading.base import LAYERS, WIDTH, base_graph, matrices

if TYPE_CHECKING:
    import onnx

FORM = "compact/1"  # changes with the graph that is made of the same numbers
INPUTS = ("input_ids", "token_type_ids")
OUTPUTS = ("ranked", "hidden")
_OPSET, _IR = 17, 9
_RUNTIME = "com.microsoft"  # the operators that ONNX Runtime adds to ONNX's
_OF_RUNTIME = {"DynamicQuantizeMatMul", "Gelu", "MatMulIntegerToFloat", "MultiHeadAttention"}
_HEADS = 12
_EPSILON = 1e-12
_EMBEDDINGS = "bert.embeddings."


def reader_model(learnt: Adaptation) -> "onnx.ModelProto":
    """The model that reads as was learnt; raises ``ModelUnusable`` as ``base_graph`` does."""
    return reading_graph(adapt(base_graph(), learnt), learnt.layers)


def reading_graph(
    adapted: "onnx.ModelProto", layers: Sequence[int] = range(LAYERS)
) -> "onnx.ModelProto":
    """A model of ``INPUTS``, both of shape ``(1, pieces)``, and ``OUTPUTS``: the base's own value
    ``(1, 1)`` and the last layer ``(1, pieces, WIDTH)``. Only these ``layers`` are passed
    through."""
    parts = _Parts(adapted)
    x = _embedded(parts)
    for layer in layers:
        x = _layer(parts, x, layer, OUTPUTS[1] if layer == layers[-1] else f"x{layer}")
    first = parts.node("Gather", [x, parts.own("place", np.array(0))], "first", axis=1)
    pooled = parts.product(first, "pooler.dense", "pooled")
    parts.product(parts.node("Tanh", [pooled], "tanh"), "classifier", OUTPUTS[0])
    return parts.model()


def _embedded(parts: "_Parts") -> str:
    length = parts.node("Shape", [INPUTS[0]], "length", start=1, end=2)
    word = parts.looked_up("word_embeddings", INPUTS[0])
    kind = parts.looked_up("token_type_embeddings", INPUTS[1])
    table, *scale = parts.quantised(f"{_EMBEDDINGS}position_embeddings.weight")
    start = parts.own("start", np.zeros(1, np.int64))
    place = parts.node("Slice", [table, start, length], "position")
    place = parts.node("DequantizeLinear", [place, *scale], "position_embedding")
    both = parts.node("Add", [word, kind], "word_and_kind")
    return parts.normal(both, place, f"{_EMBEDDINGS}LayerNorm", "x")


def _layer(parts: "_Parts", x: str, number: int, output: str) -> str:
    name, at = f"encoder.layer.{number}.", f"layer{number}_"
    rounded = [f"{at}{part}" for part in ("rounded", "scale", "zero")]
    parts.node("DynamicQuantizeLinear", [x], *rounded)
    heads = []
    for each in ("query", "key", "value"):
        matrix, scale, zero, bias = parts.dense(f"{name}attention.self.{each}")
        given = [rounded[0], matrix, rounded[1], scale, rounded[2], zero, bias]
        heads.append(parts.node("MatMulIntegerToFloat", given, f"{at}{each}"))
    attended = parts.node("MultiHeadAttention", heads, f"{at}attended", num_heads=_HEADS)
    attended = parts.product(attended, f"{name}attention.output.dense", f"{at}taken")
    y = parts.normal(attended, x, f"bert.{name}attention.output.LayerNorm", f"{at}y")
    wide = parts.product(y, f"{name}intermediate.dense", f"{at}wide")
    wide = parts.node("Gelu", [wide], f"{at}gelu")
    narrow = parts.product(wide, f"{name}output.dense", f"{at}narrow")
    return parts.normal(narrow, y, f"bert.{name}output.LayerNorm", output)


class _Parts:
    """A graph that is being made of another's numbers."""

    def __init__(self, adapted: "onnx.ModelProto") -> None:
        self._tensors = {tensor.name: tensor for tensor in adapted.graph.initializer}
        self._matrices = matrices(adapted.graph)
        self._taken: dict[str, NDArray[Any]] = {}
        self._nodes: list[onnx.NodeProto] = []

    def node(self, kind: str, inputs: list[str], *outputs: str, **attributes: float) -> str:
        """Add a node; the name of its first output."""
        from onnx import helper  # noqa: PLC0415 - see service.reading.base

        domain = _RUNTIME if kind in _OF_RUNTIME else ""
        made = helper.make_node(kind, inputs, outputs, domain=domain)
        made.attribute.extend(helper.make_attribute(*each) for each in sorted(attributes.items()))
        self._nodes.append(made)
        return outputs[0]

    def own(self, name: str, value: NDArray[np.int64]) -> str:
        """Add a number of one's own."""
        self._taken[name] = value
        return name

    def number(self, name: str) -> str:
        """Take a number over from the base."""
        from onnx import numpy_helper  # noqa: PLC0415 - see service.reading.base

        self._taken[name] = numpy_helper.to_array(self._tensors[name])
        return name

    def quantised(self, name: str) -> list[str]:
        """A matrix or table of 8 bits, its scale and its zero."""
        return [self.number(name + part) for part in ("_quantized", "_scale", "_zero_point")]

    def dense(self, layer: str) -> list[str]:
        """A layer's matrix, scale and zero, and what is added."""
        return [*self.quantised(self._matrices[layer]), self.number(_bias(layer))]

    def product(self, x: str, layer: str, output: str) -> str:
        """``x``, rounded to 8 bits, times a layer's matrix, and what is added."""
        return self.node("DynamicQuantizeMatMul", [x, *self.dense(layer)], output)

    def normal(self, x: str, y: str, name: str, output: str) -> str:
        """The sum of both, normalised."""
        both = self.node("Add", [x, y], f"{output}_sum")
        scale, shift = (self.number(f"{name}.{part}") for part in ("weight", "bias"))
        given = [both, scale, shift]
        return self.node("LayerNormalization", given, output, axis=-1, epsilon=_EPSILON)

    def looked_up(self, table: str, places: str) -> str:
        """The rows of an embedding table at some places."""
        rows, *scale = self.quantised(f"{_EMBEDDINGS}{table}.weight")
        found = self.node("Gather", [rows, places], f"{table}_rounded")
        return self.node("DequantizeLinear", [found, *scale], table)

    def model(self) -> "onnx.ModelProto":
        """The model made of all nodes."""
        from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415 - see service.reading.base

        told = helper.make_tensor_value_info
        shapes: list[list[Any]] = [[1, 1], [1, "pieces", WIDTH]]
        graph = helper.make_graph(
            self._nodes,
            "reader",
            [told(name, TensorProto.INT64, [1, "pieces"]) for name in INPUTS],
            [told(n, TensorProto.FLOAT, s) for n, s in zip(OUTPUTS, shapes, strict=True)],
            [numpy_helper.from_array(value, name) for name, value in self._taken.items()],
        )
        domains = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_RUNTIME, 1)]
        return helper.make_model(graph, opset_imports=domains, ir_version=_IR)


def _bias(layer: str) -> str:
    return f"{layer}.bias" if layer == "classifier" else f"bert.{layer}.bias"
