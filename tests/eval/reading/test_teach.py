"""Teaching: a few steps learn what they are shown, and the served reader agrees with it."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from tokenizers import Tokenizer

from eval.reading.examples import ReadingExample
from eval.reading.lowrank import TaughtReader
from eval.reading.teach import Earlier, Lesson, teach
from index.passage import Span
from service.reading.adapt import load_adaptation, saved
from service.reading.base import base_folder
from service.reading.graph import reader_model
from service.reading.onnxreader import OnnxReader

pytestmark = pytest.mark.model
TEXT = "The bridge over the Ouse was built by Anne Moor, and the mill by her son."
SHOWN = [
    ReadingExample("Who built the bridge?", TEXT, (Span(38, 47),), 1.0),
    ReadingExample("Who built the tunnel?", TEXT, (), 1.0),
    ReadingExample("Where was Anne Moor born?", TEXT, (), 1.0),
    ReadingExample("Who built the mill?", TEXT, (Span(64, 71),), 1.0),
]


def test_what_is_shown_is_learnt_and_read_when_served(tmp_path: Path) -> None:
    losses: list[float] = []
    lesson = Lesson(rank=4, steps=60, batch=4, rate=4e-3, warm_up=5)
    learnt = teach(SHOWN, lesson, {"runs": {}}, lambda *told: losses.append(told[2]))
    assert len(losses) == 60
    assert np.mean(losses[-3:]) < 0.5 * np.mean(losses[:3])
    assert learnt.facts["examples"] == 4
    assert learnt.facts["answering"] == 2
    file = tmp_path / "learnt.npz"
    file.write_bytes(saved(learnt))
    read = served(file)
    values = [read.read(example.question, [example.text])[0] for example in SHOWN]
    assert min(values[0].answered, values[3].answered) > max(values[1].answered, values[2].answered)
    assert values[0].best_span(38, 47) == pytest.approx(values[0].best_span(), abs=1)


def test_a_smaller_reader_learns_from_a_larger_one(tmp_path: Path) -> None:
    shipped = load_adaptation()
    layers = shipped.layers[::2]
    lesson = Lesson(layers, rank=40, steps=25, batch=4, rate=2e-3, warm_up=5)
    losses: list[float] = []
    earlier = Earlier(begin=shipped, teacher=shipped)
    learnt = teach(SHOWN, lesson, {}, lambda *told: losses.append(told[2]), earlier)
    assert np.mean(losses[-3:]) < 0.7 * np.mean(losses[:3])
    file = tmp_path / "learnt.npz"
    file.write_bytes(saved(learnt))
    found = load_adaptation(file)
    assert found.layers == layers
    assert {int(name.split(".")[2]) for name in found.changes} == set(layers)
    for name, (down, up) in found.changes.items():
        assert (down.shape[0], up.shape[1]) == (40, 40), name
    (read,) = served(file).read(SHOWN[0].question, [TEXT])
    assert np.isfinite(read.answered)


def test_what_was_learnt_before_is_where_it_begins() -> None:
    shipped = load_adaptation()
    rank = next(iter(shipped.changes.values()))[0].shape[0]
    begun = TaughtReader(rank + 2, shipped.layers, shipped).adaptation({})
    for name, (down, up) in shipped.changes.items():
        here, there = begun.changes[name]
        assert np.abs(there @ here - up @ down).max() < 1e-5  # approx() takes minutes of so many
    assert begun.span == pytest.approx(shipped.span)
    assert begun.ranked == pytest.approx(shipped.ranked)


def served(file: Path) -> OnnxReader:
    learnt = load_adaptation(file)
    session = onnxruntime.InferenceSession(reader_model(learnt).SerializeToString())
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    return OnnxReader(session, tokenizer, learnt)
