"""citewell and its rivals on the same questions: plain dense, plain BM25, RRF of both.

In: texts or a Collection, questions, an Engine. Out: rankings; measures by system.
A rival's ranking is a list of rows of the texts, best first; BM25 does not rank what shares
no word with the question.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from eval.bench.goals import NDCG
from eval.errors import QuestionSetInvalid
from eval.measures.characters import characters
from eval.measures.names import PASSAGES_MEASURED, Measures
from eval.measures.ranges import Returned, ranges_of
from eval.measures.ranking import Ranking, rank_measures, rank_units
from eval.questions.collection import Collection, file_name
from eval.questions.place import Place
from eval.questions.question import Question
from eval.runs.asker import EngineAsker
from eval.runs.passages import passages_with_paths
from eval.runs.run import TOP_K, locate_all
from index.embed import Embedder, Vectors
from index.lexical import LexicalIndex
from index.nearest import VectorIndex
from service.asking.question import MOST_PASSAGES
from service.engine import Engine

DENSE, LEXICAL, FUSED = "plain dense", "plain BM25", "RRF"
RIVALS = (DENSE, LEXICAL, FUSED)
CITEWELL = "citewell"
DEPTH = 100
RRF_K = 60
_BATCH = 256

Report = Callable[[str, int, int], None]
Values = dict[str, list[Measures]]
"""Measures by system, in the order of the questions."""


def compare_documents(
    collection: Collection, queries: Mapping[str, str], engine: Engine, progress: Report
) -> Values:
    """nDCG@10 over whole documents; citewell's come in the order their passages do."""
    whole = [document.whole for document in collection.documents]
    rows = rival_rankings(whole, list(queries.values()), engine.embedder, progress)
    ranked = {
        rival: collection.named(dict(zip(queries, found, strict=True)))
        for rival, found in rows.items()
    }
    ids = {file_name(document.id): document.id for document in collection.documents}
    ours = _retrieved(list(queries.values()), engine, MOST_PASSAGES, progress)
    ranked[CITEWELL] = {
        query: list(dict.fromkeys(ids[path] for path, _ in found))
        for query, found in zip(queries, ours, strict=True)
    }
    return {
        system: [{NDCG: value} for value in ndcg(collection.qrels, rankings).values()]
        for system, rankings in ranked.items()
    }


def compare_passages(questions: Sequence[Question], engine: Engine, progress: Report) -> Values:
    """Which passages hold the expected places; rivals rank the index's own passages.

    Raises ``QuestionSetInvalid`` when an expected quote is not in the index.
    """
    places = locate_all(questions, EngineAsker(engine))
    refs = passages_with_paths(engine)
    asked = [question.question for question in questions]
    rows = rival_rankings([passage.text for _, passage in refs], asked, engine.embedder, progress)
    returned: dict[str, Sequence[Returned]] = {
        rival: [[refs[row] for row in ranked[:TOP_K]] for ranked in found]
        for rival, found in rows.items()
    }
    returned[CITEWELL] = _retrieved(asked, engine, TOP_K, progress)
    return {system: passage_measures(places, found) for system, found in returned.items()}


def passage_measures(
    places: Sequence[Sequence[Place]], returned: Sequence[Returned]
) -> list[Measures]:
    """Rankings, and characters of the first five, of each question as ``eval.measures`` has."""
    ranked = rank_measures(list(map(rank_units, places, returned)))
    counted = [
        characters(wanted, found[:PASSAGES_MEASURED])
        for wanted, found in zip(places, returned, strict=True)
    ]
    return [
        {**first, **{f"character {name}": value for name, value in second.items()}}
        for first, second in zip(ranked, counted, strict=True)
    ]


def _retrieved(
    questions: Sequence[str], engine: Engine, top_k: int, progress: Report
) -> list[Returned]:
    found: list[Returned] = []
    for number, question in enumerate(questions, start=1):
        passages = engine.retrieve(question, top_k).passages
        found.append(ranges_of(passages))
        progress("ask", number, len(questions))
    return found


def dense_ranking(vectors: VectorIndex, asked: Vectors, depth: int = DEPTH) -> list[int]:
    """The ``depth`` rows nearest to the question's vector, shape ``(width,)``."""
    return [hit.row for hit in vectors.search(asked, depth)]


def lexical_ranking(lexical: LexicalIndex, question: str, depth: int = DEPTH) -> list[int]:
    """The ``depth`` rows with the highest BM25 above 0; equal ones in the order of rows."""
    scores = lexical.scores(question)
    best = np.argsort(-scores, kind="stable")[:depth]
    return [int(row) for row in best if scores[row] > 0]


def rrf(rankings: Sequence[Sequence[int]], k: int = RRF_K) -> list[int]:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): the sum of 1/(k + rank).

    Equal sums keep the order in which the rankings name their rows.
    """
    sums: dict[int, float] = {}
    for rows in rankings:
        for rank, row in enumerate(rows, start=1):
            sums[row] = sums.get(row, 0.0) + 1 / (k + rank)
    return sorted(sums, key=lambda row: -sums[row])


def rival_rankings(
    texts: Sequence[str],
    questions: Sequence[str],
    embedder: Embedder,
    progress: Report = lambda _step, _done, _total: None,
) -> dict[str, list[list[int]]]:
    """Each rival's rankings, a list of rows for each question; the model cuts long texts.

    Raises ``QuestionSetInvalid`` when there is no question.
    """
    if not questions:
        raise QuestionSetInvalid("there is no question to measure; name another collection")
    batches = embedded(texts, embedder, progress)
    vectors = VectorIndex.build(batches, embedder.card.width)
    lexical = LexicalIndex.build(texts)
    ranked: dict[str, list[list[int]]] = {rival: [] for rival in RIVALS}
    asked = (vector for batch in embedded(questions, embedder) for vector in batch)
    for question, vector in zip(questions, asked, strict=True):
        both = [dense_ranking(vectors, vector), lexical_ranking(lexical, question)]
        for rival, rows in zip(RIVALS, [*both, rrf(both)], strict=True):
            ranked[rival].append(rows)
    return ranked


def ndcg(
    qrels: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """nDCG@10 (gains are grades) of each query's documents, best first, by query."""
    measured = rank_measures([Ranking(qrels[query], found) for query, found in rankings.items()])
    return {query: values["ndcg@10"] for query, values in zip(rankings, measured, strict=True)}


def embedded(
    texts: Sequence[str],
    embedder: Embedder,
    progress: Report = lambda _step, _done, _total: None,
) -> Iterator[Vectors]:
    """The texts' vectors in batches of shape ``(n, width)``."""
    for start in range(0, len(texts), _BATCH):
        yield embedder.embed_passages(texts[start : start + _BATCH])
        progress("rivals", min(start + _BATCH, len(texts)), len(texts))
