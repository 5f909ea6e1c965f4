"""A disk that is full, wherever that is noticed, leaves the index as it was."""

import shutil
from pathlib import Path

import pytest

from tests.index.faulty import manifest_of
from tests.index.sound import check_that_nothing_is_left, digest_of, sound_digest
from tests.index.writer import WideEmbedder, Writer


def test_the_disk_is_full_at_any_size(
    writer: Writer, small_index: Path, other: Path, tmp_path: Path
) -> None:
    before, after = sound_digest(small_index), digest_of(other, tmp_path / "else")
    largest = max(f.stat().st_size for f in (tmp_path / "else").rglob("*"))
    sizes = [1, 10, 60, 100, 200, 500, 1000, 2000, 4000, 4096, 8192, largest // 2, largest - 1]
    for size in sizes:
        assert writer.build(other, small_index, most_bytes=size) == 1
        assert sound_digest(small_index) == before
    # Twice the largest: besides the files of the index, the journal has to find room.
    assert writer.build(other, small_index, most_bytes=2 * largest) == 0
    assert sound_digest(small_index) == after
    check_that_nothing_is_left(small_index)


def test_what_says_that_it_failed_has_changed_nothing(
    writer: Writer, small_index: Path, other: Path, tmp_path: Path
) -> None:
    before, after = sound_digest(small_index), digest_of(other, tmp_path / "else")
    largest = max(f.stat().st_size for f in (tmp_path / "else").rglob("*"))
    outcomes = []
    for size in range(largest, 2 * largest, 4096):
        root = tmp_path / str(size)
        shutil.copytree(small_index, root)
        code = writer.build(other, root, most_bytes=size)
        outcomes.append((code, sound_digest(root)))
    assert set(outcomes) <= {(0, after), (1, before)}
    assert outcomes[-1] == (0, after)


@pytest.mark.parametrize("short", [1, 100, 2000, 10_000])
def test_the_disk_is_full_at_the_end_of_the_vectors(
    writer: Writer, small_index: Path, other: Path, tmp_path: Path, short: int
) -> None:
    width = 20_011
    assert writer.build(other, tmp_path / "else", width=width) == 0
    vectors = max(f.stat().st_size for f in (tmp_path / "else").rglob("*"))
    assert vectors > 4 * width
    before = sound_digest(small_index)
    code = writer.build(other, small_index, most_bytes=vectors - short, width=width)
    assert sound_digest(small_index) == before
    assert code == 1


@pytest.mark.parametrize("short", [1, 100, 2000, 10_000])
def test_the_disk_is_full_at_the_end_of_vectors_that_are_known(
    writer: Writer, other: Path, tmp_path: Path, short: int
) -> None:
    # Nothing is embedded, so that no journal is in the way: the vectors are what is largest.
    width = 20_011
    root, wide = tmp_path / "index", WideEmbedder(width)
    assert writer.build(other, root, width=width) == 0
    before = sound_digest(root, wide)
    (other / "0.txt").unlink()
    shutil.copytree(root, tmp_path / "else")
    assert writer.build(other, tmp_path / "else", width=width) == 0
    after = sound_digest(tmp_path / "else", wide)
    (segment,) = manifest_of(tmp_path / "else").segments
    vectors = (tmp_path / "else" / "data" / segment.name / "vectors" / "flat.faiss").stat().st_size
    assert vectors > 4 * width * segment.passages
    assert writer.build(other, root, most_bytes=vectors - short, width=width) == 1
    assert sound_digest(root, wide) == before
    assert writer.build(other, root, most_bytes=vectors, width=width) == 0
    assert sound_digest(root, wide) == after != before
