"""Segments to one segment. In: opened segments, which of their documents to keep. Out: files.

Nothing is embedded, split or read again: rows are copied and renumbered. Of a document that
is not kept no byte is copied, and terms and words that only such documents hold are left out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors
from index.files import RowFile
from index.manifest import SegmentFacts
from index.occurrences import SegmentOccurrences
from index.parts import Rows, starts_of
from index.postings import SegmentPostings, end_to_end_lists, renumbered, selected
from index.segment import (
    KEYS,
    OCCURRENCES,
    POSTINGS,
    TEXTS,
    VECTORS,
    WINDOWS,
    Segment,
    read_words,
    write_words,
)
from index.segment_vectors import SegmentVectors
from index.terms import word_counts
from index.textfile import Moved, TextWriter
from index.windows import VECTORS as WINDOW_VECTORS
from index.windows import Layout, one_after_the_other, save_layout

_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Part:
    """A segment and which of its documents to keep, by number; some under another name."""

    segment: Segment
    kept: NDArray[np.bool_]
    moved: Mapping[int, Moved] = field(default_factory=dict)

    @property
    def passages(self) -> NDArray[np.bool_]:
        """Which passages to keep."""
        of: NDArray[np.bool_] = self.kept[self.segment.windows.layout.documents]
        return of

    @property
    def windows(self) -> NDArray[np.bool_]:
        """Which windows to keep."""
        return np.repeat(self.kept, np.diff(self.segment.windows.layout.starts))


def merge(parts: Sequence[Part], folder: Path) -> SegmentFacts:
    """Write a segment of what is kept of others into ``folder``, which must not exist."""
    folder.mkdir(parents=True)
    writer = TextWriter(folder / TEXTS)
    try:
        for part in parts:
            kept = np.flatnonzero(part.kept).tolist()
            writer.copy(part.segment.texts.file, kept, dict(part.moved))
    finally:
        writer.close()
    (folder / WINDOWS).mkdir()
    save_layout(folder / WINDOWS, one_after_the_other([_layout(part) for part in parts]))
    _merge_windows(parts, folder / WINDOWS / WINDOW_VECTORS)
    _merge_terms(parts, folder)
    width = parts[0].segment.vectors.width
    searched = SegmentVectors.build(folder / VECTORS, _vectors(parts), width)
    write_words(folder, _words(parts))
    np.save(folder / KEYS, _keys(parts))
    return SegmentFacts(
        name=folder.name,
        documents=sum(int(part.kept.sum()) for part in parts),
        passages=sum(int(part.passages.sum()) for part in parts),
        windows=sum(int(part.windows.sum()) for part in parts),
        recall_10=searched.recall_10,
    )


def _keys(parts: Sequence[Part]) -> NDArray[np.uint64]:
    passages, windows = [], []
    for part in parts:
        own, of_windows = np.split(part.segment.keys, [len(part.passages)])
        passages.append(own[part.passages])
        windows.append(of_windows[part.windows])
    return np.concatenate([*passages, *windows])


def _layout(part: Part) -> Layout:
    layout, passages, windows = part.segment.windows.layout, part.passages, part.windows
    new_window: Rows = np.cumsum(windows) - windows
    new_document: Rows = np.cumsum(part.kept) - part.kept
    ranges = layout.ranges[passages]
    first: Rows = new_window[ranges[:, 0]]
    counts = np.diff(layout.starts)[part.kept]
    return Layout(
        layout.spans[windows],
        np.stack([first, first + ranges[:, 1] - ranges[:, 0]], axis=1).astype(np.int64),
        new_document[layout.documents[passages]].astype(np.int64),
        starts_of(counts),
    )


def _vectors(parts: Sequence[Part]) -> Iterator[Vectors]:
    for part in parts:
        rows = np.flatnonzero(part.passages)
        for start in range(0, len(rows), _BATCH):
            yield part.segment.vectors.vectors(rows[start : start + _BATCH])


def _merge_windows(parts: Sequence[Part], file: Path) -> None:
    total = sum(int(part.windows.sum()) for part in parts)
    width = parts[0].segment.windows.vectors.shape[1]
    with RowFile(file, total, width, np.float16) as rows:
        place = 0
        for part in parts:
            kept = np.flatnonzero(part.windows)
            for start in range(0, len(kept), _BATCH):
                block = part.segment.windows.vectors[kept[start : start + _BATCH]]
                rows.write(place, block)
                place += len(block)


def _merge_terms(parts: Sequence[Part], folder: Path) -> None:
    """The terms that are still held, numbered anew, in postings and in windows."""
    used = [_used(part) for part in parts]
    vocabulary = sorted({term for terms in used for term in terms.values()})
    numbers = {term: number for number, term in enumerate(vocabulary)}
    keys, counts, lengths, lists = [], [], [], []
    base = 0
    size = max(1, sum(int(part.passages.sum()) for part in parts))
    for part, terms in zip(parts, used, strict=True):
        postings, passages = part.segment.postings, part.passages
        places = np.full(len(postings.vocabulary), -1, dtype=np.int32)
        places[list(terms)] = [numbers[term] for term in terms.values()]
        owner = np.repeat(places.astype(np.int64), np.diff(postings.starts))
        kept = passages[postings.rows]
        row = (np.cumsum(passages) - passages)[postings.rows[kept]] + base
        keys.append(owner[kept] * size + row)
        counts.append(postings.counts[kept])
        lengths.append(postings.lengths[passages])
        lists.append(renumbered(selected(part.segment.occurrences.lists, part.windows), places))
        base += int(passages.sum())
    all_keys = np.concatenate(keys)
    order = np.argsort(all_keys, kind="stable")
    SegmentPostings.of_keys(
        vocabulary, all_keys[order], np.concatenate(counts)[order], np.concatenate(lengths)
    ).save(folder / POSTINGS)
    SegmentOccurrences(end_to_end_lists(lists)).save(folder / OCCURRENCES)


def _used(part: Part) -> dict[int, str]:
    """The terms that any kept passage holds, by number."""
    postings = part.segment.postings
    kept = starts_of(part.passages[postings.rows])
    held = np.flatnonzero(np.diff(kept[postings.starts]))
    return {number: postings.vocabulary[number] for number in held.tolist()}


def _words(parts: Sequence[Part]) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(read_words(part.segment.folder))
        for number in np.flatnonzero(~part.kept).tolist():
            total.subtract(word_counts(part.segment.texts.document(number).text))
    return total
