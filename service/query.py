"""A question made ready for searching. In: a question, an Index, its Embedder. Out: Query.

The question takes the form of the texts: what their form cannot hold (digits, where the
manifest has counted none) is no part of what is asked, and compounds meet whether they are
written as one word or as two.
"""

from dataclasses import dataclass
from itertools import pairwise

from index.embed import Embedder, Vectors
from index.lexical import LexicalIndex, stem
from index.related import Expansion
from index.store import Index
from service.compounds import AskedWords, asked_words

Matches = tuple[dict[int, float], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its vector, and what matches each of its content terms.

    ``search`` is what BM25 looks for, ``rarity`` that of each content term, ``expansion`` the
    terms of the texts that match each, in part or whole, with their values. ``related`` is
    the same by number of the lexical index, and ``exact`` that of the asked words alone
    (and their joins); ``pairs`` are the numbers of neighbouring words.
    """

    search: tuple[str, ...]
    vector: Vectors
    rarity: dict[str, float]
    expansion: Expansion
    related: Matches
    exact: Matches
    pairs: tuple[tuple[int, int], ...]

    @property
    def whole(self) -> float:
        """The rarity of all content terms together; never 0."""
        return sum(self.rarity.values()) or 1.0


def make_query(question: str, index: Index, embedder: Embedder) -> Query:
    """Embed the question, and those of its words that the index has no vector of."""
    lexical = index.lexical
    asked = asked_words(question, lexical, digits=index.manifest.text_form.digits > 0)
    unknown = index.related.unknown(asked.terms)
    rows = embedder.embed_passages([asked.terms[term] for term in unknown])
    rarity = lexical.rarity(asked.terms)
    exact = _exact(asked, rarity)
    alike = index.related.expand(list(asked.terms), dict(zip(unknown, rows, strict=True)), lexical)
    merged = tuple(near | same for near, same in zip(alike.values, exact, strict=True))
    return Query(
        search=tuple(asked.search),
        vector=embedder.embed_question(question),
        rarity=rarity,
        expansion=Expansion(merged),
        related=_numbered(merged, lexical),
        exact=_numbered(exact, lexical),
        pairs=_pairs(asked, lexical),
    )


def _exact(asked: AskedWords, rarity: dict[str, float]) -> tuple[dict[str, float], ...]:
    """For each term itself and the joins it is a part of: all of them worth its rarity."""
    return tuple(
        {term: rarity[term]}
        | {join: rarity[term] for join, parts in asked.joins.items() if term in parts}
        for term in asked.terms
    )


def _numbered(matches: tuple[dict[str, float], ...], lexical: LexicalIndex) -> Matches:
    return tuple(
        {number: value for number, value in numbered if number is not None}
        for numbered in (
            [(lexical.number(term), value) for term, value in match.items()] for match in matches
        )
    )


def _pairs(asked: AskedWords, lexical: LexicalIndex) -> tuple[tuple[int, int], ...]:
    """Neighbours in the question, and a join with what follows its last part: in a text the
    terms of a hyphenated word are its parts and then its join."""
    terms = list(pairwise(stem(asked.spelt)))
    joined = [(join, b) for a, b in terms for join, parts in asked.joins.items() if parts[-1] == a]
    numbers = [(lexical.number(a), lexical.number(b)) for a, b in [*terms, *joined]]
    found = {(a, b): None for a, b in numbers if a is not None and b is not None}
    return tuple(found)
