"""What is most like something that is missing. In: a quote and a text, a path and paths.
Out: the nearest stretch of the text, the nearest path.

A short text is searched whole. In a long one the places that share runs of five characters
with the quote, rare runs first, are searched alone, so that the time stays bounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from eval.questions.place import occurrences
from index.passage import Span

LEAST_ALIKE = 60.0  # per cent; below it, what is nearest is chance
_WHOLE = 20_000  # characters that are searched whole
_LONG = 400  # characters of a quote, of which then only both ends are searched
_LONGEST = 8_000  # characters of a quote that are searched
_RUN, _STEP = 5, 2  # of the runs of characters, every second of the text is kept
_MOST_VOTES = 20_000
_WINDOWS, _WINDOWS_OF_LONG = 8, 3
_MOST_EDGES, _REACH = 6, 40
_PLAIN = (("İ", "I"), ("\n", " "), ("\r", " "), ("\t", " "), ("\u00a0", " "), ("’", "'"))


@dataclass(frozen=True, slots=True)
class Near:
    """Whole words of a text that are like a quote, at ``start``; ``likeness`` in per cent.

    ``same`` when they differ in case and white space alone.
    """

    text: str
    start: int
    likeness: float
    same: bool


class NearText:
    """A text in which what is like a quote is searched; prepare it once for many quotes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = _plain(text)
        self._runs = _Runs(self._plain) if len(text) > _WHOLE else None

    def nearest(self, quote: str) -> Near | None:
        """What is most like a quote, or like the beginning of a very long one.

        None when nothing is ``LEAST_ALIKE``.
        """
        wanted = _plain(quote[:_LONGEST])
        windows = self._runs.windows(wanted) if self._runs else [Span(0, len(self._text))]
        rough = [found for window in windows if (found := self._aligned(wanted, window))]
        best = max(rough, key=lambda found: found[0], default=None)
        span = self._whole_words(wanted, best[1]) if best and wanted.strip() else None
        if span is None or self._alike(wanted, span) < LEAST_ALIKE:
            return None
        text = self._text[span.start : span.end]
        if not text.strip():
            return None
        return Near(text, span.start, self._alike(wanted, span), wanted == _plain(text))

    def occurrences(self, quote: str) -> list[int]:
        """Where a quote begins, each time it occurs."""
        if self._runs is None or len(quote) < _RUN + _STEP:
            return occurrences(self._text, quote)
        starts = self._runs.starts(_plain(quote))
        return [start for start in starts if self._text.startswith(quote, start)]

    def _alike(self, wanted: str, span: Span) -> float:
        """Per cent, by the insertions and deletions that make one of the other."""
        return fuzz.ratio(wanted, self._plain[span.start : span.end])

    def _aligned(self, wanted: str, window: Span) -> tuple[float, Span] | None:
        """About where in a window the quote would stand, and how well it does."""
        within = self._plain[window.start : window.end]
        head = fuzz.partial_ratio_alignment(wanted[:_LONG], within)
        if head is None:
            return None
        start, end = head.dest_start, head.dest_end
        if len(wanted) > _LONG:
            tail = fuzz.partial_ratio_alignment(wanted[-_LONG:], within[start:])
            end = start + tail.dest_end if tail else end
        return head.score, Span(window.start + start, window.start + end)

    def _whole_words(self, wanted: str, rough: Span) -> Span | None:
        """The whole words at about that place that are most like the quote."""
        spans = [
            Span(first, last)
            for first in self._edges(rough.start, is_start=True)
            for last in self._edges(rough.end, is_start=False)
            if first < last
        ]
        return max(spans, key=lambda span: self._alike(wanted, span), default=None)

    def _edges(self, offset: int, *, is_start: bool) -> list[int]:
        """Where words begin, or end, around an offset; itself where there are no words."""
        low, high = max(0, offset - _REACH), min(len(self._plain), offset + _REACH)
        edges = [place for place in range(low, high + 1) if self._is_edge(place, is_start)]
        edges.sort(key=lambda place: abs(place - offset))
        return edges[:_MOST_EDGES] or [offset]

    def _is_edge(self, place: int, is_start: bool) -> bool:
        before, after = self._plain[max(0, place - 1) : place], self._plain[place : place + 1]
        inner = after if is_start else before
        return inner.strip() != "" and not (before.isalnum() and after.isalnum())


class _Runs:
    """Where the runs of characters of a text stand."""

    def __init__(self, text: str) -> None:
        hashes = _hashes(text)[::_STEP]
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._places = order * _STEP
        self._length = len(text)

    def windows(self, quote: str) -> list[Span]:
        """The windows that share most with a quote; each run votes for where it would begin."""
        width = max(64, len(quote) // 2)
        votes, weights = self._votes(quote)
        if not len(votes):
            return []
        buckets, which = np.unique(votes // width, return_inverse=True)
        sums = np.bincount(which, weights)
        follows = np.append(np.diff(buckets) == 1, False)
        both = sums + np.where(follows, np.append(sums[1:], 0.0), 0.0)
        most = _WINDOWS if len(quote) <= _LONG else _WINDOWS_OF_LONG
        best = buckets[np.argsort(-both, kind="stable")[:most]] * width
        ends = best + 2 * width + len(quote) + width
        return [
            Span(max(0, start - width), min(self._length, end))
            for start, end in zip(best.tolist(), ends.tolist(), strict=True)
        ]

    def starts(self, quote: str) -> list[int]:
        """Where a quote may begin, ascending: where its rarest runs stand.

        One run at each distance modulo ``_STEP``, since only every so many of the text is kept.
        """
        low, counts = self._found(_hashes(quote))
        starts: list[int] = []
        for first in range(_STEP):
            offsets = np.arange(first, len(counts), _STEP)
            offset = int(offsets[np.argmin(counts[offsets])])
            found = self._places[low[offset] : low[offset] + counts[offset]] - offset
            starts += found[found >= 0].tolist()
        return sorted(starts)

    def _found(self, hashes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first row of each of these runs, and how many there are."""
        low = np.searchsorted(self._hashes, hashes, "left")
        return low, np.searchsorted(self._hashes, hashes, "right") - low

    def _votes(self, quote: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Where the quote would begin by each run that it shares, and the weight of each."""
        low, counts = self._found(_hashes(quote))
        votes, weights, left = [], [], _MOST_VOTES
        for offset in np.argsort(counts, kind="stable").tolist():
            count = int(counts[offset])
            if count > left:
                break
            left -= count
            votes.append(self._places[low[offset] : low[offset] + count] - offset)
            weights.append(np.full(count, 1 / max(1, count)))
        return np.concatenate([np.empty(0, np.int64), *votes]), np.concatenate([[], *weights])


def nearest_path(path: str, paths: Sequence[str]) -> str | None:
    """The path most like one; a file of the same name elsewhere is preferred to a like name."""
    name = _name(path)
    same = [other for other in paths if _name(other) == name]
    cutoff = None if same else LEAST_ALIKE
    found = process.extractOne(
        path, same or paths, scorer=fuzz.ratio, processor=str.lower, score_cutoff=cutoff
    )
    return str(found[0]) if found else None


def _name(path: str) -> str:
    return path.rpartition("/")[2].lower()


def _plain(text: str) -> str:
    """Lower case and plain spaces, each character where it was."""
    for character, plain in _PLAIN:
        text = text.replace(character, plain)
    return text.lower()


def _hashes(text: str) -> NDArray[np.uint32]:
    """A number for each run of characters; equal runs have equal numbers."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    count = max(0, len(codes) - _RUN + 1)
    hashes = np.zeros(count, np.uint32)
    for offset in range(_RUN):
        hashes = hashes * np.uint32(0x01000193) + codes[offset : offset + count]
    return hashes
