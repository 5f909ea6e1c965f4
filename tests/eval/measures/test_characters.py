"""Characters against cases computed by hand, and against sets of offsets."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.characters import character_measures, characters
from eval.questions.place import Place
from index.passage import Span
from tests.eval.made import places, record, response, whole

Range = tuple[str, int, int]
NOTHING = {"precision": None, "recall": None, "iou": None}


def measured(wanted: Sequence[Place], *returned: Range) -> dict[str, float | None]:
    """The measures of these ranges."""
    return characters(wanted, [(path, Span(start, end)) for path, start, end in returned])


# 10 characters of a and 10 of b
TWO = places(("a", 10, 20), ("b", 0, 10))


def test_one_passage() -> None:
    # 5 of the 20 wanted characters in 10 returned: 5 / (20 + 10 - 5)
    assert measured(TWO, ("a", 15, 25)) == {"precision": 0.5, "recall": 0.25, "iou": 0.2}


def test_overlapping_passages_count_twice_as_returned_and_once_as_found() -> None:
    # Chroma's rule by hand: of a 10..20, the passages 0..15 and 12..22 hold 15 - 12 + 8 - 3 = 10
    # distinct ones; 15 + 10 characters are returned, 3 of the wanted ones twice.
    values = measured(places(("a", 10, 20)), ("a", 0, 15), ("a", 12, 22))
    assert values == {"precision": 10 / 25, "recall": 1, "iou": 10 / (10 + 25 - 10)}


def test_what_is_returned_again_lowers_precision_and_iou_only() -> None:
    # 10 wanted characters found in 10 + 10 + 20 returned
    values = measured(TWO, ("a", 10, 20), ("a", 10, 20), ("a", 5, 25))
    assert values == {"precision": 0.25, "recall": 0.5, "iou": 10 / (20 + 40 - 10)}


def test_another_document_is_not_wanted() -> None:
    assert measured(TWO, ("c", 10, 20)) == {"precision": 0, "recall": 0, "iou": 0}


def test_everything_and_nothing_else_is_perfect() -> None:
    values = measured(TWO, ("a", 10, 20), ("b", 0, 10))
    assert values == {"precision": 1, "recall": 1, "iou": 1}


def test_without_anything_returned_precision_does_not_apply() -> None:
    assert measured(TWO) == {"precision": None, "recall": 0, "iou": 0}


def test_overlapping_places_are_wanted_once() -> None:
    values = measured(places(("a", 0, 10), ("a", 5, 15)), ("a", 0, 15))
    assert values == {"precision": 1, "recall": 1, "iou": 1}


def test_of_several_occurrences_that_is_wanted_of_which_most_is_returned() -> None:
    wanted = [Place("a", (Span(0, 10), Span(100, 110), Span(200, 210)))]
    assert measured(wanted, ("a", 104, 110)) == {"precision": 1, "recall": 0.6, "iou": 0.6}
    assert measured(wanted, ("a", 9, 10), ("a", 104, 110))["recall"] == 0.6
    assert measured(wanted) == {"precision": None, "recall": 0, "iou": 0}


@pytest.mark.parametrize("wanted", [whole("a"), (*whole("a"), *places(("a", 0, 5))), ()])
def test_whole_documents_have_no_characters(wanted: Sequence[Place]) -> None:
    assert measured(wanted, ("a", 0, 5)) == NOTHING


RANGES = st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.integers(1, 20)).map(
    lambda t: (t[0], t[1], t[1] + t[2])
)


@given(st.lists(RANGES, min_size=1, max_size=4), st.lists(RANGES, max_size=6))
def test_characters_are_those_of_sets_of_offsets(wanted: list[Range], found: list[Range]) -> None:
    expected = {(path, n) for path, start, end in wanted for n in range(start, end)}
    returned = [(path, n) for path, start, end in found for n in range(start, end)]
    common = len(expected & set(returned))
    values = measured(places(*wanted), *found)
    assert values == {
        "precision": common / len(returned) if returned else None,
        "recall": common / len(expected),
        "iou": common / (len(expected) + len(returned) - common),
    }
    assert all(value is None or 0 <= value <= 1 for value in values.values())


@given(st.lists(RANGES, min_size=1, max_size=4), st.lists(RANGES, max_size=6), RANGES)
def test_recall_does_not_fall_with_a_passage_more(
    wanted: list[Range], found: list[Range], more: Range
) -> None:
    before = measured(places(*wanted), *found)["recall"] or 0
    assert (measured(places(*wanted), *found, more)["recall"] or 0) >= before


def test_passages_highlights_and_quotes_of_a_response() -> None:
    made = response(
        [("a", 0, 40), ("b", 0, 10)],
        [(1, 5, 25, "the quote")],
        highlights=[[(10, 15), (18, 23)], [(0, 10)]],
    )
    values = character_measures(record(places(("a", 10, 20)), made))
    assert values == {
        "passages_precision": 10 / 50,
        "passages_recall": 1,
        "passages_iou": 10 / 50,
        "highlights_precision": 7 / 20,
        "highlights_recall": 7 / 10,
        "highlights_iou": 7 / (10 + 20 - 7),
        "quotes_precision": 0.5,
        "quotes_recall": 1,
        "quotes_iou": 0.5,
    }


def test_only_five_passages_and_their_highlights_count() -> None:
    ranges = [("b", 0, 10)] * 5 + [("a", 10, 20)]
    made = response(ranges, highlights=[[(start, end)] for _, start, end in ranges])
    values = character_measures(record(places(("a", 10, 20)), made))
    assert (values["passages_recall"], values["highlights_recall"]) == (0, 0)


def test_without_an_answer_nothing_is_quoted() -> None:
    values = character_measures(record(places(("a", 0, 10)), response([("a", 0, 10)])))
    assert values["quotes_precision"] is None
    assert (values["quotes_recall"], values["quotes_iou"]) == (0, 0)
    assert values["highlights_precision"] is None


def test_a_failure_is_worst_where_characters_apply() -> None:
    assert set(character_measures(record(places(("a", 0, 10)), None)).values()) == {0.0}
    assert set(character_measures(record(whole("a"), None)).values()) == {None}
