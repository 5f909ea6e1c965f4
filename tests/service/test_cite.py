"""A citation is sent only when the stored text is still the text that was indexed."""

import logging
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from index.passage import Passage, text_digest
from index.store import open_index
from index.texts import StoredPassage, Texts
from service.cite import verify
from service.confidence import load_calibration
from service.engine import Engine
from service.errors import CitationMismatch
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.corpora import engine_of, index_of

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


def _tampered(root: Path, before: str, after: str) -> Engine:
    """An engine whose stored document was changed behind the back of the checksums."""
    index = open_index(root)
    changed = root.parent / "changed.sqlite"
    changed.write_bytes(next(root.rglob("texts.sqlite")).read_bytes())
    connection = sqlite3.connect(changed)
    count = connection.execute(
        "UPDATE documents SET text = replace(text, ?, ?)", [before, after]
    ).rowcount
    connection.commit()
    connection.close()
    assert count == 1
    index = replace(index, texts=Texts(changed))
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
