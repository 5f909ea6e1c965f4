"""Benchmark collections become source folders and question sets with exact quotes."""

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bench.speed import dense_ndcg, lexical_ndcg
from eval.errors import OutputExists, QuestionSetInvalid
from eval.questions.collection import (
    ASKED_TOO,
    NO_TEXT,
    NOT_TEXT,
    NOT_WRITTEN,
    REPLACED,
    UNKNOWN,
    Exported,
    export_collection,
    file_name,
    make_once,
    read_collection,
)
from eval.questions.convert import NOT_HELD, NOT_JUDGED
from eval.questions.place import locate
from eval.questions.question import Expected, read_questions
from index.sources import list_sources
from tests.conftest import SHARED
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
    assert export_collection(read_collection(folder), out) == Exported(3, 2, 1, {UNKNOWN: 0})
    texts = {
        source.path: read_file(source).text for source in list_sources([out / "documents"]).files
    }
    assert sorted(texts.values()) == sorted(str(row["text"]) for row in DOCUMENTS)
    answerable, unanswerable, _ = read_questions(out / "questions.jsonl")
    (place,) = locate(answerable, texts)
    assert texts[place.document][place.spans[0].start : place.spans[0].end] == "bbb."
    assert answerable.tags == ("x",)
    assert not unanswerable.answerable


def test_without_spans_the_judged_documents_are_expected_as_a_whole(
    folder: Path, tmp_path: Path
) -> None:
    rows = ["q\td\ts", "1\te\t3", "3\tc\t0", "3\te\t2", "3\ta/b?\t-1"]
    (folder / "qrels.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    export_collection(read_collection(folder), tmp_path / "out")
    with_span, _, judged = read_questions(tmp_path / "out" / "questions.jsonl")
    assert judged.expected == (Expected(document="e.txt", grade=2),)
    assert [place.quote for place in with_span.expected] == ["bbb."]  # the span says more


def test_what_is_left_out_is_counted_by_its_reason(folder: Path, tmp_path: Path) -> None:
    blank = [{"_id": "n", "text": " \n"}, {"_id": "z", "text": "a\x00b"}]
    (folder / "corpus.jsonl").write_text(lines([*DOCUMENTS, *blank]), "utf-8")
    more = [{"_id": "4", "text": "iii"}, {"_id": "5", "text": "jjj"}, {"_id": "6", "text": "kkk"}]
    (folder / "queries.jsonl").write_text(lines([*QUERIES, *more]), "utf-8")
    rows = ["q\td\ts", "3\tc\t1", "4\tn\t1", "4\tz\t1", "5\tc\t0", "6\tgone\t1", "x\tc\t1"]
    (folder / "qrels.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    out = tmp_path / "out"
    left_out = {UNKNOWN: 2, NO_TEXT: 1, NOT_TEXT: 1, NOT_WRITTEN: 2, NOT_HELD: 2, NOT_JUDGED: 1}
    assert export_collection(read_collection(folder), out) == Exported(3, 2, 1, left_out)
    written = {file.name for file in (out / "documents").iterdir()}
    assert written == {"a%2Fb%3F.txt", "c.txt", "e.txt"}


HOSTILE = ["../../x", "..", ".", ".hidden", "a b", " ", "-rf", "é😀", "ü" * 300, "ü" * 299 + "u"]
HOSTILE += ["/etc/passwd", "C:\\x", "a\nb", "%2E.", "CON", "a" * 251, "a" * 252, "*?[x]", "~", "#"]


def test_hostile_ids_become_files_of_the_folder_that_are_indexed(tmp_path: Path) -> None:
    source = tmp_path / "collection"
    source.mkdir()
    documents = [{"_id": identity, "text": f"Text {n}."} for n, identity in enumerate(HOSTILE)]
    queries = [{"_id": f"q{n}", "text": f"Which {n}?"} for n in range(len(HOSTILE))]
    (source / "corpus.jsonl").write_text(lines(documents), "utf-8")
    (source / "queries.jsonl").write_text(lines(queries), "utf-8")
    with (source / "qrels.tsv").open("w", encoding="utf-8", newline="") as stream:
        rows = [(f"q{n}", identity, 1) for n, identity in enumerate(HOSTILE)]
        csv.writer(stream, delimiter="\t").writerows([("q", "d", "s"), *rows])
    out = tmp_path / "out"
    export_collection(read_collection(source), out)
    texts = {s.path: read_file(s).text for s in list_sources([out / "documents"]).files}
    questions = read_questions(out / "questions.jsonl")
    found = [texts[question.expected[0].document] for question in questions]
    assert found == [f"Text {n}." for n in range(len(HOSTILE))]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["collection", "out"]


@given(st.text(min_size=1, max_size=300))
def test_a_file_name_is_one_name_that_every_file_system_takes(identity: str) -> None:
    name = file_name(identity)
    assert len(name.encode()) <= 255
    assert name.isascii()
    assert not name.startswith(".")
    assert not set(name) & set('/\\:*?"<>|\n\0')


@given(st.lists(st.text(max_size=40), min_size=2, max_size=2, unique=True))
def test_different_ids_have_different_names(identities: list[str]) -> None:
    one, other = identities
    assert file_name(one + "x" * 260) != file_name(other + "x" * 260)
    assert file_name(one + "x") != file_name(other + "x")


@pytest.mark.parametrize("text", ["\ufeffAaa 😀 bbb", "Aaa\x1b$B bbb", "Aaa\r\n\u2028bbb\r"])
def test_a_text_is_indexed_as_it_is(folder: Path, tmp_path: Path, text: str) -> None:
    start = text.index("bbb")
    query = {"_id": "1", "text": "b?", "spans": [{"doc": "a", "start": start, "end": start + 3}]}
    (folder / "corpus.jsonl").write_text(lines([{"_id": "a", "text": text}]), "utf-8")
    (folder / "queries.jsonl").write_text(lines([query]), "utf-8")
    export_collection(read_collection(folder), tmp_path / "out")
    (source,) = list_sources([tmp_path / "out" / "documents"]).files
    assert read_file(source).text == text
    (question,) = read_questions(tmp_path / "out" / "questions.jsonl")
    (place,) = locate(question, {source.path: text})
    assert [(s.start, s.end) for s in place.spans] == [(start, start + 3)]


def test_another_collection_gives_the_unanswerable_questions(folder: Path, tmp_path: Path) -> None:
    collection = read_collection(folder)
    exported = export_collection(collection, tmp_path / "out", off_subject=collection)
    assert exported == Exported(3, 2, 3, {UNKNOWN: 0, REPLACED: 1})
    questions = read_questions(tmp_path / "out" / "questions.jsonl")
    assert [question.answerable for question in questions] == [True, True, False, False, False]
    assert (questions[2].id, questions[2].tags) == ("off-1", ("off-subject",))


def test_what_another_collection_asks_too_is_left_out(folder: Path, tmp_path: Path) -> None:
    collection = read_collection(folder)
    (folder / "queries.jsonl").write_text(lines([{"_id": "9", "text": " ddd eee fff "}]), "utf-8")
    rest = collection.without(read_collection(folder))
    exported = export_collection(rest, tmp_path / "out")
    assert exported == Exported(3, 1, 1, {UNKNOWN: 0, ASKED_TOO: 1})


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
    assert export_collection(read_collection(source), out, with_titles=True) == Exported(
        2, 1, 0, {UNKNOWN: 0, NO_TEXT: 1, NOT_WRITTEN: 0}
    )
    texts = {name: (out / "documents" / name).read_text("utf-8") for name in ("1.txt", "2.txt")}
    assert texts == {"1.txt": "Tt 😀\n\nAaa bbb.", "2.txt": "Ccc ddd."}
    assert not (out / "documents" / "3.txt").exists()
    (question,) = read_questions(out / "questions.jsonl")
    assert [(e.document, e.quote, e.start) for e in question.expected] == [
        ("1.txt", "bbb", 10),
        ("2.txt", "Ccc", 0),
    ]
    assert [place.document for place in locate(question, texts)] == ["1.txt", "2.txt"]


def test_rows_are_named_by_their_documents(folder: Path) -> None:
    collection = read_collection(folder)
    assert collection.named({"1": [2, 0], "3": []}) == {"1": ["e", "a/b?"], "3": []}
    assert file_name("a/b?") == "a%2Fb%3F.txt"


def test_the_digest_is_that_of_all_that_is_exported(folder: Path) -> None:
    digests = {read_collection(folder).digest, read_collection(folder).digest}
    (folder / "qrels.tsv").write_text("q\td\ts\n1\tc\t1\n", "utf-8")
    digests.add(read_collection(folder).digest)
    (folder / "queries.jsonl").write_text(lines(QUERIES[:2]), "utf-8")
    digests.add(read_collection(folder).digest)
    (folder / "corpus.jsonl").write_text(lines(DOCUMENTS[:2]), "utf-8")
    digests.add(read_collection(folder).digest)
    assert len(digests) == 4


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


def test_a_file_in_the_place_of_the_folder_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", "utf-8")
    with pytest.raises(OutputExists, match="is not empty; name a new folder"):
        export_collection(read_collection(folder), tmp_path / "out")
    assert (tmp_path / "out").read_text("utf-8") == "mine"


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


@pytest.mark.shared
def test_cranfield_is_judged_by_whole_documents(tmp_path: Path) -> None:
    collection = read_collection(SHARED / "cranfield")
    assert export_collection(collection, tmp_path) == Exported(
        1398, 225, 0, {UNKNOWN: 0, NO_TEXT: 2, NOT_WRITTEN: 1}
    )
    blank = {document.id for document in collection.documents if not document.text.strip()}
    judged = {
        (query, file_name(document))
        for query, grades in collection.qrels.items()
        for document, grade in grades.items()
        if grade > 0 and document not in blank
    }
    questions = read_questions(tmp_path / "questions.jsonl")
    assert {(q.id, place.document) for q in questions for place in q.expected} == judged
    assert all(place.quote is None for q in questions for place in q.expected)


@pytest.mark.shared
def test_every_span_of_squad_is_located(tmp_path: Path) -> None:
    collection = read_collection(SHARED / "squad2_dev")
    exported = export_collection(collection, tmp_path)
    assert (exported.documents, exported.answerable, exported.unanswerable) == (1216, 2910, 3168)
    texts = {f.name: f.read_bytes().decode() for f in (tmp_path / "documents").iterdir()}
    questions = read_questions(tmp_path / "questions.jsonl")
    spans = {query["_id"]: query["spans"] for query in collection.queries if "spans" in query}
    located = {q.id: [s for p in locate(q, texts) for s in p.spans] for q in questions}
    assert {q: len(found) for q, found in located.items() if found} == {
        query: len({(span["doc"], span["start"], span["end"]) for span in each})
        for query, each in spans.items()
    }
