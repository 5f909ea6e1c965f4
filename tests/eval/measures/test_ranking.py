"""Rankings against cases computed by hand, and against pytrec_eval itself."""

from collections.abc import Sequence
from math import log2

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval.bench.rivals import lexical_ranking
from eval.measures.measure import judge
from eval.measures.names import DEPTHS
from eval.measures.ranking import Ranking, rank_measures, rank_units
from eval.questions.collection import read_collection
from eval.questions.place import Place
from index.lexical import LexicalIndex
from index.passage import Span
from tests.conftest import SHARED
from tests.eval.made import places, record, response, whole

Range = tuple[str, int, int]


def measured(wanted: Sequence[Place], *returned: Range) -> dict[str, float]:
    """The measures of one question."""
    spans = [(path, Span(start, end)) for path, start, end in returned]
    (found,) = rank_measures([rank_units(wanted, spans)])
    return found


def at(values: dict[str, float], name: str) -> list[float]:
    """A measure at all its depths."""
    return [values[f"{name}@{k}"] for k in DEPTHS]


def test_one_place_in_the_second_passage() -> None:
    values = measured(places(("a", 5, 9)), ("b", 0, 20), ("a", 5, 9), ("a", 0, 20))
    assert at(values, "hit") == [0, 1, 1, 1]
    assert at(values, "recall") == [0, 1, 1, 1]
    assert (values["mrr"], values["map"]) == (0.5, 0.5)
    assert values["ndcg@10"] == pytest.approx(1 / log2(3))


def test_a_passage_holds_a_place_whole_or_not() -> None:
    values = measured(places(("a", 5, 9)), ("a", 5, 8), ("a", 6, 20), ("b", 5, 9), ("a", 4, 9))
    assert values["mrr"] == 1 / 4


def test_graded_places_found_late_or_never() -> None:
    wanted = [
        Place("a", (Span(0, 2),)),
        Place("a", (Span(10, 12),), grade=3),
        Place("b", (Span(0, 2),), grade=2),
    ]
    values = measured(wanted, ("c", 0, 9), ("a", 0, 5), ("c", 9, 20), ("a", 0, 15))
    assert at(values, "hit") == [0, 1, 1, 1]
    assert at(values, "recall") == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3])
    assert values["mrr"] == 1 / 2
    assert values["map"] == pytest.approx((1 / 2 + 2 / 4 + 0) / 3)
    ideal = 3 + 2 / log2(3) + 1 / log2(4)
    assert values["ndcg@10"] == pytest.approx((1 / log2(3) + 3 / log2(5)) / ideal)


def test_two_places_first_held_by_one_passage_are_one_unit_of_the_higher_grade() -> None:
    wanted = [Place("a", (Span(0, 2),)), Place("a", (Span(3, 5),), grade=2), *places(("b", 0, 2))]
    values = measured(wanted, ("a", 0, 9), ("a", 0, 9))
    assert at(values, "recall") == [0.5] * 4
    assert values["map"] == 0.5
    assert values["ndcg@10"] == pytest.approx(2 / (2 + 1 / log2(3)))


def test_any_occurrence_of_a_quote_will_do() -> None:
    wanted = [Place("a", (Span(0, 2), Span(10, 12)))]
    assert measured(wanted, ("a", 1, 20), ("a", 0, 20)) == measured(wanted, ("a", 9, 13))


def test_beyond_the_tenth_only_reciprocal_rank_and_precision_see() -> None:
    values = measured(places(("a", 0, 5)), *[("b", 0, 5)] * 10, ("a", 0, 5))
    assert values["mrr"] == values["map"] == pytest.approx(1 / 11)
    assert (*at(values, "hit"), *at(values, "recall"), values["ndcg@10"]) == (0,) * 9


def test_a_whole_document_is_found_where_a_passage_of_it_first_comes() -> None:
    values = measured(
        whole("b", "c"), ("a", 0, 5), ("a", 5, 9), ("b", 0, 5), ("a", 9, 10), ("b", 5, 9)
    )
    # the documents returned are a and b
    assert at(values, "recall") == [0, 0.5, 0.5, 0.5]
    assert (values["mrr"], values["map"]) == (0.5, 0.25)
    assert values["ndcg@10"] == pytest.approx(1 / log2(3) / (1 + 1 / log2(3)))


def test_a_document_expected_twice_counts_once_with_the_higher_grade() -> None:
    wanted = [Place("a", (), 1), Place("a", (), 3), Place("b", (), 2)]
    assert rank_units(wanted, []) == Ranking({"a": 3, "b": 2}, [])


def test_with_a_quote_among_the_places_the_unit_is_the_passage() -> None:
    wanted = [*whole("a"), *places(("b", 0, 5))]
    values = measured(wanted, ("a", 0, 5), ("a", 5, 9), ("b", 0, 9))
    assert values["map"] == pytest.approx((1 + 2 / 3) / 2)


def test_nothing_returned_or_failed_is_zero_in_each() -> None:
    assert set(measured(places(("a", 0, 5))).values()) == {0.0}
    failed, found = judge(
        [
            record(places(("a", 0, 5)), None),
            record(places(("a", 0, 5)), response([("a", 0, 5)])),
        ]
    )
    names = measured(places(("a", 0, 5))).keys()
    assert {failed.measures[name] for name in names} == {0.0}
    assert {found.measures[name] for name in names} == {1.0}


def test_questions_keep_their_order() -> None:
    wanted = places(("a", 0, 5))
    returned = [("b", Span(0, 5))]
    rankings = [rank_units(wanted, [*returned * n, ("a", Span(0, 5))]) for n in range(12)]
    assert [v["mrr"] for v in rank_measures(rankings)] == pytest.approx(
        [1 / n for n in range(1, 13)]
    )
    assert rank_measures([]) == []


def test_names_do_not_change_the_order() -> None:
    # equal scores would be ordered by name, and 10 stands before 9
    values = measured(places(("a", 0, 5)), *[("b", 0, 5)] * 8, ("a", 0, 5), ("c", 0, 5))
    assert values["mrr"] == pytest.approx(1 / 9)


RANGES = st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(1, 9)).map(
    lambda t: (t[0], t[1], t[1] + t[2])
)
WANTED = st.lists(
    st.builds(lambda r, g: Place(r[0], (Span(r[1], r[2]),), g), RANGES, st.integers(1, 3)),
    min_size=1,
    max_size=4,
)


@given(WANTED, st.lists(RANGES, max_size=12), RANGES)
def test_measures_are_shares_and_do_not_fall_with_a_passage_more(
    wanted: list[Place], returned: list[Range], more: Range
) -> None:
    before, after = measured(wanted, *returned), measured(wanted, *returned, more)
    assert all(0 <= value <= 1 for value in before.values())
    rising = [name for name in before if name.startswith(("hit", "recall", "mrr"))]
    assert all(after[name] >= before[name] for name in rising)


GRADES = st.dictionaries(st.sampled_from("abcdefghijklm"), st.integers(-1, 3), min_size=1)


def directly(qrels: dict[str, int], ranked: Sequence[str]) -> dict[str, float]:
    """What pytrec_eval says of one ranking."""
    names = {"recip_rank", "map", "ndcg_cut_10", "recall.1,3,5,10", "success.1,3,5,10"}
    scores = {document: 1000.0 - rank for rank, document in enumerate(ranked)}
    found = pytrec_eval.RelevanceEvaluator({"q": qrels}, names).evaluate({"q": scores})["q"]
    renamed = {"recip_rank": "mrr", "ndcg_cut_10": "ndcg@10"}
    return {
        renamed.get(n, n.replace("success_", "hit@").replace("recall_", "recall@")): value
        for n, value in found.items()
    }


@given(GRADES, st.permutations("abcdefghijklmnop"), st.integers(1, 16))
def test_every_measure_is_that_of_pytrec_eval(
    grades: dict[str, int], order: list[str], depth: int
) -> None:
    """Grades of 0 and below included: judged, and not relevant."""
    (values,) = rank_measures([Ranking(grades, order[:depth])])
    assert values == pytest.approx(directly(grades, order[:depth]), abs=1e-12)


def test_a_grade_below_one_is_neither_relevant_nor_a_loss() -> None:
    (values,) = rank_measures([Ranking({"a": -1, "b": 0, "c": 1}, ["a", "b", "c"])])
    assert values["mrr"] == values["map"] == pytest.approx(1 / 3)
    assert values["ndcg@10"] == pytest.approx(1 / log2(4))


@pytest.mark.shared
def test_on_cranfield_each_query_has_the_values_of_pytrec_eval() -> None:
    """The judgements of this collection are all 1; a grade below 1 would be no place."""
    collection = read_collection(SHARED / "cranfield")
    lexical = LexicalIndex.build([document.whole for document in collection.documents])
    judged = collection.judged()
    ranked = collection.named({q: lexical_ranking(lexical, text) for q, text in judged.items()})
    records = [
        record(
            [Place(d, (), grade) for d, grade in collection.qrels[q].items() if grade > 0],
            # every document in two passages
            response([(d, at, at + 9) for d in ranked[q] for at in (0, 9)]),
        )
        for q in judged
    ]
    expected = [directly(collection.qrels[q], ranked[q]) for q in judged]
    found = [{n: each.measures[n] for n in expected[0]} for each in judge(records)]
    assert len(found) == 225
    assert found == [pytest.approx(values, abs=1e-9) for values in expected]
