"""Answers of windows whose places are known; the quotes come from what is returned alone."""

from pathlib import Path

import pytest

from index.passage import Span
from service.answering.extract import extract
from service.answering.judge import Judged
from service.answering.select import Selection
from service.answering.signals import SIGNALS
from service.engine import Engine
from tests.service.corpora import engine_of

SURE = Judged(0.9, 0.5, dict.fromkeys(SIGNALS, 1.0))
TEXTS = {"1.txt": "aa bb", "2.txt": "aa cc", "3.txt": "aa dd"}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """An engine on ``TEXTS`` that answers whatever is asked."""
    return engine_of(tmp_path, TEXTS, threshold=0.0)


# the best quote is first, the others in the order of the passages
@pytest.mark.parametrize(("most", "citations"), [(3, (3, 1, 2)), (2, (2, 1)), (1, (1,))])
def test_windows_of_passages_that_are_not_returned_are_passed_over(
    engine: Engine, most: int, citations: tuple[int, ...]
) -> None:
    windows = [Selection(place, Span(0, 2), 1.8 + place / 10) for place in (2, 1, 0)]
    passages = engine.retrieve("aa").passages[:most]
    answer = extract("aa", engine.index, windows, passages, SURE)
    assert answer.citations == citations
    assert [quote.text for quote in answer.quotes] == ["aa"] * most


@pytest.mark.parametrize("question", ["aa bb", "How many aa?", "Who was Aa?"])
@pytest.mark.parametrize("top_k", [1, 2, 3])
def test_an_answer_cites_what_it_comes_with(engine: Engine, question: str, top_k: int) -> None:
    response = engine.ask(question, top_k)
    assert response.answer.verdict == "answered"
    assert set(response.answer.citations) <= set(range(1, top_k + 1))


@pytest.mark.parametrize(("confidence", "verdict"), [(0.49, "not_found"), (0.5, "answered")])
def test_the_threshold_has_to_be_reached(engine: Engine, confidence: float, verdict: str) -> None:
    passages = engine.retrieve("aa").passages
    judged = Judged(confidence, 0.5, SURE.signals)
    answer = extract("aa", engine.index, [Selection(0, Span(0, 2), 1.0)], passages, judged)
    assert (answer.verdict, answer.confidence) == (verdict, confidence)
    assert (answer.absence is None, bool(answer.quotes)) == ((verdict == "answered",) * 2)
