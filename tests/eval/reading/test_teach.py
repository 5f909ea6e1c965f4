"""Teaching: a few steps learn what they are shown, and the served reader agrees with it."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from tokenizers import Tokenizer

from eval.reading.examples import ReadingExample
from eval.reading.teach import Lesson, teach
from index.passage import Span
from service.reading.adapt import adapt, load_adaptation, saved
from service.reading.base import base_folder, base_graph
from service.reading.graph import reading_graph
from service.reading.onnxreader import OnnxReader

pytestmark = pytest.mark.model
TEXT = "The bridge over the Ouse was built by Anne Moor, and the mill by her son."
SHOWN = [
    ReadingExample("Who built the bridge?", TEXT, (Span(38, 47),)),
    ReadingExample("Who built the tunnel?", TEXT, ()),
    ReadingExample("Where was Anne Moor born?", TEXT, ()),
    ReadingExample("Who built the mill?", TEXT, (Span(64, 71),)),
]


def test_what_is_shown_is_learnt_and_read_when_served(tmp_path: Path) -> None:
    losses: list[float] = []
    lesson = Lesson(rank=4, epochs=60, batch=4, rate=3e-3, head_rate=1e-2, warm_up=5)
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


def served(file: Path) -> OnnxReader:
    learnt = load_adaptation(file)
    graph = reading_graph(adapt(base_graph(), learnt))
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    return OnnxReader(session, tokenizer, learnt)
