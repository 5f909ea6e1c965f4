"""A part of a document to read. In: an index's texts, a passage, where to begin. Out: Window.

However long the document is, no more of it is read than is shown. Windows begin and end where
words do, and the one that follows begins where one ends, so that nothing is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.library import Texts
from index.passage import Span
from service.citing.marked import Run, marked

_SIZE = 16_384
_BEFORE = 2_048  # shown before a passage
_BACK = 256  # how far a word's end is looked for


@dataclass(frozen=True, slots=True)
class Section:
    """What stands on one page, or all where the format has none: ``page`` is None. ``begins``
    tells whether the passage begins here."""

    page: int | None
    begins: bool
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Characters ``start`` to ``end`` of ``length``; ``earlier`` and ``later`` are where the
    windows beside it begin, None at the ends."""

    start: int
    end: int
    length: int
    sections: tuple[Section, ...]
    earlier: int | None
    later: int | None


def window(texts: Texts, document: str, passage: Span, marks: Sequence[Span], at: int) -> Window:
    """The window of a document that begins near ``at``, with a passage and marks in it."""
    facts = texts.facts(document)
    assert facts is not None  # as the passage was found in it
    length = facts.length
    start = _word_end(texts, document, min(at, max(0, length - 1)), length)
    end = _word_end(texts, document, min(start + _SIZE, length), length)
    span = Span(start, max(end, min(start + 1, length)))
    return Window(
        start=span.start,
        end=span.end,
        length=length,
        sections=tuple(_sections(texts, document, span, passage, marks)),
        earlier=max(0, start - _SIZE + 2 * _BACK) if start > 0 else None,
        later=span.end if span.end < length else None,
    )


def before(passage: Span) -> int:
    """Where a window begins that shows a passage with what stands before it."""
    return max(0, passage.start - _BEFORE)


def _sections(
    texts: Texts, document: str, span: Span, passage: Span, marks: Sequence[Span]
) -> list[Section]:
    text = texts.cut(document, span)
    page = texts.place(document, span.start).page
    edges = [span.start, *texts.pages_between(document, span), span.end]
    return [
        Section(
            None if page is None else page + number,
            start <= passage.start < end,
            marked(text[start - span.start : end - span.start], start, [passage], marks),
        )
        for number, (start, end) in enumerate(pairwise(edges))
    ]


def _word_end(texts: Texts, document: str, offset: int, length: int) -> int:
    """The nearest place at or before an offset where a word ends."""
    if offset in (0, length):
        return offset
    first = max(0, offset - _BACK)
    text = texts.cut(document, Span(first, offset))
    ends = max((place for place, each in enumerate(text, 1) if each.isspace()), default=0)
    return first + ends if ends else offset
