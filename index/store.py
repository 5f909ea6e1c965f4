"""Generations on disk. In: folders of new data, a manifest. Out: the current generation.

::

    DIR/CURRENT          "g000002 <sha256 of its manifest>", replaced by one rename
    DIR/lock             held while writing; dies with its process
    DIR/g000002/         manifest.json: which folders of data/ it consists of
    DIR/data/s-1f.../    a segment; w-9c.../ related words; m-5b.../ the exported model: never
                         changed, shared
    DIR/building/        what is being written
    DIR/journal.sqlite   vectors of a build that was stopped
    DIR/reader/          the reader's model (``service.reading.prepared``): not touched here
    DIR.feedback/        what people said of answers (``index.feedbackfile``): not touched here

What is new is written beside, flushed to disk, renamed, and only then named in CURRENT:
whatever stops the writer, the previous generation goes on answering.
"""

import fcntl
import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.current import (
    CURRENT,
    DATA,
    current_manifest,
    data_folders,
    folders,
    generations,
    name_of,
    number_of,
    read_pointer,
)
from index.errors import (
    IndexBusy,
    IndexMissing,
    IndexUnusable,
)
from index.files import file_facts, files_below, flush
from index.manifest import MANIFEST_FILE, FileFacts, Manifest, write_manifest

BUILDING, LOCK = "building", "lock"
KEPT = 3  # generations: the current one and two to go back to


@contextmanager
def write_lock(root: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the index for writing; raises ``IndexBusy`` when another process still does so
    after ``wait`` seconds. What a killed writer has left is removed first."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("a") as stream:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise IndexBusy(
                        f"another citewell is writing {root}; wait for it to end"
                    ) from None
                time.sleep(0.05)
        _sweep(root)
        yield


def next_generation(root: Path) -> int:
    """One more than the highest number of any generation, there now or pruned."""
    numbers = [number_of(folder.name) for folder in folders(root)]
    with suppress(IndexUnusable):
        numbers.append(read_pointer(root).highest)
    return max(numbers, default=0) + 1


@contextmanager
def building_folder(root: Path) -> Iterator[Path]:
    """A fresh folder beside the generations, gone again with what was not published."""
    folder = root / BUILDING
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def take_in(root: Path, folder: Path, kind: str) -> tuple[str, dict[str, FileFacts]]:
    """Move a folder of finished files to ``data/``, under a name made of its content.

    Returns the name and the facts of the files by their path below ``DIR``.
    """
    facts = files_below(folder)
    content = "".join(f"{name} {each.sha256}\n" for name, each in facts.items())
    name = f"{kind}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"
    for path in [*folder.rglob("*"), folder]:
        flush(path)
    place = root / DATA / name
    place.parent.mkdir(exist_ok=True)
    if place.exists() and files_below(place) == facts:  # another generation has the same
        shutil.rmtree(folder)
    else:
        shutil.rmtree(place, ignore_errors=True)  # damaged: it is not what its name says
        folder.rename(place)
        flush(place.parent)
        flush(root)
    return name, {f"{DATA}/{name}/{path}": each for path, each in facts.items()}


def publish(root: Path, folder: Path, manifest: Manifest) -> None:
    """Make a generation current whose data is all in place; ``folder`` is that of building."""
    name = name_of(manifest.generation)
    (folder / name).mkdir()
    write_manifest(folder / name, manifest)
    for path in (folder / name / MANIFEST_FILE, folder / name):
        flush(path)
    (folder / name).rename(root / name)
    flush(root)
    point(root, name, manifest.generation)


def prune(root: Path, kept: int = 1) -> list[int]:
    """Remove generations but the current one and the newest others, ``kept`` in all.

    Returns the numbers of those removed. Data that no other generation shares goes too.
    """
    current = read_pointer(root).name
    names = [name_of(manifest.generation) for manifest in generations(root)]
    stay = {current, *[name for name in names if name != current][: max(0, kept - 1)]}
    removed = [folder for folder in folders(root) if folder.name not in stay]
    for folder in removed:
        # The manifest first: half a generation must not look like a whole one.
        (folder / MANIFEST_FILE).unlink(missing_ok=True)
        shutil.rmtree(folder)
    if removed:
        flush(root)
    _remove_unused(root)
    return sorted(number_of(folder.name) for folder in removed)


def point(root: Path, name: str, highest: int) -> None:
    """Make a generation current; ``highest`` is the highest number that has been so."""
    digest = file_facts(root / name / MANIFEST_FILE).sha256
    beside = root / f"{CURRENT}.new"
    number = "" if highest == number_of(name) else f" {highest}"
    beside.write_text(f"{name} {digest}{number}\n", "ascii")
    flush(beside)
    beside.replace(root / CURRENT)
    flush(root)


def _sweep(root: Path) -> None:
    """Remove what a killed writer has left: generations that have never been current, too."""
    shutil.rmtree(root / BUILDING, ignore_errors=True)
    (root / f"{CURRENT}.new").unlink(missing_ok=True)
    with suppress(IndexUnusable):
        highest = read_pointer(root).highest
        for folder in folders(root):
            if number_of(folder.name) > highest:
                shutil.rmtree(folder)
    _remove_unused(root)


def _remove_unused(root: Path) -> None:
    """Remove data that no generation consists of; nothing while the current one is unread."""
    try:
        current_manifest(root)
    except IndexMissing:
        pass
    except IndexUnusable:
        return
    used = {name for manifest in generations(root) for name in data_folders(manifest)}
    for folder in (root / DATA).glob("*"):
        if folder.name not in used:
            shutil.rmtree(folder)
