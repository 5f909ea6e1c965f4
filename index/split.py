"""Documents to passages. In: a Document and what the embedder can read. Out: Passages.

Sentences are packed into passages of about ``target_tokens`` tiktoken tokens, breaking
rather at a paragraph's end. A sentence too long to be one (text without sentence marks) is
cut into runs of words by ``cohesion``, and passages made of such runs overlap by half,
because no break there is sure. No passage is longer than the embedder reads: what would be
cut is counted and split again until nothing is.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from index.cohesion import word_runs
from index.errors import ModelUnusable
from index.passage import Document, Passage, Span, stable_id
from index.sentences import SECTION, blocks, sections, sentences, trimmed
from index.tokens import count_tokens_each

PieceCounter = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Splitter:
    """How to split; recorded in the manifest. All three are tiktoken tokens."""

    target_tokens: int = 160
    run_on_tokens: int = 100
    overlap_tokens: int = 80


@dataclass(frozen=True, slots=True)
class Split:
    """A document's passages and windows in order, and how many were split a second time.

    A window is what one looks at: a sentence, or two neighbouring runs of unmarked text.
    Every passage holds at least one whole; they are sorted by start, then end. ``pieces`` is
    each passage's length as the embedder counts it.
    """

    passages: tuple[Passage, ...]
    pieces: tuple[int, ...]
    windows: tuple[Span, ...]
    resplit: int


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest run that is not broken: a sentence, or a run of words (``bare``)."""

    span: Span
    tokens: int
    bare: bool
    opens_block: bool


def split_document(
    document: Document, splitter: Splitter, count_pieces: PieceCounter, max_pieces: int
) -> Iterator[Split]:
    """Split one document, in several parts if it is very long, each following the one before.

    Every character but white space is in at least one passage. ``count_pieces`` gives each
    text's length as the embedder counts it, special tokens included; no passage exceeds
    ``max_pieces`` of them.
    """
    for section in sections(document.text, SECTION):
        yield _split_section(document, section, splitter, _Fitter(count_pieces, max_pieces))


def _split_section(
    document: Document, section: Span, splitter: Splitter, fitter: "_Fitter"
) -> Split:
    text = document.text
    units = text_units(text, splitter, section)
    fitting = fitter.fit(text, [_join(packed) for packed in _pack(units, splitter)])
    pieces = tuple(fitter.lengths[span] for span in fitting)
    windows = fitter.fit(text, _windows(units))
    counts = count_tokens_each([text[s.start : s.end] for s in fitting])
    passages = tuple(
        _passage(document, span, tokens) for span, tokens in zip(fitting, counts, strict=True)
    )
    return Split(passages, pieces, _with_own(windows, fitting), fitter.resplit)


def text_units(text: str, splitter: Splitter, section: Span | None = None) -> list[Unit]:
    """The units of a section in order, covering all but white space, without overlap."""
    found: list[tuple[Span, bool]] = []
    for block in blocks(text, section):
        found.extend((span, i == 0) for i, span in enumerate(sentences(text, block)))
    counts = count_tokens_each([text[span.start : span.end] for span, _ in found])
    units: list[Unit] = []
    for (span, opens), tokens in zip(found, counts, strict=True):
        if tokens <= splitter.run_on_tokens:
            units.append(Unit(span, tokens, bare=False, opens_block=opens))
        else:
            units.extend(_bare_units(text, span, opens))
    return units


def _bare_units(text: str, sentence: Span, opens: bool) -> list[Unit]:
    runs = word_runs(text, sentence)
    counts = count_tokens_each([text[run.start : run.end] for run in runs])
    return [
        Unit(run, tokens, bare=True, opens_block=opens and i == 0)
        for i, (run, tokens) in enumerate(zip(runs, counts, strict=True))
    ]


def _pack(units: list[Unit], splitter: Splitter) -> Iterator[list[Unit]]:
    first = 0
    while first < len(units):
        last = _fill(units, first, splitter.target_tokens)
        yield units[first:last]
        if last == len(units):
            return
        first = _step_back(units, first, last, splitter.overlap_tokens)


def _fill(units: list[Unit], first: int, target: int) -> int:
    """The end (exclusive) of the passage that starts at ``first``: at least one unit."""
    tokens = 0
    for position in range(first, len(units)):
        unit = units[position]
        # A new paragraph after two thirds of the target is a better end than a full one.
        full = target * 2 // 3 if unit.opens_block else target
        if position > first and tokens + min(unit.tokens, target) > target:
            return position
        if position > first and unit.opens_block and tokens >= full:
            return position
        tokens += unit.tokens
    return len(units)


def _step_back(units: list[Unit], first: int, last: int, overlap: int) -> int:
    """Where the next passage starts: ``last``, or earlier inside text without marks."""
    start, tokens = last, 0
    while start - 1 > first and units[start - 1].bare and not units[start].opens_block:
        tokens += units[start - 1].tokens
        if tokens > overlap:
            break
        start -= 1
    return start


def _windows(units: list[Unit]) -> list[Span]:
    """Sentences; in text without marks each two neighbouring runs, so that windows overlap."""
    windows = []
    for unit, following in zip_longest(units, units[1:]):
        if unit.bare and following and following.bare and not following.opens_block:
            windows.append(Span(unit.span.start, following.span.end))
        elif not (unit.bare and windows and windows[-1].end == unit.span.end):
            windows.append(unit.span)
    return windows


def _with_own(windows: list[Span], passages: list[Span]) -> tuple[Span, ...]:
    """The windows, and as one more each passage (a part of a long sentence) that holds none."""
    starts = [window.start for window in windows]
    found = set(windows)
    for passage in passages:
        first = bisect_left(starts, passage.start)
        if first == len(windows) or windows[first].end > passage.end:
            found.add(passage)
    return tuple(sorted(found, key=lambda span: (span.start, span.end)))


def _join(units: list[Unit]) -> Span:
    return Span(units[0].span.start, units[-1].span.end)


class _Fitter:
    """Halves spans that the embedder cannot read whole; ``resplit`` counts them, ``lengths``
    are those of the spans that fit."""

    def __init__(self, count_pieces: PieceCounter, max_pieces: int) -> None:
        self._count_pieces = count_pieces
        self._max_pieces = max_pieces
        self.lengths: dict[Span, int] = {}
        self.resplit = 0

    def fit(self, text: str, spans: list[Span]) -> list[Span]:
        """Halve each span that is too long, at white space where there is some."""
        fitting: list[Span] = []
        while spans:
            counts = self._count_pieces([text[s.start : s.end] for s in spans])
            halves: list[Span] = []
            for span, count in zip(spans, counts, strict=True):
                if count <= self._max_pieces:
                    self.lengths[span] = count
                    fitting.append(span)
                else:
                    self.resplit += 1
                    halves.extend(_halve(text, span))
            spans = halves
        return _outermost(fitting)


def _outermost(spans: list[Span]) -> list[Span]:
    """In order; without repetitions and without spans that lie inside another."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept


def _halve(text: str, span: Span) -> Iterator[Span]:
    if span.end - span.start == 1:
        raise ModelUnusable("the model reads less than one character; choose another model")
    middle = (span.start + span.end) // 2
    before = max(text.rfind(mark, span.start, middle) for mark in " \n\t")
    cut = before if before > (span.start + middle) // 2 else middle
    yield from trimmed(text, span.start, cut)
    yield from trimmed(text, cut, span.end)


def _passage(document: Document, span: Span, tokens: int) -> Passage:
    text = document.text[span.start : span.end]
    identity = stable_id("p", document.path, span.start, span.end, text)
    return Passage(identity, document.id, span.start, span.end, tokens, text)
