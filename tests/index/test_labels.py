"""Tags and dates: what is taken for one, and where they are kept."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import add_files, build_index
from index.describe import document_digest
from index.generation import open_index
from index.labels import LONGEST_TAG, MOST_TAGS, as_date, as_tags
from index.passage import Document
from index.sources import SourceFile
from index.textfile import TextWriter
from index.texts import SegmentTexts
from tests.fakes import LetterEmbedder
from tests.index.texts_made import write_texts

LABELLED = Document(
    "d_1", "a.txt", "A", "text/plain", "0" * 64, "Aa.", (), (), "2024-02-29", ("b", "Ä c")
)


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2024-02-29", "2024-02-29"),
        (" 2024-02-29 ", "2024-02-29"),
        ("2024-02-29T23:59:00-11:00", "2024-02-29"),
        ("2024-02-29 10:00", "2024-02-29"),
        ("2023-02-29", None),
        ("0000-01-01", None),
        ("2024-2-9", None),
        ("2024-02", None),
        ("20240229", None),
        ("2024-02-29x", None),
        ("２０２４-02-29", None),
        ("29 February 2024", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_a_whole_day(stated: str | None, day: str | None) -> None:
    assert as_date(stated) == day


def test_tags_are_tidy_and_each_once() -> None:
    stated = [" Law ", "law", "LAW", "two  words", "a\u0308", "\u00e4", "", " ", "n\x00\u202eo"]
    assert as_tags(stated) == ("Law", "two words", "ä", "no")
    assert as_tags(["a" * LONGEST_TAG, "b" * (LONGEST_TAG + 1)]) == ("a" * LONGEST_TAG,)
    assert len(as_tags(map(str, range(MOST_TAGS + 5)))) == MOST_TAGS


@given(st.lists(st.text(max_size=8), max_size=8))
def test_tidy_tags_stay_as_they_are(stated: list[str]) -> None:
    once = as_tags(stated)
    assert as_tags(once) == once
    assert all(tag.isprintable() and tag.strip() == tag != "" for tag in once)


def test_labels_come_back_and_go_along_with_a_copy(tmp_path: Path) -> None:
    plain = replace(LABELLED, id="d_2", path="b.txt", date=None, tags=())
    write_texts(tmp_path / "one", [LABELLED, plain], [])
    writer = TextWriter(tmp_path / "two")
    writer.copy(tmp_path / "one", [0, 1], {})
    writer.close()
    for name in ("one", "two"):
        texts = SegmentTexts(tmp_path / name)
        assert [texts.document(0), texts.document(1)] == [LABELLED, plain]
        assert [(f.date, f.tags) for f in texts.facts()] == [
            ("2024-02-29", ("b", "Ä c")),
            (None, ()),
        ]
        texts.close()


def test_a_file_from_before_labels_has_none_and_can_be_copied(tmp_path: Path) -> None:
    write_texts(tmp_path / "old", [LABELLED], [])
    connection = sqlite3.connect(tmp_path / "old")
    for column in ("date", "tags"):
        connection.execute(f"ALTER TABLE documents DROP COLUMN {column}")
    connection.commit()
    connection.close()
    writer = TextWriter(tmp_path / "new")
    writer.copy(tmp_path / "old", [0], {})
    writer.close()
    for name in ("old", "new"):
        texts = SegmentTexts(tmp_path / name)
        assert texts.document(0) == replace(LABELLED, date=None, tags=())
        texts.close()


def test_the_digest_tells_labels_and_is_as_ever_without() -> None:
    plain = replace(LABELLED, date=None, tags=())
    every = [plain, LABELLED, replace(LABELLED, date=None), replace(LABELLED, tags=("b",))]
    assert len({document_digest(each, [], []) for each in every}) == 4
    # worked out by the program before it knew labels
    before = "fa1957a7a62a966f2c2008404cdec157c870ced0fc5b62a26932781963eacac5"
    assert document_digest(plain, [], []) == before


def test_given_labels_count_instead_of_stated_ones(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("---\ntags: [x, y]\ndate: 2020-01-02\n---\n\nAaa bbb.\n", "utf-8")
    root, letters = tmp_path / "index", LetterEmbedder()
    build_index([file], root, letters)
    assert _labels(root) == ("2020-01-02", ("x", "y"))
    given = SourceFile(file, "a.md", "2021-03-04", ("z",))
    assert add_files([given], root, letters).changed == ("a.md",)
    assert _labels(root) == ("2021-03-04", ("z",))
    assert add_files([given], root, letters).nothing
    # the same bytes without labels change nothing; no tags are something else than none given
    assert add_files([SourceFile(file, "a.md")], root, letters).nothing
    assert add_files([SourceFile(file, "a.md", None, ())], root, letters).changed == ("a.md",)
    assert _labels(root) == ("2020-01-02", ())


def _labels(root: Path) -> tuple[str | None, tuple[str, ...]]:
    index = open_index(root)
    (facts,) = index.texts.documents()
    index.texts.close()
    return facts.date, facts.tags
