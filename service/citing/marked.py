"""Text with places marked in it. In: a text, where it stands, spans. Out: Runs and Pieces.

Offsets are the document's, as everywhere; what lies outside the text is cut off.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise

from index.passage import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a run that does or does not lie in an inner span."""

    text: str
    inner: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A part of the text that does or does not lie in an outer span, whole, in pieces."""

    outer: bool
    pieces: tuple[Piece, ...]


def marked(
    text: str, start: int, outer: Iterable[Span], inner: Iterable[Span] = ()
) -> tuple[Run, ...]:
    """The text that stands at ``start`` cut at the ends of the spans; joined it is ``text``."""
    end = start + len(text)
    wide, narrow = _within(outer, start, end), _within(inner, start, end)
    ends = {start, end} | {edge for s in (*wide, *narrow) for edge in (s.start, s.end)}
    cuts = [
        (_in(wide, low), Piece(text[low - start : high - start], _in(narrow, low)))
        for low, high in pairwise(sorted(ends))
    ]
    runs = groupby(cuts, key=lambda cut: cut[0])
    return tuple(Run(held, tuple(piece for _, piece in cut)) for held, cut in runs)


def _within(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    cut = [Span(max(span.start, start), min(span.end, end)) for span in spans]
    return [span for span in cut if span.start < span.end]


def _in(spans: list[Span], offset: int) -> bool:
    return any(span.start <= offset < span.end for span in spans)
