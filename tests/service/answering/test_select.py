"""Which runs are an answer, by hand; what holds for any windows."""

from hypothesis import given
from hypothesis import strategies as st

from index.passage import Span
from service.answering.select import MOST_QUOTES, NEARLY, Selection, select


def window(start: int, end: int, value: float, place: int = 0) -> Selection:
    return Selection(place, Span(start, end), value)


def test_nothing_of_nothing() -> None:
    assert select([]) == []


def test_what_is_nearly_as_good_is_taken_and_no_more_than_can_be_read() -> None:
    best, good, fair, more = (window(n * 10, n * 10 + 9, 1 - n / 10) for n in range(4))
    far = window(90, 99, 1 - NEARLY - 0.01)
    assert select([best]) == [best]
    assert select([best, good, far]) == [best, good]
    assert select([best, good, fair, more, far]) == [best, good, fair]


def test_windows_that_overlap_become_one_once() -> None:
    best, left, right = window(50, 100, 1.0), window(25, 75, 0.9), window(75, 125, 0.8)
    assert select([best, left, right]) == [window(25, 100, 1.0)]


def test_windows_of_other_passages_do_not_overlap() -> None:
    best, other = window(50, 100, 1.0), window(50, 100, 0.9, place=1)
    assert select([best, other]) == [best, other]


def test_a_window_between_two_runs_joins_neither() -> None:
    one, other, between = window(0, 50, 1.0), window(60, 99, 0.9), window(40, 70, 0.8)
    assert select([one, other, between]) == [one, other]


windows = st.lists(
    st.builds(
        lambda place, start, length, value: window(start, start + length, value, place),
        st.integers(0, 4),
        st.integers(0, 200),
        st.integers(1, 60),
        st.floats(0, 2),
    ),
    min_size=1,
    max_size=30,
).map(lambda found: sorted(found, key=lambda one: -one.value))


@given(windows)
def test_the_best_is_always_part_of_the_first_run(found: list[Selection]) -> None:
    chosen = select(found)
    assert 1 <= len(chosen) <= MOST_QUOTES
    assert chosen[0].place == found[0].place
    assert chosen[0].span.start <= found[0].span.start < found[0].span.end <= chosen[0].span.end


@given(windows)
def test_every_run_is_made_of_one_or_two_windows(found: list[Selection]) -> None:
    spans = [(one.place, one.span.start, one.span.end) for one in found]
    for run in select(found):
        starts = {start for place, start, _ in spans if place == run.place}
        ends = {end for place, _, end in spans if place == run.place}
        assert run.span.start in starts
        assert run.span.end in ends
