"""Reading files: what becomes text as it is, what is refused, what is left out and why."""

import hashlib
import os
from pathlib import Path

import pytest

from index.errors import CitewellError, FileRefused, SourceClash, SourceMissing
from index.passage import Document
from index.read import LeftOut, SourceFile, list_sources, read_file


def read(folder: Path, content: bytes, name: str = "a.txt") -> Document:
    file = folder / name
    file.write_bytes(content)
    return read_file(SourceFile(file, name))


def paths(*sources: Path) -> list[str]:
    return [source.path for source in list_sources(sources).files]


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


@pytest.mark.parametrize(
    ("content", "byte"),
    [(b"\xff", 0), (b"abc\xe9def", 3), ("ä".encode() + b"\x80", 2), (b"\xef\xbb\xbfabc\xff", 6)],
)
def test_other_encodings_are_refused_with_the_first_bad_byte(
    tmp_path: Path, content: bytes, byte: int
) -> None:
    with pytest.raises(FileRefused, match=rf"is not UTF-8 text \(byte {byte}\)"):
        read(tmp_path, content)


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


def test_a_folder_is_walked_in_order_with_paths_relative_to_it(folder: Path) -> None:
    assert paths(folder) == ["one.txt", "two.txt", "deep er/three.md"]
    assert paths(folder / "deep er" / "three.md") == ["three.md"]
    assert paths(folder / "deep er", folder / "one.txt") == ["three.md", "one.txt"]


def test_hidden_files_and_folders_are_left_out(folder: Path) -> None:
    (folder / ".hidden.txt").write_text("no")
    (folder / ".git").mkdir()
    (folder / ".git" / "config.txt").write_text("no")
    assert paths(folder) == ["one.txt", "two.txt", "deep er/three.md"]


def test_a_foreign_format_in_a_folder_is_left_out_and_named(folder: Path) -> None:
    (folder / "deep er" / "page.pdf").write_bytes(b"%PDF")
    (folder / "README").write_text("no suffix")
    left_out = list_sources([folder]).left_out
    assert set(left_out) == {
        LeftOut("README", "of a format that is not read", refused=False),
        LeftOut("deep er/page.pdf", "of a format that is not read", refused=False),
    }


def test_a_dangling_link_is_left_out_and_named(folder: Path) -> None:
    (folder / "link.txt").symlink_to(folder / "gone.txt")
    assert list_sources([folder]).left_out == (
        LeftOut("link.txt", "not a regular file", refused=False),
    )


def test_a_link_to_a_folder_is_read_or_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.txt").write_text("text")
    (folder / "linked").symlink_to(tmp_path / "other", target_is_directory=True)
    listing = list_sources([folder])
    mentioned = [s.path for s in listing.files] + [item.path for item in listing.left_out]
    assert any(path.startswith("linked") for path in mentioned)


def test_the_ignore_file_leaves_out_in_gitignore_syntax(folder: Path) -> None:
    (folder / "deep er" / "keep.md").write_text("kept")
    (folder / ".citewellignore").write_text("# a comment\ntwo.*\ndeep er/*\n!keep.md\n")
    listing = list_sources([folder])
    assert [source.path for source in listing.files] == ["one.txt", "deep er/keep.md"]
    assert listing.left_out == (
        LeftOut("two.txt", "named in .citewellignore", refused=False),
        LeftOut("deep er/three.md", "named in .citewellignore", refused=False),
    )


@pytest.mark.parametrize("content", [b"caf\xe9\n", b"!\n"])
def test_an_ignore_file_that_cannot_be_obeyed_is_explained(folder: Path, content: bytes) -> None:
    (folder / ".citewellignore").write_bytes(content)
    with pytest.raises(CitewellError, match="citewellignore"):
        list_sources([folder])


def test_a_file_whose_name_is_not_utf8_is_refused(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    with pytest.raises(FileRefused, match="name"):
        read(tmp_path, b"text", name)


def test_a_missing_source_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match=r"nowhere does not exist; name an existing"):
        list_sources([tmp_path / "nowhere"])


def test_a_named_file_of_a_foreign_format_is_wrong_use(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("a,b")
    with pytest.raises(SourceMissing, match=r"table\.csv is of no format .*\.md.*\.txt"):
        list_sources([file])


def test_two_files_with_one_path_in_the_index_are_refused(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.txt").write_text(name)
    with pytest.raises(SourceClash, match=r"would both be 'same\.txt' in the index"):
        list_sources([tmp_path / "a", tmp_path / "b"])


@pytest.mark.parametrize("fresh", [True, False])
def test_a_source_named_twice_is_refused(folder: Path, fresh: bool) -> None:
    file = folder / "one.txt"
    again = Path(str(file)) if fresh else file
    with pytest.raises(SourceClash, match="is named twice"):
        list_sources([file, again])
    with pytest.raises(SourceClash, match="is named twice"):
        list_sources([folder, folder])
