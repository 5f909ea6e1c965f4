"""Neighbouring windows that are returned as one. In: Windows, one after another. Out: groups.

Plain lists, because single values of small arrays take Python longer than all that is done
with them.
"""

from dataclasses import dataclass
from itertools import accumulate

from service.ranking.repeats import Repeats

GAP = 400  # characters between windows that may be joined; this and the next in code points
LONGEST = 1200


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows in the order of the documents, within one by their start.

    ``owners`` are the passages by which they are ranked, ``follows`` tells whether a window comes
    directly after the one before it.
    """

    start: list[int]
    end: list[int]
    documents: list[int]
    owners: list[int]
    follows: list[bool]
    scores: list[float]


class Groups:
    """Runs in the making; ``extents`` are the first and last window of each."""

    def __init__(self, windows: Windows, repeats: Repeats) -> None:
        self.extents: list[tuple[int, int]] = []
        self._windows = windows
        self._repeats = repeats
        self._free = [True] * len(windows.start)
        # By where no window before has ended: ends need not ascend as starts do.
        ends = zip(windows.documents, windows.end, strict=True)
        self._reach = [end for _, end in accumulate(ends, _further)]

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
        # Most are not free: their terms need not be read.
        if not self._free[window] or not self._repeats.is_new(window):
            return
        first, last = self._grown(window, least)
        self._take(first, last)
        self.extents.append((first, last))

    def unite(self) -> None:
        """Make one group of those that overlap, as joining may have left them."""
        w = self._windows
        united: list[tuple[int, int]] = []
        for first, last in sorted(self.extents):
            before = united[-1] if united else None
            if (
                before
                and w.documents[before[0]] == w.documents[first]
                and (w.start[first] < max(w.end[before[0] : before[1] + 1]))
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
        w, document = self._windows, self._windows.documents[first]
        begin, stop = w.start[first], max(w.end[first : last + 1])
        after = first
        while after < len(w.start) and w.documents[after] == document and w.start[after] < stop:
            self._free[after] &= w.end[after] <= begin
            after += 1
        before = first - 1
        while before >= 0 and w.documents[before] == document and self._reach[before] > begin:
            self._free[before] &= w.end[before] <= begin
            before -= 1


def _further(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return (other[0], max(one[1], other[1])) if one[0] == other[0] else other
