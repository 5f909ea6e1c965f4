"""Rows of a collection's files are read whole, or the line that is wrong is named."""

import gzip
from pathlib import Path

import pytest

from eval.errors import QuestionSetInvalid
from eval.questions.rows import DocumentRow, QueryRow, is_there, read_qrels, read_rows


def _file(tmp_path: Path, content: str, name: str = "corpus.jsonl") -> Path:
    file = tmp_path / name
    file.write_bytes(content.encode())
    return file


def test_rows_are_read_in_order_and_other_fields_are_not(tmp_path: Path) -> None:
    content = '\ufeff{"_id": "b", "text": "x\u2028y", "metadata": {}}\r\n\n{"_id": "a", "text": ""}'
    rows = read_rows(_file(tmp_path, content), DocumentRow)
    assert [(row.id, row.title, row.text) for row in rows] == [
        ("b", None, "x\u2028y"),
        ("a", None, ""),
    ]


def test_a_packed_file_is_read_alike(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl.gz").write_bytes(gzip.compress(b'{"_id": "a", "text": "x\\ny"}\n'))
    assert is_there(tmp_path, "corpus.jsonl")
    assert not is_there(tmp_path, "queries.jsonl")
    assert [row.text for row in read_rows(tmp_path / "corpus.jsonl", DocumentRow)] == ["x\ny"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("x", "line 2: the line: Invalid JSON"),
        ("[]", "line 2: the line: Input should be"),
        ('{"text": "x"}', "line 2: _id: Field required"),
        ('{"_id": "", "text": "x"}', "line 2: _id: String should have at least 1 character"),
        ('{"_id": 5, "text": "x"}', "line 2: _id: Input should be a valid string"),
        ('{"_id": "b"}', "line 2: text: Field required"),
        ('{"_id": "b", "text": "\\ud800"}', "line 2: the line: Invalid JSON"),
        ('{"_id": "a", "text": "x"}', "line 2: the id 'a' is used before; ids must differ"),
        ('{"_id": "b", "text": "", "answerable": "no"}', "line 2: answerable: Input should be"),
        ('{"_id": "b", "text": "", "spans": [{"doc": "a", "start": -1}]}', r"spans\.0\.start: "),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, line: str, told: str) -> None:
    file = _file(tmp_path, f'{{"_id": "a", "text": "x"}}\n{line}\n', "queries.jsonl")
    with pytest.raises(QuestionSetInvalid, match=rf"queries\.jsonl, .*{told}.*; correct it"):
        read_rows(file, QueryRow)


@pytest.mark.parametrize("content", [b"\xe4", gzip.compress(b"x" * 999, mtime=0)[:-9], b"\x1f\x8b"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes) -> None:
    name = "corpus.jsonl" if content == b"\xe4" else "corpus.jsonl.gz"
    (tmp_path / name).write_bytes(content)
    with pytest.raises(QuestionSetInvalid, match=rf"{name} cannot be read \(.*; correct the file"):
        read_rows(tmp_path / "corpus.jsonl", DocumentRow)


def test_judgements_are_read_by_query(tmp_path: Path) -> None:
    content = "query-id\tcorpus-id\tscore\n1\ta\t1\n\n2\tä b\t-1\r\n1\tc\t2\n"
    assert read_qrels(_file(tmp_path, content)) == {"1": {"a": 1, "c": 2}, "2": {"ä b": -1}}
    assert read_qrels(_file(tmp_path, "")) == {}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("1\ta\t1\n", "line 1: is a judgement where the header stands"),
        ("q\td\ts\n1\ta\n", "line 2: is not a query's id, a document's id and a whole number"),
        ("q\td\ts\n1\ta\t1\n1\tb\t0.5\n", "line 3: is not a query's id"),
        ("q\td\ts\n1 0 a 1\n", "line 2: is not a query's id"),
        ('q\td\ts\n1\t"a\t1\n', "cannot be read"),
    ],
)
def test_a_line_that_judges_nothing_is_named(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(QuestionSetInvalid, match=told):
        read_qrels(_file(tmp_path, content))


def test_judgements_in_no_known_encoding_are_refused(tmp_path: Path) -> None:
    (tmp_path / "qrels.tsv").write_bytes(b"q\td\ts\n\xe4\ta\t1\n")
    with pytest.raises(QuestionSetInvalid, match=r"qrels\.tsv cannot be read .*utf-8"):
        read_qrels(tmp_path / "qrels.tsv")
