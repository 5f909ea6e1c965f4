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


@dataclass(frozen=True, slots=True)
class Expansion:
    """For each question term the text terms that match it, each with its value: the likeness
    times the smaller rarity of the two."""

    values: tuple[dict[str, float], ...]

    def weigh(self, terms: Iterable[str]) -> tuple[float, ...]:
        """For each question term the value of the best match among ``terms``; 0 for none."""
        held = set(terms)
        return tuple(
            max((value for term, value in matches.items() if term in held), default=0.0)
            for matches in self.values
        )


class RelatedWords:
    """The commonest terms of an index, each with the vector of its commonest word."""

    def __init__(self, terms: Sequence[str], vectors: Vectors) -> None:
        self.terms = list(terms)
        self._row = {term: row for row, term in enumerate(terms)}
        self._vectors = vectors

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
        return cls(commonest, embed(spelt))

    @classmethod
    def load(cls, folder: Path) -> "RelatedWords":
        """Open what ``save`` wrote, vectors mapped; raises ``IndexDamaged`` when it cannot."""
        try:
            terms = (folder / TERMS).read_text("utf-8").split("\n")[:-1]
            vectors = np.load(folder / VECTORS, mmap_mode="r")
        except (OSError, ValueError, EOFError) as error:
            raise IndexDamaged(f"{folder} cannot be read ({error}); rebuild the index") from error
        if len(terms) != len(vectors):
            raise IndexDamaged(f"{folder} holds other terms than vectors; rebuild the index")
        return cls(terms, vectors)

    def save(self, folder: Path) -> None:
        """Write two files into ``folder``, which must not exist."""
        folder.mkdir()
        (folder / TERMS).write_text("".join(f"{term}\n" for term in self.terms), "utf-8")
        np.save(folder / VECTORS, self._vectors)

    def unknown(self, terms: Iterable[str]) -> list[str]:
        """The terms that have no vector here and would have one."""
        return [t for t in terms if t not in self._row and any(map(str.isalpha, t))]

    def expand(
        self, terms: Sequence[str], vectors: dict[str, Vectors], lexical: LexicalIndex
    ) -> Expansion:
        """What matches each question term; ``vectors`` are those of the unknown terms."""
        if not terms:
            return Expansion(())
        asked = [self._vector(term, vectors) for term in terms]
        likeness = np.array(asked, dtype=np.float32).reshape(len(terms), -1) @ self._vectors.T
        return Expansion(
            tuple(self._matches(t, row, lexical) for t, row in zip(terms, likeness, strict=True))
        )

    def _vector(self, term: str, vectors: dict[str, Vectors]) -> Vectors:
        row = self._row.get(term)
        if row is not None:
            known: Vectors = self._vectors[row]
            return known
        # A number, say: related to nothing but itself.
        return vectors.get(term, np.zeros(self._vectors.shape[1], dtype=np.float32))

    def _matches(
        self, term: str, likeness: NDArray[np.float32], lexical: LexicalIndex
    ) -> dict[str, float]:
        near = np.flatnonzero(likeness >= LEAST_LIKENESS)
        shares = {self.terms[row]: min(1.0, float(likeness[row])) for row in near}
        shares[term] = 1.0
        rarity = lexical.rarity(other for other in shares if other in lexical)
        # A rare relative must not count for more than the word that was asked.
        most = lexical.rarity([term])[term]
        return {other: shares[other] * min(value, most) for other, value in rarity.items()}


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
