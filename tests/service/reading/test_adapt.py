"""Adapting: nothing learnt changes nothing, a change is that of the two factors."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from index.errors import ModelUnusable
from service.reading import base
from service.reading.adapt import FORMAT, Adaptation, adapt, load_adaptation, saved
from service.reading.base import SHA256, WIDTH, base_graph, dequantised, matrices

LAYER = "encoder.layer.3.attention.self.key"
FACTS = {"format": FORMAT, "base_sha256": SHA256}
UP, DOWN = np.full((WIDTH, 2), 0.25, np.float32), np.full((2, WIDTH), 0.5, np.float32)
LEARNT = Adaptation(
    {LAYER: (DOWN, UP)}, np.ones((3, WIDTH), np.float32), np.zeros(3, np.float32), 0.5, FACTS
)


def weights(model: onnx.ModelProto, layer: str) -> base.Matrix:
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    return dequantised(tensors, matrices(model.graph)[layer])


def test_every_matrix_of_the_encoder_is_found() -> None:
    names = matrices(base_graph().graph)
    assert len(names) == 12 * 6 + 2
    assert {"pooler.dense", "classifier", LAYER} < set(names)


def test_a_matrix_is_changed_by_the_product_of_its_factors() -> None:
    before, after = base_graph(), adapt(base_graph(), LEARNT)
    change = weights(after, LAYER) - weights(before, LAYER)
    step = np.abs(weights(after, LAYER)).max() / 127  # what rounding to 8 bits may add
    assert np.abs(change - 0.25).max() <= step
    other = LAYER.replace("key", "query")
    assert np.array_equal(weights(after, other), weights(before, other))


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "mine.npz"
    file.write_bytes(saved(LEARNT))
    found = load_adaptation(file)
    assert np.array_equal(found.changes[LAYER][0], DOWN)
    assert np.array_equal(found.changes[LAYER][1], UP)
    assert np.array_equal(found.span, LEARNT.span)
    assert (found.ranked, found.facts, found.layers) == (0.5, FACTS, tuple(range(12)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        saved(replace(LEARNT, facts=FACTS | {"base_sha256": "0" * 64})),
        saved(replace(LEARNT, facts=FACTS | {"format": "citewell-reader/1"})),
        saved(replace(LEARNT, bias=np.zeros(2, np.float32))),
        saved(LEARNT)[:-300],
    ],
)
def test_what_is_no_adaptation_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mine.npz"
    file.write_bytes(content)
    with pytest.raises(ModelUnusable, match=r"mine\.npz is no adaptation of a reader"):
        load_adaptation(file)


@pytest.mark.parametrize("layers", [(), (3, 1), (1, 1), (11, 12), (-1, 2)])
def test_layers_that_the_base_has_not_are_refused(tmp_path: Path, layers: tuple[int, ...]) -> None:
    file = tmp_path / "mine.npz"
    file.write_bytes(saved(replace(LEARNT, layers=layers)))
    with pytest.raises(ModelUnusable, match="its layers are"):
        load_adaptation(file)


def test_the_shipped_adaptation_changes_every_layer_it_keeps() -> None:
    shipped = load_adaptation()
    layers = {f"encoder.layer.{number}" for number in shipped.layers}
    names = matrices(base_graph().graph)
    kept = {name for name in names if ".".join(name.split(".")[:3]) in layers}
    assert len(kept) == 6 * len(shipped.layers)
    assert set(shipped.changes) == kept
    assert shipped.facts["runs"]
