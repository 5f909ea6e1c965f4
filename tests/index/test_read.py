"""Reading files: what becomes a document, what is refused, and what hostile files cost."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import FileRefused
from index.limits import MIB, Limits
from index.passage import Document, Heading
from index.read import LARGEST, Loaded, Reader, load_file
from index.sources import SourceFile
from tests.conftest import ROOT
from tests.index.formats.made import make_docx, make_epub, make_objects_pdf, make_pdf
from tests.index.texts_made import read_file


def read(folder: Path, content: bytes, name: str = "a.txt") -> Document:
    file = folder / name
    file.write_bytes(content)
    return read_file(SourceFile(file, name))


@pytest.mark.parametrize(
    "text",
    ["Zürich, 東京, 😀, e\u0301", "one\r\ntwo\rthree\n", "  edges kept \n\n", "a\u2028b\x0cc"],
)
def test_utf8_text_stays_as_it_is(tmp_path: Path, text: str) -> None:
    document = read(tmp_path, text.encode())
    assert document.text == text
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_a_byte_order_mark_is_not_text_but_counts_in_the_digest(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfhello"
    document = read(tmp_path, content)
    assert document.text == "hello"
    assert document.sha256 == hashlib.sha256(content).hexdigest()


def test_nul_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="holds NUL bytes"):
        read(tmp_path, b"abc\x00def")


@pytest.mark.parametrize("content", [b"", b" \r\n\t ", "\u00a0\u2003\n".encode(), b"\xef\xbb\xbf"])
def test_a_file_without_text_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileRefused, match="holds no text"):
        read(tmp_path, content)


def test_what_the_system_will_not_read_is_refused_with_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "x.txt"
    folder.mkdir()
    with pytest.raises(FileRefused, match="cannot be read: Is a directory"):
        read_file(SourceFile(folder, "x.txt"))
    with pytest.raises(FileRefused, match="cannot be read: No such file"):
        read_file(SourceFile(tmp_path / "gone.txt", "gone.txt"))


@pytest.mark.parametrize(
    ("name", "text", "title", "media_type"),
    [
        ("a.md", "Intro\n\n## The *first*\n\n# Second", "The *first*", "text/markdown"),
        ("a.markdown", "Set by underline\n====\n", "Set by underline", "text/markdown"),
        ("a.md", "```\n# code\n```\n\n# Real\n", "Real", "text/markdown"),
        ("b.md", "#\n\nno heading text", "b", "text/markdown"),
        ("c.txt", "# not a heading here", "c", "text/plain"),
        ("D.TXT", "upper-case suffix", "D", "text/plain"),
    ],
)
def test_title_and_media_type(
    tmp_path: Path, name: str, text: str, title: str, media_type: str
) -> None:
    document = read(tmp_path, text.encode(), name)
    assert (document.title, document.media_type) == (title, media_type)


def test_ids_depend_on_the_path_in_the_index_alone(tmp_path: Path) -> None:
    first = read(tmp_path, b"one")
    (tmp_path / "elsewhere").mkdir()
    other = tmp_path / "elsewhere" / "b.txt"
    other.write_text("two")
    assert read_file(SourceFile(other, "a.txt")).id == first.id
    assert read_file(SourceFile(other, "b.txt")).id != first.id
    assert first.id == "d_" + hashlib.sha256(b"a.txt").hexdigest()[:16]


def test_a_file_whose_name_is_not_utf8_is_refused(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    with pytest.raises(FileRefused, match="name"):
        read(tmp_path, b"text", name)


def loaded(content: bytes, name: str = "a.html") -> Loaded:
    return Loaded(SourceFile(Path(name), name), content, hashlib.sha256(content).hexdigest())


def test_text_in_another_encoding_is_read(tmp_path: Path) -> None:
    text = "Договор аренды заканчивается в декабре, и это не на год."
    assert read(tmp_path, text.encode("koi8-r")).text == text


@pytest.mark.parametrize(
    ("name", "content", "title", "text", "media_type"),
    [
        ("a.md", b"# Md\n\nx", "Md", "# Md\n\nx", "text/markdown"),
        ("a.HTM", b"<title>T</title><p>x", "T", "x", "text/html"),
        ("a.xhtml", b"<html><head><title/></head><body>x", "a", "x", "application/xhtml+xml"),
        ("a.pdf", make_pdf(["x"], "A PDF"), "A PDF", "x", "application/pdf"),
        ("a.docx", make_docx(lambda d: d.add_heading("Word")), "Word", "Word",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.epub", make_epub({"c.html": "<p>x"}), "A Book", "x", "application/epub+zip"),
        ("a.csv", b"k,l\nv,w", "a", "k: v; l: w", "text/csv"),
        ("a.tsv", b"k\tl\nv\tw", "a", "k: v; l: w", "text/tab-separated-values"),
        ("a.jsonl", b'{"k": "v"}', "a", "k: v", "application/jsonl"),
        ("a.ndjson", b'{"k": "v"}', "a", "k: v", "application/jsonl"),
    ],
)  # fmt: skip
def test_every_format(
    reader: Reader, name: str, content: bytes, title: str, text: str, media_type: str
) -> None:
    document = reader.read(loaded(content, name))
    assert (document.title, document.text, document.media_type) == (title, text, media_type)
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.path == name


def test_pages_and_headings_come_with_the_document(reader: Reader) -> None:
    document = reader.read(loaded(make_pdf(["# Über 1\nText.", "Second."]), "a.pdf"))
    assert document.text == "Über 1\nText.\n\nSecond."
    assert document.pages == (0, 14)
    assert document.headings == (Heading(0, 1, "Über 1"),)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a.csv"])
def test_a_file_of_no_bytes_is_refused(reader: Reader, name: str) -> None:
    with pytest.raises(FileRefused, match=r"^holds no text$"):
        reader.read(loaded(b"", name))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.html", b"<script>x</script>"), ("a.md", b"\n"), ("a.csv", b",\n"), ("a.jsonl", b"{}")],
)
def test_a_document_without_text_is_refused(reader: Reader, name: str, content: bytes) -> None:
    with pytest.raises(FileRefused, match=r"^holds no text$"):
        reader.read(loaded(content, name))


def test_the_reason_comes_from_the_format_and_the_next_file_is_read(reader: Reader) -> None:
    with pytest.raises(FileRefused, match="is encrypted; save it without a password"):
        reader.read(loaded(make_pdf(["x"], password="p"), "a.pdf"))
    with pytest.raises(FileRefused, match=r"is not UTF-8 text \(byte 1\)"):
        reader.read(loaded(b"x\xff", "a.md"))
    before = reader.pid
    assert reader.read(loaded(b"good")).text == "good"
    assert reader.pid == before


def test_a_foreign_format_is_refused(reader: Reader) -> None:
    with pytest.raises(FileRefused, match="of a format that is not read; convert it"):
        reader.read(loaded(b"x", "a.odt"))


def test_plain_text_needs_no_process() -> None:
    with Reader() as reader:
        assert reader.read(loaded(b"text", "a.txt")).text == "text"
        assert reader.pid is None


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    with file.open("wb") as sparse:
        sparse.truncate(400 * LARGEST)  # more than the machine has memory
    with pytest.raises(FileRefused, match="has 102400 MiB, more than the 256 that are read; split"):
        load_file(SourceFile(file, "a.txt"))
    with file.open("wb") as sparse:
        sparse.truncate(LARGEST + 1)
    with pytest.raises(FileRefused, match="more than the 256 that are read; split"):
        load_file(SourceFile(file, "a.txt"))


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_file_by_now_is_refused_without_waiting(tmp_path: Path, kind: str) -> None:
    file = Path("/dev/zero")
    if kind == "pipe":
        file = tmp_path / "a.txt"
        os.mkfifo(file)
    with pytest.raises(FileRefused, match="is not a regular file"):
        load_file(SourceFile(file, "a.txt"))


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    with file.open("wb") as sparse:
        sparse.truncate(200 * MIB)  # so that reading takes long enough to be disturbed
    code = (
        "import os, sys; f = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND)\n"
        "print('on', flush=True)\n"
        "while True: os.write(f, b'.')"
    )
    with subprocess.Popen([sys.executable, "-c", code, file], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        try:
            with pytest.raises(FileRefused, match="changes while it is read; index again when"):
                load_file(SourceFile(file, "a.txt"))
        finally:
            writer.kill()
    content = load_file(SourceFile(file, "a.txt"))
    assert content.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def in_thread(reader: Reader, file: Loaded) -> tuple[threading.Thread, list[str]]:
    reasons: list[str] = []

    def run() -> None:
        try:
            reader.read(file)
        except FileRefused as error:
            reasons.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    return thread, reasons


def test_a_reader_that_hangs_costs_its_file_only() -> None:
    with Reader(Limits(seconds=0.5)) as reader:
        wait_for_start(reader)
        first = reader.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        with pytest.raises(FileRefused, match=r"takes longer than 0\.5 s to read; split it"):
            reader.read(loaded(b"x" * 10_000_000))
        assert gone(first)
        wait_for_start(reader)
        assert reader.pid != first


def test_a_reader_that_is_killed_costs_its_file_only() -> None:
    with Reader() as reader:
        reader.read(loaded(b"first"))
        first = reader.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        thread, reasons = in_thread(reader, loaded(b"second"))
        time.sleep(0.2)
        os.kill(first, signal.SIGKILL)
        thread.join(10)
        assert len(reasons) == 1
        assert reasons[0].startswith("made the reader stop (SIGKILL): it is damaged, or needs more")
        assert reader.read(loaded(b"third")).text == "third"
        assert reader.pid != first


def test_a_reader_that_died_between_files_is_replaced() -> None:
    with Reader() as reader:
        reader.read(loaded(b"first"))
        first = reader.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)  # wait without taking notice
        assert reader.read(loaded(b"second")).text == "second"


def wait_for_start(reader: Reader) -> None:
    """With little time, starting the process may take all of it; the next one is tried."""
    for _ in range(20):
        try:
            assert reader.read(loaded(b"again")).text == "again"
        except FileRefused:
            continue
        return
    raise AssertionError("the reader does not start")


SLOW = b"<x>" * 9_000 + b"<p>a" * 1_000_000


def test_a_file_that_takes_too_long_is_refused() -> None:
    started = time.monotonic()
    with (
        Reader(Limits(seconds=1)) as reader,
        pytest.raises(FileRefused, match="takes longer than 1 s to read"),
    ):
        reader.read(loaded(SLOW))
    assert time.monotonic() - started < 60  # it ended by itself


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<b>x</b>" * 1_000_000),
        ("a.jsonl", b'["' + b"x" * 40_000_000 + b'"]'),
        ("a.pdf", make_objects_pdf(400_000)),
        ("a.csv", b"a,b\n" * 2_000_000),
    ],
)
def test_a_file_that_takes_too_much_memory_is_refused(name: str, content: bytes) -> None:
    with Reader(Limits(memory=48 * MIB)) as reader:
        with pytest.raises(FileRefused, match="needs more than 48 MiB of memory"):
            reader.read(loaded(content, name))
        assert reader.read(loaded(b"small")).text == "small"


def test_a_pdf_of_a_million_objects_is_read(reader: Reader) -> None:
    assert reader.read(loaded(make_objects_pdf(1_000_000), "a.pdf")).text == "Million"


def test_too_much_text_is_refused() -> None:
    with Reader(Limits(text=MIB)) as reader:
        with pytest.raises(FileRefused, match="holds more than 1 MiB of text; split it"):
            reader.read(loaded("é".encode() * MIB))
        assert len(reader.read(loaded(b"x" * MIB)).text) == MIB


def test_closing_ends_the_process_and_it_may_be_opened_again() -> None:
    reader = Reader()
    reader.read(loaded(b"one"))
    pid = reader.pid
    assert pid is not None
    reader.close()
    assert gone(pid)
    assert reader.pid is None
    assert reader.read(loaded(b"two")).text == "two"
    reader.close()


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


PARENT = """
import sys, threading
from tests.index.test_read import Limits, Reader, SLOW, loaded
reader = Reader(Limits(seconds=3))
reader.read(loaded(b"one"))
if sys.argv[1] == "busy":
    threading.Thread(target=reader.read, args=[loaded(SLOW)]).start()
    threading.Event().wait(0.5)
print(reader.pid, flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_the_process_ends_with_its_parent_however_that_ends(state: str) -> None:
    command = [sys.executable, "-c", PARENT, state]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not gone(pid)
        parent.kill()
    until(lambda: gone(pid) or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2])


def test_what_lies_in_the_working_folder_is_not_run(tmp_path: Path) -> None:
    for name in ("docx", "lxml", "index", "json", "selectolax"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('was run')")
    (tmp_path / "a.html").write_text("<p>read")
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path; from index.read import Reader, SourceFile, load_file\n"
        "with Reader() as reader:\n"
        "    print(reader.read(load_file(SourceFile(Path('a.html'), 'a.html'))).text)"
    )
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True)
    assert (done.stdout, done.returncode) == ("read\n", 0)
