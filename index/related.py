"""Words that mean nearly the same. In: word counts; terms of a question. Out: related terms.

The model that embeds passages also embeds single words; two words whose vectors are close
("harbour", "port") count as a match in part. This finds what shares no word with the question
where passage vectors are too blunt to, and most of all in text without function words.
After translation language models with word vectors (Zuccon et al. 2015).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors
from index.errors import IndexDamaged
from index.files import load_array, read_lines, write_lines
from index.lexical import LexicalIndex
from index.parts import sampled
from index.terms import stem

LEAST_LIKENESS = 0.5  # below it words are no longer related, only similarly common
MOST_TERMS = 40_000  # the commonest; beyond them a term matches itself only
VECTORS, TERMS, SPELT = "vectors.npy", "terms.txt", "words.txt"
STARTS, ALIKE, LIKENESS = "starts.npy", "alike.npy", "likeness.npy"
_BLOCK = 512  # terms compared with all at once: 80 MB where there are most


@dataclass(frozen=True, slots=True)
class Expansion:
    """For each question term the text terms that match it, each with its value: the likeness
    times the smaller rarity of the two."""

    values: tuple[dict[str, float], ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each term the terms like it: those from ``starts[i]`` to ``starts[i + 1]`` of
    ``terms`` (positions), with their ``likeness`` of at least ``LEAST_LIKENESS``."""

    starts: NDArray[np.int64]
    terms: NDArray[np.int32]
    likeness: NDArray[np.float32]

    def of(self, term: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The positions and likeness of the terms like one."""
        part = slice(self.starts[term], self.starts[term + 1])
        return self.terms[part], self.likeness[part]


class RelatedWords:
    """The commonest terms of an index, each with the vector of its commonest word.

    Which terms are alike is worked out when indexing; a word that no text holds is compared
    with all of them when it is asked.
    """

    def __init__(
        self, terms: Sequence[str], spelt: Sequence[str], vectors: Vectors, neighbours: Neighbours
    ) -> None:
        self.terms = list(terms)
        self._spelt = list(spelt)
        self._row = {term: row for row, term in enumerate(terms)}
        self._vectors = np.asarray(vectors)  # plain views of what is mapped
        self._neighbours = neighbours

    @classmethod
    def build(
        cls,
        counts: Mapping[str, int],
        embed: Callable[[Sequence[str]], Vectors],
        before: "RelatedWords | None" = None,
    ) -> "RelatedWords":
        """Embed the commonest word of each term; ``counts`` are those of words with a letter.

        What ``before`` knows of a word is neither embedded nor compared again.
        """
        spellings = _spellings(counts)
        terms, spelt = list(spellings), list(spellings.values())
        rows = np.array([before._row_of(t, w) if before else -1 for t, w in spellings.items()])
        new = np.flatnonzero(rows < 0)
        fresh = embed([spelt[row] for row in new.tolist()])
        vectors = np.empty((len(terms), fresh.shape[1]), dtype=np.float32)
        vectors[new] = fresh
        if before is None or len(new) == len(terms):
            return cls(terms, spelt, vectors, _neighbours(vectors))
        kept = np.flatnonzero(rows >= 0)
        vectors[kept] = before._vectors[rows[kept]]
        places = np.full(len(before.terms), -1, dtype=np.int64)
        places[rows[kept]] = kept
        pairs = [*_renumbered(before._neighbours, places), *_pairs(vectors, new)]
        return cls(terms, spelt, vectors, _in_lists(pairs, len(terms)))

    @classmethod
    def load(cls, folder: Path) -> "RelatedWords":
        """Open what ``save`` wrote, vectors mapped; raises ``IndexDamaged`` when it cannot."""
        terms, spelt = read_lines(folder / TERMS), read_lines(folder / SPELT)
        vectors, starts, alike, likeness = (
            load_array(folder / file) for file in (VECTORS, STARTS, ALIKE, LIKENESS)
        )
        if not len(terms) == len(spelt) == len(vectors) == len(starts) - 1 or (
            not starts[-1] == len(alike) == len(likeness)
        ):
            raise IndexDamaged(f"{folder} holds other terms than vectors; rebuild the index")
        near = Neighbours(*(np.asarray(array) for array in (starts, alike, likeness)))
        return cls(terms, spelt, vectors, near)

    def save(self, folder: Path) -> None:
        """Write its files into ``folder``, which must not exist."""
        folder.mkdir()
        for name, lines in ((TERMS, self.terms), (SPELT, self._spelt)):
            write_lines(folder / name, lines)
        np.save(folder / VECTORS, self._vectors)
        np.save(folder / STARTS, self._neighbours.starts)
        np.save(folder / ALIKE, self._neighbours.terms)
        np.save(folder / LIKENESS, self._neighbours.likeness)

    def _row_of(self, term: str, word: str) -> int:
        """The row of a term whose vector is that of this word, or -1."""
        row = self._row.get(term, -1)
        return row if row >= 0 and self._spelt[row] == word else -1

    def sample(self, most: int) -> tuple[list[str], Vectors]:
        """At most so many of the words that were embedded, with their vectors."""
        rows = sampled(len(self.terms), most)
        return [self._spelt[row] for row in rows.tolist()], self._vectors[rows]

    def unknown(self, terms: Iterable[str]) -> list[str]:
        """The terms that have no vector here and would have one."""
        return [t for t in terms if t not in self._row and any(map(str.isalpha, t))]

    def expand(
        self, terms: Sequence[str], vectors: dict[str, Vectors], lexical: LexicalIndex
    ) -> Expansion:
        """What matches each question term; ``vectors`` are those of the unknown terms."""
        return Expansion(tuple(self._matches(term, vectors, lexical) for term in terms))

    def _near(
        self, term: str, vectors: dict[str, Vectors]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Positions and likeness of the terms like one; a number, say, is like none."""
        row = self._row.get(term)
        if row is not None:
            return self._neighbours.of(row)
        if term not in vectors:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        likeness = self._vectors @ vectors[term]
        near = np.flatnonzero(likeness >= LEAST_LIKENESS).astype(np.int32)
        return near, likeness[near]

    def _matches(
        self, term: str, vectors: dict[str, Vectors], lexical: LexicalIndex
    ) -> dict[str, float]:
        near, likeness = self._near(term, vectors)
        shares = {
            self.terms[row]: min(1.0, like)
            for row, like in zip(near.tolist(), likeness.tolist(), strict=True)
        }
        shares[term] = 1.0
        rarity = lexical.rarity(other for other in shares if other in lexical)
        # A rare relative must not count for more than the word that was asked.
        most = lexical.rarity([term])[term]
        return {other: shares[other] * min(value, most) for other, value in rarity.items()}


Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]
"""Terms, terms like them, and how like they are."""


def _spellings(counts: Mapping[str, int]) -> dict[str, str]:
    """The commonest terms in the order of the alphabet, each with its commonest word."""
    of_term: dict[str, dict[str, int]] = defaultdict(dict)
    words = list(counts)
    for term, word in zip(stem(words), words, strict=True):
        of_term[term][word] = counts[word]
    total = {term: sum(found.values()) for term, found in of_term.items()}
    commonest = sorted(total, key=lambda term: (-total[term], term))[:MOST_TERMS]
    return {
        term: min(of_term[term].items(), key=lambda item: (-item[1], item[0]))[0]
        for term in sorted(commonest)
    }


def _neighbours(vectors: Vectors) -> Neighbours:
    """All pairs that are alike."""
    return _in_lists(_likenesses(vectors, np.arange(len(vectors))), len(vectors))


def _likenesses(vectors: Vectors, rows: NDArray[np.int64]) -> list[Pairs]:
    """The pairs of some rows with any row, block by block."""
    found = []
    for start in range(0, len(rows), _BLOCK):
        part = rows[start : start + _BLOCK]
        block = vectors[part] @ vectors.T
        first, second = np.nonzero(block >= LEAST_LIKENESS)
        found.append((part[first], second, block[first, second]))
    return found


def _pairs(vectors: Vectors, new: NDArray[np.int64]) -> list[Pairs]:
    """The pairs that a new row is one of, both ways."""
    found = _likenesses(vectors, new)
    old = np.ones(len(vectors), dtype=np.bool_)
    old[new] = False
    turned = [(b[old[b]], a[old[b]], like[old[b]]) for a, b, like in found]
    return [*found, *turned]


def _renumbered(neighbours: Neighbours, places: NDArray[np.int64]) -> list[Pairs]:
    """The pairs of which both have a place now (-1: none)."""
    first = places[np.repeat(np.arange(len(places)), np.diff(neighbours.starts))]
    second = places[neighbours.terms]
    kept = (first >= 0) & (second >= 0)
    return [(first[kept], second[kept], neighbours.likeness[kept])]


def _in_lists(pairs: Sequence[Pairs], terms: int) -> Neighbours:
    nothing = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
    first, second, likeness = (np.concatenate(each) for each in zip(nothing, *pairs, strict=True))
    order = np.lexsort((second, first))
    starts = np.searchsorted(first[order], np.arange(terms + 1))
    return Neighbours(
        starts.astype(np.int64), second[order].astype(np.int32), likeness[order].astype(np.float32)
    )


def related_scores(expansion: Expansion, lexical: LexicalIndex) -> NDArray[np.float64]:
    """For every row of ``lexical`` the sum over question terms of the best match's value."""
    total = np.zeros(lexical.rows)
    for matches in expansion.values:
        best = np.zeros(lexical.rows)
        # Ascending, because where rows repeat the last assignment stays: the highest value.
        for term, value in sorted(matches.items(), key=lambda item: item[1]):
            best[lexical.rows_with(term)] = value
        total += best
    return total
