"""An engine that reads: what the reader tells decides what is quoted, and is stated."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.embed import Embedder
from service.answering.confidence import PASSAGE_FEATURES, QUESTION_FEATURES, READ_FEATURES
from service.engine import Engine, open_engine
from service.errors import SettingsInvalid
from service.reading.reading import Reading, span_values
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.calibrations import calibration_file
from tests.service.corpora import index_of

TEXTS = {"a.txt": "Aa bb cc. Dd ee ff.", "b.txt": "Gg hh.", "c.txt": "Aa.", "d.txt": "Bb."}
QUESTION = "aa bb cc?"
READ = (*QUESTION_FEATURES, *READ_FEATURES)


class Finger:
    """A reader to which one text answers by a word of it, and no other does."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        self.asked.append((question, tuple(texts)))
        return [self._reading(text) for text in texts]

    def _reading(self, text: str) -> Reading:
        words = list(re.finditer(r"\w+", text))
        begins = np.array([word.start() for word in words], dtype=np.int64)
        ends = np.array([word.end() for word in words], dtype=np.int64)
        here = np.array([word[0] == self.word for word in words])
        values = np.where(here, 6.0, -6.0).astype(np.float32)
        spans = span_values(values, values, 0.0)
        return Reading(4.0 if here.any() else -4.0, begins, ends, spans)


def engine_with(root: Path, finger: Finger | None, **changes: object) -> Engine:
    index = index_of(root, TEXTS)
    besides = READ_FEATURES if finger else ()
    weights = [
        dict.fromkeys((*names, *besides), 0.0) for names in (PASSAGE_FEATURES, QUESTION_FEATURES)
    ]
    file = calibration_file(
        root,
        passage={"intercept": 1.0, "weights": weights[0]},
        question={"intercept": 2.0, "weights": weights[1]},
    )
    settings = Settings.model_validate({"index": index, "calibration": file} | changes)
    return open_engine(settings, LetterEmbedder(), reader=finger)


def test_what_is_read_is_quoted_first(tmp_path: Path) -> None:
    without = engine_with(tmp_path / "without", None).ask(QUESTION)
    read = engine_with(tmp_path / "with", Finger("ee"), reader=True).ask(QUESTION)
    assert without.answer.quotes[0].text == "Aa bb cc."
    assert read.answer.quotes[0].text == "Dd ee ff."


def test_what_is_read_is_a_signal(tmp_path: Path) -> None:
    reader = Finger("ee")
    response = engine_with(tmp_path, reader, reader=True).ask(QUESTION, top_k=1)
    assert tuple(response.answer.signals) == (*QUESTION_FEATURES, *READ_FEATURES)
    assert response.answer.signals["read"] == 4.0
    assert response.answer.signals["span"] == 12.0
    asked, texts = zip(*reader.asked, strict=True)
    assert set(asked) == {QUESTION}
    assert [len(each) for each in texts] in ([1], [1, 2])  # whatever is returned
    assert "read" in response.timings_ms


def test_without_a_reader_nothing_is_read(tmp_path: Path) -> None:
    response = engine_with(tmp_path, None).ask(QUESTION)
    assert tuple(response.answer.signals) == QUESTION_FEATURES
    assert "read" not in response.timings_ms


@pytest.mark.parametrize("reads", [True, False])
def test_a_calibration_for_the_other_kind_is_refused(tmp_path: Path, reads: bool) -> None:
    reader = Finger("ee") if reads else None
    with pytest.raises(SettingsInvalid, match=r"must weigh .*scarcity"):
        engine_with(tmp_path, reader, reader=not reads)


@pytest.mark.parametrize("stated", [None, True])
def test_a_calibration_that_weighs_it_has_the_passages_read(
    tmp_path: Path, stated: bool | None
) -> None:
    engine = engine_with(tmp_path, Finger("ee"), reader=stated)
    assert "read" in engine.ask(QUESTION).answer.signals


@pytest.mark.parametrize(("reader", "names"), [(None, QUESTION_FEATURES), (True, READ)])
def test_unless_told_passages_are_read_with_the_model_that_it_was_fitted_with(
    tmp_path: Path, reader: bool | None, names: tuple[str, ...]
) -> None:
    settings = Settings(index=index_of(tmp_path, TEXTS), reader=reader)
    assert tuple(open_engine(settings, LetterEmbedder()).ask(QUESTION).answer.signals) == names


@pytest.mark.model
@pytest.mark.parametrize(("reader", "names"), [(None, READ), (False, QUESTION_FEATURES)])
def test_with_the_shipped_model_passages_are_read_unless_told(
    seed_index: Path, minilm: Embedder, reader: bool | None, names: tuple[str, ...]
) -> None:
    engine = open_engine(Settings(index=seed_index), minilm)
    engine = engine.with_settings(Settings(index=seed_index, reader=reader))
    assert tuple(engine.ask(QUESTION).answer.signals) == names
