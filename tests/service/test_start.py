"""What keeps ``citewell serve`` from starting: one sentence that says what to do, and a status.

Each row is a process of its own.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from index.build import build_index
from tests.conftest import CITEWELL, ROOT
from tests.fakes import LetterEmbedder
from tests.index.faulty import manifest_of, segment_folder

BAD_NEWS, WRONG_USE = 1, 2
HELD = [sys.executable, "-m", "tests.service.held_server", "no-such-file"]
Spoil = Callable[[Path], Mapping[str, str]]


def _start(environment: Mapping[str, str], command: Sequence[str]) -> tuple[int, str]:
    """How it ends and the one sentence that it says."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "CITEWELL_PORT": "0", **environment},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = done.stderr.splitlines()
    assert "Traceback" not in done.stderr
    assert len([line for line in lines if line.startswith("citewell: ")]) == 1, done.stderr
    return done.returncode, lines[-1]


def _missing(root: Path) -> Mapping[str, str]:
    shutil.rmtree(root)
    return {}


def _file(root: Path) -> Mapping[str, str]:
    shutil.rmtree(root)
    root.write_text("no index", "utf-8")
    return {}


def _pointer(root: Path) -> Mapping[str, str]:
    (root / "CURRENT").write_text("what is this?", "utf-8")
    return {}


def _cut(root: Path) -> Mapping[str, str]:
    texts = segment_folder(root) / "texts.sqlite"
    texts.write_bytes(texts.read_bytes()[:-1])
    return {}


def _half(root: Path) -> Mapping[str, str]:
    shutil.rmtree(segment_folder(root))
    return {}


def _manifest(root: Path) -> Mapping[str, str]:
    (root / f"g{manifest_of(root).generation:06}" / "manifest.json").write_text("{}", "utf-8")
    return {}


def _model_gone(root: Path) -> Mapping[str, str]:
    return {"CITEWELL_MODEL": str(root.with_name("gone"))}


def _model_empty(root: Path) -> Mapping[str, str]:
    root.with_name("empty").mkdir()
    return {"CITEWELL_MODEL": str(root.with_name("empty"))}


def _keys(root: Path) -> Mapping[str, str]:
    keys = root.with_name("keys")
    keys.write_text("{", "utf-8")
    keys.chmod(0o600)
    return {"CITEWELL_KEYS": str(keys)}


def _setting(name: str, value: str) -> Spoil:
    return lambda _root: {f"CITEWELL_{name}": value}


@pytest.mark.parametrize(
    ("spoil", "code", "told"),
    [
        (_missing, BAD_NEWS, "there is no index in {root}; make one with `citewell index SOURCE"),
        (_file, BAD_NEWS, "{root} is a file, and an index is a folder; name another"),
        (_pointer, BAD_NEWS, "CURRENT is not as citewell writes it; rebuild with"),
        (_cut, BAD_NEWS, "texts.sqlite was changed after it was written"),
        (_half, BAD_NEWS, "rebuild"),
        (_manifest, BAD_NEWS, "rebuild"),
        (_model_gone, BAD_NEWS, "is neither a folder nor in the local model cache"),
        (_model_empty, BAD_NEWS, "holds no model weights; check that the folder is complete"),
        (_keys, BAD_NEWS, "is no file of keys; remove it and make the keys anew"),
        (_setting("PORT", "x"), WRONG_USE, "CITEWELL_PORT is 'x'"),
        (_setting("PROT", "1"), WRONG_USE, "CITEWELL_PROT is no setting of citewell"),
        (_setting("WORKERS", "0"), WRONG_USE, "CITEWELL_WORKERS is '0'"),
        (_setting("HOST", "192.0.2.1"), WRONG_USE, "there is no key"),
    ],
)
def test_what_is_not_usable_is_said_in_one_sentence(
    small_index: Path, spoil: Spoil, code: int, told: str
) -> None:
    environment = {"CITEWELL_INDEX": str(small_index), **spoil(small_index)}
    status, sentence = _start(environment, [str(CITEWELL), "serve"])
    assert (status, sentence.partition(" ")[0]) == (code, "citewell:")
    assert told.format(root=small_index) in sentence


def test_an_index_of_another_model_is_refused_by_name(tmp_path: Path, folder: Path) -> None:
    build_index([folder], tmp_path / "index", LetterEmbedder(sha256="1" * 64))
    status, sentence = _start({"CITEWELL_INDEX": str(tmp_path / "index")}, HELD)
    assert status == BAD_NEWS
    assert "rebuild the index with this model, or name the one it has" in sentence


def test_a_port_that_is_taken_is_told_before_the_model_is_loaded(small_index: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = str(other.getsockname()[1])
        environment = {"CITEWELL_INDEX": str(small_index), "CITEWELL_PORT": port}
        # The model of this index is not on this machine: that would be told otherwise.
        status, sentence = _start(environment, [str(CITEWELL), "serve"])
    assert status == WRONG_USE
    assert f"cannot listen on 127.0.0.1:{port} (Address already in use); stop the" in sentence


@pytest.mark.parametrize("name", ["CALIBRATION", "RANKING"])
def test_a_file_that_a_setting_names_and_that_is_gone_is_told(small_index: Path, name: str) -> None:
    environment = {"CITEWELL_INDEX": str(small_index), f"CITEWELL_{name}": "no-such-file.json"}
    status, sentence = _start(environment, HELD)
    assert status in {BAD_NEWS, WRONG_USE}
    assert "no-such-file.json" in sentence


# Root may do all of it: then the test takes the right to from the process.
_LIKE_A_USER = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-net_bind_service"]
    if os.geteuid() == 0
    else []
)


@pytest.mark.parametrize(
    ("closed", "environment", "code", "told"),
    [
        ("CURRENT", {}, BAD_NEWS, "CURRENT cannot be read (Permission denied); let this user read"),
        (".", {}, BAD_NEWS, "CURRENT cannot be read (Permission denied); let this user read"),
        ("data", {}, BAD_NEWS, "Permission denied"),
        (None, {"CITEWELL_PORT": "80"}, WRONG_USE, "choose a port from 1024 on with --port"),
    ],
)
def test_what_a_user_may_not_do_is_told(
    small_index: Path, closed: str | None, environment: dict[str, str], code: int, told: str
) -> None:
    if closed:
        (small_index / closed).chmod(0)
    command = [*_LIKE_A_USER, str(CITEWELL), "serve"]
    try:
        status, sentence = _start({"CITEWELL_INDEX": str(small_index), **environment}, command)
    finally:
        small_index.chmod(0o755)
    assert (status, sentence.partition(" ")[0]) == (code, "citewell:")
    assert told in sentence
