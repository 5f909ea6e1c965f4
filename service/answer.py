"""What the service answers. In: nothing. Out: frozen records, named as in the HTTP contract.

``dataclasses.asdict`` of ``Retrieval`` and ``Response`` is the JSON of ``POST /v1/retrieve``
and ``POST /v1/ask``, of ``citewell ask --json`` and of an evaluation's record.
"""

from dataclasses import dataclass
from typing import Literal

from index.passage import Span

Verdict = Literal["answered", "not_found"]


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """The document a passage is cut from; ``sha256`` is that of the source file's bytes."""

    id: str
    path: str
    title: str
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Scores:
    """Why a passage stands where it does.

    ``dense`` is the cosine of question and passage, ``window`` that of the question and the
    passage's most like sentence (or window of unmarked text), ``lexical`` the BM25 score,
    ``coverage`` the share of the question's term rarity that the passage holds, ``related``
    that share when words of like meaning count in part, ``fused`` the value that orders the
    passages. Ranks are among all passages considered, 1 the best; None where nothing matches.
    """

    dense: float
    dense_rank: int
    window: float
    window_rank: int
    lexical: float
    lexical_rank: int | None
    related: float
    related_rank: int | None
    coverage: float
    fused: float


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A passage that was re-read from its document and found to be what was indexed.

    ``start``, ``end`` and ``highlights`` are code points into the document's text;
    ``score`` estimates the probability that the passage holds the answer.
    """

    rank: int
    id: str
    document: DocumentRef
    start: int
    end: int
    page: int | None
    text: str
    highlights: tuple[Span, ...]
    score: float
    scores: Scores
    tokens: int
    verified: Literal[True]


@dataclass(frozen=True, slots=True)
class Quote:
    """A run of source text inside an answer; ``citation`` is the passage's rank."""

    text: str
    citation: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict; ``text`` is the quotes in order, joined by " … ", or None.

    ``confidence`` estimates the probability that the passages answer the question.
    """

    verdict: Verdict
    text: str | None
    confidence: float
    citations: tuple[int, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class IndexRef:
    """Which index answered; equal digests mean equal documents, passages and model."""

    generation: int
    digest: str


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The passages for a question, best first. ``timings_ms`` is wall time by step."""

    id: str
    question: str
    passages: tuple[CitedPassage, ...]
    index: IndexRef
    timings_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Response:
    """A question answered from its passages. ``id`` depends on index, question and top_k."""

    id: str
    question: str
    answer: Answer
    passages: tuple[CitedPassage, ...]
    index: IndexRef
    timings_ms: dict[str, float]
