"""The runs of text that answer. In: proved candidates, the question. Out: Selections, best first.

Every window of the first passages competes: by how much it looks like the answer itself, by
the value of its passage, and by whether it holds the kind of thing that is asked for. The
best is taken, and one or two more when they are nearly as good; in text without marks, whose
windows overlap by half, a window takes in its better neighbour, so that what lies across
their border is not cut in two.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.passage import Span
from service.answering.expected import holds_expected
from service.asking.kind import question_kind, words
from service.citing.prove import Proved
from service.reading.reading import Reading

MOST_QUOTES = 3
FROM_PASSAGES = 5
NEARLY = 0.4  # of a window's value: what is less good than the best by more is left out
NEARLY_READ = 0.6  # the same with the reader's value, which is more decided
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

    Where windows were read, those that are good without it follow if there is room: reader
    and likeness err in different questions."""
    nearly = NEARLY_READ if any(window.read for window in windows) else NEARLY
    least = windows[0].total - nearly if windows else 0.0
    chosen = _united_runs([window for window in windows if window.total >= least])
    alike = sorted(windows, key=lambda one: -one.value)
    for window in alike:
        fits = len(chosen) < MOST_QUOTES and window.value >= alike[0].value - NEARLY
        if fits and not any(_overlap(one, window) for one in chosen):
            chosen.append(window)
    return chosen


def _united_runs(windows: Sequence[Selection]) -> list[Selection]:
    """The first runs that share no character, each united with one window that overlaps it."""
    chosen: list[Selection] = []
    grown: set[int] = set()
    for window in windows:
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
