"""The runs that answer are chosen by their values, near the best one, and never overlap."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passage import Span
from service.answering.select import (
    FROM_PASSAGES,
    MOST_QUOTES,
    NEARLY,
    Selection,
    ranked_windows,
    select,
)
from service.engine import Engine
from tests.service.answering.proving import proved_by_hand
from tests.service.corpora import engine_of


def at(place: int, start: int, end: int, value: float) -> Selection:
    return Selection(place, Span(start, end), value)


def test_of_nothing_nothing_is_selected() -> None:
    assert select([]) == []


def test_what_is_nearly_as_good_is_taken_and_no_more() -> None:
    best, near = at(0, 0, 5, 1.5), at(1, 0, 5, 1.5 - NEARLY)
    worse = at(2, 0, 5, 1.5 - NEARLY - 0.001)
    assert select([best, near, worse]) == [best, near]
    assert select([best, worse]) == [best]


def test_there_are_no_more_than_can_be_read() -> None:
    windows = [at(0, 10 * n, 10 * n + 5, 1.0) for n in range(MOST_QUOTES + 1)]
    assert select(windows) == windows[:3]


def test_what_only_touches_is_apart() -> None:
    windows = [at(0, 10, 20, 1.0), at(0, 20, 30, 0.9), at(0, 0, 10, 0.8)]
    assert select(windows) == windows


def test_the_same_range_of_another_passage_is_apart() -> None:
    windows = [at(0, 10, 20, 1.0), at(1, 10, 20, 0.9)]
    assert select(windows) == windows


def test_a_window_takes_in_its_better_neighbour_once() -> None:
    windows = [
        at(0, 10, 30, 1.0),
        at(0, 20, 40, 0.9),  # taken in
        at(0, 0, 20, 0.8),  # a second one is not
        at(1, 0, 20, 0.7),
        at(0, 30, 50, 0.7),  # overlaps what was taken in
        at(1, 10, 30, 0.65),
    ]
    # the value stays that of the window that was chosen
    assert select(windows) == [at(0, 10, 40, 1.0), at(1, 0, 30, 0.7)]


def test_a_neighbour_before_is_taken_in_as_well() -> None:
    assert select([at(0, 10, 30, 1.0), at(0, 0, 20, 0.9)]) == [at(0, 0, 30, 1.0)]


def test_what_overlaps_two_is_taken_in_by_neither() -> None:
    windows = [at(0, 0, 20, 1.0), at(0, 30, 50, 0.9), at(0, 15, 35, 0.8)]
    assert select(windows) == windows[:2]


def test_three_may_still_grow() -> None:
    windows = [*(at(place, 0, 10, 1.0) for place in range(3)), at(2, 5, 15, 0.9)]
    assert select(windows) == [at(0, 0, 10, 1.0), at(1, 0, 10, 1.0), at(2, 0, 15, 1.0)]


def test_a_neighbour_that_is_far_less_good_is_not_taken_in() -> None:
    windows = [at(0, 10, 30, 1.0), at(0, 20, 40, 0.59)]
    assert select(windows) == windows[:1]


selections = st.lists(
    st.builds(
        lambda place, start, length, value: at(place, start, start + length, value / 100),
        st.integers(0, 2),
        st.integers(0, 60),
        st.integers(1, 20),
        st.integers(0, 200),
    ),
    min_size=1,
    max_size=20,
).map(lambda found: sorted(found, key=lambda one: (-one.value, one.place, one.span.start)))


@given(selections)
def test_selections_are_apart_and_begin_with_the_best(windows: list[Selection]) -> None:
    chosen = select(windows)
    best = windows[0]
    assert 1 <= len(chosen) <= MOST_QUOTES
    assert (chosen[0].place, chosen[0].value) == (best.place, best.value)
    assert chosen[0].span.start <= best.span.start < best.span.end <= chosen[0].span.end
    assert [one.value for one in chosen] == sorted((one.value for one in chosen), reverse=True)
    assert all(one.value >= best.value - NEARLY for one in chosen)
    taken = [(one.place, at) for one in chosen for at in range(one.span.start, one.span.end)]
    assert len(taken) == len(set(taken))
    # every border is that of a window: nothing is cut
    assert {(one.place, one.span.start) for one in chosen} <= {
        (each.place, each.span.start) for each in windows
    }
    assert {(one.place, one.span.end) for one in chosen} <= {
        (each.place, each.span.end) for each in windows
    }


def test_a_window_counts_by_itself_and_its_passage(small_engine: Engine) -> None:
    proved = [
        proved_by_hand(small_engine, "aaa bbb ccc", 1.0, (0, 3, 0.5), (4, 7, 0.9)),
        proved_by_hand(small_engine, "ddd eee", 0.5, (0, 3, 1.0), (4, 7, 1.05)),
    ]
    found = ranked_windows("What is this?", proved)
    assert [(one.place, one.span.start, one.span.end) for one in found] == [
        (0, 104, 107),  # 0.9 + 0.3
        (1, 104, 107),  # 1.05 + 0.15
        (1, 100, 103),
        (0, 100, 103),
    ]
    assert [one.value for one in found] == pytest.approx([1.2, 1.2, 1.15, 0.8])


def test_of_equal_windows_the_first_in_order_is_first(small_engine: Engine) -> None:
    proved = [proved_by_hand(small_engine, "aa bb", 0.5, (3, 5, 1.0), (0, 2, 1.0))] * 2
    found = ranked_windows("What is this?", proved)
    assert [(one.place, one.span.start) for one in found] == [
        (0, 100),
        (0, 103),
        (1, 100),
        (1, 103),
    ]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How many came?", "Seven men"),
        ("When did they come?", "Seven men"),
        ("Who came?", "of Hess"),
        ("Why did they come?", "Since then"),
        ("What came?", "Since then"),  # of no kind: the first by value
        ("How many of the seven came?", "Since then"),  # what is asked is no answer
    ],
)
def test_the_kind_that_is_asked_for_counts(small_engine: Engine, question: str, first: str) -> None:
    text = "Since then Seven men of Hess"
    found = proved_by_hand(small_engine, text, 0.5, (0, 10, 1.05), (11, 20, 1.0), (21, 28, 1.0))
    assert found.text_of(ranked_windows(question, [found])[0].span) == first


def test_holding_the_kind_is_worth_a_tenth(small_engine: Engine) -> None:
    proved = [proved_by_hand(small_engine, "seven since", 0.0, (0, 5, 1.0), (6, 11, 1.0))]
    assert [one.value for one in ranked_windows("How many?", proved)] == pytest.approx([1.1, 1.0])
    assert [one.value for one in ranked_windows("What else?", proved)] == [1.0, 1.0]


def test_the_first_five_passages_compete(small_engine: Engine) -> None:
    proved = [
        proved_by_hand(small_engine, "aa", 0.0, (0, 2, float(n))) for n in range(FROM_PASSAGES + 1)
    ]
    assert [one.place for one in ranked_windows("What?", proved)] == [4, 3, 2, 1, 0]


letters = st.text("ab ", min_size=1, max_size=30).filter(str.strip)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from(["1.txt", "2.txt"]), letters, min_size=1), letters)
def test_every_run_lies_inside_its_passage(
    tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str], question: str
) -> None:
    engine = engine_of(tmp_path_factory.mktemp("made"), texts, threshold=0)
    answered = engine.ask(question)
    assert answered.answer.quotes
    for quote in answered.answer.quotes:
        passage = answered.passages[quote.citation - 1]
        assert passage.start <= quote.start < quote.end <= passage.end
    engine.index.texts.close()


def read(place: int, start: int, value: float, reads: float) -> Selection:
    return Selection(place, Span(start, start + 5), value, reads)


def test_what_was_read_and_what_is_alike_take_turns() -> None:
    first, second = read(0, 0, 1.0, 2.0), read(1, 0, 0.9, 1.6)  # 3.0 and 2.5 in all
    alike, less = read(2, 0, 1.5, 0.0), read(3, 0, 1.25, 0.0)
    assert select([first, second, alike, less]) == [first, alike, second]
    assert select([first, alike, less]) == [first, alike, less]
    assert select([first, alike, replace(less, value=1.19)]) == [first, alike]
    assert select([first, replace(second, read=1.4), alike]) == [first, alike]  # 2.3 in all


def test_what_is_alike_does_not_overlap_what_was_read() -> None:
    best, beside = read(0, 0, 1.0, 2.0), read(0, 3, 1.3, 0.0)
    assert select([best, beside]) == [best]


def test_what_is_best_by_both_is_quoted_once() -> None:
    assert select([read(0, 0, 1.0, 2.0), read(1, 0, 0.5, 0.0)]) == [read(0, 0, 1.0, 2.0)]
