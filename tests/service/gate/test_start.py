"""What ``citewell serve`` refuses before it listens, in a process of its own."""

import os
import subprocess
from pathlib import Path

import pytest

from service.keys.keyfile import add_key
from tests.conftest import CITEWELL

OPEN_TO_ALL = "if everyone who reaches it may read all documents, set CITEWELL_OPEN=true (--open)"


def _serve(cwd: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """How it ends, and what it says: there is no index, so it ends in any case."""
    done = subprocess.run(
        [CITEWELL, "serve", "--port", "0", *arguments],
        cwd=cwd,
        env=os.environ | environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, " ".join(done.stderr.split())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_in_the_open_it_does_not_start_without_a_key(tmp_path: Path, host: str) -> None:
    code, told = _serve(tmp_path, "--host", host)
    assert code == 2
    assert f"citewell: {host} can be reached from other machines, and there is no key" in told
    assert "citewell key add --name NAME" in told
    assert OPEN_TO_ALL in told


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--host", "0.0.0.0", "--open"], {}),
        (["--host", "0.0.0.0"], {"CITEWELL_OPEN": "true"}),
        (["--host", "0.0.0.0"], {"CITEWELL_KEYS": "keys"}),
        ([], {}),
    ],
)
def test_otherwise_it_goes_on_to_the_index(
    tmp_path: Path, arguments: list[str], environment: dict[str, str]
) -> None:
    add_key(tmp_path / "keys", "a", "read")
    _, told = _serve(tmp_path, *arguments, **environment)
    assert "there is no key" not in told
    assert "there is no index in .citewell/index" in told


def test_keys_that_others_may_change_stop_it(tmp_path: Path) -> None:
    add_key(tmp_path / "keys", "a", "read")
    (tmp_path / "keys").chmod(0o666)
    code, told = _serve(tmp_path, CITEWELL_KEYS="keys")
    assert code == 1
    assert "others may change the keys in keys; run chmod 600 on it" in told
