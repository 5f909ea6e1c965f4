"""Products of 8 bits are exact, on processors that add them in 16 bits, too."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from index.onnxgraph import open_session

ROWS, INNER, OUTPUTS = 5, 384, 24
ZERO, SCALE = 7, np.float32(0.25)
# All the largest: two products of any neighbours exceed 16 bits.
LARGEST = np.full((INNER, OUTPUTS), 127, np.int8)
RANDOM = np.random.default_rng(3).integers(-127, 128, (INNER, OUTPUTS)).astype(np.int8)


def graph(operator: str, matrix: NDArray[np.int8]) -> bytes:
    """One product of a given matrix and of rows that are given later."""
    constants: dict[str, NDArray[Any]] = {
        "matrix": matrix,
        "zero": np.array(0, np.int8),
        "scale": np.array(SCALE),
        "rows_zero": np.array(ZERO, np.uint8),
        "bias": np.linspace(-1, 1, OUTPUTS, dtype=np.float32),
    }
    inputs = {
        "MatMulInteger": ["rows", "matrix", "rows_zero", "zero"],
        "MatMulIntegerToFloat": ["rows", "matrix", "scale", "scale", "rows_zero", "zero", "bias"],
        "DynamicQuantizeMatMul": ["rows", "matrix", "scale", "zero", "bias"],
    }[operator]
    domain = "" if operator == "MatMulInteger" else "com.microsoft"
    dynamic = operator == "DynamicQuantizeMatMul"
    given = TensorProto.FLOAT if dynamic else TensorProto.UINT8
    told = TensorProto.INT32 if operator == "MatMulInteger" else TensorProto.FLOAT
    made = helper.make_graph(
        [helper.make_node(operator, inputs, ["product"], domain=domain)],
        "product",
        [helper.make_tensor_value_info("rows", given, [ROWS, INNER])],
        [helper.make_tensor_value_info("product", told, [ROWS, OUTPUTS])],
        [numpy_helper.from_array(constants[name], name) for name in inputs if name in constants],
    )
    domains = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    content: bytes = helper.make_model(
        made, opset_imports=domains, ir_version=9
    ).SerializeToString()
    return content


@pytest.mark.parametrize("matrix", [LARGEST, RANDOM], ids=["largest", "random"])
@pytest.mark.parametrize(
    "operator", ["MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul"]
)
def test_products_of_8_bits_are_those_of_whole_numbers(
    operator: str, matrix: NDArray[np.int8]
) -> None:
    rows = np.random.default_rng(4).integers(0, 256, (ROWS, INNER)).astype(np.uint8)
    rows[:, :2] = [0, 255]  # so that rounding keeps the others as they are
    whole = (rows.astype(np.int64) - ZERO) @ matrix.astype(np.int64)
    bias = np.linspace(-1, 1, OUTPUTS)
    given = (rows.astype(np.float32) - ZERO) if operator == "DynamicQuantizeMatMul" else rows
    (found,) = open_session(graph(operator, matrix)).run(None, {"rows": given})
    if operator == "MatMulInteger":
        assert (found == whole).all()
    else:
        of_rows = 1 if operator == "DynamicQuantizeMatMul" else SCALE
        expected = whole * SCALE * of_rows + bias
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-2)
