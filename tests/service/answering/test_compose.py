"""An answer is made of quotes, each with its place, or there is none."""

from pathlib import Path

import pytest

from service.answer import Answer
from service.answering.compose import JOINT, MOST_QUOTES
from tests.service.corpora import engine_of

TEXTS = {
    "a.txt": "Aaa bbb. Ccc ddd eee. Fff ggg.",
    "b.txt": "Hhh bab. Dead beef faced.",
    "c.txt": "Cab face.",
}


def _answer(root: Path, question: str, threshold: float) -> Answer:
    return engine_of(root, TEXTS, threshold=threshold).ask(question).answer


def test_the_answer_is_the_sentence_that_holds_the_word(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "What is ddd?", 0)
    assert answer.verdict == "answered"
    assert answer.text == "Ccc ddd eee."
    assert answer.citations == (1,)
    (quote,) = answer.quotes
    assert (quote.text, quote.citation, quote.start, quote.end) == ("Ccc ddd eee.", 1, 9, 21)


def test_a_further_passage_is_quoted_for_what_the_first_lacks(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "ggg or hhh?", 0)
    assert {quote.text for quote in answer.quotes} == {"Fff ggg.", "Hhh bab."}
    assert answer.citations == (1, 2)


def test_the_text_is_the_quotes_joined(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "ddd or beef?", 0)
    assert answer.text == JOINT.join(quote.text for quote in answer.quotes)


def test_there_are_no_more_quotes_than_can_be_read(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "bbb ddd ggg hhh beef cab face", 0)
    assert 1 <= len(answer.quotes) <= MOST_QUOTES


def test_below_the_threshold_nothing_is_answered(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "quiz", 1)
    assert (answer.verdict, answer.text) == ("not_found", None)
    assert (answer.citations, answer.quotes) == ((), ())


@pytest.mark.parametrize("question", ["quiz", "What is ddd?"])
def test_the_threshold_does_not_change_the_confidence(tmp_path: Path, question: str) -> None:
    never = _answer(tmp_path / "never", question, 1)
    always = _answer(tmp_path / "always", question, 0)
    assert never.confidence == always.confidence


def test_without_a_shared_word_the_quote_is_still_from_the_best_passage(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "quiz", 0)
    assert answer.citations == (1,)
    assert any(answer.text in text for text in TEXTS.values() if answer.text)
