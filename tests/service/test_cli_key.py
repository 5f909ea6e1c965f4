"""The commands ``citewell key``, in a process of their own."""

import os
import subprocess
from pathlib import Path

import pytest

from service.keys.key import FORM
from service.keys.keyfile import read_keys
from tests.conftest import CITEWELL


def _key(cwd: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CITEWELL, "key", *arguments],
        cwd=cwd,
        env=os.environ | environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_key_is_shown_once_listed_and_revoked(tmp_path: Path) -> None:
    added = _key(tmp_path, "add", "--name", "ann", "--scope", "write")
    assert added.returncode == 0, added.stderr
    sent = added.stdout.strip()
    assert FORM.fullmatch(sent)
    assert "not shown again" in added.stderr
    listed = _key(tmp_path, "list")
    (key,) = read_keys(tmp_path / ".citewell" / "index.keys.json")
    assert listed.stdout == f"ann\twrite\t{key.created}\n"
    revoked = _key(tmp_path, "revoke", "ann")
    assert (revoked.returncode, revoked.stdout.strip()) == (0, "revoked ann; 0 left")
    assert "answers nobody until one is added" in " ".join(revoked.stderr.split())
    assert "there are no keys in" in _key(tmp_path, "list").stdout
    assert sent not in listed.stdout + listed.stderr + revoked.stdout + revoked.stderr


def test_a_key_reads_unless_told_and_lies_where_it_is_told(tmp_path: Path) -> None:
    where = str(tmp_path / "k" / "keys.json")
    assert _key(tmp_path, "add", "--name", "a", CITEWELL_KEYS=where).returncode == 0
    assert [(key.name, key.scope) for key in read_keys(Path(where))] == [("a", "read")]
    assert _key(tmp_path, "add", "--name", "b", "--index", "notes").returncode == 0
    assert [key.name for key in read_keys(tmp_path / "notes.keys.json")] == ["b"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", "--name", "a b"], "1 to 64 letters"),
        (["add", "--name", "a", "--scope", "all"], "--scope"),
        (["add"], "--name"),
        (["revoke", "a"], "no key named 'a'"),
    ],
)
def test_wrong_use_is_told(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = _key(tmp_path, *arguments)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
