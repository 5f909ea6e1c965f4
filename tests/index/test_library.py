"""Texts of several segments read as those of one, and what they say of pages and headings."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.library import Texts
from index.passage import Document, Heading, Passage, Span, stable_id
from index.texts import Place, SegmentTexts
from tests.index.divided import divide, divisions
from tests.index.texts_made import write_texts


@contextmanager
def written(parts: Sequence[Sequence[tuple[Document, list[Passage]]]]) -> Iterator[Texts]:
    """A file for each part."""
    with TemporaryDirectory() as name:
        files = [Path(name) / f"{number}.sqlite" for number in range(len(parts))]
        for file, part in zip(files, parts, strict=True):
            passages = [passage for _, own in part for passage in own]
            write_texts(file, [document for document, _ in part], passages)
        texts = Texts([SegmentTexts(file) for file in files])
        try:
            yield texts
        finally:
            texts.close()


def make_document(
    number: int, text: str, pages: Sequence[int] = (), headings: Sequence[Heading] = ()
) -> Document:
    path = f"{number}.txt"
    digest = hashlib.sha256(text.encode()).hexdigest()
    identity = stable_id("d", path)
    return Document(
        identity, path, f"T{number}", "text/plain", digest, text, tuple(pages), tuple(headings)
    )


def make_passages(document: Document, cuts: Sequence[int]) -> list[Passage]:
    """Passages from each place to the next but one, so that neighbours overlap."""
    passages = []
    for start, end in zip(cuts, [*cuts[2:], len(document.text)], strict=False):
        text = document.text[start:end]
        identity = stable_id("p", document.path, start, end, text)
        passages.append(Passage(identity, document.id, start, end, len(text), text))
    return passages


@st.composite
def libraries(draw: st.DrawFn) -> list[tuple[Document, list[Passage]]]:
    made = []
    for number in range(draw(st.integers(1, 7))):
        text = draw(st.text("aé😀\n ", min_size=1, max_size=30))
        place = st.integers(0, len(text) - 1)
        pages = sorted(draw(st.lists(place, max_size=4)))
        marks = draw(st.lists(st.tuples(place, st.integers(1, 4)), max_size=5))
        starts = dict(sorted(marks))
        headings = [Heading(start, level, f"H{start}") for start, level in starts.items()]
        document = make_document(number, text, pages, headings)
        cuts = sorted(draw(st.sets(place, max_size=6)))
        made.append((document, make_passages(document, cuts)))
    return made


def place_in(document: Document, offset: int) -> Place:
    """Read from the front: the last page begun, the headings not closed by a higher one."""
    begun = [page for page, start in enumerate(document.pages, 1) if start <= offset]
    above: list[Heading] = []
    for heading in document.headings:
        if heading.start <= offset:
            above = [*(h for h in above if h.level < heading.level), heading]
    return Place(begun[-1] if begun else None, tuple(heading.title for heading in above))


@settings(deadline=None, max_examples=150)
@given(libraries(), divisions(), st.data())
def test_several_segments_read_as_one(
    made: list[tuple[Document, list[Passage]]], cuts: list[float], data: st.DataObject
) -> None:
    documents = [document for document, _ in made]
    passages = [passage for _, own in made for passage in own]
    with written([made]) as one, written(divide(made, cuts)) as several:
        assert several.documents() == one.documents()
        assert [facts.path for facts in several.documents()] == [d.path for d in documents]
        assert list(several.all_passages()) == list(one.all_passages())
        assert [stored.row for stored in several.all_passages()] == [*range(len(passages))]
        assert [stored.passage for stored in several.all_passages()] == passages
        if passages:
            rows = data.draw(st.lists(st.integers(0, len(passages) - 1), max_size=12))
            assert several.passages(rows) == one.passages(rows)
            assert [stored.row for stored in several.passages(rows)] == rows
            assert [stored.passage for stored in several.passages(rows)] == [
                passages[row] for row in rows
            ]
        numbers = data.draw(st.lists(st.integers(0, len(documents) - 1), max_size=9))
        assert several.numbered(numbers) == one.numbered(numbers)
        assert set(several.numbered(numbers)) == set(numbers)
        for number, facts in several.numbered(numbers).items():
            assert facts.id == documents[number].id
        for document, own in made:
            assert several.document(document.id) == one.document(document.id) == document
            start = data.draw(st.integers(0, len(document.text)))
            span = Span(start, data.draw(st.integers(start + 1, len(document.text) + 5)))
            assert several.cut(document.id, span) == document.text[span.start : span.end]
            assert several.place(document.id, start) == place_in(document, start)
            touching = several.touching(document.id, span)
            assert touching == one.touching(document.id, span)
            assert [stored.passage for stored in touching] == [
                p for p in own if p.start < span.end and p.end > span.start
            ]
        assert several.document("d_unknown") is None
        with pytest.raises(KeyError, match="d_unknown"):
            several.cut("d_unknown", Span(0, 1))


def test_pages_and_headings_by_hand() -> None:
    headings = [
        Heading(0, 1, "Part"),
        Heading(10, 2, "Chapter"),
        Heading(20, 3, "Section"),
        Heading(30, 2, "Other chapter"),
        Heading(40, 1, "Other part"),
        Heading(50, 3, "Deep"),
    ]
    document = make_document(1, "x" * 60, [0, 15, 15, 45], headings)
    plain = replace(make_document(2, "y" * 9), headings=(Heading(4, 2, "Late"),))
    with written([[(document, []), (plain, [])]]) as texts:
        places = {offset: texts.place(document.id, offset) for offset in (0, 10, 25, 30, 44, 59)}
        assert places == {
            0: Place(1, ("Part",)),
            10: Place(1, ("Part", "Chapter")),
            # an empty page has no text to lie on
            25: Place(3, ("Part", "Chapter", "Section")),
            30: Place(3, ("Part", "Other chapter")),
            44: Place(3, ("Other part",)),
            59: Place(4, ("Other part", "Deep")),
        }
        assert texts.place(plain.id, 3) == Place(None, ())
        assert texts.place(plain.id, 4) == Place(None, ("Late",))
        assert texts.document(document.id) == document
        assert texts.document(plain.id) == plain


def test_no_segment_has_no_texts() -> None:
    texts = Texts([])
    assert (texts.documents(), list(texts.all_passages()), texts.passages([])) == ([], [], [])
    assert texts.document("d_unknown") is None
    assert texts.numbered([]) == {}
