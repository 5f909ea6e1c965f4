"""A citation is sent only when the stored text is still the text that was indexed."""

import logging
import sqlite3
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.generation import open_index
from index.library import Texts
from index.passage import Document, Passage, Span, text_digest
from index.related import Expansion
from index.split import Splitter, split_document
from index.texts import SegmentTexts, StoredPassage
from service.answering.confidence import load_calibration
from service.answering.evidence import Evidence, find_evidence
from service.asking.query import Query
from service.citing.prove import prove, verify
from service.engine import Engine
from service.errors import CitationMismatch
from service.ranking.rank import Piece
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.index.texts_made import write_texts
from tests.service.corpora import engine_of, index_of

TINY = Splitter(target_tokens=6, run_on_tokens=4, overlap_tokens=2)
TEXT = "Aaa bbb. Ccc ddd eee. Fff ggg."
NOT_INDEXED = r"passage p_\w+ of document d_\w+ is no longer what was indexed.*rebuild"


def _stored(text: str, start: int, end: int, sha256: str) -> StoredPassage:
    return StoredPassage(0, Passage("p_1", "d_1", start, end, 3, text), sha256)


def test_the_text_that_was_indexed_is_proved() -> None:
    verify(_stored("Aaa", 0, 3, text_digest("Aaa")))


@pytest.mark.parametrize(("text", "start", "end"), [("Aab", 0, 3), ("Aa", 0, 3), ("Aaa", 0, 4)])
def test_any_other_text_is_not(text: str, start: int, end: int) -> None:
    with pytest.raises(CitationMismatch, match=NOT_INDEXED):
        verify(_stored(text, start, end, text_digest("Aaa")))


def _changed(root: Path, before: str, after: str) -> Texts:
    """A copy of the stored texts with a change in the one document that holds ``before``."""
    changed = root.parent / "changed.sqlite"
    changed.write_bytes(next(root.rglob("texts.sqlite")).read_bytes())
    connection = sqlite3.connect(changed)
    count = connection.execute(
        "UPDATE pieces SET text = replace(text, ?, ?) WHERE instr(text, ?)",
        [before, after, before],
    ).rowcount
    connection.commit()
    connection.close()
    assert count == 1
    return Texts([SegmentTexts(changed)])


def _tampered(root: Path, before: str, after: str) -> Engine:
    """An engine whose stored document was changed behind the back of the checksums."""
    index = replace(open_index(root), texts=_changed(root, before, after))
    return Engine(index, LetterEmbedder(), Settings(index=root), load_calibration())


@pytest.mark.parametrize(
    ("before", "after"),
    [("Ccc", "Cch"), ("Ccc", "Cccc"), ("eee. Fff ggg.", ""), ("Aaa", "A\u0301aa")],
)
def test_a_changed_document_is_not_cited(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, before: str, after: str
) -> None:
    engine = _tampered(index_of(tmp_path, {"a.txt": TEXT}), before, after)
    with caplog.at_level(logging.ERROR), pytest.raises(CitationMismatch, match=NOT_INDEXED):
        engine.ask("bbb")
    with pytest.raises(CitationMismatch, match=NOT_INDEXED):
        engine.retrieve("bbb")
    assert "a citation was not sent" in caplog.text


def test_an_unchanged_copy_is_cited(tmp_path: Path) -> None:
    engine = _tampered(index_of(tmp_path, {"a.txt": TEXT}), "Aaa", "Aaa")
    assert engine.ask("bbb").passages[0].text == TEXT


def test_the_highlight_is_the_sentence_that_holds_the_word(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"a.txt": TEXT})
    passage = engine.retrieve("what is ddd?").passages[0]
    assert [TEXT[h.start : h.end] for h in passage.highlights] == ["Ccc ddd eee."]


def test_highlights_stand_in_the_order_of_the_text_and_apart(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"a.txt": TEXT})
    first, second = engine.retrieve("ggg aaa").passages[0].highlights
    assert 0 <= first.start < first.end <= second.start < second.end <= len(TEXT)


def test_without_a_shared_word_the_sentence_of_like_meaning_is_highlighted(
    tmp_path: Path,
) -> None:
    engine = engine_of(tmp_path, {"a.txt": "Aaa bbb. Ccc ddd eee. Fff ggg ggg."})
    passage = engine.retrieve("gggg").passages[0]
    assert passage.scores.lexical_rank is None
    (highlight,) = passage.highlights
    assert (highlight.start, highlight.end) == (22, 34)


# Two paragraphs and three passages: 0 to 8, 9 to 21 and 23 to 31.
PARAGRAPHS = "Aaa bbb. Ccc ddd eee.\n\nFff ggg."
EACH_SENTENCE = Splitter(target_tokens=1, run_on_tokens=100, overlap_tokens=0)
NO_LONGER = r"characters {} to {} of document d_\w+ are no longer what was indexed; run .*rebuild"


@pytest.fixture
def paragraphs(tmp_path: Path) -> Path:
    """An index of ``PARAGRAPHS``, each sentence a passage."""
    return index_of(tmp_path, {"a.txt": PARAGRAPHS}, EACH_SENTENCE)


def _prove(texts: Texts, start: int, end: int) -> str:
    (document,) = texts.documents()
    return prove(texts, document.id, Span(start, end))


@pytest.mark.parametrize(
    ("start", "end"), [(0, 8), (9, 31), (0, 31), (4, 16), (20, 24), (8, 9), (1, 2), (21, 23)]
)
def test_any_range_of_an_unchanged_document_is_proved(
    paragraphs: Path, start: int, end: int
) -> None:
    texts = open_index(paragraphs).texts
    assert [(s.passage.start, s.passage.end) for s in texts.all_passages()] == [
        (0, 8),
        (9, 21),
        (23, 31),
    ]
    assert _prove(texts, start, end) == PARAGRAPHS[start:end]


def test_characters_that_no_passage_covers_are_refused(paragraphs: Path) -> None:
    texts = _changed(paragraphs, "\n\n", "\nx")
    with pytest.raises(CitationMismatch, match=NO_LONGER.format(9, 31)):
        _prove(texts, 9, 31)
    with pytest.raises(CitationMismatch, match=NO_LONGER.format(21, 23)):
        _prove(texts, 21, 23)
    assert _prove(texts, 9, 21) == "Ccc ddd eee."
    assert _prove(texts, 23, 31) == "Fff ggg."


def test_white_space_between_passages_may_be_another(paragraphs: Path) -> None:
    assert _prove(_changed(paragraphs, "\n\n", " \t"), 9, 31) == "Ccc ddd eee. \tFff ggg."


def test_a_passage_changed_outside_the_range_is_refused_all_the_same(paragraphs: Path) -> None:
    texts = _changed(paragraphs, "eee.", "eef.")
    with pytest.raises(CitationMismatch, match=NOT_INDEXED):
        _prove(texts, 4, 12)
    assert _prove(texts, 4, 9) == "bbb. "


def test_a_shortened_document_is_refused(paragraphs: Path) -> None:
    texts = _changed(paragraphs, "Fff ggg.", "")
    with pytest.raises(CitationMismatch, match=NOT_INDEXED):
        _prove(texts, 9, 31)
    assert _prove(texts, 0, 21) == PARAGRAPHS[:21]


@pytest.mark.parametrize(("start", "end"), [(23, 32), (31, 40), (400, 500)])
def test_a_range_past_the_end_is_refused(paragraphs: Path, start: int, end: int) -> None:
    with pytest.raises(CitationMismatch, match=NO_LONGER.format(start, end)):
        _prove(open_index(paragraphs).texts, start, end)


texts_of_words = st.lists(
    st.sampled_from(["aa", "Aa.", "b", "😀", "e\u0301", "Cc?", "\n\n", " ", "\t"]),
    min_size=2,
    max_size=20,
).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(texts_of_words, st.data())
def test_whatever_changes_nothing_else_is_proved(text: str, data: st.DataObject) -> None:
    """After any replacement of a part, a proved range reads as it did but for white space."""
    document = Document("d_1", "a.txt", "a", "text/plain", "0" * 64, text)
    (split,) = split_document(document, TINY, LetterEmbedder().count_pieces, 64)
    cut, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    put = data.draw(st.one_of(st.just(text[cut:stop]), st.text("ab. \n", max_size=4)))
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "texts.sqlite"
        write_texts(file, [document], split.passages)
        connection = sqlite3.connect(file)
        changed = connection.execute("UPDATE pieces SET text = ?", [text[:cut] + put + text[stop:]])
        assert changed.rowcount == 1
        connection.commit()
        connection.close()
        texts = Texts([SegmentTexts(file)])
        try:
            proved = prove(texts, "d_1", span)
        except CitationMismatch:
            assert put != text[cut:stop]
            return
        finally:
            texts.close()
    pairs = zip(proved, text[span.start : span.end], strict=True)
    assert all(now == was or (now.isspace() and was.isspace()) for now, was in pairs)


def _query(*rarities: float) -> Query:
    """A question of terms of these rarities."""
    names = [f"t{number}" for number in range(len(rarities))]
    return Query(
        search=tuple(names),
        vector=np.zeros(9, dtype=np.float32),
        rarity=dict(zip(names, rarities, strict=True)),
        expansion=Expansion(tuple({name: 1.0} for name in names)),
        exact=(),
        pairs=(),
    )


def _piece(start: int, end: int, joint: float, *matched: float) -> Piece:
    return Piece(Span(start, end), joint, matched)


# The question's rarity is 5, so a second highlight must add more than 1.
FIRST = _piece(10, 20, 0.9, 2, 0, 0)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], [(10, 20)]),
        # adds 2, adds 1.5, adds 1: the first best counts, and not its own likeness
        ([_piece(20, 30, 0.1, 0, 2, 0), _piece(30, 40, 0.8, 0, 1.5, 0)], [(10, 20), (20, 30)]),
        ([_piece(30, 40, 0.8, 0, 1.5, 0)], [(10, 20), (30, 40)]),
        ([_piece(30, 40, 0.8, 0, 1, 0)], [(10, 20)]),
        # what the first holds already is no gain
        ([_piece(30, 40, 0.8, 2, 0, 1)], [(10, 20)]),
        # in the order of the text
        ([_piece(0, 10, 0.8, 0, 2, 1)], [(0, 10), (10, 20)]),
        # overlapping the first
        ([_piece(19, 30, 0.8, 0, 2, 1), _piece(0, 11, 0.8, 0, 2, 1)], [(10, 20)]),
        # of equals the earlier
        ([_piece(40, 50, 0.8, 0, 2, 0), _piece(60, 70, 0.8, 0, 2, 0)], [(10, 20), (40, 50)]),
    ],
)
def test_evidence_by_hand(others: list[Piece], expected: list[tuple[int, int]]) -> None:
    pieces = tuple(sorted([FIRST, *others], key=lambda piece: piece.span.start))
    found = find_evidence(pieces, _query(2, 2, 1))
    assert [(e.span.start, e.span.end) for e in found] == expected
    by_span = {piece.span: piece.matched for piece in pieces}
    assert all(evidence.values == by_span[evidence.span] for evidence in found)


def test_gain_is_what_is_better_matched() -> None:
    evidence = Evidence(Span(0, 1), (2.0, 0.5, 1.0))
    assert evidence.gain((0.5, 1.0, 1.0)) == 1.5
    assert evidence.gain((2.0, 0.5, 1.0)) == 0
