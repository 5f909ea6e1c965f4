"""What an index holds, asked by words. In: an Index. Out: rarities, passages, documents.

Nothing here reads a text or loads the embedding model: terms come from the postings, which
passage is whose from the windows, and how like two words are from the vectors that the index
keeps of its own words.
"""

from collections import Counter
from collections.abc import Sequence
from functools import reduce

import numpy as np

from index.embed import Vectors
from index.generation import Index
from index.parts import Rows
from index.related import MOST_TERMS
from index.terms import fold, terms, words
from service.asking.question import content_words


class Corpus:
    """Questions about the terms of an opened index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.documents = index.texts.documents()
        spelt, self._vectors = index.related.sample(MOST_TERMS)
        self._places = {word: place for place, word in enumerate(spelt)}
        self._known: dict[str, Vectors | None] = {}

    def rarity(self, text: str) -> float:
        """The mean inverse document frequency of the terms of a text; 0 without any."""
        found = set(terms(text))
        return sum(self.index.lexical.rarity(found).values()) / max(1, len(found))

    def rows(self, text: str) -> Rows:
        """The passages that hold every term of a text, ascending; none without a term."""
        found = [self.index.lexical.rows_with(term) for term in set(terms(text))]
        if not found:
            return np.zeros(0, dtype=np.int64)
        return reduce(np.intersect1d, sorted(found, key=len))

    def paths(self, rows: Rows) -> set[str]:
        """The documents that passages are of, by path."""
        numbers = np.unique(self.index.windows.documents(rows)).tolist()
        return {self.documents[number].path for number in numbers}

    def rarest(self, text: str, most: int) -> list[str]:
        """The rarest content terms of a text, the rarest first; those no passage holds too."""
        rarity = self.index.lexical.rarity(content_words(words(text)))
        return sorted(rarity, key=lambda term: (-rarity[term], term))[:most]

    def together(self, wanted: Sequence[str], rows: Rows | None = None) -> int:
        """How many of the terms stand in that passage that holds most of them; of ``rows``
        alone, if they are given."""
        found = [self.index.lexical.rows_with(term) for term in wanted]
        if rows is not None:
            found = [np.intersect1d(each, rows) for each in found]
        return max(Counter(np.concatenate(found).tolist()).values(), default=0) if found else 0

    def documents_with(self, text: str) -> set[str]:
        """The documents, by path, that hold every term of a text, anywhere."""
        found = [self.paths(self.index.lexical.rows_with(term)) for term in set(terms(text))]
        return set.intersection(*found) if found else set()

    def likeness(self, first: str, second: str) -> float:
        """The cosine of two phrases, each the mean of its words' vectors; 0 if unknown."""
        for phrase in (first, second):
            if phrase not in self._known:
                self._known[phrase] = self._vector(phrase)
        a, b = self._known[first], self._known[second]
        return 0.0 if a is None or b is None else float(a @ b)

    def _vector(self, phrase: str) -> Vectors | None:
        rows = [self._places[word] for word in fold(phrase).split() if word in self._places]
        if not rows:
            return None
        mean: Vectors = self._vectors[rows].mean(axis=0)
        return mean / (float(np.linalg.norm(mean)) or 1.0)
