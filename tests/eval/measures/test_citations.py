"""Citations against cases computed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.citations import citation_measures, matches
from eval.questions.place import Place
from index.passage import Span
from tests.eval.made import places, record, response, whole


@pytest.mark.parametrize(
    ("start", "end", "match"),
    [
        (10, 20, True),
        # 5 of the place's 10 characters, then 4
        (0, 15, True),
        (0, 14, False),
        # the quote is the shorter one: 2 of its 4 characters, then 1
        (18, 22, True),
        (19, 23, False),
        (12, 13, True),
        (0, 100, True),
        (20, 30, False),
        (15, 15, False),
    ],
)
def test_half_of_the_shorter_one_is_shared(start: int, end: int, match: bool) -> None:
    (place,) = places(("a", 10, 20))
    assert matches(place, "a", Span(start, end)) == match
    assert not matches(place, "b", Span(start, end))


def test_any_occurrence_and_any_place_of_a_whole_document_match() -> None:
    assert matches(Place("a", (Span(0, 5), Span(50, 55))), "a", Span(50, 60))
    (document,) = whole("a")
    assert matches(document, "a", Span(7, 8))
    assert not matches(document, "b", Span(7, 8))


def test_precision_is_of_quotes_and_recall_of_places() -> None:
    quotes = [(1, 0, 10, "x"), (1, 2, 12, "x"), (2, 30, 40, "x"), (9, 0, 10, "no such rank")]
    made = response([("a", 0, 100), ("b", 0, 100)], quotes)
    wanted = places(("a", 0, 10), ("a", 50, 60), ("b", 0, 10))
    # two of four quotes match the first place, none another
    assert citation_measures(record(wanted, made, verified=(6, 5))) == {
        "citation_precision": 0.5,
        "citation_recall": pytest.approx(1 / 3),
        "verified": pytest.approx(5 / 6),
    }


def test_without_an_answer_precision_does_not_apply() -> None:
    made = response([("a", 0, 100)])
    assert citation_measures(record(places(("a", 0, 10)), made)) == {
        "citation_recall": 0,
        "verified": 1,
    }


def test_without_a_passage_nothing_is_to_verify() -> None:
    values = citation_measures(record(places(("a", 0, 10)), response([]), verified=(0, 0)))
    assert values == {"citation_recall": 0}


def test_of_a_false_answer_no_citation_is_right() -> None:
    made = response([("a", 0, 100)], [(1, 0, 10, "x")])
    assert citation_measures(record((), made)) == {"citation_precision": 0, "verified": 1}
    assert citation_measures(record((), response([("a", 0, 100)]))) == {"verified": 1}


def test_a_failure_is_worst() -> None:
    assert citation_measures(record((), None)) == {"citation_precision": 0, "verified": 0}
    failed = citation_measures(record(places(("a", 0, 1)), None))
    assert failed == {"citation_precision": 0, "citation_recall": 0, "verified": 0}


SPANS = st.tuples(st.integers(0, 30), st.integers(1, 20)).map(lambda t: (t[0], t[0] + t[1]))


@given(SPANS, SPANS)
def test_place_and_quote_match_each_other(one: tuple[int, int], other: tuple[int, int]) -> None:
    (place,), (turned,) = places(("a", *one)), places(("a", *other))
    assert matches(place, "a", Span(*other)) == matches(turned, "a", Span(*one))
