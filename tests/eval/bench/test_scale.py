"""The figures of scale are what they say: sizes, agreement, time and memory of processes."""

import re
import sys
from pathlib import Path
from subprocess import CalledProcessError

import numpy as np
import pytest

from eval.bench.disk import size_mb
from eval.bench.scale import (
    Latency,
    agreement,
    change_some,
    latency_lines,
    measure_sizes,
    resized,
    timed,
    write_source,
)
from eval.questions.collection import Collection, CollectionDocument
from index.embed import Vectors
from index.nearest import VectorIndex


def unit_rows(count: int, width: int, seed: int) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def test_a_source_holds_the_texts_without_their_titles(tmp_path: Path) -> None:
    documents = tuple(CollectionDocument(f"d/{n}", "Telling", f"Text {n}.") for n in range(3))
    write_source(Collection("c", documents, (), {}), tmp_path / "source")
    texts = sorted(file.read_text() for file in (tmp_path / "source").iterdir())
    assert texts == ["Text 0.", "Text 1.", "Text 2."]


def test_so_many_files_are_changed(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number:02}").write_text("same")
    change_some(tmp_path, 4)
    changed = [file.name for file in sorted(tmp_path.iterdir()) if file.read_text() != "same"]
    assert changed == ["00", "07", "15", "22"]


def test_a_process_is_timed_by_itself() -> None:
    small = timed([sys.executable, "-c", "import time; time.sleep(0.3)"])
    large = timed([sys.executable, "-c", "x = b'1' * 300_000_000"])
    assert 0.3 <= small.seconds < 10
    assert small.peak_mb < 200
    assert 286 <= large.peak_mb < 400
    with pytest.raises(CalledProcessError, match="returned non-zero exit status 3"):
        timed([sys.executable, "-c", "raise SystemExit(3)"])


def test_the_size_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a").write_bytes(b"1" * 2**20)
    (tmp_path / "deep" / "b").write_bytes(b"1" * 2**19)
    assert size_mb(tmp_path) == 1.5


def test_rows_are_repeated_with_noise() -> None:
    rows = unit_rows(10, 16, 11)
    np.testing.assert_allclose(resized(rows, 7), rows[:7], atol=1e-6)
    more = resized(rows, 35)
    np.testing.assert_allclose(more[:10], rows, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(more, axis=1), 1, atol=1e-5)
    likeness = (more[10:] * rows[np.arange(10, 35) % 10]).sum(axis=1)
    assert (likeness < 1 - 1e-5).all()
    assert (likeness > 0.9).all()


def test_agreement_is_the_share_of_the_exact_first_ten() -> None:
    rows, questions = unit_rows(200, 8, 2), unit_rows(20, 8, 3)
    assert agreement(VectorIndex.build([rows], 8), rows, questions) == 1.0
    # What lacks the second half of the rows finds of the first ten those in the first half.
    half = VectorIndex.build([rows[:100]], 8)
    expected = [np.mean(np.argsort(-(rows @ q))[:10] < 100) for q in questions]
    assert agreement(half, rows, questions) == pytest.approx(np.mean(expected))


def test_searches_are_timed_at_each_size(tmp_path: Path) -> None:
    rows, questions = unit_rows(300, 32, 4), unit_rows(5, 32, 5)
    found = measure_sizes(rows, questions, tmp_path, (100, 900))
    assert [each.rows for each in found] == [100, 900]
    assert all(each.ours > 0 and each.exact > 0 for each in found)
    assert [each.recall for each in found] == [1.0, 1.0]


def test_the_table_compares_the_largest_size_with_the_smallest() -> None:
    lines = list(latency_lines([Latency(10, 0.5, 0.6, 1.0), Latency(90, 1.5, 9, 0.99)]))
    assert re.fullmatch(r"\s+10\s+0\.50 ms\s+0\.60 ms\s+1\.0000", lines[1])
    assert lines[-1] == "one search at 90 takes 3.00 times that at 10 passages"
