"""Where each term of a segment stands. In: the terms of its passages. Out: postings.

An inverted index: for each term the rows of the passages that hold it, ascending, and how
often each does. Nothing in it depends on other segments, so that it can be shared by
generations; what does (rarity, mean length) ``LexicalIndex`` works out when it is opened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.files import load_array, read_lines, write_lines
from index.parts import starts_of
from index.terms import terms

TERMS = "terms.txt"
STARTS, ROWS, COUNTS, LENGTHS = "starts.npy", "rows.npy", "counts.npy", "lengths.npy"


@dataclass(frozen=True, slots=True)
class TermLists:
    """The numbers of the terms of some texts, one text after the other: those of text i are
    ``numbers[starts[i]:starts[i + 1]]``."""

    numbers: NDArray[np.int32]
    starts: NDArray[np.int64]


class SegmentPostings:
    """The postings of one segment; ``lengths`` are the passages' lengths in terms."""

    def __init__(
        self,
        vocabulary: Sequence[str],
        starts: NDArray[np.int64],
        rows: NDArray[np.int32],
        counts: NDArray[np.uint16],
        lengths: NDArray[np.int32],
    ) -> None:
        self.vocabulary = tuple(vocabulary)
        self.starts = np.asarray(starts)  # plain views of what is mapped
        self.rows = np.asarray(rows)
        self.counts = np.asarray(counts)
        self.lengths = np.asarray(lengths)
        self._numbers = {term: number for number, term in enumerate(self.vocabulary)}

    @classmethod
    def invert(cls, vocabulary: Sequence[str], lists: TermLists) -> "SegmentPostings":
        """From the terms of each passage; every term of the vocabulary should occur."""
        lengths = np.diff(lists.starts)
        size = max(1, len(lengths))
        owner = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
        # One number for term and row, so that one sort brings both in order.
        keys, counts = np.unique(lists.numbers.astype(np.int64) * size + owner, return_counts=True)
        most = np.iinfo(np.uint16).max
        return cls.of_keys(
            vocabulary, keys, np.minimum(counts, most).astype(np.uint16), lengths.astype(np.int32)
        )

    @classmethod
    def of_keys(
        cls,
        vocabulary: Sequence[str],
        keys: NDArray[np.int64],
        counts: NDArray[np.uint16],
        lengths: NDArray[np.int32],
    ) -> "SegmentPostings":
        """From ascending keys, each the number of a term times the number of passages (at
        least 1) plus a row, with how often the term stands in it."""
        size = max(1, len(lengths))
        starts = np.searchsorted(keys, np.arange(len(vocabulary) + 1) * size).astype(np.int64)
        return cls(vocabulary, starts, (keys % size).astype(np.int32), counts, lengths)

    @classmethod
    def build(cls, texts: Iterable[str]) -> "SegmentPostings":
        """Index the texts; row i is the i-th."""
        numbering = Numbering()
        lists = numbering.lists(map(terms, texts))
        vocabulary, places = numbering.sorted(numbering.used_by(lists))
        return cls.invert(vocabulary, renumbered(lists, places))

    @classmethod
    def load(cls, folder: Path) -> "SegmentPostings":
        """Open what ``save`` wrote, mapped; raises ``IndexDamaged`` when it cannot."""
        vocabulary = read_lines(folder / TERMS)
        starts, rows, counts, lengths = (
            load_array(folder / name) for name in (STARTS, ROWS, COUNTS, LENGTHS)
        )
        if not (
            len(starts) == len(vocabulary) + 1
            and starts[0] == 0
            and starts[-1] == len(rows) == len(counts)
        ):
            raise IndexDamaged(f"{folder} holds other postings than terms; rebuild the index")
        return cls(vocabulary, starts, rows, counts, lengths)

    def save(self, folder: Path) -> None:
        """Write its files into ``folder``, which must not exist."""
        folder.mkdir()
        write_lines(folder / TERMS, self.vocabulary)
        for name, array in (
            (STARTS, self.starts),
            (ROWS, self.rows),
            (COUNTS, self.counts),
            (LENGTHS, self.lengths),
        ):
            np.save(folder / name, array)

    def number(self, term: str) -> int | None:
        """The number of a term in the vocabulary, or None when no passage holds it."""
        return self._numbers.get(term)

    def extent(self, term: str) -> slice:
        """Which part of ``rows`` and ``counts`` is the term's; empty for an unknown one."""
        number = self._numbers.get(term)
        if number is None:
            return slice(0, 0)
        start, end = self.starts[number : number + 2].tolist()
        return slice(start, end)


class Numbering:
    """Terms numbered as they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def lists(self, texts: Iterable[Sequence[str]]) -> TermLists:
        """The numbers of the terms of each text; new terms get new numbers."""
        numbers = self._numbers
        found = [[numbers.setdefault(term, len(numbers)) for term in text] for text in texts]
        starts = np.cumsum([0, *map(len, found)], dtype=np.int64)
        return TermLists(
            np.fromiter((n for text in found for n in text), np.int32, starts[-1]), starts
        )

    def sorted(self, used: NDArray[np.bool_]) -> tuple[list[str], NDArray[np.int32]]:
        """The used terms in the order of the alphabet, and what number each term has there;
        -1 for one that is not used."""
        kept = sorted(term for term, number in self._numbers.items() if used[number])
        places = np.full(len(self._numbers), -1, dtype=np.int32)
        places[[self._numbers[term] for term in kept]] = np.arange(len(kept))
        return kept, places

    def used_by(self, lists: TermLists) -> NDArray[np.bool_]:
        """Which of the terms numbered so far occur in the lists."""
        used = np.zeros(len(self._numbers), dtype=np.bool_)
        used[lists.numbers] = True
        return used


def renumbered(lists: TermLists, places: NDArray[np.int32]) -> TermLists:
    """The same texts with other numbers for their terms; what has the number -1 is dropped."""
    numbers = places[lists.numbers]
    return TermLists(numbers[numbers >= 0], starts_of(numbers >= 0)[lists.starts])


def selected(lists: TermLists, kept: NDArray[np.bool_]) -> TermLists:
    """The lists of some of the texts."""
    lengths = np.diff(lists.starts)
    return TermLists(lists.numbers[np.repeat(kept, lengths)], starts_of(lengths[kept]))


def end_to_end_lists(parts: Sequence[TermLists]) -> TermLists:
    """The texts of several lists, one list after the other."""
    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    return TermLists(np.concatenate([part.numbers for part in parts]), starts_of(lengths))
