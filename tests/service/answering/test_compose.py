"""An answer is made of quotes, each with its place, or there is none."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passage import Span
from service.answer import Answer, CitedPassage, Quote
from service.answering.compose import JOINT, answer_text, quotes_of
from service.answering.select import MOST_QUOTES, Selection
from tests.service.corpora import engine_of

TEXTS = {
    "a.txt": "Aaa bbb. Ccc ddd eee. Fff ggg.",
    "b.txt": "Hhh bab. Dead beef faced.",
    "c.txt": "Cab face.",
}


@pytest.fixture
def passages(tmp_path: Path) -> list[CitedPassage]:
    """Three passages; the n-th, from 0, begins at 100 n and reads "0n 1n 2n ...", two digits
    and a space for each pair of characters: what stands where can be told by eye."""
    like = engine_of(tmp_path, TEXTS).retrieve("bab").passages[0]
    made = []
    for place in range(3):
        text = " ".join(f"{number}{place}" for number in range(10))
        start = 100 * place
        made.append(replace(like, rank=place + 1, start=start, end=start + len(text), text=text))
    return made


def _selected(place: int, start: int, end: int) -> Selection:
    return Selection(place, Span(100 * place + start, 100 * place + end), 1.0)


def test_a_quote_is_cut_by_its_offsets_and_cites_the_rank(passages: list[CitedPassage]) -> None:
    found = quotes_of(passages, [_selected(1, 6, 11)])
    assert found == [Quote("21 31", 2, 106, 111)]


def test_the_best_is_first_then_the_others_of_its_passage_then_in_order(
    passages: list[CitedPassage],
) -> None:
    selected = [
        _selected(1, 12, 14),
        _selected(2, 6, 8),
        _selected(0, 3, 5),
        _selected(2, 0, 2),
        _selected(1, 27, 29),
        _selected(1, 0, 2),
    ]
    found = quotes_of(passages, selected)
    assert [quote.text for quote in found] == ["41", "01", "91", "10", "02", "22"]
    assert [quote.citation for quote in found] == [2, 2, 2, 1, 3, 3]
    assert [selection.span.start for selection in selected] == [112, 206, 3, 200, 127, 100]


def test_without_a_selection_there_is_neither_quote_nor_text(
    passages: list[CitedPassage],
) -> None:
    assert quotes_of(passages, []) == []
    assert answer_text([]) is None


@given(st.lists(st.text(min_size=1), min_size=1))
def test_the_text_is_the_quotes_joined(texts: list[str]) -> None:
    quotes = [Quote(text, 1, 0, len(text)) for text in texts]
    assert answer_text(quotes) == " … ".join(texts)


def _answer(root: Path, question: str, threshold: float) -> Answer:
    return engine_of(root, TEXTS, threshold=threshold).ask(question).answer


def test_the_answer_begins_with_the_sentence_that_holds_the_word(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "What is ddd?", 0)
    assert answer.verdict == "answered"
    assert answer.citations[0] == 1
    assert answer.quotes[0] == Quote("Ccc ddd eee.", 1, 9, 21)
    assert answer.text is not None
    assert answer.text.startswith("Ccc ddd eee.")
    assert answer.absence is None


def test_a_further_passage_is_quoted_when_it_is_nearly_as_good(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "ggg or hhh?", 0)
    assert {quote.text for quote in answer.quotes} >= {"Fff ggg.", "Hhh bab."}
    assert set(answer.citations) >= {1, 2}


@pytest.mark.parametrize("question", ["ddd or beef?", "bbb ddd ggg hhh beef cab face"])
def test_there_are_no_more_quotes_than_can_be_read(tmp_path: Path, question: str) -> None:
    answer = _answer(tmp_path, question, 0)
    assert 1 <= len(answer.quotes) <= MOST_QUOTES
    assert answer.text == JOINT.join(quote.text for quote in answer.quotes)


def test_below_the_threshold_nothing_is_answered(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "quiz", 1)
    assert (answer.verdict, answer.text) == ("not_found", None)
    assert (answer.citations, answer.quotes) == ((), ())
    assert answer.absence is not None
    assert answer.absence.threshold == 1


@pytest.mark.parametrize("question", ["quiz", "What is ddd?"])
def test_the_threshold_changes_neither_confidence_nor_signals(
    tmp_path: Path, question: str
) -> None:
    never = _answer(tmp_path / "never", question, 1)
    always = _answer(tmp_path / "always", question, 0)
    assert (never.confidence, never.signals) == (always.confidence, always.signals)


def test_without_a_shared_word_the_quote_is_still_from_the_best_passage(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "quiz", 0)
    assert answer.citations[0] == 1
    assert any(answer.quotes[0].text in text for text in TEXTS.values())
