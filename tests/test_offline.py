"""Every command works without a network, and none of them even tries to use one.

A ``sitecustomize`` in each process refuses and records every outgoing connection and every
name to resolve; where the system lets us, the commands also run without any interface.
"""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import CITEWELL, SEEDS, serving

GUARD = '''
"""Refuses and records whatever would leave this machine."""

import os
import sys

RESOLVE = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
SEND = {"socket.connect", "socket.sendto", "socket.sendmsg"}


def refuse(event, arguments):
    if event in RESOLVE:
        target = arguments[0]
    elif event in SEND and not isinstance(arguments[1], (str, bytes, type(None))):
        target = arguments[1]  # a path would be a Unix socket, None one already connected
    else:
        return
    with open(os.environ["OFFLINE_ATTEMPTS"], "a") as stream:
        print(event, target, file=stream)
    raise OSError("the test refuses outgoing connections")


sys.addaudithook(refuse)
'''
LEAKS = ["http_proxy", "https_proxy", "all_proxy", "HF_HOME", "HF_HUB_OFFLINE", "HF_HUB_CACHE"]
LEAKS += ["TRANSFORMERS_CACHE", "TRANSFORMERS_OFFLINE", "SENTENCE_TRANSFORMERS_HOME"]
LEAKS += ["TIKTOKEN_CACHE_DIR", "XDG_CACHE_HOME", "TORCH_HOME"]
# What would keep ONNX Runtime from reporting its use, although citewell did not.
LEAKS += ["ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI", "GITHUB_ACTIONS", "TF_BUILD"]


class Offline:
    """The empty home and the record of attempts of the guarded processes."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.attempts = folder / "attempts"
        self.guard = folder / "guard"
        self.home.mkdir()
        self.guard.mkdir()
        (self.guard / "sitecustomize.py").write_text(GUARD, "utf-8")

    def attempted(self) -> list[str]:
        """What was tried since the last time, which is then forgotten."""
        if not self.attempts.exists():
            return []
        lines = self.attempts.read_text("utf-8").splitlines()
        self.attempts.unlink()
        return lines


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offline]:
    """For the processes started below: no connections, an empty home, empty caches."""
    made = Offline(tmp_path_factory.mktemp("offline"))
    with pytest.MonkeyPatch.context() as environment:
        for name in LEAKS:
            environment.delenv(name, raising=False)
            environment.delenv(name.upper(), raising=False)
        environment.setenv("HOME", str(made.home))
        environment.setenv("PYTHONPATH", str(made.guard))
        environment.setenv("OFFLINE_ATTEMPTS", str(made.attempts))
        yield made


@cache
def _without_interfaces() -> tuple[str, ...]:
    """What to put before a command so that it has no network at all, if that is possible."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    tried = subprocess.run([unshare, "-rn", "true"], check=False, capture_output=True)
    return () if tried.returncode else (unshare, "-rn")


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*_without_interfaces(), *command],
        cwd=cwd,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def built(offline: Offline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which ``citewell index`` ran offline."""
    folder = tmp_path_factory.mktemp("work")
    done = _run(CITEWELL, "index", str(SEEDS), cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "indexed 1 documents" in done.stdout
    return folder


@pytest.mark.parametrize(
    "code",
    [
        "socket.create_connection(('192.0.2.1', 80), 1)",
        "socket.getaddrinfo('example.org', 80)",
        "socket.gethostbyname('example.org')",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))",
        "urllib.request.urlopen('http://192.0.2.1')",
    ],
)
def test_the_guard_sees_an_attempt(offline: Offline, code: str) -> None:
    command = [sys.executable, "-c", f"import socket, urllib.request; {code}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "the test refuses outgoing connections" in done.stderr
    assert offline.attempted() != []


@pytest.mark.model
def test_index_needs_no_network(offline: Offline, built: Path) -> None:
    assert (built / ".citewell" / "index" / "CURRENT").exists()
    assert offline.attempted() == []


@pytest.mark.model
def test_ask_needs_no_network(offline: Offline, built: Path) -> None:
    done = _run(CITEWELL, "ask", "Did the Soviets want a warm water port?", "--json", cwd=built)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["passages"]) == 5
    assert offline.attempted() == []


@pytest.mark.model
def test_eval_needs_no_network(offline: Offline, built: Path) -> None:
    few = (SEEDS / "questions.jsonl").read_text("utf-8").splitlines(keepends=True)[:20]
    (built / "few.jsonl").write_text("".join(few), "utf-8")
    done = _run(CITEWELL, "eval", "few.jsonl", "--out", "run", cwd=built)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# Evaluation")
    assert (built / "run" / "records.jsonl").exists()
    assert offline.attempted() == []


@pytest.mark.model
def test_serve_needs_no_network(offline: Offline, built: Path) -> None:
    with serving(built / ".citewell" / "index") as url:
        request = urllib.request.Request(
            f"{url}/v1/ask",
            b'{"question": "Did the Soviets want a warm water port?"}',
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            assert len(json.load(reply)["passages"]) == 5
    assert offline.attempted() == []


@pytest.mark.model
def test_only_the_models_are_left_in_the_home(offline: Offline, built: Path) -> None:
    assert built.exists()
    left = {file.parent for file in offline.home.rglob("*") if file.is_file()}
    kept = offline.home / ".cache/citewell"
    assert sorted(folder.parent for folder in left) == [kept / "exported", kept / "reader"]
    assert os.environ["HOME"] == str(offline.home)
