"""Benchmark collections become source folders and question sets with exact quotes."""

import gzip
import json
from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path

import pytest

from eval.bench.speed import dense_ndcg, lexical_ndcg
from eval.errors import OutputExists, QuestionSetInvalid
from eval.questions.collection import export_collection, file_name, make_once, read_collection
from eval.questions.question import locate, read_questions
from index.sources import list_sources
from tests.fakes import LetterEmbedder
from tests.index.texts_made import read_file

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


def test_titles_go_before_the_text_and_quotes_stay_where_they_are(tmp_path: Path) -> None:
    source = tmp_path / "collection"
    source.mkdir()
    documents = [
        {"_id": "1", "title": "Tt 😀", "text": "Aaa bbb."},
        {"_id": "2", "title": " ", "text": "Ccc ddd."},
        {"_id": "3", "title": "", "text": ""},
    ]
    spans = [{"doc": "1", "start": 4, "end": 7}, {"doc": "2", "start": 0, "end": 3}]
    (source / "corpus.jsonl").write_text(lines(documents), "utf-8")
    (source / "queries.jsonl").write_text(lines([{"_id": "q", "text": "b", "spans": spans}]))
    (source / "qrels.tsv").write_text("q\td\ts\nq\t1\t1\n", "utf-8")
    out = tmp_path / "out"
    assert export_collection(read_collection(source), out, with_titles=True) == (3, 1)
    texts = {name: (out / "documents" / name).read_text("utf-8") for name in ("1.txt", "2.txt")}
    assert texts == {"1.txt": "Tt 😀\n\nAaa bbb.", "2.txt": "Ccc ddd."}
    assert (out / "documents" / "3.txt").read_text("utf-8") == ""
    (question,) = read_questions(out / "questions.jsonl")
    assert [(e.document, e.quote, e.start) for e in question.expected] == [
        ("1.txt", "bbb", 10),
        ("2.txt", "Ccc", 0),
    ]
    assert len(locate(question, texts)) == 2


def test_rows_are_named_by_their_documents(folder: Path) -> None:
    collection = read_collection(folder)
    assert collection.named({"1": [2, 0], "3": []}) == {"1": ["e", "a/b?"], "3": []}
    assert file_name("a/b?") == "a%2Fb%3F.txt"


def test_the_digest_is_that_of_documents_and_queries(folder: Path) -> None:
    before = read_collection(folder).digest
    (folder / "qrels.tsv").write_text("q\td\ts\n1\tc\t1\n", "utf-8")
    assert read_collection(folder).digest == before
    (folder / "queries.jsonl").write_text(lines(QUERIES[:2]), "utf-8")
    after = read_collection(folder).digest
    (folder / "corpus.jsonl").write_text(lines(DOCUMENTS[:2]), "utf-8")
    assert len({before, after, read_collection(folder).digest}) == 3


def test_a_folder_is_made_once_in_each_state(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "made"
    made: list[str] = []

    def make() -> None:
        folder.mkdir()
        (folder / f"{len(made)}").write_text("", "utf-8")
        made.append(folder.name)

    for state in ("a", "a", "b", "b"):
        make_once(folder, state, make)
    assert [file.name for file in folder.iterdir()] == ["1"]
    assert len(made) == 2


def test_what_was_not_completed_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "made"

    def fail() -> None:
        folder.mkdir()
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        make_once(folder, "a", fail)
    make_once(folder, "a", folder.mkdir)
    make_once(folder, "a", fail)  # complete now, so not called


def test_a_folder_of_another_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    with pytest.raises(OutputExists, match="not made by this command; name another folder"):
        make_once(tmp_path / "made", "a", lambda: None)
    assert [file.name for file in tmp_path.iterdir()] == ["made"]


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
