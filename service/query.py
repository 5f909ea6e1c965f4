"""A question made ready for searching. In: a question, an Index, its Embedder. Out: Query."""

from collections.abc import Iterable
from dataclasses import dataclass

from index.embed import Embedder, Vectors
from index.related import Expansion
from index.store import Index
from service.question import content_words


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its vector, its content terms with their rarity, and related terms."""

    text: str
    vector: Vectors
    rarity: dict[str, float]
    expansion: Expansion

    @property
    def whole(self) -> float:
        """The rarity of all content terms together; never 0."""
        return sum(self.rarity.values()) or 1.0

    def coverage(self, terms: Iterable[str]) -> float:
        """The share, 0 to 1, of the question's rarity that these terms hold exactly."""
        return sum(self.rarity[term] for term in self.rarity.keys() & set(terms)) / self.whole


def make_query(question: str, index: Index, embedder: Embedder) -> Query:
    """Embed the question, and those of its words that the index has no vector of."""
    asked = content_words(question)
    unknown = index.related.unknown(asked)
    rows = embedder.embed_passages([asked[term] for term in unknown])
    vectors = dict(zip(unknown, rows, strict=True))
    return Query(
        text=question,
        vector=embedder.embed_question(question),
        rarity=index.lexical.rarity(asked),
        expansion=index.related.expand(list(asked), vectors, index.lexical),
    )
