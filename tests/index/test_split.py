"""Splitting: offsets hold for every text, all of it is covered, nothing is too long."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embed import Embedder
from index.passage import Document, Span, stable_id
from index.sentences import SECTION, sections
from index.sources import SourceFile
from index.split import Split, Splitter, split_document
from index.tokens import count_tokens
from tests.conftest import SEED
from tests.fakes import LetterEmbedder
from tests.index.random_texts import texts
from tests.index.texts_made import read_file


def document(text: str, path: str = "a.txt") -> Document:
    return Document(stable_id("d", path), path, "a", "text/plain", "0" * 64, text)


def split(text: str, max_pieces: int = 64) -> Split:
    embedder = LetterEmbedder(max_pieces)
    (only,) = split_document(document(text), Splitter(), embedder.count_pieces, max_pieces)
    return only


@settings(deadline=None, max_examples=300)
@given(texts(), st.sampled_from([3, 4, 7, 12, 30, 64, 256]))
def test_every_passage_is_its_place_in_the_text(text: str, max_pieces: int) -> None:
    passages = split(text, max_pieces).passages
    for p in passages:
        assert 0 <= p.start < p.end <= len(text)
        assert text[p.start : p.end] == p.text == p.text.strip()
        assert p.document_id == stable_id("d", "a.txt")
        assert p.tokens == count_tokens(p.text)


@settings(deadline=None, max_examples=300)
@given(texts(), st.sampled_from([3, 4, 7, 12, 30, 64, 256]))
def test_every_character_but_white_space_is_in_a_passage(text: str, max_pieces: int) -> None:
    covered = bytearray(len(text))
    for p in split(text, max_pieces).passages:
        covered[p.start : p.end] = b"\x01" * (p.end - p.start)
    lost = [c for c, inside in zip(text, covered, strict=True) if not inside and not c.isspace()]
    assert lost == []


@settings(deadline=None, max_examples=300)
@given(texts(), st.sampled_from([3, 4, 7, 12, 30, 64, 256]))
def test_no_passage_is_longer_than_the_embedder_reads(text: str, max_pieces: int) -> None:
    counts = LetterEmbedder().count_pieces([p.text for p in split(text, max_pieces).passages])
    assert max(counts, default=0) <= max_pieces


@settings(deadline=None, max_examples=300)
@given(texts(), st.sampled_from([3, 4, 7, 12, 30, 64, 256]))
def test_passages_are_in_order_and_no_two_are_alike(text: str, max_pieces: int) -> None:
    passages = split(text, max_pieces).passages
    spans = [(p.start, p.end) for p in passages]
    assert spans == sorted(set(spans))
    assert len({p.id for p in passages}) == len(passages)


@settings(deadline=None, max_examples=300)
@given(texts(), st.sampled_from([12, 64, 256]))
def test_no_passage_lies_inside_another(text: str, max_pieces: int) -> None:
    passages = split(text, max_pieces).passages
    ends = [p.end for p in passages]
    assert ends == sorted(set(ends))


def test_overlapping_passages_that_are_too_long_do_not_repeat_their_halves() -> None:
    passages = split("one two three four five six seven eight " * 60, max_pieces=12).passages
    assert len({p.id for p in passages}) == len(passages)
    assert [p.start for p in passages] == sorted(p.start for p in passages)


def test_a_long_sentence_after_words_without_marks_repeats_no_passage() -> None:
    run_on = " ".join(f"alpha{n} beta{n}" for n in range(60))
    long_sentence = "It " + " ".join(["was"] * 90) + "."
    passages = split(f"{run_on}. {long_sentence}", max_pieces=256).passages
    ends = [p.end for p in passages]
    assert ends == sorted(set(ends))


def test_splitting_twice_gives_the_same_and_the_path_is_part_of_the_id() -> None:
    text = "One sentence here. Another one there.\n\nA paragraph."
    assert split(text) == split(text)
    counter = LetterEmbedder().count_pieces
    (other,) = split_document(document(text, "b.txt"), Splitter(), counter, 64)
    assert {p.id for p in other.passages}.isdisjoint(p.id for p in split(text).passages)


def test_short_sentences_are_packed_without_overlap() -> None:
    text = " ".join(f"This is sentence {n} of many." for n in range(100))
    passages = split(text, max_pieces=256).passages
    assert 1 < len(passages) < 50
    assert all(a.end < b.start for a, b in pairwise(passages))
    assert " ".join(p.text for p in passages) == text


def test_what_fits_is_one_passage_and_is_not_split_again() -> None:
    assert [p.text for p in split("  Just this. \n").passages] == ["Just this."]
    assert split("Just this.").resplit == 0
    assert split("one two three four five six", max_pieces=4).resplit > 0


@pytest.mark.parametrize("text", ["", " ", "\r\n\t\u00a0\u2003"])
def test_white_space_has_no_passages(text: str) -> None:
    assert (split(text).passages, split(text).resplit) == ((), 0)


@pytest.mark.timeout(40)
@pytest.mark.parametrize(
    ("piece", "length"),
    [(piece, 1_000_000) for piece in ["x", " ", "\n", "文", ".", "。", "e\u0301", "word "]]
    + [(piece, 200_000) for piece in [". ", "! ", "a. ", "x\n", "x\n\n", "# ", "|\n", "😀", ".'"]]
    + [("\r\n \t", 200_000), ("x\n" + " " * 5_000, 1_000_000)],
    ids=repr,
)
def test_a_megabyte_of_anything_takes_seconds(piece: str, length: int) -> None:
    text = piece * (length // len(piece))
    passages = split(text).passages
    assert all(text[p.start : p.end] == p.text for p in passages)
    assert bool(passages) == bool(text.strip())


@pytest.mark.timeout(60)
def test_words_a_megabyte_of_blanks_apart_are_both_found() -> None:
    passages = split("before" + " " * 1_000_000 + "after").passages
    assert passages[0].text.startswith("before")
    assert passages[-1].text.endswith("after")


def test_up_to_twice_a_section_is_one_split() -> None:
    words = "face bead " * (2 * SECTION // 10)
    assert len(words) == 2 * SECTION
    assert [*sections(words, SECTION)] == [Span(0, 2 * SECTION)]
    assert len([*sections(words + "cab cab", SECTION)]) == 2


@pytest.mark.timeout(120)
def test_a_longer_text_is_split_section_by_section() -> None:
    parts = ["face bead. " * 100_000, "gaff " * 20_000, "cab " * 260_000]
    text = "\n\n".join(parts)
    embedder = LetterEmbedder()
    found = [*split_document(document(text), Splitter(), embedder.count_pieces, 64)]
    assert len(found) == 2
    # the first ends where its paragraph does
    assert found[0].passages[-1].end == len(parts[0].rstrip())
    assert found[1].passages[0].start == len(parts[0]) + 2
    passages = [passage for split in found for passage in split.passages]
    spans = [(p.start, p.end) for p in passages]
    assert spans == sorted(set(spans))
    assert len({p.id for p in passages}) == len(passages)
    covered = bytearray(len(text))
    for p in passages:
        assert p.text == text[p.start : p.end]
        covered[p.start : p.end] = b"\x01" * (p.end - p.start)
    assert all(inside or c in " \n" for c, inside in zip(text, covered, strict=True))
    for split in found:
        assert list(split.pieces) == embedder.count_pieces([p.text for p in split.passages])
        assert max(split.pieces) <= 64
        ends = [window.end for window in split.windows]
        assert split.passages[0].start <= split.windows[0].start
        assert max(ends) <= split.passages[-1].end
    assert found[0].windows[-1].end <= found[1].windows[0].start


@settings(deadline=None, max_examples=300)
@given(texts(), st.sampled_from([3, 7, 30, 64]))
def test_pieces_are_those_of_each_passage(text: str, max_pieces: int) -> None:
    found = split(text, max_pieces)
    counts = LetterEmbedder().count_pieces([p.text for p in found.passages])
    assert list(found.pieces) == counts


@pytest.mark.model
def test_the_seed_has_many_overlapping_passages_that_the_model_reads_whole(
    minilm: Embedder,
) -> None:
    seed = read_file(SourceFile(SEED, SEED.name))
    (found,) = split_document(seed, Splitter(), minilm.count_pieces, minilm.card.max_pieces)
    passages = found.passages
    assert len(passages) > 40
    pairs = list(pairwise(passages))
    assert sum(a.end > b.start for a, b in pairs) > len(pairs) * 0.9
    assert max(minilm.count_pieces([p.text for p in passages])) <= 256
    assert all(seed.text[p.start : p.end] == p.text for p in passages)
    assert all(p.start == 0 or seed.text[p.start - 1] == " " for p in passages)


@pytest.mark.model
@pytest.mark.parametrize("word", ["слово", "שלום", "ab12cd", "語", "😀"])
def test_other_scripts_without_marks_are_read_whole_too(minilm: Embedder, word: str) -> None:
    text = " ".join(word + str(n) for n in range(400))
    embedder_limit = minilm.card.max_pieces
    (found,) = split_document(document(text), Splitter(), minilm.count_pieces, embedder_limit)
    passages = found.passages
    assert max(minilm.count_pieces([p.text for p in passages])) <= embedder_limit
    spans = [(p.start, p.end) for p in passages]
    assert spans == sorted(set(spans))
