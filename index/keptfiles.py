"""Models that were made, kept for the next index. In: a key. Out: a model's files, copied.

::

    ~/.cache/citewell/exported/KEY/   a model's files, and ``sha256``, their digests

Making a model takes seconds, which each new index would cost. KEY is a digest of all that it is
made of and by; XDG_CACHE_HOME moves the folder, and to remove it costs those seconds. What is
used is a copy, checked after it was made, so that nothing depends on the cache from then on; and
as a model decides what is found, none is taken where anyone else could have put it.
"""

import logging
import os
import shutil
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from errno import EEXIST, ENOTEMPTY
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from index.files import digest_lines, flush

DIGESTS = "sha256"
_BLOCK = 1 << 20
_LEFT_S = 3600  # that nobody takes to write a model
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Models of one kind: in a folder of this ``name``, of these ``files``, ``most`` at once."""

    name: str
    files: tuple[str, ...]
    most: int

    def take(self, key: str, place: Path) -> bool:
        """Copy what is kept under ``key`` into the empty folder ``place``; False when nothing is.

        What is not as it was written, or could be another's, is told and not taken.
        """
        try:
            folder = self.folder()
            _check_own(folder, folder.lstat())
        except FileNotFoundError:
            return False
        except (OSError, RuntimeError) as error:
            logger.warning("models that were kept are not used: %s", error)
            return False
        kept = folder / key
        try:
            descriptor = _opened(kept)
            if descriptor is None:
                return False
            _copy(kept, descriptor, place, self.files)
        except OSError as error:
            logger.warning("a model that was kept is removed and made anew: %s", error)
            shutil.rmtree(kept, ignore_errors=True)
            for file in place.iterdir():
                file.unlink()
            return False
        with suppress(OSError):  # where it may only be read
            os.utime(kept)
        return True

    def keep(self, place: Path, key: str) -> None:
        """Keep the model in ``place`` under ``key``; where that cannot be, it is told."""
        try:
            folder = self.folder()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_own(folder, folder.lstat())
            _write(place, folder, key, self.files)
            _remove_old(folder, self.most)
        except (OSError, RuntimeError) as error:
            logger.warning("the model is not kept for the next index: %s", error)

    def folder(self) -> Path:
        """Where they are kept; raises ``RuntimeError`` when the user has no home."""
        given = Path(os.environ.get("XDG_CACHE_HOME", ""))
        # What is no absolute path is to be ignored, as the XDG specification has it.
        base = given if given.is_absolute() else Path.home() / ".cache"
        return base / "citewell" / self.name


def _opened(kept: Path) -> int | None:
    """A descriptor, so that what is read is what was looked at; None when there is nothing."""
    with suppress(FileNotFoundError):
        return os.open(kept, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    return None


def _copy(kept: Path, descriptor: int, place: Path, files: Sequence[str]) -> None:
    try:
        _check_own(kept, os.fstat(descriptor))
        within = partial(os.open, dir_fd=descriptor)
        for name in files:
            with open(name, "rb", opener=within) as stream, (place / name).open("wb") as copy:
                shutil.copyfileobj(stream, copy, _BLOCK)
        with open(DIGESTS, "rb", opener=within) as stream:
            if stream.read().decode("ascii", "replace") != digest_lines(place, files):
                raise OSError(f"{kept} is not as it was written")
    finally:
        os.close(descriptor)


def _write(place: Path, folder: Path, key: str, files: Sequence[str]) -> None:
    beside = Path(mkdtemp(prefix=".", dir=folder))
    try:
        for name in files:
            shutil.copyfile(place / name, beside / name)
        (beside / DIGESTS).write_text(digest_lines(place, files), "ascii")
        for file in beside.iterdir():
            flush(file)
        beside.rename(folder / key)
    except OSError as error:
        if error.errno not in (EEXIST, ENOTEMPTY):  # that is, another process was quicker
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _remove_old(folder: Path, most: int) -> None:
    """What was not used for longest, and what processes that were killed have left."""
    ages: dict[Path, float] = {}
    for entry in folder.iterdir():
        with suppress(FileNotFoundError):  # another process removes, too
            ages[entry] = time.time() - entry.lstat().st_mtime
    oldest = sorted((entry for entry in ages if entry.name[0] != "."), key=ages.__getitem__)
    left = [entry for entry in ages if entry.name[0] == "." and ages[entry] > _LEFT_S]
    for entry in (*oldest[most:], *left):
        shutil.rmtree(entry, ignore_errors=True)


def _check_own(folder: Path, facts: os.stat_result) -> None:
    """Raises ``PermissionError`` unless it is this user's folder and nobody else may write it."""
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
        raise PermissionError(f"{folder} is no folder of this user; remove it")
    if facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(f"{folder} may be written by others; remove it")
