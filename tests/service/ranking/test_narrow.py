"""Passages are cut to where the evidence is: cases by hand, and what holds for any pool."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.occurrences import Occurrences
from index.windows import Held
from service.ranking import narrow as module
from service.ranking.groups import GAP, LONGEST, Groups
from service.ranking.narrow import (
    ALONE,
    OWN_SHARE,
    RUN_SHARE,
    SHORTEST,
    Run,
    narrow,
)
from service.ranking.pool import FEATURES, Pool
from service.ranking.repeats import FEWEST_TERMS, REPEATED
from tests.index.divided import segment_of_terms


@dataclass(frozen=True)
class Window:
    """A window: its offsets, its own value, the numbers of its terms, whether the pool has the
    window before it too."""

    start: int
    end: int
    joint: float = 0.0
    terms: Sequence[int] = ()
    after_a_hole: bool = False


@dataclass(frozen=True)
class Text:
    """A document: its windows in order, and its passages as (first, last, fused value)."""

    windows: Sequence[Window]
    passages: Sequence[tuple[int, int, float]] = field(default=())
    fused: float = 1.0

    @property
    def parts(self) -> Sequence[tuple[int, int, float]]:
        """The passages; one that holds everything unless given."""
        return self.passages or [(0, len(self.windows) - 1, self.fused)]


def found(texts: Sequence[Text], most: int = 50) -> list[Run]:
    """The runs of a pool made of these documents."""
    return narrow(*made(texts), most)


def made(texts: Sequence[Text]) -> tuple[Pool, np.typing.NDArray[np.float64], Occurrences]:
    """A pool with its fused values, and the terms of its windows."""
    windows = [window for text in texts for window in text.windows]
    # A hole is a window of the index that no candidate holds; documents have none between.
    numbers = np.cumsum([window.after_a_hole for window in windows]) + np.arange(len(windows))
    base = np.cumsum([0, *(len(text.windows) for text in texts)])
    ranges = [
        (base[n] + first, base[n] + last + 1)
        for n, text in enumerate(texts)
        for first, last, _ in text.parts
    ]
    owners = [n for n, text in enumerate(texts) for _ in text.parts]
    lengths = np.array([last - first for first, last in ranges])
    held = Held(
        windows=numbers,
        spans=np.array([(w.start, w.end) for w in windows]),
        places=np.concatenate([np.arange(first, last) for first, last in ranges]),
        starts=np.cumsum(lengths) - lengths,
        lengths=lengths,
    )
    rows = np.arange(len(ranges))
    nothing = np.zeros(len(ranges))
    pool = Pool(
        rows=rows,
        documents=np.array(owners),
        values=dict.fromkeys(FEATURES, nothing),
        coverage=nothing,
        held=held,
        matched=np.zeros((len(windows), 0), dtype=np.float32),
        joint=np.array([w.joint for w in windows], dtype=np.float64),
    )
    by_number = dict(zip(numbers.tolist(), windows, strict=True))
    every = [by_number[n].terms if n in by_number else () for n in range(int(numbers[-1]) + 1)]
    occurrences = Occurrences([segment_of_terms([[*map(str, terms)] for terms in every])])
    return pool, np.array([fused for text in texts for _, _, fused in text.parts]), occurrences


def extents(runs: Sequence[Run], document: int = 0) -> list[tuple[int, int]]:
    """What is returned of one document, in its order."""
    return sorted((run.start, run.end) for run in runs if run.document == document)


# So many good ones elsewhere that only what is nearly as good is looked at for joining.
OTHERS = [Text([Window(0, 300, 1)]) for _ in range(5)]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ((300 + GAP, 600 + GAP), [(0, 600 + GAP)]),
        ((301 + GAP, 601 + GAP), [(0, 300), (301 + GAP, 601 + GAP)]),
        ((500, LONGEST), [(0, LONGEST)]),
        ((500, LONGEST + 1), [(0, 300), (500, LONGEST + 1)]),
        ((200, 500), [(0, 500)]),
        # inside the first, and running past it no further
        ((100, 250), [(0, 300)]),
    ],
)
def test_good_windows_near_each_other_are_one_run(
    second: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    for better in (0, 1):
        windows = [Window(0, 300, 1 - better), Window(*second, better)]
        assert extents(found([Text(windows)])) == expected


def test_windows_of_two_documents_are_two_runs() -> None:
    runs = found([Text([Window(0, 300, 1)]), Text([Window(300, 600, 1)])])
    assert [(run.document, run.start, run.end) for run in runs] == [(0, 0, 300), (1, 300, 600)]


def test_what_lies_between_joined_windows_is_returned_with_them() -> None:
    between = [Window(300, 400, after_a_hole=True), Window(400, 500)]
    text = Text(
        [Window(0, 300, 1), *between, Window(600, 900, 1)], [(0, 0, 1), (1, 2, 0), (3, 3, 1)]
    )
    (run,) = [run for run in found([text, *OTHERS]) if run.document == 0]
    assert (run.start, run.end, run.first, run.last, run.place) == (0, 900, 0, 3, 0)


def test_what_is_much_less_good_joins_nothing() -> None:
    text = Text([Window(0, 300, 1), Window(400, 700)], [(0, 0, 1), (1, 1, 0)])
    assert extents(found([text, *OTHERS])) == [(0, 300), (400, 700)]
    assert extents(found([text])) == [(0, 700)]


def test_a_lone_window_grows_by_its_better_neighbour() -> None:
    windows = [Window(0, 130), Window(130, 260, 1), Window(260, 390, 0.4)]
    text = Text(windows, [(0, 0, 0), (1, 1, 1), (2, 2, 0.4)])
    # two are at least 250 characters; the third has no free neighbour to grow by
    assert extents(found([text, *OTHERS])) == [(0, 130), (130, 390)]
    assert 130 + 130 >= SHORTEST > 130
    mirrored = Text(windows, [(0, 0, 0.4), (1, 1, 1), (2, 2, 0)])
    windows[0], windows[2] = Window(0, 130, 0.4), Window(260, 390)
    assert extents(found([mirrored, *OTHERS])) == [(0, 260), (260, 390)]


def test_lesser_evidence_grows_less() -> None:
    # 200 characters are enough for lesser evidence, and would not be for the best
    windows = [Window(0, 100, 0.1), Window(100, 200, 0.3), Window(200, 300, 0.2)]
    assert extents(found([Text(windows, fused=0), *OTHERS])) == [(0, 100), (100, 300)]
    assert 200 >= ALONE > 100


@pytest.mark.parametrize(
    "neighbour",
    [Window(100, 200, after_a_hole=True), Window(100, LONGEST + 1)],
    ids=["another window between", "too long together"],
)
def test_a_window_does_not_grow_by(neighbour: Window) -> None:
    text = Text([Window(0, 100, 0.5), neighbour], fused=0)
    assert extents(found([text, *OTHERS])) == [(0, 100), (neighbour.start, neighbour.end)]


def test_no_run_is_cut_inside_its_windows() -> None:
    # the second ends inside the first, the third overlaps both
    windows = [Window(0, 600, 1), Window(100, 200, 1), Window(500, 700, 1)]
    (run,) = found([Text(windows)])
    assert (run.start, run.end, run.first, run.last) == (0, 700, 0, 2)
    assert extents(found([Text(windows[:2])])) == [(0, 600)]


def test_the_value_of_a_run_by_hand() -> None:
    good, bad = Text([Window(0, 300, 0.9)], fused=0.8), Text([Window(0, 300, 0.1)], fused=0.3)
    first, last = found([bad, good])
    # windows are worth 1 and 0 on either scale, and stand alone: 4 fifths of that
    assert first.document == 1
    assert first.best == pytest.approx(0.8)
    assert first.value == pytest.approx((1 - RUN_SHARE) * 0.8 + RUN_SHARE * 0.8)
    assert (last.document, last.best) == (0, 0)
    assert last.value == pytest.approx((1 - RUN_SHARE) * 0.3)


def test_a_window_gains_by_a_better_one_beside_it() -> None:
    # equal passages: only the windows' own values tell
    beside = Text([Window(0, 300, 0.5), Window(1300, 1600, 1)])
    alone = Text([Window(0, 300, 0.5), Window(1300, 1600, 0, after_a_hole=True)])
    runs = {(run.document, run.start): run.best for run in found([beside, alone])}
    assert runs[0, 0] == pytest.approx(0.8 * OWN_SHARE * 0.5 + 0.2 * OWN_SHARE)
    assert runs[0, 1300] == pytest.approx(0.8 * OWN_SHARE + 0.2 * OWN_SHARE * 0.5)
    assert runs[1, 0] == pytest.approx(0.8 * OWN_SHARE * 0.5)


def test_a_run_is_ranked_by_the_best_passage_that_holds_its_windows() -> None:
    windows = [Window(0, 300, 1), Window(300, 600, 1), Window(600, 900, 1)]
    text = Text(windows, [(0, 1, 0.2), (1, 2, 0.9), (2, 2, 0.5)])
    runs = found([text])
    assert [(run.start, run.end, run.place) for run in runs] == [(0, 900, 1)]


@pytest.mark.parametrize(
    ("one", "other", "returned"),
    [
        (range(8), range(8), 1),
        (range(7), range(7), 2),  # few are alike by chance
        (range(9), range(10), 1),  # 9 of 10 in common
        (range(8), range(9), 2),
        (range(8), [7, 6, 5, 4, 3, 2, 1, 0, 0, 7], 1),  # in any order, however often
        (range(20), range(10, 30), 2),
    ],
)
def test_what_says_the_same_is_returned_once(
    one: Sequence[int], other: Sequence[int], returned: int
) -> None:
    texts = [Text([Window(0, 300, 1, one)], fused=0.5), Text([Window(0, 300, 1, other)])]
    runs = found(texts)
    assert len(runs) == returned
    assert runs[0].document == 1


def test_equals_stand_in_document_order() -> None:
    runs = found([Text([Window(0, 300, n % 2)], fused=n % 2) for n in range(45)])
    assert [run.document for run in runs] == [*range(1, 45, 2), *range(0, 45, 2)]


def test_no_more_than_asked_and_these_the_best() -> None:
    texts = [Text([Window(0, 300, n / 30)], fused=n / 30) for n in range(30)]
    for most in (1, 7, 30):
        runs = found(texts, most)
        assert [run.document for run in runs] == list(range(29, 29 - most, -1))


def test_many_equal_best_passages_leave_the_rest_in_order() -> None:
    # 40 copies that say the same, and then better and better ones
    copies = [Text([Window(0, 300, 1, range(9))], fused=1) for _ in range(40)]
    rest = [Text([Window(0, 300, n / 100)], fused=n / 100) for n in range(60)]
    runs = found([*copies, *rest])
    assert [run.document for run in runs] == [0, *range(99, 50, -1)]


def test_a_window_of_a_lesser_passage_is_worth_no_more_than_1() -> None:
    best = [Text([Window(0, 300, n / 1000)], fused=0.9 + n / 1000) for n in range(40)]
    runs = found([*best, Text([Window(0, 300, 1)], fused=0.89)])
    assert all(0 <= run.best <= 1 and 0 <= run.value <= 1 for run in runs)
    assert runs[0].document == 39


# What holds for any pool.

shares = st.floats(0, 1).map(lambda value: round(value, 2))
terms = st.one_of(
    st.just(range(10)),
    st.just([*range(9), 77]),
    st.just(range(20, 32)),
    st.lists(st.integers(0, 40), max_size=12),
)


@st.composite
def documents(draw: st.DrawFn, nested: bool = True) -> Text:
    """Windows that may overlap (or lie in one another) and passages that may share them."""
    count = draw(st.integers(1, 9))
    spans: list[tuple[int, int]] = []
    start = end = 0
    for _ in range(count):
        overlapping = draw(st.booleans())
        start = draw(st.integers(start + 1, end)) if overlapping and end > start else end
        start += 0 if overlapping else draw(st.sampled_from([0, 1, 60, 399, 400, 401, 900]))
        length = draw(st.one_of(st.integers(1, 400), st.integers(1, 1500)))
        end = start + length if nested else max(end + 1, start + length)
        spans.append((start, end))
        end = max(one[1] for one in spans)
    windows = [
        Window(a, b, draw(shares), draw(terms), draw(st.integers(0, 4)) == 0) for a, b in spans
    ]
    # every window lies in some passage: each begins where the one before ended, or earlier
    passages: list[tuple[int, int, float]] = []
    following = 0
    while following < count:
        earliest = passages[-1][0] + 1 if passages else 0
        first = draw(st.integers(min(earliest, following), following))
        last = draw(st.integers(following, count - 1))
        passages.append((first, last, draw(shares)))
        following = last + 1
    return Text(windows, passages)


pools = st.lists(documents(), min_size=1, max_size=12)


@settings(deadline=None)
@given(pools, st.integers(1, 50))
def test_runs_are_apart_and_inside_one_document(texts: list[Text], most: int) -> None:
    runs = found(texts, most)
    assert 1 <= len(runs) <= most
    for number, text in enumerate(texts):
        starts, ends = {w.start for w in text.windows}, {w.end for w in text.windows}
        of_it = extents(runs, number)
        assert all(start in starts and end in ends and start < end for start, end in of_it)
        assert all(one[1] <= other[0] for one, other in pairwise(of_it))


@settings(deadline=None)
@given(pools, st.integers(1, 50))
def test_a_run_is_its_windows(texts: list[Text], most: int) -> None:
    pool, fused, occurrences = made(texts)
    owner = pool.held.owners()
    for run in narrow(pool, fused, occurrences, most):
        spans = pool.held.spans[run.first : run.last + 1]
        assert (run.start, run.end) == (spans[0, 0], spans[:, 1].max())
        inside = (pool.held.places >= run.first) & (pool.held.places <= run.last)
        holders = owner[inside]
        assert set(pool.documents[holders].tolist()) == {run.document}
        assert fused[run.place] == fused[holders].max()
        assert run.place in holders
        assert run.value == pytest.approx((1 - RUN_SHARE) * fused[run.place] + RUN_SHARE * run.best)


@settings(deadline=None)
@given(pools, st.integers(1, 50))
def test_runs_come_best_first_and_the_best_window_is_in_one(texts: list[Text], most: int) -> None:
    pool, fused, occurrences = made(texts)
    runs = narrow(pool, fused, occurrences, most)
    assert [run.value for run in runs] == sorted((run.value for run in runs), reverse=True)
    _, scores, able = module._lay_out(pool, fused)
    joinable = np.flatnonzero(able)
    best = int(joinable[np.argmax(scores[joinable])])
    assert any(run.first <= best <= run.last for run in runs)


@settings(deadline=None)
@given(st.lists(documents(nested=False), min_size=1, max_size=12), st.integers(1, 50))
def test_nothing_is_made_too_long_but_by_uniting(texts: list[Text], most: int) -> None:
    before: list[tuple[int, int]] = []
    unite = Groups.unite

    def recorded(groups: Groups) -> None:
        before.extend(groups.extents)
        unite(groups)

    pool, fused, occurrences = made(texts)
    with patch.object(Groups, "unite", recorded):
        runs = narrow(pool, fused, occurrences, most)
    spans = pool.held.spans
    united = [(run.first, run.last) for run in runs if (run.first, run.last) not in before]
    for first, last in before:
        assert first == last or spans[last, 1] - spans[first, 0] <= LONGEST
    for first, last in united:
        joined = sum(first <= one and other <= last for one, other in before)
        assert joined > 1 or first == last or spans[last, 1] - spans[first, 0] <= LONGEST


@settings(deadline=None)
@given(pools)
def test_nothing_is_said_twice(texts: list[Text]) -> None:
    pool, fused, occurrences = made(texts)
    runs = narrow(pool, fused, occurrences, 50)
    alone = [run for run in runs if run.first == run.last]
    for one, other in combinations(alone, 2):
        first, second = (
            occurrences.terms_of(int(pool.held.windows[run.first])) for run in (one, other)
        )
        common = len(first & second)
        assert common < FEWEST_TERMS or common < REPEATED * len(first | second)


@settings(deadline=None)
@given(pools)
def test_every_window_is_returned_unless_it_repeats_or_touches_one(texts: list[Text]) -> None:
    # fewer runs than 50, so nothing is left out for lack of room
    pool, fused, occurrences = made(texts[:5])
    runs = narrow(pool, fused, occurrences, 50)
    said = [occurrences.terms_of(int(number)) for number in pool.held.windows]
    for document, window in enumerate_windows(texts[:5]):
        touched = any(
            run.start < window.end and run.end > window.start
            for run in runs
            if run.document == document
        )
        own = frozenset(map(str, window.terms))
        assert touched or sum(len(own & other) >= FEWEST_TERMS for other in said) > 1


def enumerate_windows(texts: Sequence[Text]) -> list[tuple[int, Window]]:
    """Every window with the number of its document."""
    return [(number, window) for number, text in enumerate(texts) for window in text.windows]
