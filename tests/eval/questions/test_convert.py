"""A query becomes a question, or there is a reason why not."""

from typing import Any

import pytest

from eval.errors import QuestionSetInvalid
from eval.questions.convert import (
    CANNOT_BE_ASKED,
    LOST,
    NOT_HELD,
    NOT_JUDGED,
    Written,
    off_subject_question,
    question_of,
)
from eval.questions.question import Expected, Question

WRITTEN = {
    "a": Written("a.txt", 0, "😀 aaa bbb"),
    "b": Written("b.txt", 7, "ccc"),
}
SPAN = {"doc": "a", "start": 2, "end": 5}


def _query(**changes: Any) -> dict[str, Any]:
    return {"_id": "1", "text": "Which?"} | changes


def test_spans_become_quotes_once_each_with_the_grade_of_their_document() -> None:
    spans = [SPAN, {"doc": "b", "start": 0, "end": 3}, SPAN]
    query = _query(spans=spans, answers=["aaa"], group="x", label="not read")
    assert question_of(query, {"a": 2, "b": -1, "c": 1}, WRITTEN) == Question(
        id="1",
        question="Which?",
        answerable=True,
        expected=(
            Expected(document="a.txt", quote="aaa", start=2, grade=2),
            Expected(document="b.txt", quote="ccc", start=7, grade=1),
        ),
        answers=("aaa",),
        tags=("x",),
    )


def test_judgements_above_nothing_expect_whole_documents() -> None:
    question = question_of(_query(), {"b": 3, "c": 1, "a": 0}, WRITTEN)
    assert isinstance(question, Question)
    assert question.expected == (Expected(document="b.txt", grade=3),)


def test_a_query_marked_so_is_unanswerable_whatever_is_judged() -> None:
    question = question_of(_query(answerable=False, group="x"), {"a": 1}, WRITTEN)
    assert question == Question(id="1", question="Which?", answerable=False, tags=("x",))


@pytest.mark.parametrize(
    ("query", "judged", "reason"),
    [
        (_query(text=" "), {"a": 1}, CANNOT_BE_ASKED),
        (_query(text="x" * 2001, answerable=False), {}, CANNOT_BE_ASKED),
        (_query(lost=True), {"a": 1}, LOST),
        (_query(), {"a": 0, "b": -2}, NOT_JUDGED),
        (_query(), {}, NOT_JUDGED),
        (_query(), {"c": 1, "a": 0}, NOT_HELD),
    ],
)
def test_what_cannot_be_a_question_has_a_reason(
    query: dict[str, Any], judged: dict[str, int], reason: str
) -> None:
    assert question_of(query, judged, WRITTEN) == reason


@pytest.mark.parametrize(
    "span",
    [
        {"doc": "c", "start": 0, "end": 1},
        {"doc": "a", "start": 5, "end": 5},
        {"doc": "a", "start": 6, "end": 5},
        {"doc": "a", "start": 2, "end": 10},
    ],
)
def test_a_span_that_is_none_is_refused(span: dict[str, Any]) -> None:
    with pytest.raises(QuestionSetInvalid, match=r"query '1' has a span from .* not in the doc"):
        question_of(_query(spans=[span]), {}, WRITTEN)


def test_an_unanswerable_query_with_spans_is_refused() -> None:
    with pytest.raises(QuestionSetInvalid, match="query '1' is unanswerable but has spans"):
        question_of(_query(answerable=False, spans=[SPAN]), {}, WRITTEN)


def test_a_query_of_another_subject_cannot_be_answered() -> None:
    assert off_subject_question(_query(spans=[SPAN])) == Question(
        id="off-1", question="Which?", answerable=False, tags=("off-subject",)
    )
    assert off_subject_question(_query(text="")) == CANNOT_BE_ASKED
