"""What is to change. In: documents there are, source files. Out: a Change.

Unchanged files are told by the digest of their bytes; a file that vanished here and turned up
there with the same bytes was moved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from index.errors import FileRefused
from index.formats.media import MEDIA_TYPES
from index.read import load_file
from index.sources import LeftOut, SourceFile
from index.textfile import DocumentFacts, Moved

SOURCE, ADDED = "source", "added"
Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Change:
    """How the next generation differs from the one before; documents by their path.

    ``kept`` stay, of these those in ``moved`` under another name; ``removed`` go because
    their file has gone. ``fresh`` are to be read; of these those in ``changed`` replace a
    document. ``unread`` could not be compared: what is indexed of them stays. ``restored`` are
    carried over from an earlier generation.
    """

    fresh: tuple[SourceFile, ...]
    kept: frozenset[str]
    moved: dict[str, Moved] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    removed: tuple[str, ...] = ()
    unread: tuple[LeftOut, ...] = ()
    restored: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the next generation would be the one before."""
        return not (self.fresh or self.moved or self.removed or self.restored)


def spared(source: SourceFile, error: FileRefused) -> LeftOut:
    """A file that is not read, and whose document stays all the same."""
    reason = f"{error}; what was indexed of it before stays"
    return LeftOut(source.path, reason, refused=True)


def everything(files: Sequence[SourceFile]) -> Change:
    """All files are new, and nothing stays."""
    return Change(tuple(files), frozenset())


def compare(
    before: Sequence[DocumentFacts], files: Sequence[SourceFile], origin: str, step: Step
) -> Change:
    """Compare source files with the documents there are.

    When ``origin`` is "source" the files are all that the sources hold: documents from there
    that no file is left of are removed.
    """
    found = _Comparison(before, files, origin)
    for number, source in enumerate(files, start=1):
        found.take(source)
        step(number, len(files))
    return found.change()


def _is_relabelled(source: SourceFile, known: DocumentFacts) -> bool:
    """Whether other tags or another date are given than the document has."""
    return source.tags not in (None, known.tags) or source.date not in (None, known.date)


class _Comparison:
    """Documents and files, compared one by one."""

    def __init__(
        self, before: Sequence[DocumentFacts], files: Sequence[SourceFile], origin: str
    ) -> None:
        self._facts = {document.path: document for document in before}
        self._origin = origin
        stated = {source.path for source in files}
        self._gone = [
            document
            for document in before
            if origin == SOURCE and document.origin == SOURCE and document.path not in stated
        ]
        self._movable = {(d.sha256, d.media_type): d for d in reversed(self._gone)}
        self._fresh: list[SourceFile] = []
        self._moved: dict[str, Moved] = {}
        self._changed: set[str] = set()
        self._unread: list[LeftOut] = []

    def take(self, source: SourceFile) -> None:
        """Compare one file with the document of its name, or with those that have gone."""
        known = self._facts.get(source.path)
        if known is None and not self._movable:
            self._fresh.append(source)
            return
        try:
            digest = load_file(source).sha256
        except FileRefused as error:
            self._refused(source, known, error)
            return
        if known is None:
            self._new(source, digest)
        elif known.sha256 != digest or _is_relabelled(source, known):
            self._fresh.append(source)
            self._changed.add(source.path)
        elif self._origin == SOURCE and known.origin != SOURCE:
            self._moved[known.path] = Moved(known.path, known.title, SOURCE)

    def _refused(self, source: SourceFile, known: DocumentFacts | None, error: FileRefused) -> None:
        if known is None:
            self._fresh.append(source)  # reading it will say why it is refused
        else:
            self._unread.append(spared(source, error))

    def _new(self, source: SourceFile, digest: str) -> None:
        old = self._movable.pop((digest, MEDIA_TYPES[source.file.suffix.lower()]), None)
        if old is None:
            self._fresh.append(source)
            return
        # A document without a title of its own is called by its file.
        named = old.title == PurePosixPath(old.path).stem
        title = PurePosixPath(source.path).stem if named else old.title
        self._moved[old.path] = Moved(source.path, title, self._origin)

    def change(self) -> Change:
        """What was found."""
        removed = tuple(
            document.path for document in self._gone if document.path not in self._moved
        )
        return Change(
            fresh=tuple(self._fresh),
            kept=frozenset(set(self._facts) - self._changed - set(removed)),
            moved=self._moved,
            changed=frozenset(self._changed),
            removed=removed,
            unread=tuple(self._unread),
        )
