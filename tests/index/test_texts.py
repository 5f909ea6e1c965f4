"""Texts on disk come back as they were, in the order asked, to many threads at once."""

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.passage import Document, Passage, stable_id
from index.texts import DocumentFacts, StoredPassage, Texts, write_texts

TEXTS = ["Äh 😀 👩‍👩‍👧.\r\nCab. e\u0301", "Second\n\n文字列。", "\u2028 third \r", "a" * 5000]


def make_document(number: int, text: str) -> Document:
    path = f"ordner ä/{number}.txt"
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(stable_id("d", path), path, f"Title {number}", "text/plain", digest, text)


def make_passage(document: Document, start: int, end: int) -> Passage:
    text = document.text[start:end]
    identity = stable_id("p", document.path, start, end, text)
    return Passage(identity, document.id, start, end, end - start, text)


DOCUMENTS = [make_document(number, text) for number, text in enumerate(TEXTS)]
PASSAGES = [
    make_passage(document, start, min(start + 4, len(document.text)))
    for document in DOCUMENTS
    for start in range(0, min(40, len(document.text)), 2)
]


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    file = tmp_path / "texts with space?.sqlite"
    write_texts(file, DOCUMENTS, PASSAGES)
    return Texts(file)


def stored(row: int) -> StoredPassage:
    passage = PASSAGES[row]
    return StoredPassage(row, passage, hashlib.sha256(passage.text.encode()).hexdigest())


def test_passages_come_in_the_order_asked(texts: Texts) -> None:
    rows = [5, 0, len(PASSAGES) - 1, 3]
    assert texts.passages(rows) == [stored(row) for row in rows]
    assert texts.passages([]) == []
    assert texts.passages([2, 2]) == [stored(2), stored(2)]


def test_all_passages_come_by_row(texts: Texts) -> None:
    assert list(texts.all_passages()) == [stored(row) for row in range(len(PASSAGES))]


def test_documents_come_back_as_they_were(texts: Texts) -> None:
    for document in DOCUMENTS:
        assert texts.document(document.id) == document
    assert texts.document("d_unknown") is None


def test_document_facts(texts: Texts) -> None:
    facts = [
        DocumentFacts(d.id, d.path, d.title, d.media_type, d.sha256, d.sha256, len(d.text))
        for d in DOCUMENTS
    ]
    assert texts.documents() == facts
    wanted = [DOCUMENTS[2].id, DOCUMENTS[0].id, DOCUMENTS[2].id, "d_unknown"]
    assert texts.document_facts(wanted) == {facts[0].id: facts[0], facts[2].id: facts[2]}
    assert texts.document_facts([]) == {}


def test_the_file_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in "ab":
        write_texts(tmp_path / name, DOCUMENTS, PASSAGES)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_reading_leaves_no_trace(tmp_path: Path) -> None:
    file = tmp_path / "texts.sqlite"
    write_texts(file, DOCUMENTS, PASSAGES)
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    texts = Texts(file)
    list(texts.all_passages())
    assert [f.name for f in tmp_path.iterdir()] == ["texts.sqlite"]
    texts.close()
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before


def test_eight_threads_read_what_one_reads(texts: Texts) -> None:
    rng = random.Random(1)
    wishes = [rng.sample(range(len(PASSAGES)), 10) for _ in range(400)]

    def read(rows: list[int]) -> tuple[list[StoredPassage], Document | None, int]:
        document = texts.document(PASSAGES[rows[0]].document_id)
        return texts.passages(rows), document, len(texts.documents())

    by_id = {document.id: document for document in DOCUMENTS}
    with ThreadPoolExecutor(8) as pool:
        for rows, (found, document, count) in zip(wishes, pool.map(read, wishes), strict=True):
            assert found == [stored(row) for row in rows]
            assert document == by_id[PASSAGES[rows[0]].document_id]
            assert count == len(DOCUMENTS)


def test_thousands_of_rows_can_be_asked_for(tmp_path: Path) -> None:
    document = make_document(9, "ab " * 40_000)
    passages = [make_passage(document, 3 * n, 3 * n + 2) for n in range(40_000)]
    write_texts(tmp_path / "t", [document], passages)
    found = Texts(tmp_path / "t").passages(range(0, 40_000))
    assert [s.row for s in found] == list(range(40_000))
