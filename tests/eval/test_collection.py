"""Benchmark collections become source folders and question sets with exact quotes."""

import gzip
import json
from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path

import pytest

from eval.bench import dense_ndcg, lexical_ndcg
from eval.collection import export_collection, read_collection
from eval.errors import OutputExists, QuestionSetInvalid
from eval.question import locate, read_questions
from index.read import list_sources, read_file
from tests.fakes import LetterEmbedder

DOCUMENTS = [
    {"_id": "a/b?", "title": "Aa", "text": "Aaa 😀 bbb.\r\nCcc."},
    {"_id": "c", "title": "", "text": "Ddd eee."},
    {"_id": "e", "title": "Fff", "text": "Fff ggg."},
]
QUERIES: list[dict[str, object]] = [
    {"_id": "1", "text": "bbb", "spans": [{"doc": "a/b?", "start": 6, "end": 10}], "group": "x"},
    {"_id": "2", "text": "hhh", "answerable": False},
    {"_id": "3", "text": "ddd eee fff"},
]


def lines(rows: Sequence[Mapping[str, object]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "collection"
    source.mkdir()
    (source / "corpus.jsonl").write_text(lines(DOCUMENTS), "utf-8")
    (source / "queries.jsonl").write_text(lines(QUERIES), "utf-8")
    rows = ["query-id\tcorpus-id\tscore", "1\ta/b?\t1", "3\tc\t1", "3\te\t2"]
    (source / "qrels.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    return source


def test_it_is_read_as_it_is(folder: Path) -> None:
    collection = read_collection(folder)
    assert [document.whole for document in collection.documents] == [
        "Aa Aaa 😀 bbb.\r\nCcc.",
        "Ddd eee.",
        "Fff Fff ggg.",
    ]
    assert collection.qrels == {"1": {"a/b?": 1}, "3": {"c": 1, "e": 2}}
    assert collection.judged() == {"1": "bbb", "3": "ddd eee fff"}
    assert collection.judged("x") == {"1": "bbb"}


def test_a_packed_corpus_is_read_alike(folder: Path) -> None:
    plain = read_collection(folder)
    corpus = folder / "corpus.jsonl"
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(corpus.read_bytes()))
    corpus.unlink()
    assert read_collection(folder) == plain


def test_exported_quotes_stand_in_the_exported_documents(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert export_collection(read_collection(folder), out) == (3, 2)
    texts = {
        source.path: read_file(source).text for source in list_sources([out / "documents"]).files
    }
    assert sorted(texts.values()) == sorted(str(row["text"]) for row in DOCUMENTS)
    answerable, unanswerable = read_questions(out / "questions.jsonl")
    ((path, spans),) = locate(answerable, texts).items()
    assert texts[path][spans[0].start : spans[0].end] == "bbb."
    assert answerable.tags == ("x",)
    assert not unanswerable.answerable


def test_another_collection_gives_the_unanswerable_questions(folder: Path, tmp_path: Path) -> None:
    collection = read_collection(folder)
    export_collection(collection, tmp_path / "out", off_subject=collection)
    questions = read_questions(tmp_path / "out" / "questions.jsonl")
    assert [question.answerable for question in questions] == [True, False, False, False]
    assert questions[1].tags == ("off-subject",)


def test_nothing_is_written_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(OutputExists, match="is not empty; name a new folder"):
        export_collection(read_collection(folder), tmp_path / "out")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_folder_without_one_of_the_three_is_refused(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(QuestionSetInvalid, match=r"is no collection of .* that holds the three"):
        read_collection(folder)


# Both sides rank for query 3 first c (grade 1), which holds ddd and eee, then e (grade 2),
# which holds fff alone; query 1 finds its only document. Gains are grades, discounts log2.
BY_HAND = (1 + (1 + 2 / log2(3)) / (2 + 1 / log2(3))) / 2


def test_dense_ndcg_by_hand(folder: Path) -> None:
    collection = read_collection(folder)
    found = dense_ndcg(collection, collection.judged(), LetterEmbedder())
    assert found == pytest.approx(BY_HAND, abs=1e-6)


def test_lexical_ndcg_by_hand(folder: Path) -> None:
    collection = read_collection(folder)
    assert lexical_ndcg(collection, collection.judged()) == pytest.approx(BY_HAND, abs=1e-6)
