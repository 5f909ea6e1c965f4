"""Documents to a new segment. In: Documents, an Embedder. Out: a folder of a segment's files.

Documents are split and counted as they come; what is to be embedded is read back from disk
batch by batch, texts of like length together, so that memory does not grow with the source.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.describe import count_form, document_digest
from index.embed import Embedder
from index.embedding import BATCH, Done, Entries, Source, embed_to_files
from index.journal import Digest, short_digest
from index.known import as_table
from index.lists import SearchFacts
from index.manifest import SegmentFacts
from index.occurrences import SegmentOccurrences
from index.parts import Rows
from index.passage import Document, Passage, Span
from index.postings import Numbering, SegmentPostings, TermLists, end_to_end_lists, renumbered
from index.segment import KEYS, OCCURRENCES, POSTINGS, TEXTS, VECTORS, WINDOWS, write_words
from index.segment_vectors import SegmentVectors
from index.split import Split, Splitter, split_document
from index.terms import terms, word_counts
from index.textfile import TextWriter
from index.texts import SegmentTexts
from index.windows import VECTORS as WINDOW_VECTORS
from index.windows import Layout, lay_out, one_after_the_other, save_layout


class Draft:
    """A segment in the making, in a folder that must not exist yet."""

    def __init__(self, folder: Path, embedder: Embedder, splitter: Splitter) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._embedder = embedder
        self._splitter = splitter
        self._texts = TextWriter(folder / TEXTS)
        self._numbering = Numbering()
        self._passage_terms: list[TermLists] = []
        self._window_terms: list[TermLists] = []
        self._layouts: list[Layout] = []
        self._spans: list[Rows] = []
        self._passage_keys: list[Digest] = []
        self._window_keys: list[Digest] = []
        self._words: Counter[str] = Counter()

    @property
    def documents(self) -> int:
        """How many documents were added."""
        return self._texts.documents

    @property
    def passages(self) -> int:
        """How many passages they have."""
        return self._texts.passages

    def add(self, document: Document, origin: str) -> None:
        """Split a document and take it in."""
        card = self._embedder.card
        layouts: list[Layout] = []
        passages: list[Span] = []
        windows: list[Span] = []
        resplit = 0
        for split in split_document(
            document, self._splitter, self._embedder.count_pieces, card.max_pieces
        ):
            self._texts.add_passages(split.passages, split.pieces)
            self._take(document, split)
            layouts.append(lay_out(split.passages, {document.id: split.windows}))
            passages += [Span(passage.start, passage.end) for passage in split.passages]
            windows += split.windows
            resplit += split.resplit
        self._layouts.append(_of_one_document(layouts))
        self._words.update(word_counts(document.text))
        self._texts.add_document(
            document,
            origin=origin,
            digest=document_digest(document, passages, windows),
            resplit=resplit,
            form=count_form(document.text),
        )

    def _take(self, document: Document, split: Split) -> None:
        window_texts = [document.text[w.start : w.end] for w in split.windows]
        passage_texts = [passage.text for passage in split.passages]
        self._passage_terms.append(self._numbering.lists(map(terms, passage_texts)))
        self._window_terms.append(self._numbering.lists(map(terms, window_texts)))
        self._passage_keys += map(short_digest, passage_texts)
        self._window_keys += map(short_digest, window_texts)
        self._spans.append(_table(split.passages))

    def finish(self, source: Source, done: Done) -> SegmentFacts:
        """Embed what was added and write the segment's files; its name is that of the folder."""
        self._texts.close()
        layout = one_after_the_other(self._layouts)
        windows = self._folder / WINDOWS
        windows.mkdir()
        save_layout(windows, layout)
        self._write_terms()
        write_words(self._folder, self._words)
        np.save(self._folder / KEYS, as_table([*self._passage_keys, *self._window_keys]))
        searched = self._embed(layout, source, done)
        return SegmentFacts(
            name=self._folder.name,
            documents=self.documents,
            passages=self.passages,
            windows=len(self._window_keys),
            recall_10=searched.recall_10,
        )

    def _write_terms(self) -> None:
        passages = end_to_end_lists(self._passage_terms)
        vocabulary, places = self._numbering.sorted(self._numbering.used_by(passages))
        postings = SegmentPostings.invert(vocabulary, renumbered(passages, places))
        postings.save(self._folder / POSTINGS)
        windows = renumbered(end_to_end_lists(self._window_terms), places)
        SegmentOccurrences(windows).save(self._folder / OCCURRENCES)

    def _embed(self, layout: Layout, source: Source, done: Done) -> SearchFacts:
        spans = np.concatenate([_table([]), *self._spans])
        entries = Entries(self._passage_keys, self._window_keys, spans, layout)
        beside = self._folder / "vectors.npy"
        texts = SegmentTexts(self._folder / TEXTS)
        try:
            files = beside, self._folder / WINDOWS / WINDOW_VECTORS
            embed_to_files(entries, texts, source, done, files)
        finally:
            texts.close()
        rows = np.load(beside, mmap_mode="r")
        batches = (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
        facts = SegmentVectors.build(self._folder / VECTORS, batches, self._embedder.card.width)
        beside.unlink()
        return facts


def _of_one_document(layouts: Sequence[Layout]) -> Layout:
    """The layouts of a document's sections as that of one document."""
    if len(layouts) == 1:
        return layouts[0]
    joined = one_after_the_other(layouts)
    starts = np.array([0, len(joined.spans)], dtype=np.int64)
    return replace(joined, documents=np.zeros_like(joined.documents), starts=starts)


def _table(passages: Sequence[Passage]) -> Rows:
    pairs = [(passage.start, passage.end) for passage in passages]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
