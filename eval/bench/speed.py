"""Benchmarks. In: an Engine, benchmark collections. Out: Markdown tables.

Speed is measured beside a plain baseline, question by question in turn, so that a machine
that slows down slows both; medians and ratios are what counts. Retrieval over whole
documents is compared with published figures, which proves pooling, truncation and
normalisation right.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from eval.bench.baseline import PlainBaseline
from eval.bench.beside import in_turn
from eval.bench.rivals import dense_ranking, embedded, lexical_ranking, ndcg
from eval.questions.collection import Collection, read_collection
from index.embed import Embedder
from index.lexical import LexicalIndex
from index.nearest import VectorIndex
from service.engine import Engine

PUBLISHED = {("xquad_en", None): 0.944, ("scifact", "train"): 0.660}


def bench_speed(
    engine: Engine, plain: PlainBaseline, questions: Sequence[str], rounds: int = 5
) -> str:
    """Milliseconds for one question, citewell and the baseline in turn, medians and ratio."""
    ours, theirs = in_turn(engine.ask, plain.ask, list(questions) * rounds, warm=20)
    ratio = np.median(np.array(ours) / np.array(theirs))
    lines = [
        f"One question of {len(questions)}, {rounds} rounds; "
        f"{engine.index.manifest.counts.passages} passages, {len(plain.windows)} of the baseline:",
        "",
        "| | p50 ms | p95 ms |",
        "|---|---:|---:|",
        f"| citewell: dense, lexical, proof, answer | {_quantiles(ours)} |",
        f"| plain sentence-transformers and FAISS flat | {_quantiles(theirs)} |",
        "",
        f"Median ratio, citewell to plain: {ratio:.2f}",
    ]
    return "\n".join(lines)


def bench_published(embedder: Embedder, folder: Path) -> Iterator[str]:
    """nDCG@10 of dense alone and of BM25 over whole documents, beside the published dense."""
    yield "| collection | questions | dense | published | difference | BM25 |"
    yield "|---|---:|---:|---:|---:|---:|"
    for (name, group), published in PUBLISHED.items():
        collection = read_collection(folder / name)
        queries = collection.judged(group)
        dense = dense_ndcg(collection, queries, embedder)
        lexical = lexical_ndcg(collection, queries)
        yield (
            f"| {name} | {len(queries)} | {dense:.4f} | {published:.3f} "
            f"| {dense - published:+.4f} | {lexical:.4f} |"
        )


def dense_ndcg(collection: Collection, queries: dict[str, str], embedder: Embedder) -> float:
    """nDCG@10 of the nearest whole documents, each cut where the model stops reading."""
    texts = [document.whole for document in collection.documents]
    vectors = VectorIndex.build(embedded(texts, embedder), embedder.card.width)
    asked = np.concatenate(list(embedded(list(queries.values()), embedder)))
    return _mean_ndcg(collection, queries, [dense_ranking(vectors, row) for row in asked])


def lexical_ndcg(collection: Collection, queries: dict[str, str]) -> float:
    """nDCG@10 of BM25 over whole documents."""
    lexical = LexicalIndex.build(document.whole for document in collection.documents)
    ranked = [lexical_ranking(lexical, text) for text in queries.values()]
    return _mean_ndcg(collection, queries, ranked)


def _mean_ndcg(collection: Collection, queries: Iterable[str], ranked: list[list[int]]) -> float:
    values = ndcg(collection.qrels, collection.named(dict(zip(queries, ranked, strict=True))))
    return float(np.mean(list(values.values())))


def _quantiles(values: list[float]) -> str:
    middle, high = np.quantile(values, [0.5, 0.95])
    return f"{middle:.1f} | {high:.1f}"
