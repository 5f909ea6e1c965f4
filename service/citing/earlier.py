"""A question after another. In: both, what was cited, an Index. Out: a Query, Understood.

The cited passages are found again by their ids, so that nothing of a conversation is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.embed import Embedder
from index.generation import Index
from index.library import Texts
from service.answer import Understood
from service.asking.followup import understand
from service.asking.previous import MOST_CITATIONS, Previous
from service.asking.query import Query, lean_on, make_query
from service.asking.question import check_question
from service.citing.reference import Reference, parse_reference
from service.errors import QuestionInvalid


@dataclass(frozen=True, slots=True)
class Cited:
    """The ``used`` ids with the rows of the indexed passages that they touch, and the
    ``unknown`` ones, whose document is not there or has changed."""

    used: tuple[str, ...]
    unknown: tuple[str, ...]
    rows: tuple[int, ...]


def understood_query(
    question: str, previous: Previous | None, index: Index, embedder: Embedder
) -> tuple[Query, Understood | None]:
    """What to search for, and how the question is understood after the previous one (None
    without one).

    Raises ``QuestionInvalid``, naming the field, for a previous question that cannot be asked,
    an id that is no passage's, and too many of them.
    """
    if previous is not None:
        check_previous(previous)
    query = make_query(question, index, embedder)
    understood = understand(question, previous)
    if previous is None or understood is None:
        return query, None
    cited = find_cited(index.texts, previous.citations)
    if not understood.leans:
        return query, replace(understood, citations_unknown=cited.unknown)
    earlier = make_query(previous.question, index, embedder)
    told = replace(understood, citations_used=cited.used, citations_unknown=cited.unknown)
    return lean_on(query, earlier, cited.rows), told


def check_previous(previous: Previous) -> None:
    """Raise ``QuestionInvalid`` for what ``understood_query`` cannot take."""
    try:
        check_question(previous.question, top_k=1)
    except QuestionInvalid as error:
        raise QuestionInvalid(f"previous.{error.field}", error.detail) from error
    if len(previous.citations) > MOST_CITATIONS:
        raise QuestionInvalid(
            "previous.citations",
            f"holds {len(previous.citations)} ids; {MOST_CITATIONS} are the most",
        )
    for place, identity in enumerate(previous.citations):
        if parse_reference(identity) is None:
            raise QuestionInvalid(
                f"previous.citations.{place}",
                "is no id of a passage; send the ids that the earlier answer's passages have",
            )


def find_cited(texts: Texts, ids: Sequence[str]) -> Cited:
    """Look up each id once, in their order; what is no id counts as unknown."""
    rows = {identity: _rows(texts, parse_reference(identity)) for identity in ids}
    return Cited(
        used=tuple(identity for identity, found in rows.items() if found),
        unknown=tuple(identity for identity, found in rows.items() if not found),
        rows=tuple(sorted({row for found in rows.values() for row in found})),
    )


def _rows(texts: Texts, reference: Reference | None) -> list[int]:
    """The rows of the passages that a reference touches; none when its text is gone."""
    facts = texts.facts(reference.document) if reference else None
    if reference is None or facts is None or reference.end > facts.length:
        return []
    if not reference.holds(texts.cut(facts.id, reference.span)):
        return []
    return [stored.row for stored in texts.touching(facts.id, reference.span)]
