"""Words that mean nearly the same. In: terms of a question. Out: related terms of the texts.

The model that embeds passages also embeds single words; two words whose vectors are close
("harbour", "port") count as a match in part. This finds what shares no word with the question
where passage vectors are too blunt to, and most of all in text without function words.
After translation language models with word vectors (Zuccon et al. 2015).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors
from index.errors import IndexDamaged
from index.lexical import LexicalIndex, stem, words

LEAST_LIKENESS = 0.5  # below it words are no longer related, only similarly common
MOST_TERMS = 40_000  # the commonest; beyond them a term matches itself only
VECTORS, TERMS = "vectors.npy", "terms.txt"
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

    def __init__(self, terms: Sequence[str], vectors: Vectors, neighbours: Neighbours) -> None:
        self.terms = list(terms)
        self._row = {term: row for row, term in enumerate(terms)}
        self._vectors = np.asarray(vectors)  # plain views of what is mapped
        self._neighbours = neighbours

    @classmethod
    def build(
        cls, texts: Iterable[str], embed: Callable[[Sequence[str]], Vectors]
    ) -> "RelatedWords":
        """Embed the commonest word of each term; terms without a letter have no relatives."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for text in texts:
            found = [word for word in words(text) if any(map(str.isalpha, word))]
            for term, word in zip(stem(found), found, strict=True):
                counts[term][word] += 1
        commonest = sorted(counts, key=lambda term: (-counts[term].total(), term))[:MOST_TERMS]
        spelt = [
            min(counts[term].items(), key=lambda item: (-item[1], item[0]))[0] for term in commonest
        ]
        vectors = embed(spelt)
        return cls(commonest, vectors, _neighbours(vectors))

    @classmethod
    def load(cls, folder: Path) -> "RelatedWords":
        """Open what ``save`` wrote, vectors mapped; raises ``IndexDamaged`` when it cannot."""
        try:
            terms = (folder / TERMS).read_text("utf-8").split("\n")[:-1]
            vectors = np.load(folder / VECTORS, mmap_mode="r")
            starts = np.load(folder / STARTS)
            alike, likeness = (np.load(folder / f, mmap_mode="r") for f in (ALIKE, LIKENESS))
        except (OSError, ValueError, EOFError) as error:
            raise IndexDamaged(f"{folder} cannot be read ({error}); rebuild the index") from error
        if not len(terms) == len(vectors) == len(starts) - 1 or (
            not starts[-1] == len(alike) == len(likeness)
        ):
            raise IndexDamaged(f"{folder} holds other terms than vectors; rebuild the index")
        return cls(terms, vectors, Neighbours(starts, np.asarray(alike), np.asarray(likeness)))

    def save(self, folder: Path) -> None:
        """Write its files into ``folder``, which must not exist."""
        folder.mkdir()
        (folder / TERMS).write_text("".join(f"{term}\n" for term in self.terms), "utf-8")
        np.save(folder / VECTORS, self._vectors)
        np.save(folder / STARTS, self._neighbours.starts)
        np.save(folder / ALIKE, self._neighbours.terms)
        np.save(folder / LIKENESS, self._neighbours.likeness)

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


def _neighbours(vectors: Vectors) -> Neighbours:
    """All pairs that are alike, block by block."""
    near: list[NDArray[np.int32]] = []
    likeness: list[NDArray[np.float32]] = []
    counts = [np.zeros(1, dtype=np.int64)]
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK] @ vectors.T
        rows, columns = np.nonzero(block >= LEAST_LIKENESS)
        near.append(columns.astype(np.int32))
        likeness.append(block[rows, columns])
        counts.append(np.bincount(rows, minlength=len(block)))
    nothing = np.zeros(0)
    return Neighbours(
        np.cumsum(np.concatenate(counts)),
        np.concatenate([nothing.astype(np.int32), *near]),
        np.concatenate([nothing.astype(np.float32), *likeness]),
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
