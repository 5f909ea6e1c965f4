"""Which generations are kept, and what they share."""

import shutil
from pathlib import Path

from index.build import build_index
from index.current import data_folders, read_pointer
from index.generation import open_index
from index.manifest import read_manifest
from index.store import prune, take_in
from tests.fakes import LetterEmbedder
from tests.index.faulty import segment_folder


def test_the_new_generation_and_two_before_it_stay(
    small_index: Path, folder: Path, letters: LetterEmbedder
) -> None:
    for generation in range(2, 7):
        (folder / "two.txt").write_text(f"Hhh {'ab' * generation}.")
        build_index([folder], small_index, letters)
        names = [f"g{number:06d}" for number in range(max(1, generation - 2), generation + 1)]
        assert read_pointer(small_index).name == names[-1]
        found = sorted(f.name for f in small_index.iterdir())
        assert found == ["CURRENT", "data", *names, "lock"]
        manifests = [read_manifest(small_index / name) for name in names]
        used = {name for manifest in manifests for name in data_folders(manifest)}
        assert {folder.name for folder in (small_index / "data").iterdir()} == used


def test_generations_made_anew_of_the_same_share_their_data(
    small_index: Path, folder: Path, letters: LetterEmbedder
) -> None:
    data = sorted((small_index / "data").iterdir())
    for _ in range(4):
        build_index([folder], small_index, letters, anew=True)
        assert sorted((small_index / "data").iterdir()) == data
    assert sorted(f.name for f in small_index.glob("g*")) == ["g000003", "g000004", "g000005"]


def test_a_folder_of_data_is_named_by_its_content(small_index: Path, tmp_path: Path) -> None:
    for folder in (small_index / "data").iterdir():
        beside = tmp_path / "beside"
        shutil.copytree(folder, beside)
        assert take_in(tmp_path, beside, folder.name[0])[0] == folder.name
        shutil.copytree(folder, beside)
        (beside / "more").write_text("?")
        assert take_in(tmp_path, beside, folder.name[0])[0] != folder.name
        assert not beside.exists()


def test_a_damaged_folder_of_data_is_replaced_by_a_sound_one(
    small_index: Path, folder: Path
) -> None:
    damaged = segment_folder(small_index) / "texts.sqlite"
    content = damaged.read_bytes()
    damaged.write_bytes(b"other")
    receipt = build_index([folder], small_index, LetterEmbedder())
    assert "texts.sqlite was changed after it was written" in str(receipt.lost)
    assert damaged.read_bytes() == content
    assert open_index(small_index).manifest.generation == 2


def test_a_reader_keeps_its_generation_until_it_lets_go(
    small_index: Path, folder: Path, letters: LetterEmbedder
) -> None:
    index = open_index(small_index)
    rows = list(range(index.vectors.rows))
    asked = letters.embed_question("bead")
    before = (index.texts.passages(rows), index.vectors.search(asked, 9), index.lexical.scores("a"))
    (folder / "one.txt").unlink()
    build_index([folder], small_index, letters)
    prune(small_index)
    assert not (small_index / "g000001").exists()
    assert index.texts.passages(rows) == before[0]
    assert index.vectors.search(asked, 9) == before[1]
    assert index.lexical.scores("a").tolist() == before[2].tolist()
    assert len(index.related.sample(99)[0]) == len(index.related.terms)
