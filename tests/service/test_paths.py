"""Which names a document may have: a name in the index, never a way out of it."""

import posixpath
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.errors import FileRefused
from service.paths import document_path, shown

TRICKS = {
    "": "has no name",
    "/etc/passwd.txt": "absolute path",
    "//host/a.txt": "absolute path",
    "C:/a.txt": "absolute path",
    "c:a.txt": "absolute path",
    "C:\\fakepath\\a.txt": "backslash",
    "..\\a.txt": "backslash",
    "\\\\host\\a.txt": "backslash",
    "../a.txt": "begins with a dot",
    "a/../b.txt": "begins with a dot",
    "a/..": "begins with a dot",
    "./a.txt": "begins with a dot",
    "a/./b.txt": "begins with a dot",
    ".hidden.txt": "begins with a dot",
    "a/.git/b.txt": "begins with a dot",
    ".txt": "begins with a dot",
    "a//b.txt": "empty component",
    "a.txt/": "empty component",
    "a\0.txt": "control character",
    "a\n.txt": "control character",
    "a\x7f.txt": "control character",
    "a\x85.txt": "control character",
    "a\u2028.txt": "control character",
    "a\u202etxt.exe.txt": "direction of writing",
    "\u2066a.txt": "direction of writing",
    "a\u200f.txt": "direction of writing",
    "a" * 252 + ".txt": "more than 255 bytes",
    "ä" * 126 + ".txt": "more than 255 bytes",
    "a" * 256 + "/b.txt": "more than 255 bytes",
    "/".join(["a" * 200] * 6) + ".txt": "more than 1024 bytes",
    "a": "no format that can be read",
    "a.exe": r"no format that can be read \(.*\.md.*\.txt",
    "a.txt.exe": "no format that can be read",
    "a.txt ": "no format that can be read",
}
GOOD = [
    "a.txt",
    "notes/2024/a b.md",
    "A.TXT",
    "ünï.txt",
    "日本/語.markdown",
    "a..b.txt",
    "a.tar.txt",
    "👩‍🚀.txt",
    "می‌خواهم.txt",
    "~/a.txt",
    "%2e%2e/a.txt",
    "ab:c.txt",
    "a" * 251 + ".txt",
]


@pytest.mark.parametrize(("path", "reason"), TRICKS.items(), ids=map(ascii, TRICKS))
def test_a_trick_is_refused_with_the_reason(path: str, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        document_path(path.encode())


@pytest.mark.parametrize(
    "sent", [b"a\xff.txt", b"\xc0\xaf.txt", "\ud800.txt".encode("utf-8", "surrogatepass")]
)
def test_what_is_not_utf8_is_refused(sent: bytes) -> None:
    with pytest.raises(FileRefused, match="has a name that is not UTF-8"):
        document_path(sent)


@pytest.mark.parametrize("path", GOOD, ids=ascii)
def test_a_good_path_stays_as_it_is(path: str) -> None:
    assert document_path(path.encode()) == path


def test_the_two_ways_to_write_an_accent_are_one_path() -> None:
    assert document_path("e\u0301.txt".encode()) == document_path("\u00e9.txt".encode())


pieces = st.sampled_from(
    ["..", ".", "/", "\\", "a", "b.txt", ".md", "C:", "\0", "\u202e", "é", "~"]
)
paths = st.one_of(st.text(), st.lists(pieces).map("".join), st.lists(st.text()).map("/".join))


@given(paths.map(lambda path: f"{path}.txt".encode("utf-8", "surrogatepass")) | st.binary())
@example(b"a/../../b.txt")
def test_no_accepted_path_leads_out(sent: bytes) -> None:
    try:
        path = document_path(sent)
    except FileRefused as refused:
        assert str(refused)
        return
    assert posixpath.normpath(posixpath.join("/index", path)) == f"/index/{path}"
    assert path.isprintable() or any(
        unicodedata.category(c) in {"Cf", "Cn", "Co", "Zs"} for c in path
    )
    assert document_path(path.encode()) == path


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_is_shown_can_be_shown(sent: bytes) -> None:
    assert shown(sent).isprintable()
    assert len(shown(sent)) <= 6 * 1025


def test_what_is_shown_is_short() -> None:
    assert shown(b"a" * 5000) == "a" * 1024 + "…"
    assert shown("a\u202eb\0".encode()) == "a\\u202eb\\u0000"
    assert shown(b"a\xff") == "a\\xff"
