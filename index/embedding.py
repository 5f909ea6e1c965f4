"""Every distinct text embedded once. In: passages and windows of a segment. Out: vectors.

What the journal knows is not embedded again; the rest goes to the model in batches of texts
of like length, the longest first, so that little of a batch is padding and the time that
remains is not underestimated.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import Embedder, Vectors
from index.files import RowFile
from index.journal import Digest, Journal, short_digest
from index.known import Known
from index.parts import Rows
from index.passage import Span
from index.texts import SegmentTexts
from index.windows import Layout

BATCH = 256
Kinds = NDArray[np.bool_]
Done = Callable[[int, int], None]
"""Called with how many code points of texts are embedded, or words, and how many there are:
texts take as long as they are long."""
_PART = 4096  # texts whose known vectors are held in memory at once


class Entries:
    """The texts of a segment to embed: its passages, and then its windows.

    ``digests`` are those of the distinct texts; arrays and places go with them.
    """

    def __init__(
        self, passages: Sequence[Digest], windows: Sequence[Digest], spans: Rows, layout: Layout
    ) -> None:
        numbers: dict[Digest, int] = {}
        keys = [*passages, *windows]
        distinct = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
        self.passages, self.windows = len(passages), len(windows)
        self.digests = list(numbers)
        self._order = np.argsort(distinct, kind="stable")
        self._starts = np.searchsorted(distinct[self._order], np.arange(len(numbers) + 1))
        owners = np.repeat(np.arange(len(layout.starts) - 1), np.diff(layout.starts))
        documents = np.concatenate([layout.documents, owners])
        extents = np.concatenate([spans, layout.spans])
        first = self._order[self._starts[:-1]]
        self._documents, self._extents = documents[first], extents[first]
        # The first of equal texts is a passage if any is.
        self.in_full: Kinds = first < self.passages

    def longest_first(self) -> Rows:
        """The places of all texts by their length."""
        return np.argsort(-self.lengths, kind="stable")

    @property
    def lengths(self) -> Rows:
        """The length of each text in code points."""
        lengths: Rows = self._extents[:, 1] - self._extents[:, 0]
        return lengths

    def read(self, place: int, texts: SegmentTexts) -> str:
        """One text, out of the first document that holds it."""
        start, end = self._extents[place].tolist()
        return texts.cut(int(self._documents[place]), Span(start, end))

    def rows(self, place: int) -> tuple[list[int], list[int]]:
        """The rows of the passages and those of the windows that are this text."""
        entries = self._order[self._starts[place] : self._starts[place + 1]]
        passages = entries[entries < self.passages]
        return passages.tolist(), (entries[len(passages) :] - self.passages).tolist()


@dataclass(frozen=True, slots=True)
class Source:
    """Where vectors come from: what is known already, or else the model, and the journal that
    keeps what the model was asked."""

    embedder: Embedder
    known: Sequence[Known]
    journal: Journal

    def find(self, digests: Sequence[Digest], *, in_full: bool) -> dict[Digest, Vectors]:
        """The vectors of the texts that are known."""
        found: dict[Digest, Vectors] = {}
        for known in (self.journal, *self.known):
            rest = [digest for digest in digests if digest not in found]
            found |= known.known(rest, in_full=in_full)
        return found

    def embed(self, digests: Sequence[Digest], texts: Sequence[str], kind: Kinds) -> Vectors:
        """Embed texts and keep their vectors, in full or as float16."""
        if not texts:  # the model may not be loaded yet, and need not be
            return np.zeros((0, self.embedder.card.width), dtype=np.float32)
        vectors = self.embedder.embed_passages(texts)
        for chosen, dtype in ((kind, np.float32), (~kind, np.float16)):
            places = np.flatnonzero(chosen)
            kept = [digests[place] for place in places.tolist()]
            self.journal.keep(kept, vectors[places].astype(dtype))
        return vectors


def embed_words(words: Sequence[str], source: Source, done: Done) -> Vectors:
    """The vectors of single words, shape ``(len(words), width)``."""
    vectors = np.empty((len(words), source.embedder.card.width), dtype=np.float32)
    in_full = np.ones(BATCH, dtype=np.bool_)
    for start in range(0, len(words), BATCH):
        part = list(words[start : start + BATCH])
        digests = [short_digest(word) for word in part]
        known = source.find(digests, in_full=True)
        new = [place for place, digest in enumerate(digests) if digest not in known]
        rows = source.embed([digests[p] for p in new], [part[p] for p in new], in_full[: len(new)])
        known |= dict(zip([digests[p] for p in new], rows, strict=True))
        vectors[start : start + len(part)] = [known[digest] for digest in digests]
        done(start + len(part), len(words))
    return vectors


def embed_to_files(
    entries: Entries, texts: SegmentTexts, source: Source, done: Done, files: tuple[Path, Path]
) -> None:
    """Write the vectors of all passages (float32) and windows (float16) to two files."""
    width = source.embedder.card.width
    passages, windows = files
    with (
        RowFile(passages, entries.passages, width, np.float32) as full,
        RowFile(windows, entries.windows, width, np.float16) as half,
    ):
        finished, whole = 0, int(entries.lengths.sum())
        for places, vectors in _vectors(entries, texts, source):
            for place, vector in zip(places.tolist(), vectors, strict=True):
                of_passages, of_windows = entries.rows(place)
                for row in of_passages:
                    full.write(row, vector)
                for row in of_windows:
                    half.write(row, vector)
            finished += int(entries.lengths[places].sum())
            done(finished, whole)


def _vectors(
    entries: Entries, texts: SegmentTexts, source: Source
) -> Iterator[tuple[Rows, Vectors]]:
    """Places and their vectors, those that are known before those that are not."""
    order = entries.longest_first()
    unknown = []
    for start in range(0, len(order), _PART):
        part = order[start : start + _PART]
        known = _known(entries, part, source)
        has = np.array([entries.digests[place] in known for place in part.tolist()], np.bool_)
        unknown.append(part[~has])
        if has.any():
            yield part[has], np.stack([known[entries.digests[p]] for p in part[has].tolist()])
    rest = np.concatenate([order[:0], *unknown])
    for start in range(0, len(rest), BATCH):
        places = rest[start : start + BATCH]
        digests = [entries.digests[place] for place in places.tolist()]
        batch = [entries.read(place, texts) for place in places.tolist()]
        yield places, source.embed(digests, batch, entries.in_full[places])


def _known(entries: Entries, places: Rows, source: Source) -> dict[Digest, Vectors]:
    found: dict[Digest, Vectors] = {}
    for in_full in (True, False):
        wanted = places[entries.in_full[places] == in_full].tolist()
        found |= source.find([entries.digests[place] for place in wanted], in_full=in_full)
    return found
