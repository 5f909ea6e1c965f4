"""Feedback on disk. In: records about documents, as JSON objects. Out: the same, one a line.

It lies in ``DIR.feedback/`` beside the index ``DIR``: an index can be made anew from its
sources, what people said cannot. A record names the documents it quotes by their paths, in
``passages[].document``.
"""

import errno
import fcntl
import json
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from index.files import flush

FILE = "feedback.jsonl"


def feedback_folder(root: Path) -> Path:
    """Where the feedback on the answers of an index lies, by whatever name the index is called."""
    whole = root.resolve()
    return whole.with_name(f"{whole.name}.feedback")


class FeedbackFile:
    """The lines of one folder; safe between threads and processes, which take turns."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / FILE

    def append(self, make: Callable[[], dict[str, Any]]) -> None:
        """Add the record that ``make`` gives when its turn has come; on the disk on return.

        Raises ``OSError`` when the disk does not take it, and then leaves nothing of it. What
        a crash has left of a line stays a line of its own.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._turn(fcntl.LOCK_EX):
            line = json.dumps(make(), ensure_ascii=False).encode() + b"\n"
            with self.path.open("a+b", buffering=0) as stream:
                size = stream.seek(0, os.SEEK_END)
                _write(stream, line if _ends_a_line(stream, size) else b"\n" + line, size)
            if not size:
                flush(self._folder)
                flush(self._folder.parent)

    def lines(self) -> list[bytes]:
        """Every line but empty ones, the last as a crash may have left it; none without a file."""
        if not self.path.exists():
            return []
        with self._turn(fcntl.LOCK_SH):
            return [line for line in self.path.read_bytes().split(b"\n") if line]

    def keep_quotes_of(self, held: Collection[str]) -> int:
        """Remove every record that quotes a document other than these paths; returns how many.

        Lines that cannot be read go too, because nobody can say what they quote.
        """
        if not self.path.exists():
            return 0
        with self._turn(fcntl.LOCK_EX):
            lines = [line for line in self.path.read_bytes().split(b"\n") if line]
            kept = [line for line in lines if _quotes_only(line, held)]
            if len(kept) < len(lines):
                beside = self._folder / f"{FILE}.new"
                beside.write_bytes(b"".join(line + b"\n" for line in kept))
                flush(beside)
                beside.replace(self.path)
                flush(self._folder)
        return len(lines) - len(kept)

    @contextmanager
    def _turn(self, operation: int) -> Iterator[None]:
        # The folder is locked, not the file, which is replaced by another when lines are removed.
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, operation)
            yield
        finally:
            os.close(descriptor)


def _ends_a_line(stream: BinaryIO, size: int) -> bool:
    if not size:
        return True
    stream.seek(size - 1)
    return stream.read(1) == b"\n"


def _write(stream: BinaryIO, line: bytes, size: int) -> None:
    """One write, on the disk on return, or the file as it was, ``size`` bytes long."""
    try:
        if stream.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301
        os.fsync(stream.fileno())
    except OSError:
        stream.truncate(size)
        raise


def _quotes_only(line: bytes, held: Collection[str]) -> bool:
    try:
        return all(passage["document"] in held for passage in json.loads(line)["passages"])
    except (ValueError, KeyError, TypeError):
        return False
