"""Sources to a new index generation. In: paths, an Embedder. Out: BuildReport, files on disk.

read -> split -> embed -> write beside -> publish. Nothing of the previous generation is
touched before the new one is complete.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.describe import Content, describe
from index.embed import Embedder, Vectors
from index.errors import FileRefused, NothingToIndex
from index.lexical import LexicalIndex
from index.manifest import Manifest, write_manifest
from index.occurrences import Occurrences
from index.read import LeftOut, list_sources, read_file
from index.related import RelatedWords
from index.search import VectorIndex
from index.split import Splitter, split_document
from index.store import (
    LEXICAL,
    OCCURRENCES,
    RELATED,
    TEXTS,
    VECTORS,
    WINDOWS,
    building_folder,
    next_generation,
    publish,
    write_lock,
)
from index.texts import write_texts
from index.windows import WindowIndex, lay_out

BATCH = 256
Progress = Callable[[str, int, int], None]
"""Called with a step's name, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: the manifest it wrote and every file that is not in the index."""

    manifest: Manifest
    left_out: tuple[LeftOut, ...]


def build_index(
    sources: Sequence[Path],
    root: Path,
    embedder: Embedder,
    splitter: Splitter | None = None,
    progress: Progress = lambda _step, _done, _total: None,
) -> BuildReport:
    """Index the sources into a new generation below ``root`` and make it current.

    Raises ``SourceMissing``, ``SourceClash``, ``NothingToIndex`` or ``IndexBusy``, and then
    leaves what was there before as it was.
    """
    splitter = splitter or Splitter()
    content = _read_and_split(sources, splitter, embedder, progress)
    if not content.passages:
        raise NothingToIndex(
            f"no document could be read from {', '.join(map(str, sources))}"
            f"{_reasons(content.left_out)}; name a folder that holds text or Markdown files"
        )
    with write_lock(root), building_folder(root) as folder:
        generation = next_generation(root)
        _write_data(folder, content, embedder, progress)
        manifest = describe(folder, content, embedder, splitter, generation)
        write_manifest(folder, manifest)
        publish(root, folder, generation)
    return BuildReport(manifest, tuple(content.left_out))


def _reasons(left_out: list[LeftOut]) -> str:
    return "".join(f" ({item.path}: {item.reason})" for item in left_out[:5])


def _read_and_split(
    sources: Sequence[Path], splitter: Splitter, embedder: Embedder, progress: Progress
) -> Content:
    listing = list_sources(sources)
    content = Content([], [], {}, 0, list(listing.left_out))
    resplit = 0
    for number, source in enumerate(listing.files, start=1):
        try:
            document = read_file(source)
        except FileRefused as error:
            content.left_out.append(LeftOut(source.path, str(error), refused=True))
        else:
            split = split_document(
                document, splitter, embedder.count_pieces, embedder.card.max_pieces
            )
            content.documents.append(document)
            content.passages.extend(split.passages)
            content.windows[document.id] = split.windows
            resplit += split.resplit
        progress("read", number, len(listing.files))
    return replace(content, resplit=resplit)


def _write_data(folder: Path, content: Content, embedder: Embedder, progress: Progress) -> None:
    texts = [passage.text for passage in content.passages]
    batches = _embedded("embed", texts, embedder, progress)
    VectorIndex.build(batches, embedder.card.width).save(folder / VECTORS)
    windows = content.window_texts()
    fine = _all_embedded("refine", windows, embedder, progress)
    WindowIndex.build(lay_out(content.passages, content.windows), fine).save(folder / WINDOWS)
    lexical = LexicalIndex.build(texts)
    lexical.save(folder / LEXICAL)
    Occurrences.build(windows, lexical).save(folder / OCCURRENCES)
    RelatedWords.build(
        (document.text for document in content.documents),
        lambda words: _all_embedded("words", words, embedder, progress),
    ).save(folder / RELATED)
    write_texts(folder / TEXTS, content.documents, content.passages)


def _all_embedded(
    step: str, texts: Sequence[str], embedder: Embedder, progress: Progress
) -> Vectors:
    batches = list(_embedded(step, texts, embedder, progress))
    return np.concatenate([np.zeros((0, embedder.card.width), dtype=np.float32), *batches])


def _embedded(
    step: str, texts: Sequence[str], embedder: Embedder, progress: Progress
) -> Iterator[Vectors]:
    for start in range(0, len(texts), BATCH):
        yield embedder.embed_passages(texts[start : start + BATCH])
        progress(step, min(start + BATCH, len(texts)), len(texts))
