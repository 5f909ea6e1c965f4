"""A process that builds indexes in forked children, so that a test can stop one anywhere.

``Writer`` starts it as ``python -m tests.index.writer``. It reads one command a line, forks,
builds in the child, and writes the child's process id and then its exit code.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.build import build_index
from index.embed import Vectors
from index.tokens import count_tokens
from tests.fakes import LetterEmbedder

ROOT = Path(__file__).parents[2]
# What a build does to its folder, as Python's audit events name it. Opening a file for reading
# is no step: the disk is then as it was at the step before.
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "sqlite3.connect"}

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class WideEmbedder(LetterEmbedder):
    """Letters, and then zeros: makes the vectors the largest file of an index."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.card = replace(self.card, width=width)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        rows = LetterEmbedder().embed_passages(texts)
        wide: Vectors = np.pad(rows, ((0, 0), (0, self.card.width - rows.shape[1])))
        return wide


class Writer:
    """The process; one build at a time."""

    def __enter__(self) -> "Writer":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.index.writer"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate(timeout=60)

    def start(
        self,
        source: Path,
        root: Path,
        *,
        pause: float = 0.0,
        die_at_step: int = 0,
        most_bytes: int = 0,
        width: int = 0,
    ) -> int:
        """Start a build and return its process id.

        It sleeps ``pause`` seconds at each report of progress, kills itself before the step
        of that number, cannot write a file larger than ``most_bytes``; 0 is none of it.
        """
        command = [str(source), str(root), pause, die_at_step, most_bytes, width]
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._number()

    def wait(self) -> int:
        """The exit code of the build; negative for the signal that ended it."""
        return self._number()

    def build(self, source: Path, root: Path, **wishes: int) -> int:
        """Start a build and wait for its end."""
        self.start(source, root, **wishes)
        return self.wait()

    def _number(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def build(
    source: str, root: str, pause: float, die_at_step: int, most_bytes: int, width: int
) -> None:
    if die_at_step:
        sys.addaudithook(_Death(root, die_at_step))
    if most_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    embedder = WideEmbedder(width) if width else LetterEmbedder()
    build_index([Path(source)], Path(root), embedder, progress=lambda _s, _d, _t: time.sleep(pause))


class _Death:
    """An audit hook that kills the process before a step that changes ``root``."""

    def __init__(self, root: str, step: int) -> None:
        self._root, self._left = root, step

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        # rmtree names what it removes relative to an open folder.
        if event in STEPS and (event != "open" or self._writes(*arguments)):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def _writes(self, path: object, _mode: object, flags: object) -> bool:
        return self._root in str(path) and isinstance(flags, int) and bool(flags & WRITING)


def main() -> None:
    count_tokens("loaded once, for all children")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                build(*json.loads(line))
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
