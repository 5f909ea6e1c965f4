"""What tests share: the seed, a small folder, indexes of both, a real running server."""

import fcntl
import os
import re
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import hypothesis
import pytest

from index.build import build_index
from index.embed import Embedder
from index.minilm import load_embedder
from service.engine import Engine, open_engine
from service.reading.prepared import prepare_reader
from service.settings import Settings
from tests.fakes import LetterEmbedder

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
SEED = SEEDS / "000_ff22eedb3fb81119.txt"
SHARED = ROOT.parent / "shared" / "data"
CITEWELL = Path(sys.executable).with_name("citewell")


def pytest_configure() -> None:
    """Allow as many open files as may be, as FastAPI's caches keep every application that a test
    makes, and with it the files of its index; and properties as much time as they take."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # No test is judged by the time it takes: the machine may have other work.
    hypothesis.settings.register_profile("citewell", deadline=None)
    hypothesis.settings.load_profile("citewell")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what reads the benchmark collections where there are none."""
    if not SHARED.is_dir():
        for item in items:
            if "shared" in item.keywords:
                item.add_marker(pytest.mark.skip(reason=f"no benchmark collections in {SHARED}"))


@pytest.fixture(scope="session", autouse=True)
def _kept_exports(pytestconfig: pytest.Config) -> None:
    """One cache of exported models for all processes and sessions of tests."""
    os.environ["XDG_CACHE_HOME"] = str(pytestconfig.cache.mkdir("home"))


@pytest.fixture(scope="session")
def minilm(pytestconfig: pytest.Config) -> Embedder:
    """The real model; exported by one process, for which the others wait."""
    with (pytestconfig.cache.mkdir("home") / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return load_embedder()


@pytest.fixture(scope="session")
def seed_index(tmp_path_factory: pytest.TempPathFactory, minilm: Embedder) -> Path:
    """An index of ``seeds/`` by the real model; to be read only."""
    root = tmp_path_factory.mktemp("seed") / "index"
    build_index([SEEDS], root, minilm)
    prepare_reader(root)
    return root


@pytest.fixture(scope="session")
def seed_engine(seed_index: Path, minilm: Embedder) -> Engine:
    """The real engine on the seed."""
    return open_engine(Settings(index=seed_index), minilm)


@pytest.fixture(scope="session")
def server_url(seed_index: Path) -> Iterator[str]:
    """The address of a real server process that answers from the seed."""
    with serving(seed_index) as url:
        yield url


@pytest.fixture
def letters() -> LetterEmbedder:
    """The embedder that counts letters."""
    return LetterEmbedder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small source folder: two texts, one Markdown file in a subfolder."""
    source = tmp_path / "source"
    (source / "deep er").mkdir(parents=True)
    (source / "one.txt").write_text("Aaa bbb. Ccc ddd eee.\n\nFff ggg hhh.\n", "utf-8")
    (source / "two.txt").write_text("Hhh hhh! 😀 Bab bab?\r\nÄh. Cab.", "utf-8")
    (source / "deep er" / "three.md").write_text("# A heading\n\nDead beef faced.\n", "utf-8")
    return source


@pytest.fixture
def small_index(tmp_path: Path, folder: Path, letters: LetterEmbedder) -> Path:
    """An index of ``folder`` by the letter embedder, for the test to do with as it likes."""
    root = tmp_path / "index"
    build_index([folder], root, letters)
    return root


@pytest.fixture
def small_engine(small_index: Path, letters: LetterEmbedder) -> Engine:
    """An engine on ``small_index``."""
    return open_engine(Settings(index=small_index), letters)


class serving:  # noqa: N801 - used as a context manager, like contextlib's own
    """``citewell serve`` as a process of its own, on a free port."""

    def __init__(self, index: Path, *arguments: str) -> None:
        self._command = [str(CITEWELL), "serve", "--index", str(index), "--port", "0", *arguments]
        self.process: subprocess.Popen[str] | None = None
        self.log: list[str] = []  # lines, as they come

    def __enter__(self) -> str:
        self.process = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line)
            if match := re.search(r"answering on (http://[^\s\"]+)", line):
                # A pipe that nobody reads fills up, and what writes to it waits.
                self._reader = threading.Thread(target=self._read, args=[self.process.stderr])
                self._reader.start()
                return match[1]
        raise AssertionError(f"the server did not start: {''.join(self.log)}")

    def _read(self, stream: IO[str]) -> None:
        with stream:
            self.log.extend(stream)

    def __exit__(self, *_error: object) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(timeout=20)
        self._reader.join()


@contextmanager
def serving_seed() -> Iterator[tuple[str, serving]]:
    """The address and the process of ``citewell serve`` on an index of the seed, for tools that
    are run by themselves."""
    with TemporaryDirectory() as folder:
        build_index([SEEDS], Path(folder) / "index", load_embedder())
        server = serving(Path(folder) / "index")
        with server as url:
            yield url, server


def tell(line: str) -> None:
    """Print a line at once, as what runs for an hour may be cut off."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
