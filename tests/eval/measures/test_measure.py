"""Measures against cases computed by hand."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.measure import characters, failed, measure, ranking
from index.passage import Span
from tests.eval.made import places, response


def test_ranking_of_one_place() -> None:
    values = ranking([2])
    assert [values[f"hit@{k}"] for k in (1, 3, 5, 10)] == [0, 1, 1, 1]
    assert [values[f"recall@{k}"] for k in (1, 3, 5, 10)] == [0, 1, 1, 1]
    assert values["mrr"] == 0.5
    assert values["ndcg@10"] == pytest.approx(1 / log2(3))


def test_ranking_of_several_places() -> None:
    values = ranking([4, None, 1])
    assert [values[f"hit@{k}"] for k in (1, 3, 5, 10)] == [1, 1, 1, 1]
    assert [values[f"recall@{k}"] for k in (1, 3, 5, 10)] == pytest.approx(
        [1 / 3, 1 / 3, 2 / 3, 2 / 3]
    )
    assert values["mrr"] == 1
    ideal = 1 + 1 / log2(3) + 1 / log2(4)
    assert values["ndcg@10"] == pytest.approx((1 + 1 / log2(5)) / ideal)


def test_ranking_of_nothing_found_is_zero() -> None:
    assert set(ranking([None, None]).values()) == {0.0}


def test_ranking_beyond_the_depth_counts_for_the_reciprocal_rank_only() -> None:
    values = ranking([11])
    assert values["mrr"] == pytest.approx(1 / 11)
    assert (values["hit@10"], values["recall@10"], values["ndcg@10"]) == (0, 0, 0)


def test_two_places_in_the_first_passage_are_no_more_than_perfect() -> None:
    values = ranking([1, 1])
    assert (values["recall@1"], values["mrr"], values["ndcg@10"]) == (1, 1, 1)


@given(st.lists(st.one_of(st.none(), st.integers(1, 20)), min_size=1, max_size=12))
def test_ranking_measures_are_shares(ranks: list[int | None]) -> None:
    assert all(value is not None and 0 <= value <= 1 for value in ranking(ranks).values())


def _characters(*returned: tuple[str, int, int]) -> dict[str, float | None]:
    """10 characters of a and 10 of b are expected."""
    spans = [(path, Span(start, end)) for path, start, end in returned]
    return characters(places(("a", 10, 20), ("b", 0, 10)), spans)


def test_characters_of_one_passage() -> None:
    # 5 of the 20 wanted characters in 10 returned: 5 / (20 + 10 - 5)
    assert _characters(("a", 15, 25)) == {"precision": 0.5, "recall": 0.25, "iou": 0.2}


def test_characters_returned_twice_count_twice_and_are_found_once() -> None:
    # 10 wanted characters found in 10 + 10 + 20 returned
    values = _characters(("a", 10, 20), ("a", 10, 20), ("a", 5, 25))
    assert values == {"precision": 0.25, "recall": 0.5, "iou": 10 / (20 + 40 - 10)}


def test_characters_of_another_document_are_not_found() -> None:
    assert _characters(("c", 10, 20)) == {"precision": 0, "recall": 0, "iou": 0}


def test_everything_and_nothing_else_is_perfect() -> None:
    assert _characters(("a", 10, 20), ("b", 0, 10)) == {"precision": 1, "recall": 1, "iou": 1}


def test_without_anything_returned_precision_does_not_apply() -> None:
    assert _characters() == {"precision": None, "recall": 0, "iou": 0}


def test_overlapping_places_are_wanted_once() -> None:
    wanted = places(("a", 0, 10), ("a", 5, 15))
    values = characters(wanted, [("a", Span(0, 15))])
    assert values == {"precision": 1, "recall": 1, "iou": 1}


def test_a_place_is_found_by_the_first_passage_that_holds_it_whole() -> None:
    made = response([("a", 0, 19), ("b", 0, 50), ("a", 10, 20), ("a", 0, 30)])
    values = measure(True, (), places(("a", 10, 20)), made)
    assert values["mrr"] == pytest.approx(1 / 3)
    assert (values["hit@1"], values["hit@3"]) == (0, 1)


def test_only_five_passages_count_for_characters() -> None:
    made = response([("a", 0, 10)] + [("b", 0, 10)] * 4 + [("a", 10, 20)])
    values = measure(True, (), places(("a", 10, 20)), made)
    assert values["passages_recall"] == 0
    assert values["hit@10"] == 1


def test_an_answer_with_the_evidence() -> None:
    made = response([("a", 0, 40)], [(1, 5, 25, "the quote")])
    values = measure(True, (), places(("a", 10, 20)), made)
    assert (values["answered"], values["evidence_in_answer"]) == (1, 1)
    assert values["passages_precision"] == 0.25
    assert values["quotes_precision"] == 0.5
    assert values["quotes_recall"] == 1


def test_a_quote_that_breaks_off_is_no_evidence() -> None:
    made = response([("a", 0, 40)], [(1, 5, 19, "the quote")])
    values = measure(True, (), places(("a", 10, 20)), made)
    assert (values["answered"], values["evidence_in_answer"]) == (1, 0)


@pytest.mark.parametrize(
    ("text", "answer", "holds"),
    [
        ("they saw Warm-water PORTS!", "warm water ports", 1),
        ("they saw warm water portside", "warm water port", 0),
        ("in 1940", "1940", 1),
        ("in 19401", "1940", 0),
        ("anything", "?!", 0),
    ],
)
def test_a_short_answer_counts_in_whole_words(text: str, answer: str, holds: int) -> None:
    made = response([("a", 0, 9)], [(1, 0, 9, text)])
    assert measure(True, (answer,), places(("a", 20, 30)), made)["evidence_in_answer"] == holds


def test_without_an_answer_nothing_is_quoted() -> None:
    values = measure(True, ("a",), places(("a", 0, 10)), response([("a", 0, 10)]))
    assert (values["answered"], values["evidence_in_answer"]) == (0, 0)
    assert values["quotes_precision"] is None
    assert (values["quotes_recall"], values["hit@1"]) == (0, 1)


def test_an_unanswerable_question_is_refused_or_falsely_answered() -> None:
    refused = measure(False, (), {}, response([("a", 0, 10)]))
    assert refused == {"refused": 1, "false_answer": 0}
    answered = measure(False, (), {}, response([("a", 0, 10)], [(1, 0, 9, "text")]))
    assert answered == {"refused": 0, "false_answer": 1}


def test_a_failure_is_worst_in_every_measure() -> None:
    values = failed(answerable=True)
    measured = measure(True, (), places(("a", 0, 10)), response([("a", 0, 10)]))
    assert set(values.values()) == {0.0}
    assert values.keys() == measured.keys()
    assert failed(answerable=False) == {"refused": 0.0, "false_answer": 1.0}
