"""A question made ready for searching. In: a question, an Index, its Embedder. Out: Query.

The question takes the form of the texts: what their form cannot hold (digits, where the
manifest has counted none) is no part of what is asked, and compounds meet whether they are
written as one word or as two.
"""

from dataclasses import dataclass
from itertools import pairwise

from index.embed import Embedder, Vectors
from index.generation import Index
from index.related import Expansion
from index.terms import stem
from service.asking.compounds import AskedWords, asked_words

Matches = tuple[dict[str, float], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its vector, and what matches each of its content terms.

    ``search`` is what BM25 looks for, ``rarity`` that of each content term, ``expansion`` the
    terms of the texts that match each, in part or whole, with their values, and ``exact`` the
    same for the asked words alone (and their joins); ``pairs`` are neighbouring words.
    """

    search: tuple[str, ...]
    vector: Vectors
    rarity: dict[str, float]
    expansion: Expansion
    exact: Matches
    pairs: tuple[tuple[str, str], ...]

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
        exact=exact,
        pairs=_pairs(asked),
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
