"""Generations on disk. In: a folder and something to write. Out: an opened, checked Index.

::

    DIR/CURRENT          "g000002 <sha256 of its manifest>", replaced by one rename
    DIR/lock             held while writing; dies with its process
    DIR/g000002/         manifest.json, vectors.faiss, windows/, lexical/, occurrences/,
                         related/, texts.sqlite

A generation is written in a folder beside, flushed to disk, renamed, and only then named in
CURRENT: whatever stops the writer, the previous generation goes on answering. Opening
writes nothing and checks every file against the manifest.
"""

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import IndexBusy, IndexDamaged, IndexFormat, IndexMissing
from index.lexical import LexicalIndex
from index.manifest import MANIFEST_FILE, FileFacts, Manifest, read_manifest
from index.occurrences import Occurrences
from index.related import RelatedWords
from index.search import VectorIndex
from index.texts import Texts
from index.windows import WindowIndex

CURRENT = "CURRENT"
VECTORS, WINDOWS, TEXTS = "vectors.faiss", "windows", "texts.sqlite"
LEXICAL, OCCURRENCES, RELATED = "lexical", "occurrences", "related"
DEFAULT_INDEX = Path(".citewell/index")
_CURRENT_LINE = re.compile(r"(g\d{6,}) ([0-9a-f]{64})\n")


@dataclass(frozen=True, slots=True)
class Pointer:
    """What CURRENT says: the generation's folder name and its manifest's sha256."""

    name: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Index:
    """One opened generation; rows of vectors, terms and passages are the same."""

    manifest: Manifest
    vectors: VectorIndex
    windows: WindowIndex
    lexical: LexicalIndex
    occurrences: Occurrences
    related: RelatedWords
    texts: Texts


def read_pointer(root: Path) -> Pointer:
    """Which generation is current.

    Raises ``IndexMissing`` when there is no index and ``IndexFormat`` when CURRENT is not
    as this program writes it.
    """
    try:
        content = (root / CURRENT).read_text("ascii")
    except FileNotFoundError:
        raise IndexMissing(
            f"there is no index in {root}; make one with `citewell index SOURCE --out {root}`"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{root / CURRENT} cannot be read ({error}); rebuild it") from error
    match = _CURRENT_LINE.fullmatch(content)
    if match is None:
        raise IndexFormat(
            f"{root / CURRENT} is not as citewell writes it; rebuild with `citewell index SOURCE`"
        )
    return Pointer(match[1], match[2])


def open_index(root: Path) -> Index:
    """Open the current generation after checking every file against its digest.

    Raises an ``IndexUnusable`` that names the file and the remedy.
    """
    while True:
        pointer = read_pointer(root)
        try:
            return _open_generation(root / pointer.name, pointer)
        except (IndexDamaged, OSError, sqlite3.Error):
            # A writer may have moved CURRENT on and removed the generation meanwhile.
            if read_pointer(root) == pointer:
                raise


def _open_generation(folder: Path, pointer: Pointer) -> Index:
    manifest = read_manifest(folder)  # another format is reported as such, before damage
    problems = check_files(folder, manifest, pointer)
    if problems:
        raise IndexDamaged(
            f"{'; '.join(problems)}: run `citewell doctor`, then rebuild with `citewell index`"
        )
    rows = manifest.counts.passages
    vectors = VectorIndex.load(folder / VECTORS)
    if (vectors.rows, vectors.width) != (rows, manifest.embedder.width):
        raise IndexDamaged(f"{folder / VECTORS} has other rows or width than the manifest says")
    windows = WindowIndex.load(folder / WINDOWS)
    if (windows.rows, windows.count) != (rows, manifest.counts.windows):
        raise IndexDamaged(f"{folder / WINDOWS} has other rows than the manifest says; rebuild it")
    lexical = LexicalIndex.load(folder / LEXICAL, rows)
    occurrences = Occurrences.load(folder / OCCURRENCES)
    if occurrences.windows != windows.count:
        raise IndexDamaged(f"{folder / OCCURRENCES} has other windows than there are; rebuild it")
    related = RelatedWords.load(folder / RELATED)
    texts = Texts(folder / TEXTS)
    return Index(manifest, vectors, windows, lexical, occurrences, related, texts)


def check_files(folder: Path, manifest: Manifest, pointer: Pointer) -> list[str]:
    """A sentence for each file that is missing, changed, or unknown to the manifest."""
    problems = []
    if file_facts(folder / MANIFEST_FILE).sha256 != pointer.manifest_sha256:
        problems.append(f"{folder / MANIFEST_FILE} was changed after it was written")
    for name, facts in manifest.files.items():
        if not (folder / name).is_file():
            problems.append(f"{folder / name} is missing")
        elif file_facts(folder / name) != facts:
            problems.append(f"{folder / name} was changed after it was written")
    on_disk = {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()}
    strangers = sorted(on_disk - set(manifest.files) - {MANIFEST_FILE})
    problems += [f"{folder / name} is not named in the manifest" for name in strangers]
    return problems


def file_facts(file: Path) -> FileFacts:
    """The size and sha256 of a file."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return FileFacts(sha256=digest.hexdigest(), size=stream.tell())


def files_below(folder: Path) -> dict[str, FileFacts]:
    """The facts of every file of a generation but its manifest, by relative path."""
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.name != MANIFEST_FILE)
    return {f.relative_to(folder).as_posix(): file_facts(f) for f in files}


@contextmanager
def write_lock(root: Path) -> Iterator[None]:
    """Hold the index for writing; raises ``IndexBusy`` when another process does."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusy(f"another citewell is writing {root}; wait for it to end") from None
        yield


def next_generation(root: Path) -> int:
    """One more than the highest generation number in use, complete or not."""
    numbers = [int(f.name[1:]) for f in root.glob("g*") if f.name[1:].isdigit()]
    return max(numbers, default=0) + 1


@contextmanager
def building_folder(root: Path) -> Iterator[Path]:
    """A fresh folder beside the generations, gone again unless it was published."""
    folder = root / "building"
    shutil.rmtree(folder, ignore_errors=True)  # what a killed writer left
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(root: Path, folder: Path, generation: int) -> None:
    """Make a complete folder the current generation, and remove the ones before."""
    for path in [*folder.rglob("*"), folder]:
        _flush(path)
    name = f"g{generation:06d}"
    folder.rename(root / name)
    _flush(root)
    digest = file_facts(root / name / MANIFEST_FILE).sha256
    beside = root / f"{CURRENT}.new"
    beside.write_text(f"{name} {digest}\n", "ascii")
    _flush(beside)
    beside.replace(root / CURRENT)
    _flush(root)
    for old in root.glob("g*"):
        if old.name != name:
            shutil.rmtree(old)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
