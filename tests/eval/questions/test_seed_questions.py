"""The questions that ship with the seed are many, exact, and not copied from it."""

import re

import pytest

from eval.questions.place import locate
from eval.questions.question import Question, read_questions
from tests.conftest import SEED, SEEDS

QUESTIONS = read_questions(SEEDS / "questions.jsonl")
UNANSWERABLE = [question for question in QUESTIONS if not question.answerable]
ANSWERABLE = [question for question in QUESTIONS if question.answerable]


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every run of four words, without case, hyphens and apostrophes, as in the seed."""
    words = re.sub(r"[-'’]", "", text.casefold())
    found = re.findall(r"\w+", words)
    return set(zip(found, found[1:], found[2:], found[3:], strict=False))


def test_there_are_enough_of_both_kinds() -> None:
    assert len(QUESTIONS) >= 60
    assert len(UNANSWERABLE) >= 15


def test_half_of_the_unanswerable_are_near() -> None:
    near = [question for question in UNANSWERABLE if "near" in question.tags]
    assert 2 * len(near) >= len(UNANSWERABLE)


def test_every_question_is_in_one_part() -> None:
    parts = [{"test", "tuning"} & set(question.tags) for question in QUESTIONS]
    assert {len(part) for part in parts} == {1}


@pytest.mark.parametrize("part", ["test", "tuning"])
def test_both_parts_hold_both_kinds(part: str) -> None:
    assert {q.answerable for q in QUESTIONS if part in q.tags} == {True, False}


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_every_quote_is_exact_and_its_start_given(question: Question) -> None:
    texts = {SEED.name: SEED.read_text("utf-8")}
    places = locate(question, texts)
    assert all(expected.start is not None for expected in question.expected)
    assert sum(len(place.spans) for place in places) == len(question.expected)


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_no_question_is_copied_from_its_quote(question: Question) -> None:
    for expected in question.expected:
        assert _runs(question.question) & _runs(expected.quote or "") == set()


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_a_short_answer_stands_in_its_quote(question: Question) -> None:
    quotes = " ".join(expected.quote or "" for expected in question.expected)
    assert all(answer in quotes for answer in question.answers)


def test_no_question_is_asked_twice() -> None:
    assert len({question.question.casefold() for question in QUESTIONS}) == len(QUESTIONS)
