"""Texts on disk come back as they were, in the order asked, to many threads at once."""

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.library import Texts
from index.passage import Document, Passage, Span, stable_id
from index.textfile import PIECE, DocumentFacts
from index.texts import SegmentTexts, StoredPassage
from tests.index.texts_made import write_texts

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
    return Texts([SegmentTexts(file)])


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
        DocumentFacts(
            id=d.id,
            path=d.path,
            title=d.title,
            media_type=d.media_type,
            sha256=d.sha256,
            text_sha256=d.sha256,
            length=len(d.text),
            origin="source",
            digest="",
            resplit=0,
            form="{}",
        )
        for d in DOCUMENTS
    ]
    assert texts.documents() == facts


def spans_of(document: Document) -> list[Span]:
    """Every range of a short document, and some that end beyond it."""
    beyond = len(document.text) + 3
    return [Span(a, b) for a in range(beyond) for b in range(a + 1, beyond + 1)]


@pytest.mark.parametrize("document", DOCUMENTS[:3])
def test_a_range_is_cut_as_python_cuts_it(texts: Texts, document: Document) -> None:
    for span in spans_of(document):
        assert texts.cut(document.id, span) == document.text[span.start : span.end]


def test_characters_beyond_the_first_plane_count_as_one(texts: Texts) -> None:
    first = DOCUMENTS[0]
    assert texts.cut(first.id, Span(3, 4)) == "😀"
    assert texts.cut(first.id, Span(3, 6)) == "😀 👩"
    assert len(texts.cut(first.id, Span(5, 10))) == 5


def test_a_range_is_cut_out_of_the_pieces_that_hold_it(tmp_path: Path) -> None:
    text = "".join(chr(0x4E00 + n % 20_000) for n in range(2 * PIECE + 3))
    document = make_document(7, text)
    write_texts(tmp_path / "t", [document], [])
    texts = Texts([SegmentTexts(tmp_path / "t")])
    ends = [0, 1, *(k * PIECE + d for k in (1, 2) for d in (-1, 0, 1)), len(text), len(text) + 9]
    for start in ends:
        for end in (end for end in ends if end > start):
            assert texts.cut(document.id, Span(start, end)) == text[start:end]
    assert texts.document(document.id) == document


@pytest.mark.parametrize(("start", "end", "length"), [(4990, 5010, 10), (5000, 5001, 0)])
def test_what_is_cut_beyond_the_end_is_shorter(
    texts: Texts, start: int, end: int, length: int
) -> None:
    assert texts.cut(DOCUMENTS[3].id, Span(start, end)) == "a" * length


@pytest.mark.parametrize("document", DOCUMENTS[:3])
def test_touching_is_sharing_a_character(texts: Texts, document: Document) -> None:
    for span in spans_of(document):
        asked = set(range(span.start, span.end))
        shared = [
            stored(row)
            for row, passage in enumerate(PASSAGES)
            if passage.document_id == document.id and asked & {*range(passage.start, passage.end)}
        ]
        assert texts.touching(document.id, span) == shared


def test_passages_end_to_end_do_not_touch(tmp_path: Path) -> None:
    document = make_document(1, "😀😀😀😀bbbb\n\ndddd")
    other = make_document(2, document.text)
    parts = [(0, 4), (4, 8), (10, 14)]
    passages = [make_passage(d, *part) for d in (document, other) for part in parts]
    write_texts(tmp_path / "t", [document, other], passages)
    texts = Texts([SegmentTexts(tmp_path / "t")])

    def rows(start: int, end: int) -> list[int]:
        return [found.row for found in texts.touching(document.id, Span(start, end))]

    assert [rows(0, 4), rows(4, 8), rows(3, 5)] == [[0], [1], [0, 1]]
    assert [rows(8, 10), rows(7, 11), rows(14, 20)] == [[], [1, 2], []]
    assert rows(0, 99) == [0, 1, 2]


def test_an_unknown_document_has_no_ranges(texts: Texts) -> None:
    with pytest.raises(KeyError, match="d_unknown"):
        texts.touching("d_unknown", Span(0, 9))
    with pytest.raises(KeyError, match="d_unknown"):
        texts.cut("d_unknown", Span(0, 9))
    with pytest.raises(KeyError, match="d_unknown"):
        texts.place("d_unknown", 0)


def test_documents_by_number(texts: Texts) -> None:
    facts = texts.documents()
    assert texts.numbered([2, 0, 2]) == {0: facts[0], 2: facts[2]}
    assert texts.numbered(iter(range(4))) == dict(enumerate(facts))
    assert texts.numbered([]) == {}


def test_the_file_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in "ab":
        write_texts(tmp_path / name, DOCUMENTS, PASSAGES)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_reading_leaves_no_trace(tmp_path: Path) -> None:
    file = tmp_path / "texts.sqlite"
    write_texts(file, DOCUMENTS, PASSAGES)
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    texts = Texts([SegmentTexts(file)])
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
    found = Texts([SegmentTexts(tmp_path / "t")]).passages(range(0, 40_000))
    assert [s.row for s in found] == list(range(40_000))


def test_thousands_of_documents_can_be_asked_for(tmp_path: Path) -> None:
    documents = [make_document(n, f"a{n}") for n in range(40_000)]
    write_texts(tmp_path / "t", documents, [])
    facts = Texts([SegmentTexts(tmp_path / "t")]).numbered(range(40_000))
    assert [facts[n].path for n in range(40_000)] == [d.path for d in documents]
