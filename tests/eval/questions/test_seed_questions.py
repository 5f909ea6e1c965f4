"""The questions that ship with the seed are many, exact, and not copied from it."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from eval.questions.place import locate
from eval.questions.question import Expected, Question, read_questions
from tests.conftest import SEED, SEEDS

QUESTIONS = read_questions(SEEDS / "questions.jsonl")
UNANSWERABLE = [question for question in QUESTIONS if not question.answerable]
ANSWERABLE = [question for question in QUESTIONS if question.answerable]
TEXT = SEED.read_text("utf-8")
OCCURRENCES = Counter(TEXT.split())
KINDS = {"cause", "howmany", "name", "said", "sequence", "what", "where"}
REASONS = {
    "near": {"stripped-date", "stripped-figure", "not-in-article"},
    "off": {"off-subject"},
}


def _words(text: str) -> list[str]:
    """Words without case, hyphens and apostrophes, as in the seed."""
    return re.findall(r"\w+", re.sub(r"[-'’]", "", text.casefold()))


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every run of three words."""
    found = _words(text)
    return set(zip(found, found[1:], found[2:], strict=False))


def _quote(expected: Expected) -> str:
    assert expected.quote is not None
    return expected.quote


def _places(question: Question) -> list[tuple[int, int]]:
    places = locate(question, {SEED.name: TEXT})
    return [(span.start, span.end) for place in places for span in place.spans]


def test_there_are_enough_of_both_kinds() -> None:
    assert len(QUESTIONS) >= 150
    assert len(UNANSWERABLE) >= 40


def test_ids_count_up_without_a_gap() -> None:
    ids = [f"seed-{number:03d}" for number in range(1, len(QUESTIONS) + 1)]
    assert [question.id for question in QUESTIONS] == ids


def test_half_of_the_unanswerable_are_near() -> None:
    near = [question for question in UNANSWERABLE if "near" in question.tags]
    assert 2 * len(near) >= len(UNANSWERABLE)


def test_every_question_is_in_one_part() -> None:
    parts = [{"test", "tuning"} & set(question.tags) for question in QUESTIONS]
    assert {len(part) for part in parts} == {1}


@pytest.mark.parametrize("part", ["test", "tuning"])
def test_both_parts_hold_both_kinds(part: str) -> None:
    assert {q.answerable for q in QUESTIONS if part in q.tags} == {True, False}


@pytest.mark.parametrize("group", ["easy", "hard", "near", "off"])
def test_two_fifths_of_every_group_are_for_tuning(group: str) -> None:
    tags = [question.tags for question in QUESTIONS if group in question.tags]
    tuning = sum("tuning" in tag for tag in tags)
    # The split was drawn twice, each time rounded.
    assert abs(tuning - 0.4 * len(tags)) <= 1


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_an_answerable_question_says_its_kind_and_its_level(question: Question) -> None:
    shared = {
        word
        for expected in question.expected
        for word in set(_words(question.question)) & set(_quote(expected).split())
    }
    # Function words need no list: the seed has hardly any, and none of them is rare and shared.
    rare = [word for word in shared if OCCURRENCES[word] <= 4]
    _, kind, level = question.tags
    assert kind in KINDS
    assert level == ("easy" if rare else "hard")


@pytest.mark.parametrize("question", UNANSWERABLE, ids=lambda question: question.id)
def test_an_unanswerable_question_says_why(question: Question) -> None:
    _, unanswerable, group, reason = question.tags
    assert unanswerable == "unanswerable"
    assert reason in REASONS[group]


def test_no_place_is_used_twice() -> None:
    places = sorted(place for question in ANSWERABLE for place in _places(question))
    assert all(before[1] <= after[0] for before, after in pairwise(places))


def test_every_tenth_of_the_text_has_its_share() -> None:
    starts = [_places(question)[0][0] for question in ANSWERABLE]
    tenths = Counter(start * 10 // len(TEXT) for start in starts)
    assert set(tenths) == set(range(10))
    assert max(tenths.values()) - min(tenths.values()) <= 2


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_a_quote_is_whole_words_and_at_most_twenty(question: Question) -> None:
    for start, end in _places(question):
        before, after = TEXT[:start], TEXT[end:]
        assert before[-1:] in ("", " ")
        assert after[:1] in ("", " ")
        assert len(TEXT[start:end].split()) <= 20


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_every_quote_is_exact_and_its_start_given(question: Question) -> None:
    assert len(_places(question)) == len(question.expected)
    assert all(expected.start is not None for expected in question.expected)


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_no_question_is_copied_from_its_quote(question: Question) -> None:
    for expected in question.expected:
        assert _runs(question.question) & _runs(_quote(expected)) == set()


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_a_short_answer_stands_in_its_quote(question: Question) -> None:
    quotes = " ".join(_quote(expected) for expected in question.expected)
    assert all(answer in quotes for answer in question.answers)


def test_no_question_is_asked_twice() -> None:
    assert len({question.question.casefold() for question in QUESTIONS}) == len(QUESTIONS)
