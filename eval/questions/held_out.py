"""Questions near the subject that the texts do not answer. In: a Collection. Out: a Collection.

A third of the documents is held out: what is asked of these becomes unanswerable, while the
rest of the same articles is still there. So questions that people asked, and whose answers
exist, test whether a service says that it has not got them.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

from eval.questions.collection import Collection
from index.passage import text_digest


class Unanswerable(Enum):
    """Which questions of a collection are the unanswerable ones."""

    WRITTEN = "written"
    HELD_OUT = "held-out"
    LOST = "lost"


NEAR_SUBJECT, LOST = "near-subject", "lost"
ONE_IN = 3  # documents
PARTLY = "questions of which some but not all relevant documents are held out"
WRITTEN_SO = "questions that were written to be unanswerable, for which those held out stand"


def with_unanswerable(collection: Collection, which: Unanswerable) -> Collection:
    """The collection with these questions as the unanswerable ones."""
    match which:
        case Unanswerable.WRITTEN:
            return collection
        case Unanswerable.HELD_OUT:
            return with_held_out(collection)
        case Unanswerable.LOST:
            return with_lost(collection)


def with_held_out(collection: Collection) -> Collection:
    """The collection less a third of its documents, chosen by the digests of their ids.

    A query whose relevant documents are all held out is unanswerable, of the group
    "near-subject"; one of which some are, and those unanswerable before, are left out.
    """
    kept = tuple(document for document in collection.documents if not _held_out(document.id))
    there = {document.id for document in kept}
    queries, left_out = [], {PARTLY: 0, WRITTEN_SO: 0}
    for query in collection.queries:
        relevant = _relevant(query, collection)
        if not query.get("answerable", True):
            left_out[WRITTEN_SO] += 1
        elif relevant <= there:
            queries.append(query)
        elif relevant & there:
            left_out[PARTLY] += 1
        else:
            queries.append(_unanswerable(query, NEAR_SUBJECT))
    qrels = {
        query: {document: grade for document, grade in judged.items() if document in there}
        for query, judged in collection.qrels.items()
    }
    return replace(
        collection,
        documents=kept,
        queries=tuple(queries),
        qrels=qrels,
        left_out={**collection.left_out, **left_out},
    )


def with_lost(collection: Collection) -> Collection:
    """The collection with the queries whose answer is marked as lost as unanswerable ones, of
    the group "lost"."""
    queries = tuple(
        _unanswerable(query, LOST) if query.get("lost") and not query.get("spans") else query
        for query in collection.queries
    )
    return replace(collection, queries=queries)


def _held_out(document: str) -> bool:
    return int(text_digest(document), 16) % ONE_IN == 0


def _relevant(query: Mapping[str, Any], collection: Collection) -> set[str]:
    spans = {span["doc"] for span in query.get("spans") or ()}
    judged = collection.qrels.get(query["_id"], {})
    return spans or {document for document, grade in judged.items() if grade > 0}


def _unanswerable(query: Mapping[str, Any], group: str) -> dict[str, Any]:
    return {"_id": query["_id"], "text": query["text"], "answerable": False, "group": group}
