"""Expected answers stand where the documents have them, or are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.errors import QuestionSetInvalid
from eval.questions.place import Place, locate, occurrences
from eval.questions.question import Expected, Question
from index.passage import Span

TEXTS = {"a.txt": "one two one two", "d/b.txt": "😀 three"}


def _question(document: str, quote: str | None, start: int | None = None) -> Question:
    expected = Expected(document=document, quote=quote, start=start, grade=2)
    return Question(id="q1", question="Which?", answerable=True, expected=(expected,))


@pytest.mark.parametrize(
    ("question", "place"),
    [
        (_question("a.txt", "two"), Place("a.txt", (Span(4, 7), Span(12, 15)), 2)),
        (_question("a.txt", "two", 12), Place("a.txt", (Span(12, 15),), 2)),
        (_question("d/b.txt", "three", 2), Place("d/b.txt", (Span(2, 7),), 2)),  # code points
        (_question("a.txt", None), Place("a.txt", (), 2)),  # the document as a whole
    ],
)
def test_a_quote_is_located(question: Question, place: Place) -> None:
    assert locate(question, TEXTS) == (place,)


def test_places_keep_the_order_of_what_is_expected() -> None:
    expected = tuple(Expected(document=d, quote=q) for d, q in (("d/b.txt", "t"), ("a.txt", "tw")))
    question = Question(id="q1", question="Which?", answerable=True, expected=expected)
    assert [place.document for place in locate(question, TEXTS)] == ["d/b.txt", "a.txt"]
    unanswerable = Question(id="q2", question="Which?", answerable=False)
    assert locate(unanswerable, TEXTS) == ()


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (_question("a.txt", "Two"), "q1: 'Two' is not in 'a.txt'; quote it verbatim"),
        (_question("a.txt", "two", 5), "q1: 'two' is not in 'a.txt' at 5; quote it verbatim"),
        (_question("a.txt", "two", 13), "q1: 'two' is not in 'a.txt' at 13"),
        (_question("b.txt", "three"), "q1: the index holds no document 'b.txt'; index the"),
        (_question("b.txt", None), "q1: the index holds no document 'b.txt'; index the"),
    ],
)
def test_a_place_that_is_not_there_is_refused(question: Question, message: str) -> None:
    with pytest.raises(QuestionSetInvalid, match=message):
        locate(question, TEXTS)


@pytest.mark.parametrize(
    ("document", "start", "end", "held"),
    [
        ("a.txt", 4, 7, True),
        ("a.txt", 0, 7, True),
        ("a.txt", 12, 20, True),  # any one of the spans
        ("a.txt", 5, 15, True),
        ("a.txt", 5, 14, False),
        ("a.txt", 0, 6, False),
        ("b.txt", 4, 7, False),
    ],
)
def test_a_range_holds_a_span_whole_or_not(document: str, start: int, end: int, held: bool) -> None:
    place = Place("a.txt", (Span(4, 7), Span(12, 15)))
    assert place.held_by(document, start, end) is held


def test_any_range_of_a_whole_document_holds_it() -> None:
    assert Place("a.txt", ()).held_by("a.txt", 90, 91)
    assert not Place("a.txt", ()).held_by("b.txt", 90, 91)


@given(st.text("ab", max_size=12), st.text("ab", min_size=1, max_size=3))
def test_occurrences_are_all_and_may_overlap(text: str, quote: str) -> None:
    assert occurrences(text, quote) == [i for i in range(len(text)) if text[i:].startswith(quote)]
