"""A question made ready for searching. In: a question, an Index, its Embedder. Out: Query.

The question takes the form of the texts: what their form cannot hold (digits, where the
manifest has counted none) is no part of what is asked, and compounds meet whether they are
written as one word or as two. A question that leans on an earlier one is searched with the
earlier one's words too, which count for less.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from index.embed import Embedder, Vectors
from index.generation import Index
from index.related import Expansion
from index.terms import stem
from service.asking.compounds import AskedWords, asked_words

Matches = tuple[dict[str, float], ...]

EARLIER_TERMS = 0.5  # what a content term of the earlier question is worth, beside one asked now
EARLIER_VECTOR = 0.5  # of the earlier question's vector, in the vector that is searched with


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its vector, and what matches each of its content terms.

    ``search`` is what BM25 looks for, ``rarity`` that of each content term, ``expansion`` the
    terms of the texts that match each, in part or whole, with their values, and ``exact`` the
    same for the asked words alone (and their joins); ``pairs`` are neighbouring words.

    ``earlier`` are terms of the earlier question, which BM25 looks for too, and ``cited`` the
    rows of the passages cited then; both are empty for a question that stands alone.
    """

    search: tuple[str, ...]
    vector: Vectors
    rarity: dict[str, float]
    expansion: Expansion
    exact: Matches
    pairs: tuple[tuple[str, str], ...]
    earlier: tuple[str, ...] = ()
    cited: tuple[int, ...] = ()

    @property
    def whole(self) -> float:
        """The rarity of all content terms together; never 0."""
        return sum(self.rarity.values()) or 1.0


def make_query(question: str, index: Index, embedder: Embedder) -> Query:
    """Embed the question, and those of its words that the index has no vector of."""
    lexical = index.lexical
    asked = asked_words(question, lexical, digits=index.manifest.text_form.digits > 0)
    unknown = index.related.unknown(asked.terms)
    vector, rows = embedder.embed_asked(question, [asked.terms[term] for term in unknown])
    rarity = lexical.rarity(asked.terms)
    exact = _exact(asked, rarity)
    alike = index.related.expand(list(asked.terms), dict(zip(unknown, rows, strict=True)), lexical)
    merged = tuple(near | same for near, same in zip(alike.values, exact, strict=True))
    return Query(
        search=tuple(asked.search),
        vector=vector,
        rarity=rarity,
        expansion=Expansion(merged),
        exact=exact,
        pairs=_pairs(asked),
    )


def lean_on(query: Query, earlier: Query, cited: tuple[int, ...]) -> Query:
    """The question together with the earlier one that it leans on, and what was cited then.

    The content terms that only the earlier one has are added at a part of their worth.
    """
    own = set(query.rarity)
    places = [place for place, term in enumerate(earlier.rarity) if term not in own]
    rarity = {term: EARLIER_TERMS * r for term, r in earlier.rarity.items() if term not in own}
    vector = (1 - EARLIER_VECTOR) * query.vector + EARLIER_VECTOR * earlier.vector
    return replace(
        query,
        vector=(vector / (np.linalg.norm(vector) or 1.0)).astype(query.vector.dtype),
        rarity=query.rarity | rarity,
        expansion=Expansion(query.expansion.values + _lessened(earlier.expansion.values, places)),
        exact=query.exact + _lessened(earlier.exact, places),
        earlier=tuple(term for term in earlier.search if term not in set(query.search)),
        cited=cited,
    )


def _lessened(matches: Matches, places: Sequence[int]) -> Matches:
    return tuple(
        {term: EARLIER_TERMS * value for term, value in matches[place].items()} for place in places
    )


def _exact(asked: AskedWords, rarity: dict[str, float]) -> tuple[dict[str, float], ...]:
    """For each term itself and the joins it is a part of: all of them worth its rarity."""
    return tuple(
        {term: rarity[term]}
        | {join: rarity[term] for join, parts in asked.joins.items() if term in parts}
        for term in asked.terms
    )


def _pairs(asked: AskedWords) -> tuple[tuple[str, str], ...]:
    """Neighbours in the question, and a join with what follows its last part: in a text the
    terms of a hyphenated word are its parts and then its join."""
    terms = list(pairwise(stem(asked.spelt)))
    joined = [(join, b) for a, b in terms for join, parts in asked.joins.items() if parts[-1] == a]
    return tuple(dict.fromkeys([*terms, *joined]))
