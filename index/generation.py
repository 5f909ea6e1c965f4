"""Opening a generation. In: the folder of an index. Out: a checked Index.

Opening writes nothing and compares every file with its digest; segments that an index opened
before shares are taken over as they are.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index.current import DATA, current_manifest, data_folders, read_pointer
from index.errors import IndexDamaged
from index.extent import Extent
from index.files import file_facts
from index.lexical import LexicalIndex
from index.library import Texts
from index.manifest import Manifest
from index.nearest import VectorIndex
from index.occurrences import Occurrences
from index.related import RelatedWords
from index.segment import Segment, open_segment
from index.windows import WindowIndex


@dataclass(frozen=True, slots=True)
class Index:
    """One opened generation; rows of vectors, terms and passages are the same.

    ``extent`` is how much of it is searched: all, unless ``index.within`` has narrowed it.
    """

    manifest: Manifest
    segments: tuple[Segment, ...]
    vectors: VectorIndex
    windows: WindowIndex
    lexical: LexicalIndex
    occurrences: Occurrences
    related: RelatedWords
    texts: Texts
    extent: Extent


def open_index(root: Path, before: Index | None = None) -> Index:
    """Open the current generation after checking every file against its digest.

    What ``before`` has opened and checked is not checked again. Raises an ``IndexUnusable``
    that names the file and the remedy.
    """
    while True:
        pointer = read_pointer(root)
        try:
            return _open(root, current_manifest(root), before)
        except (IndexDamaged, OSError, sqlite3.Error):
            # A writer may have moved CURRENT on and removed the generation meanwhile.
            if read_pointer(root) == pointer:
                raise


def _open(root: Path, manifest: Manifest, before: Index | None) -> Index:
    opened = {segment.facts.name: segment for segment in before.segments} if before else {}
    related = before.related if before and before.manifest.related == manifest.related else None
    trusted = [*opened, *([manifest.related] if related else [])]
    if before and manifest.model and before.manifest.model == manifest.model:
        trusted.append(manifest.model)
    problems = check_files(root, manifest, trusted)
    if problems:
        raise IndexDamaged(
            f"{'; '.join(problems)}: run `citewell doctor`, then rebuild with `citewell index`"
        )
    width = manifest.embedder.width
    segments = tuple(
        opened.get(facts.name) or open_segment(root / DATA / facts.name, facts, width)
        for facts in manifest.segments
    )
    return Index(
        manifest,
        segments,
        VectorIndex([segment.vectors for segment in segments], width),
        WindowIndex([segment.windows for segment in segments]),
        LexicalIndex([segment.postings for segment in segments]),
        Occurrences([(segment.postings, segment.occurrences) for segment in segments]),
        related or RelatedWords.load(root / DATA / manifest.related),
        Texts([segment.texts for segment in segments]),
        Extent.whole(manifest.counts),
    )


def check_files(root: Path, manifest: Manifest, trusted: Iterable[str] = ()) -> list[str]:
    """A sentence for each file that is missing, changed, or unknown to the manifest.

    Files of the ``trusted`` folders of data are not looked at.
    """
    problems = []
    skipped = tuple(f"{DATA}/{name}/" for name in trusted)
    for name, facts in manifest.files.items():
        if skipped and name.startswith(skipped):
            continue
        if not (root / name).is_file():
            problems.append(f"{root / name} is missing")
        elif file_facts(root / name) != facts:
            problems.append(f"{root / name} was changed after it was written")
    for folder in data_folders(manifest):
        found = (root / DATA / folder).rglob("*")
        names = {file.relative_to(root).as_posix() for file in found if file.is_file()}
        problems += [
            f"{root / name} is not named in the manifest"
            for name in sorted(names - set(manifest.files))
        ]
    return problems
