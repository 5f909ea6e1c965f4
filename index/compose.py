"""The next generation's data. In: the one before, what stays of it, new documents. Out: Content.

Documents that stay are taken over by segments: a segment of which all stay is shared as it
is, one of which some go is written anew without them. What is new makes a segment of its own,
joined with smaller ones, so that there are never many (Bentley and Saxe 1980).
"""

import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from index.current import DATA
from index.describe import Content
from index.draft import Draft
from index.embed import Embedder
from index.embedding import Source, embed_words
from index.generation import Index
from index.journal import Journal
from index.known import KnownVectors
from index.manifest import FileFacts, SegmentFacts
from index.merge import Part, merge
from index.passage import Document
from index.related import RelatedWords
from index.segment import Segment, open_segment, read_words
from index.split import Splitter
from index.store import take_in
from index.textfile import Moved

LARGEST = 65_536  # passages of a segment, but for a single longer document
Progress = Callable[[str, int, int], None]
"""Called with a step's name, how much of it is done, and how much there is: files compared and
read, characters embedded, words embedded."""


class Fresh(Protocol):
    """New documents with their origin, read as they are asked for."""

    done: int
    total: int

    def __iter__(self) -> Iterator[tuple[Document, str]]: ...


@dataclass(frozen=True, slots=True)
class Stay:
    """What stays of the generation before: documents by path, some under another name."""

    index: Index | None
    kept: Collection[str] = frozenset()
    moved: Mapping[str, Moved] | None = None

    def parts(self) -> list[Part]:
        """Each segment of which anything stays, with what does."""
        found = (self._part(segment) for segment in (self.index.segments if self.index else ()))
        return [part for part in found if part.kept.any()]

    def _part(self, segment: Segment) -> Part:
        paths = [facts.path for facts in segment.texts.facts()]
        kept = np.array([path in self.kept for path in paths], dtype=np.bool_)
        moved = self.moved or {}
        names = {number: moved[path] for number, path in enumerate(paths) if path in moved}
        return Part(segment, kept, names)


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where and with what a generation is made; ``building`` is a folder in ``root``."""

    root: Path
    building: Path
    embedder: Embedder
    splitter: Splitter
    journal: Journal
    progress: Progress


def compose(stay: Stay, fresh: Fresh, shop: Workshop) -> Content:
    """Write the data of the next generation; what stays unchanged is only named."""
    known = (KnownVectors(stay.index.segments),) if stay.index else ()
    source = Source(shop.embedder, known, shop.journal)
    width = shop.embedder.card.width
    drafts = list(_drafts(fresh, source, shop))
    parts = stay.parts()  # after the drafts: a file that cannot be read may keep its document
    old = len(parts)
    for facts in drafts:
        segment = open_segment(shop.building / facts.name, facts, width)
        parts.append(Part(segment, np.ones(facts.documents, np.bool_)))
    segments: list[SegmentFacts] = []
    files: dict[str, FileFacts] = {}
    for group in groups([_sized(part, new=number >= old) for number, part in enumerate(parts)]):
        facts, own = _settled([parts[number] for number in group], stay, shop)
        segments.append(facts)
        files |= own
    opened = [_opened(facts, stay, shop) for facts in segments]
    name, own = _related(opened, stay, source, shop)
    model, of_model = _model(stay, shop)
    sums = [segment.texts.sums() for segment in opened]
    return Content(
        segments=segments,
        documents=[facts for segment in opened for facts in segment.texts.facts()],
        tokens=sum(tokens for tokens, _ in sums),
        pieces=sum(pieces for _, pieces in sums),
        related=name,
        model=model,
        files=files | own | of_model,
    )


@dataclass(frozen=True, slots=True)
class Sized:
    """A part as ``groups`` looks at it; ``whole`` when all of its segment stays as it is."""

    passages: int
    whole: bool
    new: bool


def _sized(part: Part, *, new: bool) -> Sized:
    return Sized(int(part.passages.sum()), bool(part.kept.all()) and not part.moved, new)


def groups(parts: Sequence[Sized], largest: int = LARGEST) -> list[list[int]]:
    """Which parts, by place, to write as one segment.

    What is new and small (or else the smallest of those that are written anyway) is joined
    with others up to twice its size, and those with others again: so each passage is written
    anew a logarithmic number of times, and there are logarithmically many segments.
    """
    small = [n for n, part in enumerate(parts) if part.passages <= largest // 2]
    seed = [n for n in small if parts[n].new]
    if not seed:
        dirty = sorted((parts[n].passages, n) for n in small if not parts[n].whole)
        seed = [n for _, n in dirty[:1]]
    total = sum(parts[n].passages for n in seed)
    for passages, n in sorted((parts[n].passages, n) for n in small if n not in seed):
        if seed and passages <= 2 * total and total + passages <= largest:
            seed.append(n)
            total += passages
    alone = [[n] for n in range(len(parts)) if n not in seed]
    return [*alone, sorted(seed)] if seed else alone


def _drafts(fresh: Fresh, source: Source, shop: Workshop) -> Iterator[SegmentFacts]:
    """Segments of the new documents, in the building folder."""
    meter = _Meter(fresh, shop.progress)
    draft = None
    for number, (document, origin) in enumerate(fresh):
        if draft is None:
            draft = Draft(shop.building / f"draft{number}", shop.embedder, shop.splitter)
        draft.add(document, origin)
        if draft.passages >= LARGEST:
            yield draft.finish(source, meter.show)
            meter.next()
            draft = None
    if draft is not None:
        yield draft.finish(source, meter.show)


class _Meter:
    """The progress of embedding through several drafts; what is not read yet is estimated."""

    def __init__(self, fresh: Fresh, progress: Progress) -> None:
        self._fresh, self._progress = fresh, progress
        self._before = self._last = 0

    def show(self, done: int, total: int) -> None:
        """So much of a draft is embedded."""
        known = self._before + total
        guess = known * self._fresh.total // max(1, self._fresh.done)
        self._progress("embed", self._before + done, max(known, guess))
        self._last = total

    def next(self) -> None:
        """A draft is finished."""
        self._before += self._last


def _settled(
    parts: list[Part], stay: Stay, shop: Workshop
) -> tuple[SegmentFacts, dict[str, FileFacts]]:
    """One segment of the parts, in ``data/``, and the facts of its files."""
    segment = parts[0].segment
    if len(parts) == 1 and parts[0].kept.all() and not parts[0].moved:
        if segment.folder.parent == shop.root / DATA and stay.index:
            prefix = f"{DATA}/{segment.facts.name}/"
            files = stay.index.manifest.files
            return segment.facts, {n: f for n, f in files.items() if n.startswith(prefix)}
        facts = segment.facts
    else:
        facts = merge(parts, shop.building / f"merged{id(parts)}")
    name, files = take_in(shop.root, shop.building / facts.name, "s")
    return facts.model_copy(update={"name": name}), files


def _opened(facts: SegmentFacts, stay: Stay, shop: Workshop) -> Segment:
    for segment in stay.index.segments if stay.index else ():
        if segment.facts == facts:
            return segment
    return open_segment(shop.root / DATA / facts.name, facts, shop.embedder.card.width)


def _related(
    segments: Sequence[Segment], stay: Stay, source: Source, shop: Workshop
) -> tuple[str, dict[str, FileFacts]]:
    words: Counter[str] = Counter()
    for segment in segments:
        words.update(read_words(segment.folder))
    folder = shop.building / "related"
    RelatedWords.build(
        words,
        lambda wanted: embed_words(wanted, source, lambda d, t: shop.progress("words", d, t)),
        stay.index.related if stay.index else None,
    ).save(folder)
    return take_in(shop.root, folder, "w")


def _model(stay: Stay, shop: Workshop) -> tuple[str | None, dict[str, FileFacts]]:
    """The exported model in ``data/``, which an index carries with it, and its files."""
    before = stay.index.manifest if stay.index else None
    if before and before.model:
        prefix = f"{DATA}/{before.model}/"
        return before.model, {n: f for n, f in before.files.items() if n.startswith(prefix)}
    if shop.embedder.exported is None:
        return None, {}
    folder = shop.building / "model"
    shutil.copytree(shop.embedder.exported, folder)
    return take_in(shop.root, folder, "m")
