"""A published score of all-MiniLM-L6-v2, measured anew with our embedder and our search.

SciFact's, of 5,183 documents, takes minutes: `make bench` measures it.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from ir_measures import Qrel, ScoredDoc, nDCG

from index.embed import Embedder
from index.nearest import VectorIndex
from tests.conftest import SHARED

pytestmark = [pytest.mark.model, pytest.mark.shared]


def lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def read_qrels(file: Path) -> list[Qrel]:
    with file.open(encoding="utf-8") as stream:
        rows = csv.DictReader(stream, delimiter="\t")
        return [Qrel(row["query-id"], row["corpus-id"], int(row["score"])) for row in rows]


def ndcg_at_10(collection: str, minilm: Embedder) -> float:
    """Dense search alone, each document one passage: its title, a space, its text."""
    folder = SHARED / collection
    corpus = list(lines(folder / "corpus.jsonl"))
    judged = read_qrels(folder / "qrels.tsv")
    judged_ids = {qrel.query_id for qrel in judged}
    questions = [
        question for question in lines(folder / "queries.jsonl") if question["_id"] in judged_ids
    ]
    asked = {question["_id"] for question in questions}
    texts = [f"{document['title']} {document['text']}".strip() for document in corpus]
    index = VectorIndex.build([minilm.embed_passages(texts)], minilm.card.width)
    run = [
        ScoredDoc(question["_id"], corpus[hit.row]["_id"], hit.score)
        for question in questions
        for hit in index.search(minilm.embed_question(question["text"]), 10)
    ]
    qrels = [qrel for qrel in judged if qrel.query_id in asked]
    return float(ir_measures.calc_aggregate([nDCG @ 10], qrels, run)[nDCG @ 10])


def test_xquad_english(minilm: Embedder) -> None:
    assert ndcg_at_10("xquad_en", minilm) == pytest.approx(0.944, abs=0.003)
