"""A process that changes indexes in forked children, so that a test can kill one anywhere.

``Victim`` starts it as ``python -m tests.index.victim``. It reads one operation a line, forks,
carries it out in the child, and writes the child's process id and then its exit code.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from index.build import add_files, build_index, remove_documents
from index.rollback import roll_back
from index.sources import SourceFile
from index.split import Splitter
from index.store import prune, write_lock
from index.tokens import count_tokens
from tests.fakes import LetterEmbedder

ROOT = Path(__file__).parents[2]
LETTERS = LetterEmbedder()
SHORT = Splitter(target_tokens=12, run_on_tokens=8, overlap_tokens=4)


def index_source(root: Path, source: str) -> None:
    build_index([Path(source)], root, LETTERS, SHORT)


def add(root: Path, file: str) -> None:
    add_files([SourceFile(Path(file), Path(file).name)], root, LETTERS)


def remove(root: Path, name: str) -> None:
    remove_documents([name], root, LETTERS)


def go_back(root: Path, _nothing: str) -> None:
    with write_lock(root):
        roll_back(root)


def keep_one(root: Path, _nothing: str) -> None:
    with write_lock(root):
        prune(root)


OPERATIONS: dict[str, Callable[[Path, str], None]] = {
    "index": index_source,
    "add": add,
    "remove": remove,
    "rollback": go_back,
    "prune": keep_one,
}


class Victim:
    """The process; one operation at a time."""

    def __enter__(self) -> "Victim":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.index.victim"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate(timeout=60)

    def start(self, operation: str, root: Path, argument: str = "") -> int:
        """Begin an operation and return its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([operation, str(root), argument]) + "\n")
        self._process.stdin.flush()
        return self._number()

    def wait(self) -> int:
        """The exit code of the operation; negative for the signal that ended it."""
        return self._number()

    def _number(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def main() -> None:
    count_tokens("loaded once, for all children")
    for line in sys.stdin:
        operation, root, argument = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                OPERATIONS[operation](Path(root), argument)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(child, flush=True)  # noqa: T201 - read by the parent
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
