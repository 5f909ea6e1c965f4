"""Queries of a collection become questions. In: a query, its judgements, the written documents.
Out: a Question, or why there is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eval.errors import QuestionSetInvalid
from eval.questions.question import Expected, Question
from eval.questions.rows import QueryRow
from service.asking.question import LONGEST_QUESTION, check_question
from service.errors import QuestionInvalid

CANNOT_BE_ASKED = f"questions that are empty, or longer than {LONGEST_QUESTION} characters"
LOST = "questions whose answer is marked as lost from the texts"
NOT_JUDGED = "questions without a relevant document"
NOT_HELD = "questions whose relevant documents are missing or hold no text"


@dataclass(frozen=True, slots=True)
class Written:
    """A document as it was written: the path of its file, and how much stands before its text."""

    path: str
    head: int
    text: str


def question_of(
    query: Mapping[str, Any], judged: Mapping[str, int], written: Mapping[str, Written]
) -> Question | str:
    """The question that a query asks, or the reason why it is left out.

    Expected are its spans; without any, the documents judged relevant (a grade above 0) as a
    whole. Raises ``QuestionSetInvalid`` for a span that is none.
    """
    row = QueryRow.model_validate(query)
    if not _can_be_asked(row.text):
        return CANNOT_BE_ASKED
    tags = (row.group,) if row.group else ()
    if not row.answerable:
        if row.spans:
            raise QuestionSetInvalid(f"query {row.id!r} is unanswerable but has spans; drop either")
        near = (f"near:{row.near}",) if row.near else ()
        return Question(id=row.id, question=row.text, answerable=False, tags=(*tags, *near))
    if row.lost and not row.spans:
        return LOST
    relevant = {document: grade for document, grade in judged.items() if grade > 0}
    expected = _places(row, judged, written) if row.spans else _wholes(relevant, written)
    if not expected:
        return NOT_HELD if relevant else NOT_JUDGED
    return Question(
        id=row.id,
        question=row.text,
        answerable=True,
        expected=expected,
        answers=row.answers or (),
        tags=tags,
    )


def off_subject_question(query: Mapping[str, Any]) -> Question | str:
    """The query of another collection as a question that cannot be answered."""
    row = QueryRow.model_validate(query)
    if not _can_be_asked(row.text):
        return CANNOT_BE_ASKED
    tags = ("off-subject",)
    return Question(id=f"off-{row.id}", question=row.text, answerable=False, tags=tags)


def _can_be_asked(text: str) -> bool:
    try:
        check_question(text, top_k=1)
    except QuestionInvalid:
        return False
    return True


def _places(
    row: QueryRow, judged: Mapping[str, int], written: Mapping[str, Written]
) -> tuple[Expected, ...]:
    """The spans as quotes, each once."""
    places: dict[Expected, None] = {}
    for span in row.spans or ():
        target = written.get(span.doc)
        if target is None or not span.start < span.end <= len(target.text):
            raise QuestionSetInvalid(
                f"query {row.id!r} has a span from {span.start} to {span.end} that is not in the "
                f"document {span.doc!r}; correct it"
            )
        place = Expected(
            document=target.path,
            quote=target.text[span.start : span.end],
            start=target.head + span.start,
            grade=max(1, judged.get(span.doc, 1)),
        )
        places[place] = None
    return tuple(places)


def _wholes(relevant: Mapping[str, int], written: Mapping[str, Written]) -> tuple[Expected, ...]:
    return tuple(
        Expected(document=written[document].path, grade=grade)
        for document, grade in relevant.items()
        if document in written
    )
