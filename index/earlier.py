"""Texts of the generations that do not answer. In: the folder of an index. Out: their Texts.

Only files of texts are opened, one after another, and none stays open: what is pruned is
neither read any more nor kept on the disk.
"""

import logging
import sqlite3
import threading
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.current import DATA, generations, name_of, read_pointer
from index.errors import IndexDamaged
from index.files import file_facts
from index.library import Texts
from index.manifest import MANIFEST_FILE, Manifest
from index.segment import TEXTS
from index.texts import SegmentTexts

logger = logging.getLogger(__name__)
_MOST_REMEMBERED = 1000  # files; an index has a few dozen


@dataclass(frozen=True, slots=True)
class _Compared:
    """A file as it was when it was found to have the digest that a manifest states."""

    name: str
    sha256: str
    inode: int
    size: int
    modified: int  # nanoseconds


class EarlierTexts:
    """The documents of all generations but one, without what is searched; safe between threads.

    A file of texts is compared with its digest before it is opened for the first time, and
    again when it looks changed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._compared: set[_Compared] = set()

    def walk(self, current: Manifest) -> Generator[tuple[int, Texts], None, None]:
        """The number of a generation and the texts of one of its segments, the newest first.

        A segment that ``current`` or a newer generation shares is not given again. The texts
        are closed when the next are asked for. A generation that is pruned meanwhile is passed
        over. Raises ``IndexDamaged`` when all others were given and some could not be.
        """
        seen = {segment.name for segment in current.segments}
        damage: list[str] = []
        for manifest in self._others(current):
            new = [segment.name for segment in manifest.segments if segment.name not in seen]
            seen.update(new)
            for name in new:
                try:
                    texts = self._open(manifest, name)
                except (IndexDamaged, OSError, sqlite3.Error) as error:
                    if self._is_there(manifest):
                        logger.error("generation %s: %s", manifest.generation, error)  # noqa: TRY400
                        damage.append(f"generation {manifest.generation}: {error}")
                    continue
                with closing(texts):
                    yield manifest.generation, texts
        if damage:
            raise IndexDamaged(f"{'; '.join(damage)}: remove what is damaged by `citewell prune`")

    def _others(self, current: Manifest) -> list[Manifest]:
        # What has a higher number was never current: it is being published, or its writer died.
        highest = read_pointer(self._root).highest
        return [
            manifest
            for manifest in generations(self._root)
            if manifest.generation <= highest and manifest.generation != current.generation
        ]

    def _is_there(self, manifest: Manifest) -> bool:
        # Who prunes removes the manifest before the data.
        return (self._root / name_of(manifest.generation) / MANIFEST_FILE).exists()

    def _open(self, manifest: Manifest, name: str) -> Texts:
        file = self._root / DATA / name / TEXTS
        stated = manifest.files.get(file.relative_to(self._root).as_posix())
        if stated is None:
            raise IndexDamaged(f"{file} is not named in the manifest")
        found = file.stat()
        state = _Compared(name, stated.sha256, found.st_ino, found.st_size, found.st_mtime_ns)
        if state not in self._compared:
            if file_facts(file) != stated:
                raise IndexDamaged(f"{file} was changed after it was written")
            with self._lock:
                if len(self._compared) >= _MOST_REMEMBERED:
                    self._compared.clear()
                self._compared.add(state)
        return Texts([SegmentTexts(file)])
