"""Passages cut to where the evidence is. In: a Pool, a value for each passage. Out: Runs.

Ranked wide, returned narrow: windows of the best passages are scored by what they hold
themselves and by the passages around them; the best become runs, neighbouring ones one run,
and what stands alone takes in a neighbour or two, so that it can be understood. How much is
returned depends on how many windows are nearly as good as the best.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from index.occurrences import Occurrences
from service.ranking.pool import Floats, Pool, Rows, scaled

FROM_PASSAGES = 40  # the best ones, whose windows may be joined
OWN_SHARE = 0.4  # of a window's own value, against that of the passage around it
RUN_SHARE = 0.5  # of its best window's score, against the value of its passage
NEIGHBOUR_SHARE = 0.2  # of the better neighbour's score
NEARLY = 0.35  # of the scale: what is less good than the best by more starts no joining
FEWEST, MOST = 5, 40  # windows that are looked at for joining
GAP = 400  # characters between windows that may be joined; this and the next in code points
LONGEST = 1200
SHORTEST = 250
ALONE = 150  # the least length of a run of lesser evidence
REPEATED = 0.9  # share of common terms from which two windows say the same
_FEWEST_TERMS = 8  # fewer are alike by chance


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring windows that are returned as one; positions in the pool's ``held``.

    ``place`` is the pool's passage it is ranked by, ``first`` to ``last`` (inclusive) its
    windows, ``start`` and ``end`` offsets in the document of that number, ``best`` the score
    of its best window, 0 to 1, and ``value`` what orders the runs.
    """

    place: int
    document: int
    first: int
    last: int
    start: int
    end: int
    best: float
    value: float


@dataclass(frozen=True, slots=True)
class _Windows:
    """The windows of a pool in the order of the documents; ``owners`` are pool positions of
    the best passage that holds each, ``joinable`` tells whether that is one of the best."""

    start: Rows
    end: Rows
    documents: Rows
    owners: Rows
    follows: NDArray[np.bool_]  # directly after the one before it
    joinable: NDArray[np.bool_]
    scores: Floats


def narrow(pool: Pool, fused: Floats, occurrences: Occurrences, most: int) -> list[Run]:
    """The ``most`` runs that hold most evidence, best first; they never overlap."""
    windows = _lay_out(pool, fused)
    order = np.argsort(-windows.scores, kind="stable")
    groups = _Groups(windows, pool.held.windows, occurrences)
    for window in _nearly_best(windows, order):
        if not groups.join(window) and len(groups.extents) < most:
            groups.open(window, SHORTEST)
    groups.unite()
    for window in order.tolist():
        if len(groups.extents) >= most:
            break
        groups.open(window, ALONE)
    runs = [_run(windows, fused, first, last) for first, last in groups.extents]
    return sorted(runs, key=lambda run: (-run.value, run.first))


def _lay_out(pool: Pool, fused: Floats) -> _Windows:
    held = pool.held
    owner = held.owners()
    worst_first = np.argsort(fused[owner], kind="stable")
    owners = np.empty(len(held.windows), dtype=np.int64)
    # Of several passages that hold a window the best is written last, and stays.
    owners[held.places[worst_first]] = owner[worst_first]
    documents = pool.documents[owners]
    around = fused[owners]
    joinable = around >= np.sort(fused)[::-1][:FROM_PASSAGES][-1]
    own = OWN_SHARE * scaled(pool.joint, joinable)
    scores = own + (1 - OWN_SHARE) * scaled(around, joinable)
    follows = np.zeros(len(scores), dtype=np.bool_)
    follows[1:] = (np.diff(held.windows) == 1) & (np.diff(documents) == 0)
    scores = (1 - NEIGHBOUR_SHARE) * scores + NEIGHBOUR_SHARE * _better_beside(scores, follows)
    start, end = held.spans.T
    return _Windows(start, end, documents, owners, follows, joinable, scores)


def _better_beside(scores: Floats, follows: NDArray[np.bool_]) -> Floats:
    """The higher score of the windows directly before and after each; 0 without any."""
    before, after = np.zeros_like(scores), np.zeros_like(scores)
    before[1:] = np.where(follows[1:], scores[:-1], 0)
    after[:-1] = np.where(follows[1:], scores[1:], 0)
    return np.maximum(0, np.maximum(before, after))


def _nearly_best(windows: _Windows, order: Rows) -> list[int]:
    able = order[windows.joinable[order]]
    near = int((windows.scores[able] >= windows.scores[able[0]] - NEARLY).sum())
    found: list[int] = able[: min(MOST, max(FEWEST, near))].tolist()
    return found


class _Groups:
    """Runs in the making; ``extents`` are the first and last window of each."""

    def __init__(self, windows: _Windows, numbers: Rows, occurrences: Occurrences) -> None:
        self.extents: list[tuple[int, int]] = []
        self._windows = windows
        self._numbers = numbers
        self._occurrences = occurrences
        self._free = np.ones(len(numbers), dtype=np.bool_)
        # How many terms each group's first window has, and the groups of each term.
        self._sizes: list[int] = []
        self._saying: defaultdict[str, list[int]] = defaultdict(list)

    def join(self, window: int) -> bool:
        """Take the window into a group that is near enough; whether there was one."""
        w = self._windows
        for place, (first, last) in enumerate(self.extents):
            if w.documents[first] != w.documents[window]:
                continue
            low, high = min(first, window), max(last, window)
            apart = max(w.start[window] - w.end[last], w.start[first] - w.end[window])
            if (low, high) == (first, last) or (
                apart <= GAP and w.end[high] - w.start[low] <= LONGEST
            ):
                self.extents[place] = (low, high)
                self._take(low, high)
                return True
        return False

    def open(self, window: int, least: int) -> None:
        """Begin a group of at least so many characters, unless its text is there already."""
        if not self._free[window]:  # most are not: their terms need not be read
            return
        said = self._occurrences.terms_of(int(self._numbers[window]))
        if self._repeats(said):
            return
        first, last = self._grown(window, least)
        self._take(first, last)
        for term in said:
            self._saying[term].append(len(self._sizes))
        self._sizes.append(len(said))
        self.extents.append((first, last))

    def _repeats(self, said: frozenset[str]) -> bool:
        """Whether some group began with nearly all of these terms, and enough of them to tell."""
        common = Counter(
            chain.from_iterable(self._saying[term] for term in said if term in self._saying)
        )
        return any(
            shared >= _FEWEST_TERMS
            and shared >= REPEATED * (len(said) + self._sizes[group] - shared)
            for group, shared in common.items()
        )

    def unite(self) -> None:
        """Make one group of those that overlap, as joining may have left them."""
        w = self._windows
        united: list[tuple[int, int]] = []
        for first, last in sorted(self.extents):
            before = united[-1] if united else None
            if (
                before
                and w.documents[before[0]] == w.documents[first]
                and (w.start[first] < w.end[before[0] : before[1] + 1].max())
            ):
                united[-1] = (before[0], max(last, before[1]))
            else:
                united.append((first, last))
        self.extents = united

    def _grown(self, window: int, least: int) -> tuple[int, int]:
        """The window with its better neighbours until it is long enough."""
        w = self._windows
        first = last = window
        while w.end[last] - w.start[first] < least:
            before, after = first - 1, last + 1
            options = []
            if w.follows[first] and self._free[before]:
                options.append((w.scores[before], before, last))
            if after < len(w.follows) and w.follows[after] and self._free[after]:
                options.append((w.scores[after], first, after))
            fitting = [o for o in options if w.end[o[2]] - w.start[o[1]] <= LONGEST]
            if not fitting:
                break
            _, first, last = max(fitting, key=lambda option: option[0])
        return first, last

    def _take(self, first: int, last: int) -> None:
        """Mark all windows that share a character with the group as no longer free."""
        w = self._windows
        inside = (w.start < w.end[first : last + 1].max()) & (w.end > w.start[first])
        self._free[inside & (w.documents == w.documents[first])] = False


def _run(windows: _Windows, fused: Floats, first: int, last: int) -> Run:
    owners = windows.owners[first : last + 1]
    place = int(owners[np.argmax(fused[owners])])
    # Windows of passages far down are scaled to below 0.
    best = max(0.0, float(windows.scores[first : last + 1].max()))
    return Run(
        place=place,
        document=int(windows.documents[first]),
        first=first,
        last=last,
        start=int(windows.start[first]),
        end=int(windows.end[first : last + 1].max()),
        best=best,
        value=(1 - RUN_SHARE) * float(fused[place]) + RUN_SHARE * best,
    )
