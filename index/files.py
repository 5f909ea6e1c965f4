"""Files of an index, written so that a full disk is noticed. In: arrays, lines. Out: the same.

Memory-mapped writing would end in a signal instead of an error when the disk is full, so rows
are written by calls; reading maps.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.manifest import FileFacts


def load_array(file: Path) -> NDArray[Any]:
    """An array mapped from disk; raises ``IndexDamaged`` when the file holds none."""
    try:
        array: NDArray[Any] = np.load(file, mmap_mode="r")
    except (OSError, ValueError, EOFError) as error:
        raise IndexDamaged(f"{file} cannot be read ({error}); rebuild the index") from error
    return array


def read_lines(file: Path) -> list[str]:
    """The lines of a text file; raises ``IndexDamaged`` when it cannot be read."""
    try:
        return file.read_text("utf-8").split("\n")[:-1]
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"{file} cannot be read ({error}); rebuild the index") from error


def write_lines(file: Path, lines: Iterable[str]) -> None:
    """Write lines that ``read_lines`` reads."""
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")


class RowFile:
    """A matrix on disk whose rows are written in any order; a context manager."""

    def __init__(self, file: Path, rows: int, width: int, dtype: type[np.generic]) -> None:
        self._dtype = np.dtype(dtype)
        self._bytes = width * self._dtype.itemsize
        self._stream: BinaryIO = file.open("wb")
        npy.write_array_header_1_0(
            self._stream,
            {"descr": self._dtype.str, "fortran_order": False, "shape": (rows, width)},
        )
        self._start = self._stream.tell()
        self._stream.truncate(self._start + rows * self._bytes)

    def __enter__(self) -> "RowFile":
        return self

    def __exit__(self, *_error: object) -> None:
        self._stream.close()

    def write(self, row: int, values: NDArray[Any]) -> None:
        """Write one row, or several that follow each other, brought to the type of the file."""
        self._stream.seek(self._start + row * self._bytes)
        self._stream.write(values.astype(self._dtype, copy=False).tobytes())


def file_facts(file: Path) -> FileFacts:
    """The size and sha256 of a file."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return FileFacts(sha256=digest.hexdigest(), size=stream.tell())


def files_below(folder: Path) -> dict[str, FileFacts]:
    """The facts of every file below a folder, by its path relative to it, sorted."""
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    return {f.relative_to(folder).as_posix(): file_facts(f) for f in files}


def digest_lines(folder: Path, names: Iterable[str]) -> str:
    """A line for each of these files, its sha256 and its name, as ``sha256sum`` writes them."""
    return "".join(f"{file_facts(folder / name).sha256}  {name}\n" for name in names)


def flush(path: Path) -> None:
    """Have the disk hold a file or a folder's entries."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
