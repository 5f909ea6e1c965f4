"""The compact graph reads as the published one does, but for what 8 bits round."""

import hashlib

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper
from tokenizers import Tokenizer

from service.reading.adapt import adapt, load_adaptation
from service.reading.base import WIDTH, base_folder, base_graph
from service.reading.graph import FORM, INPUTS, OUTPUTS, reading_graph
from service.reading.onnxreader import MOST_PIECES

pytestmark = pytest.mark.model
HIDDEN = "/bert/encoder/layer.11/output/LayerNorm/Add_1_output_0"  # of the published graph
QUESTIONS = ("When did the harbour of Port Elm open?", "Who built the mill?")
TEXTS = (
    "Port Elm grew slowly. Its harbour opened in 1871 and was widened later by Anne Moor.",
    "mill built stream anne moor son miller town burned rebuilt stone years later",
    "The mill was built by her son. " + "The town lies on two hills above the river Ouse. " * 20,
    "1 2 3",
)


@pytest.fixture(scope="module")
def adapted() -> onnx.ModelProto:
    return adapt(base_graph(), load_adaptation())


@pytest.fixture(scope="module")
def compact(adapted: onnx.ModelProto) -> onnx.ModelProto:
    return reading_graph(adapted)


def test_it_tells_what_the_published_graph_tells(
    adapted: onnx.ModelProto, compact: onnx.ModelProto
) -> None:
    published = onnx.ModelProto.FromString(adapted.SerializeToString())
    shape: list[str | int | None] = ["texts", "pieces", WIDTH]
    told = helper.make_tensor_value_info(HIDDEN, TensorProto.FLOAT, shape)
    published.graph.output.append(told)
    both = [onnxruntime.InferenceSession(m.SerializeToString()) for m in (published, compact)]
    gaps = []
    for question in QUESTIONS:
        for text in TEXTS:
            encoded = pieces_of(question, text)
            (ranked, hidden), (now, here) = (
                session.run(None, {put.name: encoded[put.name] for put in session.get_inputs()})
                for session in both
            )
            assert now.shape == ranked.shape == (1, 1)
            assert here.shape == hidden.shape
            gaps.append((abs(now - ranked).item(), np.abs(here - hidden).mean().item()))
    # The last layer's values have a deviation of about 0.6, the base's own one of about 5.
    worst = np.max(gaps, axis=0)
    assert worst[0] < 0.5
    assert worst[1] < 0.03


def pieces_of(question: str, text: str) -> dict[str, np.ndarray]:
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_PIECES)
    encoded = tokenizer.encode(question, text)
    rows = {"input_ids": encoded.ids, "token_type_ids": encoded.type_ids}
    rows["attention_mask"] = encoded.attention_mask
    return {name: np.array([row], np.int64) for name, row in rows.items()}


def test_its_form_has_a_name_by_which_it_is_kept(compact: onnx.ModelProto) -> None:
    # Indexes keep the graph under FORM: whoever changes its nodes has to give it another name.
    nodes = [(n.op_type, *n.input, *n.output, *map(str, n.attribute)) for n in compact.graph.node]
    digest = hashlib.sha256(repr(nodes).encode()).hexdigest()[:12]
    assert (FORM, digest) == ("compact/1", "3c51ddbccc52")


def test_it_has_few_nodes_and_needs_no_mask(compact: onnx.ModelProto) -> None:
    onnx.checker.check_model(compact)
    assert [each.name for each in compact.graph.input] == list(INPUTS)
    assert [each.name for each in compact.graph.output] == list(OUTPUTS)
    assert len(compact.graph.node) < 180
