"""What can be wrong inside an index whose checksums are right. In: an Index. Out: problems.

Only a fault of the program or of the memory it ran in leaves such traces; each problem is a
clause of a sentence.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.embed import Embedder, Vectors
from index.generation import Index
from index.journal import short_digest
from index.known import as_table
from index.parts import Rows, sampled
from index.passage import Passage, Span, text_digest
from index.segment import Segment, read_words
from index.terms import stem, terms

Check = Callable[[Index], Iterator[str]]
SAMPLE = 32  # passages and windows of a segment that are embedded anew
TERMS_SAMPLE = 512  # passages and windows of a segment whose terms are counted anew
LEAST_COSINE = 0.999  # the same model on another machine differs in the last digits only


def passage_problems(index: Index) -> Iterator[str]:
    """Passages and windows that are not where, or what, they should be."""
    lengths = {d.id: d.length for d in index.texts.documents()}
    for stored in index.texts.all_passages():
        passage = stored.passage
        if not 0 <= passage.start < passage.end <= lengths[passage.document_id]:
            yield f"passage {passage.id} lies outside its document"
        elif text_digest(passage.text) != stored.sha256:
            yield f"passage {passage.id} is not the text that was indexed"
        elif not all(
            passage.start <= window.start < window.end <= passage.end
            for window in index.windows.spans(stored.row)
        ):
            yield f"a window of passage {passage.id} lies outside it"


def row_problems(index: Index) -> Iterator[str]:
    """Parts of the index that hold another number of rows than the manifest says."""
    stated = index.manifest.counts
    held = {
        "passages": (sum(1 for _ in index.texts.all_passages()), stated.passages),
        "documents": (len(index.texts.documents()), stated.documents),
        "vectors": (index.vectors.rows, stated.passages),
        "rows of postings": (index.lexical.rows, stated.passages),
        "windows": (index.windows.count, stated.windows),
        "windows with terms": (index.occurrences.windows, stated.windows),
    }
    for name, (count, expected) in held.items():
        if count != expected:
            yield f"there are {count} {name}, and the manifest says {expected}"
    sums = [segment.texts.sums() for segment in index.segments]
    for name, total, expected in (
        ("tokens", sum(tokens for tokens, _ in sums), stated.tokens),
        ("word pieces", sum(pieces for _, pieces in sums), stated.pieces),
    ):
        if total != expected:
            yield f"the passages have {total} {name}, and the manifest says {expected}"


def term_problems(index: Index) -> Iterator[str]:
    """Postings, terms of windows, words and digests that are not those of the texts."""
    for segment in index.segments:
        name, postings = segment.facts.name, segment.postings
        if int(postings.counts.sum(dtype=np.int64)) != int(postings.lengths.sum(dtype=np.int64)):
            yield f"the postings of {name} hold other terms than its passages are long"
        rows = sampled(segment.facts.passages, TERMS_SAMPLE)
        passages = passages_of(segment, rows)
        held = _terms_held(segment, rows)
        wrong = sum(held[row] != Counter(terms(p.text)) for row, p in passages.items())
        if wrong:
            yield f"the postings of {wrong} of {len(rows)} passages of {name} are not their terms"
        yield from _key_problems(segment, passages)
        yield from _window_problems(segment)
        yield from _word_problems(segment)


def vector_problems(index: Index, embedder: Embedder) -> Iterator[str]:
    """Vectors of a sample of passages, windows and related words that the model disagrees with."""
    for segment in index.segments:
        name = segment.facts.name
        passages = passages_of(segment, sampled(segment.facts.passages, SAMPLE))
        stored = segment.vectors.vectors(np.array(list(passages), dtype=np.int64))
        texts = [passage.text for passage in passages.values()]
        if wrong := _unlike(stored, texts, embedder):
            yield f"{wrong} of {len(texts)} vectors of passages of {name} are not of their text"
        windows = sampled(segment.facts.windows, SAMPLE)
        texts = _window_texts(segment, windows)
        if wrong := _unlike(segment.windows.vectors[windows], texts, embedder):
            yield f"{wrong} of {len(texts)} vectors of windows of {name} are not of their text"
    words, stored = index.related.sample(SAMPLE)
    if wrong := _unlike(stored, words, embedder):
        yield f"{wrong} of {len(words)} vectors of related words are not of their word"


def passages_of(segment: Segment, rows: Rows) -> dict[int, Passage]:
    """The passages of these rows."""
    return {row: each.passage for row, each in segment.texts.passages(rows.tolist()).items()}


def _unlike(stored: NDArray[np.floating], texts: Sequence[str], embedder: Embedder) -> int:
    vectors: Vectors = stored.astype(np.float32)
    cosines = (vectors * embedder.embed_passages(texts)).sum(axis=1)
    return int((cosines < LEAST_COSINE).sum())


def _terms_held(segment: Segment, rows: Rows) -> dict[int, Counter[str]]:
    """The terms that the postings give these rows."""
    postings = segment.postings
    places = np.flatnonzero(np.isin(postings.rows, rows))
    numbers = np.searchsorted(postings.starts, places, side="right") - 1
    held: dict[int, Counter[str]] = {row: Counter() for row in rows.tolist()}
    for place, number in zip(places.tolist(), numbers.tolist(), strict=True):
        held[int(postings.rows[place])][postings.vocabulary[number]] = int(postings.counts[place])
    return held


def _key_problems(segment: Segment, passages: dict[int, Passage]) -> Iterator[str]:
    rows = list(passages)
    keys = as_table([short_digest(passage.text) for passage in passages.values()])
    if not np.array_equal(segment.keys[rows], keys):
        yield f"the digests of passages of {segment.facts.name} are not those of their texts"


def _window_texts(segment: Segment, windows: Rows) -> list[str]:
    layout = segment.windows.layout
    documents = np.searchsorted(layout.starts, windows, side="right") - 1
    return [
        segment.texts.cut(document, Span(start, end))
        for document, (start, end) in zip(
            documents.tolist(), layout.spans[windows].tolist(), strict=True
        )
    ]


def _window_problems(segment: Segment) -> Iterator[str]:
    windows = sampled(segment.facts.windows, TERMS_SAMPLE)
    lists, vocabulary = segment.occurrences.lists, segment.postings.vocabulary
    for window, text in zip(windows.tolist(), _window_texts(segment, windows), strict=True):
        numbers = lists.numbers[lists.starts[window] : lists.starts[window + 1]]
        held = [vocabulary[number] for number in numbers.tolist()]
        # A word cut in two at a window's end may be a term of no passage.
        if held != [t for t in terms(text) if segment.postings.number(t) is not None]:
            yield f"the terms of window {window} of {segment.facts.name} are not those of its text"
            return


def _word_problems(segment: Segment) -> Iterator[str]:
    """Words are counted by document; all their terms but of cut words are in the postings."""
    words = list(read_words(segment.folder))
    unknown = [word for word in stem(words) if segment.postings.number(word) is None]
    if len(unknown) > max(2, len(words) // 20):
        yield f"{len(unknown)} words of {segment.facts.name} stand in none of its passages"
