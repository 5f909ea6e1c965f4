"""What the service answers. In: nothing. Out: frozen records, named as in the HTTP contract.

``dataclasses.asdict`` of ``Retrieval`` and ``Response`` is the JSON of ``POST /v1/retrieve``
and ``POST /v1/ask``, of ``citewell ask --json`` and of an evaluation's record.
"""

from dataclasses import dataclass, field
from typing import Literal

from index.passage import Span

Verdict = Literal["answered", "not_found"]
AbsenceReason = Literal[
    "empty_index",
    "no_document",
    "no_question",
    "other_language",
    "nothing_matches",
    "form",
    "unknown_names",
    "no_such_thing",
    "too_weak",
]


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
    """Why a passage stands where it does: the values of the indexed passage it is cut from.

    ``dense`` is the cosine of question and passage, ``window`` that of the question and its
    most like sentence (or window of unmarked text), ``joint`` the best of cosine and matched
    words inside one of these, ``lexical`` the BM25 score, ``related`` the share of the
    question's term rarity it holds when words of like meaning count in part, ``pairs`` how
    many neighbouring words of the question stand together, ``feedback`` the likeness to the
    question moved towards the best passages, ``near_dense`` and ``near_lexical`` the means of
    likeness and BM25 of the passages around. Ranks are among all passages considered, 1 the
    best; None where nothing matches.

    ``best_window`` is how good the best window of what is returned is, among the windows of
    the best passages. ``parts`` is what each of these adds to ``fused``, which orders the
    passages; after an earlier question also ``beside_cited``, for nearness to what its answer
    cited. ``coverage`` is the share of the question's term rarity that the passage holds
    exactly. ``reranker`` is the value of the cross-encoder, if there is one: it deals out the
    ``fused`` values of the first passages anew.
    """

    dense: float
    dense_rank: int
    window: float
    window_rank: int
    joint: float
    joint_rank: int
    lexical: float
    lexical_rank: int | None
    related: float
    related_rank: int | None
    pairs: float
    pairs_rank: int | None
    feedback: float
    feedback_rank: int
    near_dense: float
    near_dense_rank: int
    near_lexical: float
    near_lexical_rank: int | None
    best_window: float
    coverage: float
    parts: dict[str, float]
    fused: float
    reranker: float | None


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A run of a document that was re-read and found to be what was indexed.

    ``start``, ``end`` and ``highlights`` are code points into the document's text;
    ``score`` estimates the probability that the passage holds the answer, a share of the
    confidence that one of the first five does. ``page`` counts
    from 1 where the document has pages; ``headings`` are those that the start of the passage
    stands under, the highest first.
    """

    rank: int
    id: str
    document: DocumentRef
    start: int
    end: int
    page: int | None
    headings: tuple[str, ...]
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
class Absence:
    """Why there is no answer: a reason for programs, an explanation for people.

    ``documents`` and ``passages`` are how many were searched, ``unknown_words`` the content
    words of the question that none of them holds, ``threshold`` the least confidence to answer.
    ``excluded_by`` tells for each condition of the filter, if it leaves something out, how many
    documents do not fulfil it, whatever the other conditions say.
    """

    reason: AbsenceReason
    explanation: str
    documents: int
    passages: int
    unknown_words: tuple[str, ...]
    threshold: float
    excluded_by: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence that a language model wrote, without its markers; ``citations`` are the ranks
    it named, ``supported`` whether its words stand in these passages."""

    text: str
    citations: tuple[int, ...]
    supported: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict; ``text`` is the quotes in order, joined by " … ", or None.

    ``confidence`` estimates the probability that the passages answer the question; it rests on
    ``signals``, which ``service.answering.signals`` describes (none in runs of earlier versions).
    ``absence`` is None for what is answered, and
    where a language model found no answer (``notice`` tells).

    With ``composed`` a language model wrote the answer, or found none: then ``text`` is the
    ``sentences``, each followed by its citations ([1][2]), and the quotes are what the answer
    would have been without it. ``notice`` tells what a reader should know of how the answer
    came about, such as why it is made of quotes although a language model was to write it.
    """

    verdict: Verdict
    text: str | None
    confidence: float
    citations: tuple[int, ...]
    quotes: tuple[Quote, ...]
    signals: dict[str, float] = field(default_factory=dict)
    absence: Absence | None = None
    composed: bool = False
    notice: str | None = None
    sentences: tuple[AnswerSentence, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexRef:
    """Which index answered; equal digests mean equal documents, passages and model."""

    generation: int
    digest: str


@dataclass(frozen=True, slots=True)
class Understood:
    """How a question after another was understood: the text that was searched for, and whether
    it leans on the earlier question.

    ``citations_used`` are the ids of cited passages whose surroundings counted more,
    ``citations_unknown`` those that this index does not hold, or no longer as they were, or
    that the filter leaves out.
    """

    question: str
    leans: bool
    citations_used: tuple[str, ...]
    citations_unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The passages for a question, best first. ``timings_ms`` is wall time by step.

    ``understood`` is None where no earlier question was given.
    """

    id: str
    question: str
    passages: tuple[CitedPassage, ...]
    index: IndexRef
    timings_ms: dict[str, float]
    understood: Understood | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A question answered from its passages. ``id`` depends on index, question, top_k, what
    was asked and cited before, and the filter."""

    id: str
    question: str
    answer: Answer
    passages: tuple[CitedPassage, ...]
    index: IndexRef
    timings_ms: dict[str, float]
    understood: Understood | None = None


# An answer as it comes about: the passages; each sentence that a language model wrote, or each
# quote; the whole. What comes last is what counts: it may take sentences back.
Event = (
    tuple[Literal["passages"], Retrieval]
    | tuple[Literal["sentence"], AnswerSentence]
    | tuple[Literal["quote"], Quote]
    | tuple[Literal["done"], Response]
)
