"""A removed document is brought back as it was, for as long as a generation holds it."""

from pathlib import Path

import pytest

from index.build import add_files, build_index, remove_documents
from index.errors import DocumentPresent, DocumentUnknown
from index.generation import open_index
from index.passage import Document, stable_id
from index.restore import restore_document
from index.sources import SourceFile
from index.store import prune, write_lock
from index.textfile import DocumentFacts
from tests.fakes import LetterEmbedder

LETTERS = LetterEmbedder()


def _held(root: Path, path: str) -> tuple[DocumentFacts | None, Document | None]:
    texts = open_index(root).texts
    identity = stable_id("d", path)
    return texts.facts(identity), texts.document(identity)


def _paths(root: Path) -> list[str]:
    return sorted(facts.path for facts in open_index(root).texts.documents())


@pytest.mark.parametrize("path", ["one.txt", "two.txt", "deep er/three.md"])
def test_it_is_what_it_was_and_found_as_before(small_index: Path, path: str) -> None:
    before, digest = _held(small_index, path), open_index(small_index).manifest.digest
    remove_documents([path], small_index, LETTERS)
    assert path not in _paths(small_index)
    receipt = restore_document(stable_id("d", path), small_index, LETTERS)
    assert (receipt.added, receipt.removed, receipt.manifest.generation) == ((path,), (), 3)
    assert _held(small_index, path) == before
    assert open_index(small_index).manifest.digest == digest


def test_what_was_added_with_tags_comes_back_with_them(small_index: Path, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("Dead 😀 beef.")
    added = SourceFile(tmp_path / "x.txt", "new/x.txt", "2026-01-31", ("Law",))
    add_files([added], small_index, LETTERS)
    before = _held(small_index, "new/x.txt")
    remove_documents(["new/*"], small_index, LETTERS)
    restore_document(stable_id("d", "new/x.txt"), small_index, LETTERS)
    assert _held(small_index, "new/x.txt") == before
    assert before[0] is not None
    assert (before[0].origin, before[0].tags, before[0].date) == ("added", ("Law",), "2026-01-31")


def test_a_source_that_came_back_is_compared_as_before(small_index: Path, folder: Path) -> None:
    remove_documents(["one.txt"], small_index, LETTERS)
    restore_document(stable_id("d", "one.txt"), small_index, LETTERS)
    assert build_index([folder], small_index, LETTERS).nothing
    (folder / "one.txt").unlink()
    assert build_index([folder], small_index, LETTERS).removed == ("one.txt",)


def test_of_several_states_the_newest_comes_back(small_index: Path, folder: Path) -> None:
    for text in ("Bab.", "Cab."):
        (folder / "one.txt").write_text(text)
        build_index([folder], small_index, LETTERS)
    remove_documents(["one.txt"], small_index, LETTERS)
    restore_document(stable_id("d", "one.txt"), small_index, LETTERS)
    document = _held(small_index, "one.txt")[1]
    assert document is not None
    assert document.text == "Cab."


def test_what_has_not_gone_is_not_replaced(small_index: Path) -> None:
    with pytest.raises(DocumentPresent, match="remove it first"):
        restore_document(stable_id("d", "one.txt"), small_index, LETTERS)
    assert open_index(small_index).manifest.generation == 1


@pytest.mark.parametrize("identity", [stable_id("d", "one.txt"), "d_0", "", "*"])
def test_what_no_generation_holds_stays_gone(small_index: Path, identity: str) -> None:
    remove_documents(["one.txt"], small_index, LETTERS)
    with write_lock(small_index):
        prune(small_index)
    with pytest.raises(DocumentUnknown, match=r"no generation of the index .* add its file again"):
        restore_document(identity, small_index, LETTERS)
    assert _paths(small_index) == ["deep er/three.md", "two.txt"]


def test_the_last_document_comes_back_too(small_index: Path) -> None:
    before = _paths(small_index)
    remove_documents(["*"], small_index, LETTERS)
    for number, path in enumerate(before[:2], start=1):
        restore_document(stable_id("d", path), small_index, LETTERS)
        assert len(_paths(small_index)) == number
    assert _paths(small_index) == before[:2]
