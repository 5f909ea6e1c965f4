"""A segment: some documents with all that was worked out of them. In: a folder. Out: Segment.

A segment is written once and never changed, so that generations share it. It holds nothing
that depends on other segments.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.files import load_array, read_lines, write_lines
from index.manifest import SegmentFacts
from index.occurrences import SegmentOccurrences
from index.postings import SegmentPostings
from index.segment_vectors import SegmentVectors
from index.texts import SegmentTexts
from index.windows import SegmentWindows

TEXTS, WORDS, KEYS = "texts.sqlite", "words.tsv", "keys.npy"
VECTORS, WINDOWS, POSTINGS, OCCURRENCES = "vectors", "windows", "postings", "occurrences"


@dataclass(frozen=True, slots=True)
class Segment:
    """An opened segment; rows of vectors, postings, windows and passages are the same.

    ``keys`` are the digests of the texts of all passages and then of all windows, as pairs of
    64 bits.
    """

    facts: SegmentFacts
    folder: Path
    vectors: SegmentVectors
    windows: SegmentWindows
    postings: SegmentPostings
    occurrences: SegmentOccurrences
    texts: SegmentTexts
    keys: NDArray[np.uint64]


def open_segment(folder: Path, facts: SegmentFacts, width: int) -> Segment:
    """Open a segment's files; raises ``IndexDamaged`` when they are not what ``facts`` say."""
    vectors = SegmentVectors.open(folder / VECTORS)
    if (vectors.rows, vectors.width) != (facts.passages, width):
        raise IndexDamaged(f"{folder / VECTORS} has other rows or width than the manifest says")
    windows = SegmentWindows.load(folder / WINDOWS)
    if (len(windows.layout.ranges), len(windows.vectors)) != (facts.passages, facts.windows):
        raise IndexDamaged(f"{folder / WINDOWS} has other rows than the manifest says; rebuild it")
    postings = SegmentPostings.load(folder / POSTINGS)
    if len(postings.lengths) != facts.passages:
        raise IndexDamaged(f"{folder / POSTINGS} has other rows than the manifest says; rebuild it")
    occurrences = SegmentOccurrences.load(folder / OCCURRENCES)
    if occurrences.windows != facts.windows:
        raise IndexDamaged(f"{folder / OCCURRENCES} has other windows than there are; rebuild it")
    keys = load_array(folder / KEYS)
    if keys.shape != (facts.passages + facts.windows, 2):
        raise IndexDamaged(f"{folder / KEYS} has other rows than the manifest says; rebuild it")
    texts = SegmentTexts(folder / TEXTS)
    if texts.counts() != (facts.documents, facts.passages):
        raise IndexDamaged(f"{folder / TEXTS} has other rows than the manifest says; rebuild it")
    return Segment(facts, folder, vectors, windows, postings, occurrences, texts, keys)


def write_words(folder: Path, words: Mapping[str, int]) -> None:
    """Write how often each word stands in a segment's documents."""
    lines = (f"{word}\t{count}" for word, count in sorted(words.items()) if count)
    write_lines(folder / WORDS, lines)


def read_words(folder: Path) -> Counter[str]:
    """How often each word stands in a segment's documents."""
    pairs = (line.partition("\t") for line in read_lines(folder / WORDS))
    return Counter({word: int(count) for word, _, count in pairs})
