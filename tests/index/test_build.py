"""Building: the same sources give the same digest, what is left out is named, counts are true."""

import hashlib
import os
import re
from pathlib import Path

import pytest

from index.build import build_index
from index.embed import Embedder
from index.errors import IndexMissing, NothingToIndex, SourceMissing
from index.generation import open_index
from index.sources import LeftOut
from index.tokens import count_tokens
from tests.conftest import SEED, SEEDS
from tests.fakes import LetterEmbedder


def test_the_same_sources_give_the_same_digest_as_generation_2(
    small_index: Path, folder: Path, letters: LetterEmbedder
) -> None:
    first = open_index(small_index).manifest
    second = build_index([folder], small_index, letters, anew=True).manifest
    assert (first.generation, second.generation) == (1, 2)
    assert second.digest == first.digest
    assert second.sources == first.sources
    # to the last byte, so that both share what they consist of
    assert second.files == first.files
    assert second.segments == first.segments
    assert open_index(small_index).manifest == second


def test_unless_told_to_the_same_sources_make_no_generation_2(
    small_index: Path, folder: Path, letters: LetterEmbedder
) -> None:
    first = open_index(small_index).manifest
    receipt = build_index([folder], small_index, letters)
    assert receipt.nothing
    assert (receipt.unchanged, receipt.embedded, receipt.manifest) == (3, 0, first)
    assert open_index(small_index).manifest == first


def test_the_digest_depends_on_content_and_not_on_place(
    small_index: Path, folder: Path, tmp_path: Path, letters: LetterEmbedder
) -> None:
    first = open_index(small_index).manifest.digest
    moved = folder.rename(tmp_path / "moved")
    assert build_index([moved], tmp_path / "b", letters).manifest.digest == first
    (moved / "one.txt").rename(moved / "first.txt")
    renamed = build_index([moved], tmp_path / "c", letters).manifest.digest
    (moved / "first.txt").write_text("Aaa bbb. Ccc ddd eee.\n\nFff ggg hhh!\n")
    changed = build_index([moved], tmp_path / "d", letters).manifest.digest
    weights = LetterEmbedder(sha256="1" * 64)
    other_model = build_index([moved], tmp_path / "e", weights).manifest.digest
    assert len({first, renamed, changed, other_model}) == 4


def test_a_document_that_was_deleted_answers_no_more(
    small_index: Path, folder: Path, letters: LetterEmbedder
) -> None:
    (folder / "two.txt").unlink()
    build_index([folder], small_index, letters)
    index = open_index(small_index)
    assert [d.path for d in index.texts.documents()] == ["one.txt", "deep er/three.md"]
    assert not index.lexical.scores("bab").any()


@pytest.fixture
def unreadable(tmp_path: Path) -> Path:
    """A folder of files none of which can be indexed."""
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "blank.txt").write_text(" \n")
    (empty / "bad.txt").write_bytes(b"\xff")
    return empty


def test_without_any_document_there_will_be_no_index(
    unreadable: Path, tmp_path: Path, letters: LetterEmbedder
) -> None:
    with pytest.raises(NothingToIndex, match=r"no document .*bad\.txt: is not UTF-8.*folder"):
        build_index([unreadable], tmp_path / "index", letters)
    with pytest.raises(IndexMissing, match="there is no index in"):
        open_index(tmp_path / "index")


def test_without_any_document_the_old_index_goes_on(
    small_index: Path, unreadable: Path, letters: LetterEmbedder
) -> None:
    before = open_index(small_index).manifest
    with pytest.raises(NothingToIndex, match=r"no document .*bad\.txt: is not UTF-8.*folder"):
        build_index([unreadable], small_index, letters)
    assert open_index(small_index).manifest == before


def test_an_empty_folder_does_not_empty_the_index(
    small_index: Path, tmp_path: Path, letters: LetterEmbedder
) -> None:
    before = open_index(small_index).manifest
    (tmp_path / "not mounted").mkdir()
    with pytest.raises(NothingToIndex, match="no document could be read from the sources"):
        build_index([tmp_path / "not mounted"], small_index, letters)
    assert open_index(small_index).manifest == before


def test_a_missing_source_leaves_the_old_index_as_it_was(
    small_index: Path, tmp_path: Path, letters: LetterEmbedder
) -> None:
    before = open_index(small_index).manifest
    with pytest.raises(SourceMissing, match="nowhere does not exist"):
        build_index([tmp_path / "nowhere"], small_index, letters)
    assert open_index(small_index).manifest == before


def test_nothing_to_index_makes_no_index(tmp_path: Path, letters: LetterEmbedder) -> None:
    with pytest.raises(NothingToIndex, match="no document could be read from"):
        build_index([], tmp_path / "index", letters)
    assert not (tmp_path / "index").exists()


def test_refused_and_left_out_files_are_named_with_the_reason(
    folder: Path, tmp_path: Path, letters: LetterEmbedder
) -> None:
    (folder / "bad.txt").write_bytes(b"abc\xff")
    (folder / "blank.md").write_text("\n")
    (folder / "page.odt").write_bytes(b"PK")
    (folder / "no.txt").write_text("not this")
    (folder / ".citewellignore").write_text("no.txt")
    report = build_index([folder], tmp_path / "index", letters)
    assert report.manifest.counts.documents == 3
    assert {(item.path, item.refused) for item in report.left_out} == {
        ("bad.txt", True),
        ("blank.md", True),
        ("page.odt", False),
        ("no.txt", False),
    }
    assert LeftOut("blank.md", "holds no text", refused=True) in report.left_out


def test_a_file_whose_name_is_not_utf8_does_not_stop_the_others(
    folder: Path, tmp_path: Path, letters: LetterEmbedder
) -> None:
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("text")
    report = build_index([folder], tmp_path / "index", letters)
    assert report.manifest.counts.documents == 3
    assert [item.refused for item in report.left_out] == [True]


def test_words_without_marks_in_a_short_reading_model_can_be_indexed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one two three four five six seven eight " * 60)
    embedder = LetterEmbedder(max_pieces=12)
    manifest = build_index([tmp_path / "a.txt"], tmp_path / "index", embedder).manifest
    assert manifest.counts.resplit > 0
    assert manifest.counts.pieces_cut == 0


def test_counts_are_those_of_the_stored_texts(small_index: Path, letters: LetterEmbedder) -> None:
    index = open_index(small_index)
    texts = [stored.passage.text for stored in index.texts.all_passages()]
    counts = index.manifest.counts
    assert counts.documents == len(index.texts.documents()) == 3
    assert counts.passages == len(texts)
    assert counts.tokens == sum(count_tokens(text) for text in texts)
    assert counts.pieces == sum(len(text.split()) + 2 for text in texts)
    assert counts.pieces_cut == 0


def test_every_passage_is_the_place_in_its_document_that_it_says(small_index: Path) -> None:
    texts = open_index(small_index).texts
    for stored in texts.all_passages():
        document = texts.document(stored.passage.document_id)
        assert document is not None
        assert document.text[stored.passage.start : stored.passage.end] == stored.passage.text
        assert stored.sha256 == hashlib.sha256(stored.passage.text.encode()).hexdigest()


def test_documents_are_stored_as_they_were_in_the_files(small_index: Path, folder: Path) -> None:
    texts = open_index(small_index).texts
    for facts in texts.documents():
        content = (folder / facts.path).read_bytes()
        document = texts.document(facts.id)
        assert document is not None
        assert document.text == content.decode()
        assert facts.sha256 == facts.text_sha256 == hashlib.sha256(content).hexdigest()
    assert [facts.title for facts in texts.documents()] == ["one", "two", "A heading"]


def test_the_manifest_tells_of_the_model(small_index: Path, letters: LetterEmbedder) -> None:
    manifest = open_index(small_index).manifest
    facts = manifest.embedder
    card = letters.card
    assert (facts.name, facts.sha256, facts.width, facts.max_pieces) == (
        card.name,
        card.sha256,
        card.width,
        card.max_pieces,
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", manifest.created)


def test_progress_counts_each_step_up_to_its_total(folder: Path, tmp_path: Path) -> None:
    for number in range(100):
        (folder / f"many{number}.txt").write_text(f"dead beef {number}")
    reports: list[tuple[str, int, int]] = []
    build_index(
        [folder], tmp_path / "index", LetterEmbedder(), progress=lambda *r: reports.append(r)
    )
    read = [report for report in reports if report[0] == "read"]
    assert read == [("read", done, 103) for done in range(1, 104)]
    for step in {step for step, _, _ in reports}:
        done = [report[1] for report in reports if report[0] == step]
        totals = {report[2] for report in reports if report[0] == step}
        assert done == sorted(set(done))
        assert totals == {done[-1]}


def test_the_seed_is_the_text_that_was_received() -> None:
    digest = "29b92b359840fdf6beccb500e6496a119f67cc378737232707df7b90bba21684"
    assert hashlib.sha256(SEED.read_bytes()).hexdigest() == digest


@pytest.mark.model
def test_the_index_of_seeds_holds_the_seed_and_nothing_else(
    seed_index: Path, minilm: Embedder
) -> None:
    index = open_index(seed_index)
    (facts,) = index.texts.documents()
    document = index.texts.document(facts.id)
    assert document is not None
    assert (facts.path, facts.length) == (SEED.name, 24_718)
    assert document.text.encode() == SEED.read_bytes()
    texts = [stored.passage.text for stored in index.texts.all_passages()]
    assert index.manifest.counts.pieces == sum(minilm.count_pieces(texts))
    assert index.manifest.counts.pieces_cut == 0
    form = index.manifest.text_form
    assert form.capitals == form.digits == form.marks == 0
    assert form.function_words < 0.01


def test_seeds_leave_out_what_is_no_source(tmp_path: Path, letters: LetterEmbedder) -> None:
    report = build_index([SEEDS], tmp_path / "index", letters)
    assert report.manifest.counts.documents == 1
    left_out = {item.path for item in report.left_out}
    sets = {"questions.jsonl", "off-subject.jsonl", "followups.jsonl"}
    assert left_out == sets | {"README.md", "floors.toml"}
    assert not any(item.refused for item in report.left_out)
