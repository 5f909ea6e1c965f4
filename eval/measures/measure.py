"""Measures of one question. In: its places, a Response. Out: a value by name, or None.

None means "does not apply" and is never averaged as 0. A place is found by the first passage
that holds it whole. Characters are counted as in Chroma's chunking evaluation: characters
returned are summed, so what is returned twice counts twice, and found once.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import Protocol

from eval.questions.place import Place
from eval.runs.record import Record
from service.answer import Answer, Response

Measures = dict[str, float | None]
DEPTHS = (1, 3, 5, 10)
PASSAGES_MEASURED = 5


class Ranged(Protocol):
    """Anything with offsets."""

    @property
    def start(self) -> int:
        """First code point."""
        ...

    @property
    def end(self) -> int:
        """One past the last code point."""
        ...


Places = Sequence[Place]


@dataclass(frozen=True, slots=True)
class Judged:
    """A record with its measures."""

    record: Record
    measures: Measures


def judge(records: Iterable[Record]) -> tuple[Judged, ...]:
    """Every record with its measures; a question that failed counts as a failure."""
    return tuple(
        Judged(
            r,
            measure(r.question.answerable, r.question.answers, r.places, r.response)
            if r.response
            else failed(r.question.answerable),
        )
        for r in records
    )


def measure(
    answerable: bool, answers: Sequence[str], places: Places, response: Response
) -> Measures:
    """Every measure of one answered question."""
    verdict = response.answer.verdict
    if not answerable:
        return {
            "refused": float(verdict == "not_found"),
            "false_answer": float(verdict != "not_found"),
        }
    returned = [(p.document.path, p) for p in response.passages]
    values: Measures = {"answered": float(verdict == "answered")}
    values["evidence_in_answer"] = float(_holds_evidence(response, places, answers))
    values |= ranking(ranks_of_places(places, returned))
    values |= _named("passages", characters(places, returned[:PASSAGES_MEASURED]))
    values |= _named("quotes", characters(places, _quotes(response)))
    return values


def failed(answerable: bool) -> Measures:
    """The measures of a question that ended in an error: a failure in every respect."""
    if not answerable:
        return {"refused": 0.0, "false_answer": 1.0}
    values: Measures = {"answered": 0.0, "evidence_in_answer": 0.0}
    values |= ranking([None])
    for part in ("passages", "quotes"):
        values |= _named(part, {"precision": 0.0, "recall": 0.0, "iou": 0.0})
    return values


def ranks_of_places(places: Places, returned: Sequence[tuple[str, Ranged]]) -> list[int | None]:
    """For each place the rank, from 1, of the first range that holds it whole; None without."""
    return [
        next(
            (n for n, (at, r) in enumerate(returned, 1) if place.held_by(at, r.start, r.end)), None
        )
        for place in places
    ]


def ranking(ranks: Sequence[int | None]) -> Measures:
    """hit@k, recall@k, reciprocal rank and nDCG@10 from the rank that found each place.

    nDCG credits a place once, at the first passage that holds it (alpha-nDCG with alpha 1,
    Clarke et al. 2008); two places in one passage are both credited there, up to 1 in all.
    """
    found = sorted(rank for rank in ranks if rank is not None)
    values: Measures = {}
    for depth in DEPTHS:
        within = sum(rank <= depth for rank in found)
        values[f"hit@{depth}"] = float(within > 0)
        values[f"recall@{depth}"] = within / len(ranks)
    values["mrr"] = 1 / found[0] if found else 0.0
    gain = sum(1 / log2(rank + 1) for rank in found if rank <= 10)
    ideal = sum(1 / log2(position + 1) for position in range(1, min(len(ranks), 10) + 1))
    values["ndcg@10"] = min(1.0, gain / ideal)
    return values


def characters(places: Places, returned: Sequence[tuple[str, Ranged]]) -> Measures:
    """Precision, recall and IoU of returned ranges against the expected places.

    Precision is None when nothing was returned.
    """
    wanted: dict[str, list[Ranged]] = {}
    for place in places:
        wanted.setdefault(place.document, []).extend(place.spans)
    expected = sum(_covered(spans, spans) for spans in wanted.values())
    found = 0
    for path, spans in wanted.items():
        found += _covered(spans, [item for other, item in returned if other == path])
    length = sum(item.end - item.start for _, item in returned)
    return {
        "precision": found / length if length else None,
        "recall": found / expected,
        "iou": found / (expected + length - found),
    }


def _covered(spans: Sequence[Ranged], ranges: Sequence[Ranged]) -> int:
    """How many distinct characters of ``spans`` lie in ``ranges``."""
    wanted = {i for span in spans for i in range(span.start, span.end)}
    held = {i for item in ranges for i in range(item.start, item.end)}
    return len(wanted & held)


def _quotes(response: Response) -> list[tuple[str, Ranged]]:
    paths = {passage.rank: passage.document.path for passage in response.passages}
    return [(paths[quote.citation], quote) for quote in response.answer.quotes]


def _holds_evidence(response: Response, places: Places, answers: Sequence[str]) -> bool:
    """Whether the answer's quotes hold an expected place whole, or a short answer in words."""
    for path, quote in _quotes(response):
        if any(place.held_by(path, quote.start, quote.end) for place in places):
            return True
    return _contains_answer(response.answer, answers)


def _contains_answer(answer: Answer, answers: Sequence[str]) -> bool:
    words = f" {_plain(answer.text or '')} "
    return any(f" {_plain(wanted)} " in words for wanted in answers if _plain(wanted))


def _plain(text: str) -> str:
    """Lower case letters and digits, one space between words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def _named(part: str, values: Measures) -> Measures:
    return {f"{part}_{name}": value for name, value in values.items()}
