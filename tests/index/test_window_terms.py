"""What a built index tells of the terms of its windows, against their texts."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from index.build import build_index
from index.errors import IndexDamaged
from index.generation import Index, open_index
from index.occurrences import NUMBERS, STARTS, SegmentOccurrences
from index.postings import TermLists
from index.segment import OCCURRENCES
from index.terms import terms
from tests.fakes import LetterEmbedder
from tests.index.faulty import reseal, segment_folder


def rows(numbers: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


def check_every_window(index: Index) -> int:
    """Compare all windows of an index with their texts; returns how many there are."""
    held = index.windows.held_by(np.arange(index.windows.rows))
    document_of = index.windows.documents(held.owners())
    facts = index.texts.numbered(document_of.tolist())
    seen = set()
    for place, number in zip(held.places.tolist(), document_of.tolist(), strict=True):
        window = int(held.windows[place])
        document = index.texts.document(facts[number].id)
        assert document is not None
        start, end = held.spans[place].tolist()
        held_terms = terms(document.text[start:end])
        assert all(term in index.lexical for term in held_terms)
        assert index.occurrences.terms_of(window) == set(held_terms)
        pairs = [*pairwise(held_terms)]
        assert index.occurrences.pairs(rows([window]), pairs).all()
        matches = [{term: 1.0} for term in held_terms]
        assert index.occurrences.values(rows([window]), matches).all()
        seen.add(window)
    assert len(seen) == index.occurrences.windows == index.windows.count
    return len(seen)


def test_a_built_index_tells_the_terms_of_its_windows(small_index: Path) -> None:
    assert check_every_window(open_index(small_index)) > 3


def test_so_does_one_of_text_without_marks(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in "ab":
        (source / f"{name}.txt").write_text(
            " ".join(f"{name}ead{n} face-{n % 7}" for n in range(400))
        )
    build_index([source], tmp_path / "index", LetterEmbedder())
    assert check_every_window(open_index(tmp_path / "index")) > 10


def test_texts_without_any_term_can_be_indexed_and_opened(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("?! ... !\n")
    build_index([tmp_path / "a.txt"], tmp_path / "index", LetterEmbedder())
    made = open_index(tmp_path / "index").occurrences
    assert made.windows > 0
    assert made.values(rows([0]), [{"pact": 1.0}]).tolist() == [[0]]


@pytest.mark.parametrize("more", [-1, 1])
def test_an_index_with_occurrences_of_other_windows_is_refused(
    small_index: Path, more: int
) -> None:
    index = open_index(small_index)
    folder = segment_folder(small_index) / OCCURRENCES
    for name in (NUMBERS, STARTS):
        (folder / name).unlink()
    folder.rmdir()
    starts = np.arange(index.windows.count + more + 1)
    numbers = np.zeros(index.windows.count + more, dtype=np.int32)
    SegmentOccurrences(TermLists(numbers, starts)).save(folder)
    reseal(small_index)
    wanted = rf"{re.escape(str(folder))} has other windows than there are; rebuild it"
    with pytest.raises(IndexDamaged, match=wanted):
        open_index(small_index)
