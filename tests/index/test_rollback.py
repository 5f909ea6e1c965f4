"""Going back to an earlier generation, which has to be as it was."""

from pathlib import Path

import pytest

from index.build import build_index
from index.current import generations, read_pointer
from index.errors import GenerationMissing, IndexDamaged
from index.generation import open_index
from index.rollback import roll_back
from index.store import prune, write_lock
from tests.fakes import LetterEmbedder

LETTERS = LetterEmbedder()


@pytest.fixture
def root(small_index: Path, folder: Path) -> Path:
    """An index of three generations, in which ``two.txt`` differs."""
    for text in ("Hhh.", "Ggg."):
        (folder / "two.txt").write_text(text)
        build_index([folder], small_index, LETTERS)
    return small_index


def text_of_two(root: Path) -> str:
    index = open_index(root)
    (facts,) = [facts for facts in index.texts.documents() if facts.path == "two.txt"]
    document = index.texts.document(facts.id)
    assert document is not None
    return document.text


def test_one_goes_back_step_by_step_and_forward_by_number(root: Path) -> None:
    assert text_of_two(root) == "Ggg."
    assert roll_back(root).generation == 2
    assert text_of_two(root) == "Hhh."
    assert roll_back(root).generation == 1
    with pytest.raises(GenerationMissing, match=r"no generation before 1 in .*; there are 3, 2, 1"):
        roll_back(root)
    assert roll_back(root, 3).generation == 3
    assert text_of_two(root) == "Ggg."
    with pytest.raises(GenerationMissing, match="there is no generation 7 in"):
        roll_back(root, 7)


def test_no_number_is_given_twice(root: Path, folder: Path) -> None:
    with write_lock(root):
        roll_back(root, 1)
        assert prune(root) == [2, 3]
    assert read_pointer(root).highest == 3
    (folder / "two.txt").write_text("Fff.")
    assert build_index([folder], root, LETTERS).manifest.generation == 4
    assert [manifest.generation for manifest in generations(root)] == [4, 1]


def test_a_damaged_generation_is_not_gone_back_to(root: Path) -> None:
    names = set(open_index(root).manifest.files)
    (old,) = [m for m in generations(root) if m.generation == 2]
    own = next(name for name in old.files if name not in names and name.endswith("texts.sqlite"))
    (root / own).write_bytes(b"?")
    with pytest.raises(IndexDamaged, match=r"texts\.sqlite was changed.*choose another generation"):
        roll_back(root)
    assert read_pointer(root).name == "g000003"


def test_one_goes_back_from_a_damaged_generation(root: Path) -> None:
    names = {name for m in generations(root) if m.generation < 3 for name in m.files}
    current = open_index(root).manifest
    own = next(n for n in current.files if n not in names and n.endswith("texts.sqlite"))
    (root / own).write_bytes(b"?")
    with pytest.raises(IndexDamaged, match="was changed after it was written"):
        open_index(root)
    with write_lock(root):
        roll_back(root)
    assert text_of_two(root) == "Hhh."
