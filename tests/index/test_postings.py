"""Postings: which passages hold a term and how often, in memory and from disk."""

import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexDamaged
from index.postings import SegmentPostings
from index.terms import terms
from tests.index.garbled import garbled

WORDS = st.sampled_from(
    ["axis", "pact", "berlin", "soviet", "hitler's", "Soviet-German", "talks", "ü"]
)
CORPORA = st.lists(st.lists(WORDS, max_size=12).map(" ".join), min_size=1, max_size=15)


@settings(deadline=None, max_examples=25)
@given(CORPORA)
def test_each_term_has_a_number_of_its_own_also_when_loaded(corpus: list[str]) -> None:
    built = SegmentPostings.build(corpus)
    held = {term for text in corpus for term in terms(text)}
    numbers = {term: built.number(term) for term in held}
    assert None not in numbers.values()
    assert len(set(numbers.values())) == len(held)
    assert built.number("unheard") is None
    assert set(built.vocabulary) == held
    with TemporaryDirectory() as name:
        built.save(Path(name) / "postings")
        loaded = SegmentPostings.load(Path(name) / "postings")
        assert {term: loaded.number(term) for term in held} == numbers
        assert loaded.number("unheard") is None
        assert loaded.vocabulary == built.vocabulary


@settings(deadline=None, max_examples=100)
@given(CORPORA)
def test_postings_tell_which_rows_hold_a_term_and_how_often(corpus: list[str]) -> None:
    postings = SegmentPostings.build(corpus)
    counts = [Counter(terms(text)) for text in corpus]
    assert postings.lengths.tolist() == [count.total() for count in counts]
    for term in [*postings.vocabulary, "unheard"]:
        extent = postings.extent(term)
        expected = [(row, count[term]) for row, count in enumerate(counts) if count[term]]
        assert postings.rows[extent].tolist() == [row for row, _ in expected]
        assert postings.counts[extent].tolist() == [count for _, count in expected]


@pytest.mark.parametrize("name", ["starts.npy", "rows.npy", "counts.npy", "lengths.npy"])
def test_a_missing_or_garbled_file_of_postings_is_refused(tmp_path: Path, name: str) -> None:
    SegmentPostings.build(["axis pact", "pact"]).save(tmp_path / "postings")
    for _ in garbled(tmp_path / "postings" / name):
        with pytest.raises(
            IndexDamaged, match=rf"{re.escape(name)} cannot be read .*; rebuild the index"
        ):
            SegmentPostings.load(tmp_path / "postings")


@pytest.mark.parametrize("content", [b"\xff\n", None])
def test_terms_that_cannot_be_read_are_refused(tmp_path: Path, content: bytes | None) -> None:
    SegmentPostings.build(["axis pact", "pact"]).save(tmp_path / "postings")
    file = tmp_path / "postings" / "terms.txt"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"terms\.txt cannot be read .*; rebuild the index"):
        SegmentPostings.load(tmp_path / "postings")


@pytest.mark.parametrize("name", ["starts.npy", "rows.npy", "counts.npy", "terms.txt"])
def test_postings_that_contradict_each_other_are_refused(tmp_path: Path, name: str) -> None:
    SegmentPostings.build(["axis pact", "pact"]).save(tmp_path / "postings")
    file = tmp_path / "postings" / name
    if name == "terms.txt":
        file.write_text("".join(file.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    else:
        np.save(file, np.load(file)[:-1])
    with pytest.raises(IndexDamaged, match=r"postings holds other postings than terms; rebuild"):
        SegmentPostings.load(tmp_path / "postings")
