"""Texts to terms, and BM25 over them. In: texts. Out: a BM25 score for each passage.

Terms are folded (compatibility form, no accents, lower case) and stemmed; a hyphenated word
counts as its parts and as their join, and an apostrophe is dropped, so that `Hitler's`,
`hitlers` and `sovietgerman`, `Soviet-German` meet.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_WORD = re.compile(r"\w+(?:[-‐‑]\w+)*")
_HYPHEN = re.compile(r"[-‐‑]")
K1, B = 1.2, 0.75

_stemmer = Stemmer.Stemmer("english")
_stemmer_lock = threading.Lock()


def fold(text: str) -> str:
    """Lower case, compatibility form, without accents: ``Köstring`` becomes ``kostring``."""
    # Twice, since the compatibility form of some characters is a capital: ℌ, ™.
    compatible = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", compatible)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def stem(words: Sequence[str]) -> list[str]:
    """The Snowball stem of each folded word."""
    with _stemmer_lock:  # the stemmer keeps a cache that threads must not share
        stems: list[str] = _stemmer.stemWords(words)
    return stems


def word_parts(text: str) -> list[tuple[str, ...]]:
    """The folded words of a text in order, each as its parts: several if it is hyphenated."""
    return [tuple(_HYPHEN.split(w)) for w in _WORD.findall(_APOSTROPHE.sub("", fold(text)))]


def words(text: str) -> list[str]:
    """The folded words of a text in order; the parts of a hyphenated one before their join."""
    found: list[str] = []
    for parts in word_parts(text):
        found.extend(parts)
        if len(parts) > 1:
            found.append("".join(parts))
    return found


def terms(text: str) -> list[str]:
    """The stems of a text's words, in order."""
    return stem(words(text))


class LexicalIndex:
    """BM25 (Lucene's form, k1 = 1.2, b = 0.75) over passages; rows as they were given."""

    def __init__(self, model: bm25s.BM25, rows: int) -> None:
        self._model = model
        self.rows = rows
        # Plain views: taking one element of a mapped array costs a hundred times as much.
        self._starts = np.asarray(model.scores["indptr"])
        self._rows = np.asarray(model.scores["indices"])

    @classmethod
    def build(cls, texts: Iterable[str]) -> "LexicalIndex":
        """Index the texts; row i is the i-th."""
        corpus = [terms(text) for text in texts]
        model = bm25s.BM25(method="lucene", k1=K1, b=B)
        # A term that no text holds keeps the vocabulary from being empty, which bm25s
        # cannot store: "\x00" never comes out of `terms`.
        corpus_with_sentinel = [tokens or ["\x00"] for tokens in corpus]
        model.index(corpus_with_sentinel, show_progress=False)
        return cls(model, len(corpus))

    @classmethod
    def load(cls, folder: Path, rows: int) -> "LexicalIndex":
        """Open what ``save`` wrote, memory-mapped."""
        return cls(bm25s.BM25.load(str(folder), mmap=True, load_corpus=False), rows)

    def save(self, folder: Path) -> None:
        """Write the index as files into ``folder``, which need not exist."""
        self._model.save(str(folder), show_progress=False)

    def scores(self, question: str) -> NDArray[np.float32]:
        """The BM25 score of every row, shape ``(rows,)``; 0 where no term is shared."""
        return self.scores_of(terms(question))

    def scores_of(self, asked: Iterable[str]) -> NDArray[np.float32]:
        """The BM25 score of every row for these terms; one given twice counts twice."""
        known = [term for term in asked if term in self]
        if not known:
            return np.zeros(self.rows, dtype=np.float32)
        scores: NDArray[np.float32] = self._model.get_scores(known)
        return scores

    def __contains__(self, term: object) -> bool:
        """Whether any text holds the term."""
        return term in self._model.vocab_dict

    def number(self, term: str) -> int | None:
        """The number of a term in the vocabulary, or None when no text holds it."""
        number: int | None = self._model.vocab_dict.get(term)
        return number

    def rows_with(self, term: str) -> NDArray[np.int32]:
        """The rows whose text holds the term; none for an unknown term."""
        start, end = self._extent(term)
        rows: NDArray[np.int32] = self._rows[start:end]
        return rows

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of each term: ``ln(1 + (n - df + 0.5)/(df + 0.5))``.

        A term that no text holds has the highest.
        """
        return {word: self._rarity(word) for word in words}

    def _rarity(self, term: str) -> float:
        start, end = self._extent(term)
        frequency = end - start
        return float(np.log1p((self.rows - frequency + 0.5) / (frequency + 0.5)))

    def _extent(self, term: str) -> tuple[int, int]:
        number = self.number(term)
        if number is None:
            return 0, 0
        start, end = self._starts[number : number + 2]
        return int(start), int(end)
