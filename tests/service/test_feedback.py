"""Feedback is proved on receipt and read as it was kept."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.answer import IndexRef
from service.engine import Engine
from service.errors import FeedbackInvalid, QuestionInvalid
from service.feedback import (
    Feedback,
    FeedbackStore,
    MarkedPlace,
    MarkedQuote,
    Said,
    check_said,
    prove_feedback,
)
from tests.service.corpora import engine_of

LONG = "abc " * 3000


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_of(tmp_path, {"a.txt": "😀 aa bb. Cc dd.", "long.txt": LONG})
    yield engine
    engine.index.texts.close()


@pytest.fixture
def document(engine: Engine) -> str:
    return next(d.id for d in engine.index.texts.documents() if d.path == "a.txt")


def _record(identity: str, *quotes: MarkedQuote) -> Feedback:
    return Feedback(
        identity, "2026-01-02T03:04:05.678+00:00", "aa?", "right", quotes, IndexRef(3, "ab")
    )


def test_a_place_is_quoted_as_it_is_stored(engine: Engine, document: str) -> None:
    said = Said("aa?", "wrong", (MarkedPlace(document, 0, 4),), "a_1", "So.")
    before = datetime.now(UTC).isoformat(timespec="milliseconds")
    feedback = prove_feedback(said, engine)
    assert before <= feedback.created <= datetime.now(UTC).isoformat(timespec="milliseconds")
    assert re.fullmatch(r"f_[0-9a-f]{16}", feedback.id)
    assert (feedback.question, feedback.verdict) == ("aa?", "wrong")
    assert (feedback.answer_id, feedback.comment) == ("a_1", "So.")
    assert feedback.passages == (MarkedQuote("a.txt", 0, 4, "😀 aa"),)
    assert feedback.index == engine.ref
    assert prove_feedback(said, engine).id != feedback.id


@pytest.mark.parametrize(
    ("start", "end", "field", "reason"),
    [
        (0, 16, "passages.1.end", "0 to 16 is no range of the document's 15 characters"),
        (4, 4, "passages.1.end", "4 to 4 is no range"),
        (5, 4, "passages.1.end", "5 to 4 is no range"),
        (15, 16, "passages.1.start", "15 to 16 is no range"),
    ],
)
def test_a_place_outside_the_document_is_named(
    engine: Engine, document: str, start: int, end: int, field: str, reason: str
) -> None:
    places = (MarkedPlace(document, 0, 15), MarkedPlace(document, start, end))
    with pytest.raises(FeedbackInvalid, match=reason) as caught:
        prove_feedback(Said("aa?", "right", places), engine)
    assert caught.value.field == field


def test_a_document_that_is_not_there_is_named(engine: Engine) -> None:
    with pytest.raises(FeedbackInvalid, match=r"passages\.0\.document: the index holds no such"):
        prove_feedback(Said("aa?", "right", (MarkedPlace("d_0", 0, 1),)), engine)


def test_a_place_seen_in_another_state_of_the_document_is_refused(
    engine: Engine, document: str
) -> None:
    facts = engine.index.texts.facts(document)
    assert facts is not None
    seen = MarkedPlace(document, 0, 4, facts.sha256)
    assert prove_feedback(Said("aa?", "right", (seen,)), engine).passages[0].quote == "😀 aa"
    stale = MarkedPlace(document, 0, 4, "0" * 64)
    with pytest.raises(FeedbackInvalid, match=r"passages\.0\.sha256: the document has changed"):
        prove_feedback(Said("aa?", "right", (stale,)), engine)


def test_a_place_has_a_greatest_length(engine: Engine) -> None:
    long = next(d.id for d in engine.index.texts.documents() if d.path == "long.txt")
    longest = prove_feedback(Said("aa?", "right", (MarkedPlace(long, 1, 10_001),)), engine)
    assert longest.passages[0].quote == LONG[1:10_001]
    with pytest.raises(FeedbackInvalid, match=r"at most 10000 characters; mark a shorter one"):
        prove_feedback(Said("aa?", "right", (MarkedPlace(long, 0, 10_001),)), engine)


def test_what_is_not_answered_has_no_place_that_answers(document: str) -> None:
    check_said(Said("aa?", "unanswerable"))
    with pytest.raises(FeedbackInvalid, match="passages: what the documents do not answer"):
        check_said(Said("aa?", "unanswerable", (MarkedPlace(document, 0, 1),)))


def test_the_question_is_one_that_can_be_asked() -> None:
    with pytest.raises(QuestionInvalid, match="question: is empty"):
        check_said(Said(" ", "right"))


def test_what_is_kept_is_read(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "made" / "here")
    records = [_record("f_1", MarkedQuote("ä/b.txt", 1, 3, "ü\n")), _record("f_2")]
    for record in records:
        assert store.append(lambda record=record: record) is record  # type: ignore[misc]
    kept = store.read()
    assert (kept.feedback, kept.unread) == (tuple(records), ())


def test_where_nothing_was_said_nothing_is_read(tmp_path: Path) -> None:
    kept = FeedbackStore.of(tmp_path / "index").read()
    assert (kept.feedback, kept.unread) == ((), ())
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_a_crash_has_cut_off_is_told(tmp_path: Path) -> None:
    store = FeedbackStore.of(tmp_path / "index")
    store.append(lambda: _record("f_1"))
    store.append(lambda: _record("f_2"))
    file = tmp_path / "index.feedback" / "feedback.jsonl"
    file.write_bytes(file.read_bytes()[:-20])
    assert [each.id for each in store.read().feedback] == ["f_1"]
    store.append(lambda: _record("f_3"))
    kept = store.read()
    assert [each.id for each in kept.feedback] == ["f_1", "f_3"]
    (told,) = kept.unread
    assert told.startswith(f"line 2 of {file} is no whole record (Invalid JSON")
