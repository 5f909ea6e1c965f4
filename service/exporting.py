"""Feedback as rows of a question set. In: feedback that was kept, texts of documents. Out: rows.

What was marked as answering is the truth; a verdict without a place tells none. ``citewell eval
feedback`` and ``GET /v1/feedback/questions`` both give these rows.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.passage import text_digest
from service.feedback import Feedback, MarkedQuote

TAG = "feedback"


@dataclass(frozen=True, slots=True)
class Placed:
    """Feedback whose places stand in the documents as they are now.

    Quotes that are found once elsewhere were ``moved`` there; those that are not are ``lost``.
    """

    feedback: tuple[Feedback, ...]
    moved: int
    lost: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a question set, and how much of the feedback is in none of them: ``silent`` tells
    neither a place nor that there is none, ``overruled`` is contradicted by later feedback."""

    rows: tuple[dict[str, Any], ...]
    silent: int
    overruled: int


def place_anew(feedback: Sequence[Feedback], text_of: Callable[[str], str | None]) -> Placed:
    """Find every quote in the present text of its document; ``text_of`` a path gives it, or
    None when there is no such document."""
    found = [[_placed(place, text_of(place.document)) for place in f.passages] for f in feedback]
    before = [place for one in feedback for place in one.passages]
    after = [place for places in found for place in places]
    return Placed(
        tuple(
            replace(one, passages=tuple(place for place in places if place))
            for one, places in zip(feedback, found, strict=True)
        ),
        moved=sum(new not in (old, None) for old, new in zip(before, after, strict=True)),
        lost=after.count(None),
    )


def rows_from(feedback: Sequence[Feedback]) -> Rows:
    """One row for all feedback that asks the same but for case and spacing.

    Later feedback wins against what it contradicts; the places of feedback that agrees are
    united. ``feedback`` is in the order it was given.
    """
    asked: dict[str, list[Feedback]] = {}
    overruled = 0
    for one in feedback:
        before = asked.setdefault(_key(one.question), [])
        agreeing = [other for other in before if not _contradict(one, other)]
        overruled += sum(_tells(other) for other in before) - sum(map(_tells, agreeing))
        before[:] = [*agreeing, one]
    telling = {key: said for key, said in asked.items() if any(map(_tells, said))}
    rows = tuple(_row(key, said) for key, said in telling.items())
    return Rows(rows, sum(not _tells(one) for one in feedback), overruled)


def as_lines(rows: Sequence[dict[str, Any]]) -> str:
    """A question set, JSON Lines."""
    return "".join(f"{_compact(row)}\n" for row in rows)


def _compact(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _placed(place: MarkedQuote, text: str | None) -> MarkedQuote | None:
    """The place where its quote stands now: there, or the only other one there is."""
    if text is None:
        return None
    if text.startswith(place.quote, place.start):
        return place
    start = text.find(place.quote)
    if start < 0 or text.find(place.quote, start + 1) >= 0:
        return None
    return replace(place, start=start, end=start + len(place.quote))


def _key(question: str) -> str:
    return " ".join(question.split()).casefold()


def _tells(feedback: Feedback) -> bool:
    return bool(feedback.passages) or feedback.verdict == "unanswerable"


def _contradict(one: Feedback, other: Feedback) -> bool:
    """Whether only one of the two can be so.

    Of the same answer, when the verdicts differ. An answer may be wrong and another right, but
    a question that has a place that answers is not unanswerable.
    """
    if one.answer_id == other.answer_id:
        return one.verdict != other.verdict
    verdicts = {one.verdict, other.verdict}
    return "unanswerable" in verdicts and bool(one.passages or other.passages)


def _row(key: str, agreeing: Sequence[Feedback]) -> dict[str, Any]:
    places = dict.fromkeys(
        (place.document, place.quote, place.start) for one in agreeing for place in one.passages
    )
    expected = [
        {"document": document, "quote": quote, "start": start} for document, quote, start in places
    ]
    return {
        "id": f"{TAG}-{text_digest(key)[:12]}",
        "question": agreeing[-1].question,
        "answerable": bool(expected),
        **({"expected": expected} if expected else {}),
        "tags": [TAG],
    }
