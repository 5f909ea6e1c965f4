"""Finding files: what sources hold, what is left out and why, whatever names they have."""

import os
import random
import socket
import subprocess
from pathlib import Path

import pytest

from index.errors import CitewellError, FileRefused, IgnoreFileInvalid, SourceClash, SourceMissing
from index.read import load_file
from index.sources import LeftOut, list_sources


def paths(*sources: Path) -> list[str]:
    return [source.path for source in list_sources(sources).files]


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("text")


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
    (folder / "deep er" / "page.odt").write_bytes(b"PK")
    (folder / "README").write_text("no suffix")
    left_out = list_sources([folder]).left_out
    assert set(left_out) == {
        LeftOut("README", "of a format that is not read", refused=False),
        LeftOut("deep er/page.odt", "of a format that is not read", refused=False),
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


def test_a_missing_source_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match=r"nowhere does not exist; name an existing"):
        list_sources([tmp_path / "nowhere"])


def test_a_named_file_of_a_foreign_format_is_wrong_use(tmp_path: Path) -> None:
    file = tmp_path / "table.xls"
    file.write_text("a,b")
    with pytest.raises(SourceMissing, match=r"table\.xls is of no format .*\.md.*\.txt"):
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


def test_links_to_folders_make_no_loop(folder: Path) -> None:
    (folder / "deep er" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "self").symlink_to("self")
    (folder / "self.txt").symlink_to("self.txt")
    listing = list_sources([folder])
    assert [source.path for source in listing.files] == ["one.txt", "two.txt", "deep er/three.md"]
    assert set(listing.left_out) == {
        LeftOut("deep er/up", "a link to a folder", refused=False),
        LeftOut("self", "not a regular file", refused=False),
        LeftOut("self.txt", "not a regular file", refused=False),
    }


def test_a_link_to_a_file_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "else.txt").write_text("elsewhere")
    (folder / "link.txt").symlink_to(tmp_path / "else.txt")
    (source,) = (s for s in list_sources([folder]).files if s.path == "link.txt")
    assert load_file(source).content == b"elsewhere"


def test_a_source_that_is_a_link_to_a_folder_is_walked(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    assert paths(tmp_path / "link") == paths(folder)


def test_pipes_and_sockets_are_left_out_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.chdir(tmp_path)  # a socket's path may not be long
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind("socket.txt")
        listing = list_sources([tmp_path])
    assert listing.files == ()
    assert listing.left_out == (
        LeftOut("pipe.txt", "a pipe, not a regular file", refused=False),
        LeftOut("socket.txt", "a socket, not a regular file", refused=False),
    )
    with pytest.raises(SourceMissing, match=r"pipe\.txt is not a regular file"):
        list_sources([tmp_path / "pipe.txt"])


def test_odd_names_are_kept(tmp_path: Path) -> None:
    names = [" a b .txt", "new\nline.md", "tab\t.txt", "*.txt", "[x].txt", "ä\u0308😀.TXT", "~.txt"]
    make(tmp_path, *names)
    assert paths(tmp_path) == sorted(names)
    for source in list_sources([tmp_path]).files:
        assert load_file(source).content == b"text"
    assert paths(tmp_path / "*.txt") == ["*.txt"]
    assert paths(tmp_path / "[x].txt") == ["[x].txt"]


def test_a_name_that_is_not_utf8_is_listed_and_refused_by_name(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    make(tmp_path, name, "sub" + os.fsdecode(b"\xff") + "/a.txt")
    listing = list_sources([tmp_path])
    assert [source.path for source in listing.files] == [name, "sub\udcff/a.txt"]
    for source in listing.files:
        with pytest.raises(FileRefused, match="has a name that is not UTF-8"):
            load_file(source)
    with pytest.raises(SourceMissing, match="gone\ufffd does not exist"):
        list_sources([tmp_path / os.fsdecode(b"gone\xff")])


def test_a_very_deep_folder_is_walked(tmp_path: Path) -> None:
    path = tmp_path
    folders = [path := path / "d" for _ in range(1500)]  # 3,000 characters, near the most
    for folder in folders:
        folder.mkdir()
    (path / "a.txt").write_text("deep")
    assert paths(tmp_path) == ["d/" * 1500 + "a.txt"]
    (path / "a.txt").unlink()
    for folder in reversed(folders):  # pytest's own removal would be recursive
        folder.rmdir()


def test_a_pattern_stands_for_its_matches_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.md", "a.md", "c.txt", "x/a.md", "x/y/z.md", "x/.hid.md", ".h/a.md", "i.png")
    assert paths(tmp_path / "*.md") == ["a.md", "b.md"]
    assert paths(tmp_path / "**" / "*.md") == ["a.md", "b.md", "x/a.md", "x/y/z.md"]
    assert paths(tmp_path / "x" / "**" / "?.md") == ["a.md", "y/z.md"]
    assert paths(tmp_path / "[bc].*") == ["b.md", "c.txt"]
    assert paths(tmp_path / "**") == ["a.md", "b.md", "c.txt", "x/a.md", "x/y/z.md"]
    assert paths(tmp_path / "*" / "y") == ["x/y/z.md"]
    assert list_sources([tmp_path / "*.png"]).left_out == (
        LeftOut("i.png", "of a format that is not read", refused=False),
    )


def test_a_pattern_obeys_ignore_files_and_follows_no_link_to_a_folder(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "x/a.md", "x/b.md")
    (tmp_path / "x" / ".citewellignore").write_text("a.md")
    (tmp_path / "x" / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert paths(tmp_path / "**" / "*.md") == ["a.md", "x/b.md"]
    assert (
        LeftOut("x/loop", "a link to a folder", refused=False)
        in list_sources([tmp_path / "**"]).left_out
    )


def test_a_pattern_without_a_match_is_wrong_use(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    with pytest.raises(SourceMissing, match=r"\*\.txt matches no file; name an existing"):
        list_sources([tmp_path / "*.txt"])
    with pytest.raises(SourceMissing, match=r"is no pattern|matches no file"):
        list_sources([tmp_path / "a**b"])
    with pytest.raises(SourceMissing, match="matches no file"):
        list_sources([tmp_path / "nowhere" / "*.md"])


def test_ignore_files_below_rule_what_is_below_them(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.txt", "sub/a.txt", "sub/b.txt", "sub/in/a.txt", "sub/in/b.txt")
    (tmp_path / ".citewellignore").write_text("a.txt\n")
    (tmp_path / "sub" / ".citewellignore").write_text("/b.txt\n!a.txt\n")
    (tmp_path / "sub" / "in" / ".citewellignore").write_text("a.*\n")
    assert paths(tmp_path) == ["b.txt", "sub/a.txt", "sub/in/b.txt"]


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ("d/\n!d/a.txt", []),
        ("d\n!a.txt", []),
        ("d/*\n!d/a.txt", ["d/a.txt"]),
        ("d/**\n!d/a.txt", ["d/a.txt"]),
        ("**\n!d\n!d/a.txt", ["d/a.txt"]),
        ("*.txt\n!d/**", ["d/a.txt", "d/e/a.txt"]),
        ("/a.txt", ["d/a.txt", "d/e/a.txt"]),
        ("e/", ["d/a.txt"]),
    ],
)
def test_what_is_in_a_folder_left_out_stays_out(
    tmp_path: Path, rules: str, kept: list[str]
) -> None:
    make(tmp_path, "d/a.txt", "d/e/a.txt")
    (tmp_path / ".citewellignore").write_text(rules)
    (tmp_path / "d" / "e" / ".citewellignore").write_text("")
    assert paths(tmp_path) == kept


PATTERNS = (
    "a.txt *.txt d d/ /d d/* d/** ** * e/ /e/ **/e d/e d/e/ d/e/* b.* /a.txt **/b.txt */a.txt"
    " d/**/a.txt"
)
FILES = "a.txt b.txt d/a.txt d/b.txt d/e/a.txt d/e/b.txt e/a.txt e/d/b.txt"


def test_ignore_files_rule_as_gits_do(tmp_path: Path) -> None:
    make(tmp_path, *FILES.split())
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    chance = random.Random(5)
    for _ in range(80):
        for folder, most in ((".", 4), ("d", 2), ("e", 2)):
            some = chance.choices(PATTERNS.split(), k=chance.randint(0, most))
            rules = "\n".join(chance.choice(["", "", "!"]) + pattern for pattern in some)
            for name in (".gitignore", ".citewellignore"):
                (tmp_path / folder / name).write_text(rules)
        command = [
            "git",
            "-C",
            str(tmp_path),
            "ls-files",
            "--others",
            "--exclude-standard",
            "*.txt",
        ]
        listed = subprocess.run(command, check=True, capture_output=True, text=True)
        assert sorted(paths(tmp_path)) == sorted(listed.stdout.split())


def test_an_ignore_file_below_that_cannot_be_obeyed_is_explained(tmp_path: Path) -> None:
    make(tmp_path, "sub/a.txt")
    (tmp_path / "sub" / ".citewellignore").write_bytes(b"\xff")
    with pytest.raises(IgnoreFileInvalid, match=r"sub/\.citewellignore cannot be obeyed"):
        list_sources([tmp_path])
