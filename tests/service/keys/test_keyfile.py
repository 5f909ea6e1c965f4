"""The file of keys: private, whole at every moment, refused when it cannot be trusted."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from service.errors import KeyRefused, KeysUnusable
from service.keys.key import find_key
from service.keys.keyfile import add_key, key_file, read_keys, revoke_key
from tests.conftest import ROOT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "index.keys.json"


def test_the_file_is_beside_the_index_unless_stated(tmp_path: Path) -> None:
    assert key_file(tmp_path / "index", None) == tmp_path / "index.keys.json"
    assert key_file(tmp_path / "index" / ".", None) == tmp_path / "index.keys.json"
    assert key_file(tmp_path / "index", tmp_path / "k") == tmp_path / "k"


def test_an_index_by_another_name_has_the_same_keys(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "index")
    assert key_file(tmp_path / "link", None) == tmp_path / "index.keys.json"


def test_keys_are_added_in_order_and_revoked_by_name(path: Path) -> None:
    assert read_keys(path) == ()
    sent = {name: add_key(path, name, "read") for name in ("a", "b", "c")}
    assert [key.name for key in read_keys(path)] == ["a", "b", "c"]
    assert revoke_key(path, "b") == 2
    left = read_keys(path)
    found = {name: find_key(key, left) for name, key in sent.items()}
    assert {name: bool(key) for name, key in found.items()} == {"a": True, "b": False, "c": True}


def test_the_file_is_for_its_owner_alone_and_holds_no_key(path: Path) -> None:
    sent = [add_key(path, "a", "read"), add_key(path, "b", "write")]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [key[3:] in path.read_text() for key in sent] == [False, False]
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_what_a_killed_writer_left_stops_nobody(path: Path) -> None:
    add_key(path, "a", "read")
    path.with_name(f".{path.name}.new").write_text("half")
    add_key(path, "b", "read")
    assert [key.name for key in read_keys(path)] == ["a", "b"]


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a/b", "-a", ".a", "a\n", "a" * 65, "ä", 'a"', "a\0", "a,b"]
)
def test_a_name_that_cannot_be_is_refused(path: Path, name: str) -> None:
    with pytest.raises(KeyRefused, match="1 to 64 letters"):
        add_key(path, name, "read")
    assert not path.exists()


def test_a_name_is_taken_once(path: Path) -> None:
    add_key(path, "a", "read")
    before = path.read_bytes()
    with pytest.raises(KeyRefused, match="there is a key named a; revoke it"):
        add_key(path, "a", "write")
    with pytest.raises(KeyRefused, match="no key named 'b'; citewell key list"):
        revoke_key(path, "b")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b'{"version": 2, "keys": []}',
        b'{"version": 1}',
        b'{"version": 1, "keys": [{"name": "a"}]}',
        b'{"version": 1, "keys": [{"name": "a", "scope": "all", "created": "", "sha256": ""}]}',
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeysUnusable, match=r"keys is no file of keys; remove it"):
        read_keys(path)
    with pytest.raises(KeysUnusable, match="is no file of keys"):
        add_key(path, "a", "read")
    assert path.read_bytes() == content


@pytest.mark.parametrize("mode", [0o602, 0o620, 0o666])
def test_a_file_that_others_may_change_is_refused(path: Path, mode: int) -> None:
    add_key(path, "a", "write")
    path.chmod(mode)
    with pytest.raises(KeysUnusable, match=r"others may change the keys in .*; run chmod 600"):
        read_keys(path)


def test_a_file_that_others_may_read_is_obeyed(path: Path) -> None:
    add_key(path, "a", "read")
    path.chmod(0o444)  # as secrets are mounted into containers
    assert [key.name for key in read_keys(path)] == ["a"]


def test_a_folder_in_its_place_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(KeysUnusable, match="cannot be read"):
        read_keys(path)


def test_of_many_writers_none_is_lost(path: Path) -> None:
    code = "import sys; from pathlib import Path; from service.keys.keyfile import add_key\n"
    code += "for n in range(10): add_key(Path(sys.argv[1]), f'{sys.argv[2]}{n}', 'read')"
    running = [
        subprocess.Popen([sys.executable, "-c", code, path, name], cwd=ROOT) for name in "abc"
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    expected = {f"{name}{number}" for name in "abc" for number in range(10)}
    assert {key.name for key in read_keys(path)} == expected
    assert json.loads(path.read_text())["version"] == 1
