"""The runs of text that answer. In: proved candidates, the question. Out: Selections, best first.

Every window of the first passages competes: by how much it looks like the answer itself, by
the value of its passage, and by whether it holds the kind of thing that is asked for. The
best is taken, and one or two more when they are nearly as good; in text without marks, whose
windows overlap by half, a window takes in its better neighbour, so that what lies across
their border is not cut in two.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from index.passage import Span
from service.answering.expected import holds_expected
from service.asking.kind import question_kind, words
from service.citing.prove import Proved
from service.reading.reading import Reading

MOST_QUOTES = 3
FROM_PASSAGES = 5
NEARLY = 0.4  # of a window's value: what is less good than the best by more is left out
NEARLY_READ = 0.6  # the same with the reader's value, which is more decided
NEARLY_ALIKE = 0.3  # the same of what is only alike, beside what was read
_PASSAGE_WEIGHT = 0.3  # of the passage's fused value, beside its window's own
_KIND_WEIGHT = 0.1  # of holding the kind of thing that is asked for
_READ_WEIGHT = 0.1  # of the reader's value for the best span in a window


@dataclass(frozen=True, slots=True)
class Selection:
    """A run inside the passage at ``place`` (from 0), as document offsets; ``value`` is that of
    likeness, ``read`` what the reader's adds to it, and the ``total`` orders."""

    place: int
    span: Span
    value: float
    read: float = 0.0

    @property
    def total(self) -> float:
        """By what it is compared."""
        return self.value + self.read


def ranked_windows(
    question: str, proved: Sequence[Proved], readings: Sequence[Reading] = ()
) -> list[Selection]:
    """All windows of the first passages, the best first; of equal ones the first in order.

    ``readings`` are of the first of ``proved``; what was not read counts as the least of what
    was."""
    spans = _read_spans(proved, readings)
    least = min(spans.values(), default=0.0)
    kind = question_kind(question)
    asked = frozenset(word.lower() for word in words(question))
    found = []
    for place, each in enumerate(proved[:FROM_PASSAGES]):
        base = _PASSAGE_WEIGHT * each.candidate.scores.fused
        for piece in each.candidate.pieces:
            text = each.text_of(piece.span)
            fits = kind != "other" and holds_expected(kind, text, asked)
            value = piece.value + base + _KIND_WEIGHT * fits
            read = _READ_WEIGHT * spans.get((place, piece.span), least)
            found.append(Selection(place, piece.span, value, read))
    return sorted(found, key=lambda one: (-one.total, one.place, one.span.start))


def _read_spans(
    proved: Sequence[Proved], readings: Sequence[Reading]
) -> dict[tuple[int, Span], float]:
    """The reader's value of each window of what was read, by place and span."""
    return {
        (place, piece.span): reading.best_span(
            piece.span.start - each.candidate.span.start, piece.span.end - each.candidate.span.start
        )
        for place, (each, reading) in enumerate(zip(proved, readings, strict=False))
        for piece in each.candidate.pieces
    }


def select(windows: Sequence[Selection]) -> list[Selection]:
    """One to ``MOST_QUOTES`` runs that share no character, of windows as ``ranked_windows``
    gives them; none when there is no window.

    Where windows were read, what is best by reading and what is best by likeness take turns:
    the two err in different questions."""
    if not any(window.read for window in windows):
        return _runs(windows, NEARLY, lambda one: one.value)
    by_reading = _runs(windows, NEARLY_READ, lambda one: one.total)
    alike = sorted(windows, key=lambda one: -one.value)
    by_likeness = _runs(alike, NEARLY_ALIKE, lambda one: one.value)
    chosen: list[Selection] = []
    for run in chain.from_iterable(zip_longest(by_reading, by_likeness)):
        fits = run is not None and len(chosen) < MOST_QUOTES
        if fits and not any(_overlap(one, run) for one in chosen):
            chosen.append(run)
    return chosen


def _runs(
    windows: Sequence[Selection], nearly: float, worth: Callable[[Selection], float]
) -> list[Selection]:
    """The first runs that share no character, of windows nearly as good as the first; each is
    united with the first window that overlaps it."""
    chosen: list[Selection] = []
    grown: set[int] = set()
    for window in windows:
        if worth(window) < worth(windows[0]) - nearly:
            break
        touched = [number for number, one in enumerate(chosen) if _overlap(one, window)]
        if not touched and len(chosen) < MOST_QUOTES:
            chosen.append(window)
        elif len(touched) == 1 and touched[0] not in grown:
            grown.add(touched[0])
            chosen[touched[0]] = _united(chosen[touched[0]], window)
    return chosen


def _overlap(one: Selection, other: Selection) -> bool:
    return (
        one.place == other.place
        and one.span.start < other.span.end
        and other.span.start < one.span.end
    )


def _united(one: Selection, other: Selection) -> Selection:
    span = Span(min(one.span.start, other.span.start), max(one.span.end, other.span.end))
    return Selection(one.place, span, one.value, one.read)
