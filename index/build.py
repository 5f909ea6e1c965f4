"""Sources to a new index generation. In: paths, an Embedder. Out: BuildReport, files on disk.

read -> split -> embed -> write beside -> publish. Nothing of the previous generation is
touched before the new one is complete.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from index.embed import Embedder, Vectors
from index.errors import FileRefused, NothingToIndex
from index.lexical import LexicalIndex
from index.manifest import (
    Counts,
    EmbedderFacts,
    Manifest,
    SplitterFacts,
    TextForm,
    write_manifest,
)
from index.passage import Document, Passage
from index.read import LeftOut, list_sources, read_file
from index.search import VectorIndex
from index.split import Splitter, split_document
from index.store import (
    LEXICAL,
    TEXTS,
    VECTORS,
    building_folder,
    files_below,
    next_generation,
    publish,
    write_lock,
)
from index.texts import write_texts
from index.tokens import ENCODING

BATCH = 64
Progress = Callable[[str, int, int], None]
"""Called with a step's name, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: the manifest it wrote and every file that is not in the index."""

    manifest: Manifest
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class _Content:
    documents: list[Document]
    passages: list[Passage]
    resplit: int
    left_out: list[LeftOut]


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
        manifest = _manifest(folder, content, embedder, splitter, generation)
        write_manifest(folder, manifest)
        publish(root, folder, generation)
    return BuildReport(manifest, tuple(content.left_out))


def _reasons(left_out: list[LeftOut]) -> str:
    return "".join(f" ({item.path}: {item.reason})" for item in left_out[:5])


def _read_and_split(
    sources: Sequence[Path], splitter: Splitter, embedder: Embedder, progress: Progress
) -> _Content:
    listing = list_sources(sources)
    content = _Content([], [], 0, list(listing.left_out))
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
            resplit += split.resplit
        progress("read", number, len(listing.files))
    return _Content(content.documents, content.passages, resplit, content.left_out)


def _write_data(folder: Path, content: _Content, embedder: Embedder, progress: Progress) -> None:
    texts = [passage.text for passage in content.passages]
    batches = _embedded(texts, embedder, progress)
    VectorIndex.build(batches, embedder.card.width).save(folder / VECTORS)
    LexicalIndex.build(texts).save(folder / LEXICAL)
    write_texts(folder / TEXTS, content.documents, content.passages)


def _embedded(texts: list[str], embedder: Embedder, progress: Progress) -> Iterator[Vectors]:
    for start in range(0, len(texts), BATCH):
        yield embedder.embed_passages(texts[start : start + BATCH])
        progress("embed", min(start + BATCH, len(texts)), len(texts))


def _manifest(
    folder: Path, content: _Content, embedder: Embedder, splitter: Splitter, generation: int
) -> Manifest:
    card = EmbedderFacts(**asdict(embedder.card))
    cut = SplitterFacts(encoding=ENCODING, **asdict(splitter))
    sources = _digest((d.path, d.sha256) for d in content.documents)
    return Manifest(
        format="citewell-index/1",
        citewell=version("citewell"),
        generation=generation,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        digest=_digest([sources, card, cut, *map(astuple, content.passages)]),
        sources=sources,
        embedder=card,
        splitter=cut,
        text_form=text_form(d.text for d in content.documents),
        counts=_counts(content, embedder),
        files=files_below(folder),
    )


def _counts(content: _Content, embedder: Embedder) -> Counts:
    pieces = embedder.count_pieces([passage.text for passage in content.passages])
    cut = sum(max(0, count - embedder.card.max_pieces) for count in pieces)
    return Counts.model_validate(
        {
            "documents": len(content.documents),
            "passages": len(content.passages),
            "tokens": sum(passage.tokens for passage in content.passages),
            "pieces": sum(pieces),
            "resplit": content.resplit,
            "pieces_cut": cut,
        }
    )


def text_form(texts: Iterable[str]) -> TextForm:
    """The shares that describe what texts look like; 0 for everything when there are none."""
    characters = letters = capitals = digits = marks = words = functional = 0
    for text in texts:
        characters += len(text)
        letters += sum(map(str.isalpha, text))
        capitals += sum(map(str.isupper, text))
        digits += sum(map(str.isdigit, text))
        marks += len(re.findall(r"[.!?。！？]", text))
        words += len(text.split())
        functional += len(re.findall(r"\b(?:a|and|of|the|to)\b", text, re.IGNORECASE))
    return TextForm(
        capitals=round(capitals / max(1, letters), 4),
        digits=round(digits / max(1, characters), 4),
        marks=round(marks / max(1, words), 4),
        function_words=round(functional / max(1, words), 4),
    )


def _digest(values: Iterable[object]) -> str:
    digest = hashlib.sha256()
    for value in values:
        digest.update(repr(value).encode() + b"\n")
    return digest.hexdigest()
