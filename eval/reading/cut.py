"""Texts cut otherwise. In: a text, spans in it. Out: a shorter text, with or without the spans.

A passage without its sentence that answers looks as much like an answer as a text can that does
not answer; and a passage that is shorter than a corpus's own shows that length tells nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from random import Random

from index.passage import Span
from index.sentences import blocks, sentences

LEAST_LENGTH = 60  # code points: shorter texts are headings
_MARKED = 60  # words: longer "sentences" have lost their marks
_WINDOW = re.compile(r"(?:\S+\s+){0,11}\S+")
_AROUND = 40  # code points on both sides of an answer, where no marks tell what belongs to it


def without(text: str, spans: Sequence[Span]) -> str | None:
    """The text without the sentences that hold any of the spans, or without what is around the
    spans where it has no sentences; None when little is left."""
    parts = list(_parts(text))
    around = 0 if parts == list(_sentences(text)) else _AROUND
    kept = [
        text[part.start : part.end]
        for part in parts
        if not any(s.start - around < part.end and part.start < s.end + around for s in spans)
    ]
    left = " ".join(kept)
    return left if len(left) >= LEAST_LENGTH else None


def shorter(text: str, spans: Sequence[Span], random: Random) -> tuple[str, tuple[Span, ...]]:
    """Some neighbouring sentences or windows of the text, with the first of the spans if there
    are any, and the spans that are in it."""
    parts = list(_parts(text))
    if len(parts) < 2:
        return text, tuple(spans)
    starts = [part.start for part in parts]
    at = (spans[0].start, spans[0].end - 1) if spans else (random.choice(starts),) * 2
    first, last = (max(0, bisect_right(starts, place) - 1) for place in at)
    start = parts[random.randint(0, first)].start
    end = parts[random.randint(last, len(parts) - 1)].end
    end = max(end, spans[0].end if spans else 0)
    inside = (s for s in spans if start <= s.start and s.end <= end)
    return text[start:end], tuple(Span(s.start - start, s.end - start) for s in inside)


def _sentences(text: str) -> Iterator[Span]:
    for block in blocks(text):
        yield from sentences(text, block)


def _parts(text: str) -> Iterator[Span]:
    for sentence in _sentences(text):
        if len(text[sentence.start : sentence.end].split()) <= _MARKED:
            yield sentence
        else:
            for window in _WINDOW.finditer(text, sentence.start, sentence.end):
                yield Span(*window.span())
