"""Which terms stand in which window, against lists that one reads through."""

import re
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexDamaged
from index.occurrences import NUMBERS, STARTS, Occurrences, SegmentOccurrences
from index.postings import TermLists
from index.terms import terms
from tests.index.divided import divide, divisions, segment_of_terms
from tests.index.garbled import garbled

FILES = (NUMBERS, STARTS)
HELD = st.lists(st.lists(st.integers(0, 9), max_size=8), min_size=1, max_size=8)
# Values that float32 holds as they are; some terms stand in no window.
VALUES = st.integers(1, 4096).map(lambda n: n / 256)
MATCHES = st.lists(st.dictionaries(st.integers(0, 12), VALUES, max_size=5), max_size=4)
PAIRS = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), max_size=5)


def occurrences(held: list[list[int]]) -> SegmentOccurrences:
    """Windows of one segment that hold these numbers."""
    starts = np.cumsum([0, *map(len, held)], dtype=np.int64)
    numbers = np.array([n for window in held for n in window], np.int32)
    return SegmentOccurrences(TermLists(numbers, starts))


def rows(numbers: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


@st.composite
def asked(draw: st.DrawFn) -> tuple[list[list[int]], list[int]]:
    """Windows, and some of them in any order, also repeated, also none."""
    held = draw(HELD)
    return held, draw(st.lists(st.integers(0, len(held) - 1), max_size=12))


@settings(deadline=None, max_examples=300)
@given(asked(), MATCHES)
def test_values_are_those_of_the_best_match(
    made: tuple[list[list[int]], list[int]], matches: list[dict[int, float]]
) -> None:
    held, windows = made
    values = occurrences(held).values(rows(windows), matches)
    assert values.dtype == np.float32
    assert values.shape == (len(windows), len(matches))
    assert values.tolist() == [
        [max((match.get(n, 0.0) for n in held[window]), default=0.0) for match in matches]
        for window in windows
    ]


@settings(deadline=None, max_examples=300)
@given(asked(), PAIRS)
def test_pairs_are_terms_that_follow_each_other_in_one_window(
    made: tuple[list[list[int]], list[int]], pairs: list[tuple[int, int]]
) -> None:
    held, windows = made
    found = occurrences(held).pairs(rows(windows), iter(pairs))
    assert found.dtype == np.bool_
    assert found.shape == (len(windows), len(pairs))
    follow = [{*pairwise(window)} for window in held]
    assert found.tolist() == [[pair in follow[window] for pair in pairs] for window in windows]


def test_a_pair_has_an_order_and_does_not_reach_into_the_next_window() -> None:
    made = occurrences([[1, 2], [3, 3], [], [2, 1]])
    pairs = [(1, 2), (2, 1), (2, 3), (3, 3), (1, 1)]
    assert made.pairs(rows([0, 1, 2, 3]), pairs).astype(int).tolist() == [
        [1, 0, 0, 0, 0],
        [0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0],
        [0, 1, 0, 0, 0],
    ]
    # Neither from one window to another that was only asked after it: 2, 1 and then 1, 2.
    assert not made.pairs(rows([3, 0]), [(1, 1), (2, 2)]).any()


def test_windows_without_terms_match_nothing() -> None:
    for made in (occurrences([[]]), occurrences([[], [], []])):
        every = rows(list(range(made.windows)))
        assert made.values(every, [{0: 1.0}, {}]).tolist() == [[0, 0]] * made.windows
        assert made.pairs(every, [(0, 0)]).tolist() == [[False]] * made.windows
        assert made.terms_of(0) == frozenset()


def test_without_matches_or_windows_there_are_no_values() -> None:
    made = occurrences([[1, 2], [2]])
    assert made.values(rows([1, 0]), []).shape == (2, 0)
    assert made.values(rows([1, 0]), [{}, {}]).tolist() == [[0, 0], [0, 0]]
    assert made.values(rows([]), [{1: 1.0}]).shape == (0, 1)
    assert made.pairs(rows([1, 0]), []).shape == (2, 0)
    assert made.pairs(rows([]), [(1, 2)]).shape == (0, 1)


@given(HELD)
def test_terms_of_a_window_are_its_distinct_numbers(held: list[list[int]]) -> None:
    made = occurrences(held)
    assert made.windows == len(held)
    assert [made.terms_of(n) for n in range(len(held))] == [frozenset(w) for w in held]


def test_building_keeps_the_order_and_leaves_out_what_is_unknown() -> None:
    passages = ["Soviet-German pact", "talks"]
    windows = ["the pact talked soviets", "", "unheard", "Soviet-German"]
    postings, segment = segment_of_terms([*map(terms, windows)], [*map(terms, passages)])
    assert postings.vocabulary == ("german", "pact", "soviet", "sovietgerman", "talk")
    made = Occurrences([(postings, segment)])
    assert made.windows == segment.windows == 4
    assert made.terms_of(0) == {"pact", "talk", "soviet"}
    assert made.terms_of(1) == made.terms_of(2) == frozenset()
    assert made.terms_of(3) == {"soviet", "german", "sovietgerman"}
    following = [("pact", "talk"), ("talk", "soviet")]
    assert made.pairs(rows([0, 3]), following).tolist() == [[True, True], [False, False]]


def test_no_window_at_all() -> None:
    for made in (Occurrences([segment_of_terms([], [["pact"]])]), Occurrences([])):
        assert made.windows == 0
        assert made.values(rows([]), [{"pact": 1.0}]).shape == (0, 1)
        assert made.pairs(rows([]), [("pact", "pact")]).shape == (0, 1)


TERMS = st.integers(0, 12).map(str)
WINDOWS = st.lists(st.lists(TERMS, max_size=8), min_size=1, max_size=10)


@settings(deadline=None, max_examples=300)
@given(
    WINDOWS,
    st.lists(st.dictionaries(TERMS, VALUES, max_size=5), max_size=4),
    st.lists(st.tuples(TERMS, TERMS), max_size=5),
    divisions(),
    st.data(),
)
def test_several_segments_tell_what_one_tells(
    held: list[list[str]],
    matches: list[dict[str, float]],
    pairs: list[tuple[str, str]],
    cuts: list[float],
    data: st.DataObject,
) -> None:
    one = Occurrences([segment_of_terms(held)])
    several = Occurrences([segment_of_terms(part) for part in divide(held, cuts)])
    assert several.windows == one.windows == len(held)
    windows = data.draw(st.lists(st.integers(0, len(held) - 1), max_size=12))
    values = several.values(rows(windows), matches)
    assert values.dtype == np.float32
    assert values.shape == (len(windows), len(matches))
    assert values.tolist() == one.values(rows(windows), matches).tolist()
    assert values.tolist() == [
        [max((match.get(t, 0.0) for t in held[window]), default=0.0) for match in matches]
        for window in windows
    ]
    found = several.pairs(rows(windows), pairs)
    assert found.dtype == np.bool_
    assert found.shape == (len(windows), len(pairs))
    assert found.tolist() == one.pairs(rows(windows), pairs).tolist()
    follow = [{*pairwise(window)} for window in held]
    assert found.tolist() == [[pair in follow[window] for pair in pairs] for window in windows]
    every = range(len(held))
    assert [several.terms_of(n) for n in every] == [one.terms_of(n) for n in every]
    assert [several.terms_of(n) for n in every] == [frozenset(window) for window in held]


@settings(deadline=None, max_examples=25)
@given(HELD, MATCHES, PAIRS)
def test_what_was_saved_is_loaded(
    held: list[list[int]], matches: list[dict[int, float]], pairs: list[tuple[int, int]]
) -> None:
    made = occurrences(held)
    every = rows(list(range(len(held))))
    with TemporaryDirectory() as name:
        made.save(Path(name) / "o")
        assert {f.name for f in (Path(name) / "o").iterdir()} == set(FILES)
        loaded = SegmentOccurrences.load(Path(name) / "o")
        assert loaded.windows == made.windows
        assert [loaded.terms_of(n) for n in range(len(held))] == [frozenset(w) for w in held]
        assert loaded.values(every, matches).tolist() == made.values(every, matches).tolist()
        assert loaded.pairs(every, pairs).tolist() == made.pairs(every, pairs).tolist()


@pytest.mark.parametrize("name", FILES)
def test_a_missing_or_garbled_file_is_refused(tmp_path: Path, name: str) -> None:
    occurrences([[1, 2], [3]]).save(tmp_path / "occurrences")
    for _ in garbled(tmp_path / "occurrences" / name):
        with pytest.raises(IndexDamaged, match=rf"{re.escape(name)} cannot be read .*; rebuild"):
            SegmentOccurrences.load(tmp_path / "occurrences")


@pytest.mark.parametrize(
    ("name", "content"), [(NUMBERS, [1, 2]), (NUMBERS, []), (STARTS, [0, 2]), (STARTS, [])]
)
def test_files_that_contradict_each_other_are_refused(
    tmp_path: Path, name: str, content: list[int]
) -> None:
    occurrences([[1, 2], [3]]).save(tmp_path / "occurrences")
    np.save(tmp_path / "occurrences" / name, np.array(content, dtype=np.int64))
    with pytest.raises(IndexDamaged, match=r"occurrences holds other terms than it says; rebuild"):
        SegmentOccurrences.load(tmp_path / "occurrences")
