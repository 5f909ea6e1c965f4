"""Which files the sources hold. In: paths of files and folders, patterns. Out: Listing.

A folder is walked in sorted order; ``.citewellignore`` (the syntax of ``.gitignore``) in it or
below names what to leave out, and hidden files and folders are left out. Links to folders are
not followed, so there are no loops. Nothing else is left out silently: ``Listing`` names each
file and why.
"""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index.errors import SourceClash, SourceMissing
from index.formats.media import MEDIA_TYPES, media_type
from index.ignore import IGNORE_FILE, Ignored

__all__ = ["IGNORE_FILE", "LeftOut", "Listing", "SourceFile", "list_sources"]

_WILDCARDS = frozenset("*?[")
_KINDS = {
    stat.S_IFIFO: "a pipe, not a regular file",
    stat.S_IFSOCK: "a socket, not a regular file",
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read and the path it will have in the index, relative to its source.

    ``date`` and ``tags`` count instead of what the file states; None where nothing is given.
    """

    file: Path
    path: str
    date: str | None = None
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not in the index, and why; ``refused`` when it should have been."""

    path: str
    reason: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What the sources hold: the files to read, and the files left out with the reason."""

    files: tuple[SourceFile, ...]
    left_out: tuple[LeftOut, ...]


def list_sources(sources: Iterable[Path]) -> Listing:
    """Find the readable files below ``sources``; a pattern (``**/*.md``) stands for its matches.

    Raises ``SourceMissing`` for a path that does not exist or a pattern that matches nothing, or
    a named file of a format that cannot be read, ``SourceClash`` when two files would have the
    same path, and ``IgnoreFileInvalid``.
    """
    files: list[SourceFile] = []
    left_out: list[LeftOut] = []
    for source in sources:
        if source.is_dir():
            found = _Found(source)
            found.walk(source)
        elif not os.path.lexists(source) and _WILDCARDS.intersection(str(source)):
            found = _matches(source)
        else:
            files.append(_lone_file(source))
            continue
        files += found.files
        left_out += found.left_out
    _refuse_clashes(files)
    return Listing(tuple(files), tuple(left_out))


class _Found:
    """What is found below one root; a file that is met twice counts once."""

    def __init__(self, root: Path) -> None:
        self.files: list[SourceFile] = []
        self.left_out: list[LeftOut] = []
        self._root = root
        self._ignored = Ignored(root)
        self._seen: set[str] = set()

    def walk(self, folder: Path) -> None:
        """Take in all that is below ``folder``: its files, then its folders, in sorted order."""
        waiting = [folder]
        while waiting:
            folders = []
            for entry in _entries(waiting.pop()):
                if entry.is_dir(follow_symlinks=False):
                    folders += [] if entry.name.startswith(".") else [Path(entry)]
                else:
                    self.take(Path(entry))
            waiting += reversed(folders)

    def take(self, file: Path) -> None:
        """Take in one file, or say why not."""
        path = file.relative_to(self._root).as_posix()
        if path in self._seen:
            return
        self._seen.add(path)
        reason = self._reason_to_leave_out(file, path)
        if reason is None:
            self.files.append(SourceFile(file, path))
        elif reason:
            self.left_out.append(LeftOut(path, reason, refused=False))

    def _reason_to_leave_out(self, file: Path, path: str) -> str | None:
        """Why a file is not read; empty when it needs no mention."""
        if file.name.startswith("."):
            return ""
        if file.is_symlink() and file.is_dir():
            return "a link to a folder"
        if self._ignored.leaves_out(path):
            return f"named in {IGNORE_FILE}"
        if not file.is_file():
            return _kind(file)
        return None if media_type(file) else "of a format that is not read"


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise SourceMissing(
            f"{_shown(folder)} cannot be listed: {error.strerror}; check its permissions"
        ) from error


def _kind(file: Path) -> str:
    try:
        return _KINDS.get(stat.S_IFMT(file.stat().st_mode), "not a regular file")
    except OSError:
        return "not a regular file"  # a link to nothing, or to itself


def _matches(pattern: Path) -> _Found:
    """What a pattern stands for; paths are relative to the part of it without wildcards."""
    parts = pattern.parts
    first = next(n for n, part in enumerate(parts) if _WILDCARDS.intersection(part))
    root = Path(*parts[:first])
    hidden = any(part.startswith(".") for part in parts[first:])
    found = _Found(root)
    try:
        matches = sorted(root.glob(str(Path(*parts[first:]))))
    except (ValueError, OSError) as error:
        raise SourceMissing(f"{_shown(pattern)} is no pattern ({error}); correct it") from error
    for match in matches:
        if not hidden and any(p.startswith(".") for p in match.relative_to(root).parts):
            continue
        if match.is_dir() and not match.is_symlink():
            found.walk(match)
        else:
            found.take(match)
    if not found.files and not found.left_out:
        raise SourceMissing(f"{_shown(pattern)} matches no file; name an existing file or folder")
    return found


def _lone_file(source: Path) -> SourceFile:
    if not source.is_file():
        what = "is not a regular file" if source.exists() else "does not exist"
        raise SourceMissing(f"{_shown(source)} {what}; name an existing file or folder")
    if media_type(source) is None:
        known = ", ".join(sorted(MEDIA_TYPES))
        raise SourceMissing(
            f"{_shown(source)} is of no format that can be read ({known}); convert it"
        )
    return SourceFile(source, source.name)


def _shown(path: Path) -> str:
    """A path that can be printed, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "replace")


def _refuse_clashes(files: list[SourceFile]) -> None:
    seen: dict[str, Path] = {}
    for source in files:
        other = seen.get(source.path)
        if other == source.file:
            raise SourceClash(f"{_shown(source.file)} is named twice; name each source once")
        if other is not None:
            raise SourceClash(
                f"{_shown(other)} and {_shown(source.file)} would both be {source.path!r} in the "
                "index; index the folder above both instead"
            )
        seen[source.path] = source.file
