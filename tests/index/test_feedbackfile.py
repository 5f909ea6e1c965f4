"""Feedback on disk: every line is whole or told, and outlives the index it lies beside."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import build_index
from index.feedbackfile import FeedbackFile, feedback_folder
from index.rollback import roll_back
from index.store import prune, write_lock
from tests.fakes import LetterEmbedder

APPEND = """
import sys
from pathlib import Path
from index.feedbackfile import FeedbackFile
file = FeedbackFile(Path(sys.argv[1]))
for number in range(25):
    file.append(lambda: {"writer": sys.argv[2], "number": number, "filler": "ä" * 5000})
"""
FULL = """
import resource, sys
from pathlib import Path
from index.feedbackfile import FeedbackFile
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    FeedbackFile(Path(sys.argv[1])).append(lambda: {"text": "x" * 200})
except OSError as error:
    print(error.strerror)
"""


def _quoting(*paths: str) -> dict[str, Any]:
    return {"passages": [{"document": path, "quote": "aa"} for path in paths]}


def _run(code: str, *arguments: str | Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def file(tmp_path: Path) -> FeedbackFile:
    return FeedbackFile(tmp_path / "index.feedback")


def test_it_lies_beside_the_index_by_whatever_name(tmp_path: Path, monkeypatch: Any) -> None:
    beside = tmp_path / "index.feedback"
    (tmp_path / "index").mkdir()
    (tmp_path / "link").symlink_to("index")
    assert feedback_folder(tmp_path / "index") == beside
    assert feedback_folder(tmp_path / "link") == beside
    monkeypatch.chdir(tmp_path / "index")
    assert feedback_folder(Path()) == beside
    assert feedback_folder(Path("../index")) == beside


def test_lines_are_kept_in_order(file: FeedbackFile) -> None:
    records = [{"text": "😀 a\nb\u2028c"}, {"text": ""}]
    for record in records:
        file.append(lambda record=record: record)  # type: ignore[misc]
    assert [json.loads(line) for line in file.lines()] == records
    assert file.path.read_bytes().count(b"\n") == 2


def test_reading_and_removing_leave_no_trace_where_nothing_is(file: FeedbackFile) -> None:
    assert file.lines() == []
    assert file.keep_quotes_of(["a.txt"]) == 0
    assert not file.path.parent.exists()


@given(st.data())
def test_a_crash_at_any_byte_spoils_at_most_the_last_line(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = FeedbackFile(tmp_path_factory.mktemp("cut"))
    texts = data.draw(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
    for text in texts:
        file.append(lambda text=text: {"text": text})  # type: ignore[misc]
    whole = file.path.read_bytes()
    ends = [n + 1 for n, byte in enumerate(whole) if byte == 10]
    cut = data.draw(st.integers(0, len(whole)))
    file.path.write_bytes(whole[:cut])
    file.append(lambda: {"text": "after"})
    before = [line + b"\n" for line in file.lines()[:-1]]
    assert json.loads(file.lines()[-1]) == {"text": "after"}
    kept = sum(end <= cut for end in ends)
    assert b"".join(before[:kept]) == whole[: ends[kept - 1] if kept else 0]
    assert b"".join(before[kept:]).rstrip(b"\n") == whole[ends[kept - 1] if kept else 0 : cut]


def test_what_does_not_fit_on_the_disk_leaves_nothing(file: FeedbackFile) -> None:
    file.append(lambda: {"text": "a"})
    before = file.path.read_bytes()
    out, _ = _run(FULL, file.path.parent).communicate(timeout=60)
    assert out == "No space left on device\n"
    assert file.path.read_bytes() == before


def test_a_record_that_cannot_be_made_is_not_kept(file: FeedbackFile) -> None:
    def make() -> dict[str, Any]:
        raise KeyError("none")

    with pytest.raises(KeyError, match="none"):
        file.append(make)
    assert file.lines() == []


def test_many_processes_write_whole_lines(file: FeedbackFile) -> None:
    writers = [_run(APPEND, file.path.parent, name) for name in "abcd"]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    for writer in writers:
        writer.communicate()
    records = [json.loads(line) for line in file.lines()]
    by_writer = {name: [r["number"] for r in records if r["writer"] == name] for name in "abcd"}
    assert by_writer == {name: list(range(25)) for name in "abcd"}


def test_a_record_is_made_while_nobody_else_writes_or_removes(file: FeedbackFile) -> None:
    def make() -> dict[str, Any]:
        folder = os.open(file.path.parent, os.O_RDONLY)
        try:
            with pytest.raises(BlockingIOError, match="temporarily unavailable"):
                fcntl.flock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
        finally:
            os.close(folder)
        return {"made": True}

    file.append(make)
    assert len(file.lines()) == 1


def test_what_quotes_another_document_is_removed(file: FeedbackFile) -> None:
    records = [_quoting("a.txt"), _quoting("b.txt"), _quoting("a.txt", "b.txt"), _quoting()]
    for record in records:
        file.append(lambda record=record: record)  # type: ignore[misc]
    assert file.keep_quotes_of({"a.txt", "c.txt"}) == 2
    assert [json.loads(line) for line in file.lines()] == [records[0], records[3]]
    assert [each.name for each in file.path.parent.iterdir()] == ["feedback.jsonl"]
    before = file.path.stat().st_ino
    assert file.keep_quotes_of({"a.txt"}) == 0
    assert file.path.stat().st_ino == before


@pytest.mark.parametrize("line", ['{"passages": [{"docu', "[]", "\udcff", '{"passages": [{}]}'])
def test_a_line_that_cannot_be_read_is_removed_too(file: FeedbackFile, line: str) -> None:
    file.append(lambda: _quoting("a.txt"))
    with file.path.open("ab") as stream:
        stream.write(line.encode("utf-8", "surrogateescape"))
    assert file.keep_quotes_of({"a.txt"}) == 1
    assert [json.loads(line) for line in file.lines()] == [_quoting("a.txt")]


def test_it_outlives_what_happens_to_the_index(
    small_index: Path, folder: Path, letters: LetterEmbedder
) -> None:
    file = FeedbackFile(feedback_folder(small_index))
    file.append(lambda: _quoting("one.txt"))
    before = file.path.read_bytes()
    (folder / "one.txt").write_text("Aaa.")
    build_index([folder], small_index, letters)
    build_index([folder], small_index, letters, anew=True)
    with write_lock(small_index):  # which sweeps away what killed writers have left
        roll_back(small_index)
        prune(small_index)
    assert file.path.read_bytes() == before
