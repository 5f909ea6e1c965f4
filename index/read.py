"""Source files to documents. In: paths of files and folders. Out: SourceFile, Document.

A folder is walked in sorted order; ``.citewellignore`` (the syntax of ``.gitignore``) in it
names what to leave out, and hidden files and folders are left out. Nothing is left out
silently: ``Listing`` names each file and why.
"""

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from pathspec import GitIgnoreSpec

from index.errors import FileRefused, IgnoreFileInvalid, SourceClash, SourceMissing
from index.passage import Document, stable_id

IGNORE_FILE = ".citewellignore"
MEDIA_TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read and the path it will have in the index, relative to its source."""

    file: Path
    path: str


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
    """Find the readable files below ``sources``.

    Raises ``SourceMissing`` for a path that does not exist, or a named file of a format
    that cannot be read, and ``SourceClash`` when two files would have the same path.
    """
    files: list[SourceFile] = []
    left_out: list[LeftOut] = []
    for source in sources:
        if source.is_dir():
            _walk(source, files, left_out)
        else:
            files.append(_lone_file(source))
    _refuse_clashes(files)
    return Listing(tuple(files), tuple(left_out))


def read_file(source: SourceFile) -> Document:
    """Read one file as UTF-8 text; line ends and everything else stay as they are.

    A byte-order mark is not part of the text. Raises ``FileRefused`` with the reason.
    """
    if any("\ud800" <= character <= "\udfff" for character in source.path):
        raise FileRefused("has a name that is not UTF-8; rename it and index again")
    try:
        content = source.file.read_bytes()
    except OSError as error:
        raise FileRefused(f"cannot be read: {error.strerror}; check its permissions") from error
    text = _decode(content)
    if not text.strip():
        raise FileRefused("holds no text")
    media_type = MEDIA_TYPES[source.file.suffix.lower()]
    return Document(
        id=stable_id("d", source.path),
        path=source.path,
        title=_title(text, media_type) or Path(source.path).stem,
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        text=text,
    )


def _lone_file(source: Path) -> SourceFile:
    if not source.is_file():
        raise SourceMissing(f"{source} does not exist; name an existing file or folder")
    if source.suffix.lower() not in MEDIA_TYPES:
        known = ", ".join(sorted(MEDIA_TYPES))
        raise SourceMissing(f"{source} is of no format that can be read ({known}); convert it")
    return SourceFile(source, source.name)


def _walk(root: Path, files: list[SourceFile], left_out: list[LeftOut]) -> None:
    ignored = _ignore_rules(root)
    for folder, subfolders, names in os.walk(root, onerror=_raise):
        subfolders[:] = sorted(n for n in subfolders if not n.startswith("."))
        for link in (Path(folder) / n for n in subfolders if (Path(folder) / n).is_symlink()):
            path = link.relative_to(root).as_posix()
            left_out.append(LeftOut(path, "a link to a folder", refused=False))
        for name in sorted(names):
            file = Path(folder) / name
            path = file.relative_to(root).as_posix()
            reason = _reason_to_leave_out(file, path, ignored)
            if reason is None:
                files.append(SourceFile(file, path))
            elif reason:
                left_out.append(LeftOut(path, reason, refused=False))


def _reason_to_leave_out(file: Path, path: str, ignored: Callable[[str], bool]) -> str | None:
    """Why a file found in a folder is not read; empty when it needs no mention."""
    if file.name.startswith("."):
        return ""
    if ignored(path):
        return f"named in {IGNORE_FILE}"
    if file.suffix.lower() not in MEDIA_TYPES:
        return "of a format that is not read"
    if not file.is_file():
        return "not a regular file"
    return None


def _ignore_rules(root: Path) -> Callable[[str], bool]:
    file = root / IGNORE_FILE
    if not file.is_file():
        return lambda _path: False
    try:
        return GitIgnoreSpec.from_lines(file.read_text("utf-8-sig").splitlines()).match_file
    except ValueError as error:  # not UTF-8, or no pattern
        raise IgnoreFileInvalid(f"{file} cannot be obeyed ({error}); correct it") from error


def _raise(error: OSError) -> None:
    raise SourceMissing(
        f"{error.filename} cannot be listed: {error.strerror}; check its permissions"
    ) from error


def _refuse_clashes(files: list[SourceFile]) -> None:
    seen: dict[str, Path] = {}
    for source in files:
        other = seen.get(source.path)
        if other == source.file:
            raise SourceClash(f"{source.file} is named twice; name each source once")
        if other is not None:
            raise SourceClash(
                f"{other} and {source.file} would both be {source.path!r} in the index; "
                "index the folder above both instead"
            )
        seen[source.path] = source.file


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"is not UTF-8 text (byte {error.start}); save it as UTF-8 and index again"
        ) from error
    if "\x00" in text:
        raise FileRefused("holds NUL bytes, so it is not text; give it another suffix")
    return text


def _title(text: str, media_type: str) -> str | None:
    """The first heading of a Markdown text; plain text has no title of its own."""
    if media_type != "text/markdown":
        return None
    tokens = MarkdownIt().parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and inline.content.strip():
            return inline.content.strip()
    return None
