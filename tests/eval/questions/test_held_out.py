"""A third of the documents is held out, and what was asked of them cannot be answered."""

from typing import Any

from eval.questions.collection import Collection, CollectionDocument
from eval.questions.held_out import PARTLY, WRITTEN_SO, with_held_out, with_lost
from index.passage import text_digest

# By the digests of the ids: int(sha256(id), 16) % 3.
OUT = [name for name in "abcdefghij" if int(text_digest(name), 16) % 3 == 0]
IN = [name for name in "abcdefghij" if name not in OUT]


def collection(*queries: dict[str, Any], **qrels: dict[str, int]) -> Collection:
    documents = tuple(CollectionDocument(name, "", f"text of {name}") for name in "abcdefghij")
    return Collection("made", documents, queries, qrels)


def test_some_documents_stay_and_some_do_not() -> None:
    kept = [document.id for document in with_held_out(collection()).documents]
    assert kept == IN
    assert OUT
    assert len(OUT) < len(IN)


def test_what_is_asked_of_a_held_out_document_is_unanswerable() -> None:
    asked = {"_id": "q", "text": "what?", "spans": [{"doc": OUT[0], "start": 0, "end": 4}]}
    judged = {"_id": "r", "text": "which?"}
    found = with_held_out(collection(asked, judged, r={OUT[1]: 1, IN[0]: 0}))
    assert found.queries == (
        {"_id": "q", "text": "what?", "answerable": False, "group": "near-subject"},
        {"_id": "r", "text": "which?", "answerable": False, "group": "near-subject"},
    )
    assert found.qrels == {"r": {IN[0]: 0}}


def test_what_is_asked_of_the_others_stays_as_it_is() -> None:
    asked = {"_id": "q", "text": "what?", "spans": [{"doc": IN[0], "start": 0, "end": 4}]}
    assert with_held_out(collection(asked)).queries == (asked,)


def test_what_is_asked_of_both_is_left_out_and_told() -> None:
    hard = {"_id": "h", "text": "why?", "answerable": False}
    found = with_held_out(collection({"_id": "q", "text": "x"}, hard, q={OUT[0]: 1, IN[0]: 1}))
    assert found.queries == ()
    assert found.left_out == {PARTLY: 1, WRITTEN_SO: 1}


def test_lost_answers_become_unanswerable_questions() -> None:
    lost = {"_id": "l", "text": "when?", "lost": True}
    partly = {
        "_id": "p",
        "text": "who?",
        "lost": True,
        "spans": [{"doc": "a", "start": 0, "end": 1}],
    }
    assert with_lost(collection(lost, partly)).queries == (
        {"_id": "l", "text": "when?", "answerable": False, "group": "lost"},
        partly,
    )
