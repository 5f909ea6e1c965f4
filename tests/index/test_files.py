"""Files of an index: rows written in any order, arrays and lines read back, what is cut refused."""

import hashlib
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexDamaged
from index.files import RowFile, file_facts, files_below, flush, load_array, read_lines
from index.manifest import FileFacts


@settings(deadline=None, max_examples=200)
@given(
    st.integers(0, 12),
    st.integers(1, 5),
    st.sampled_from([np.float32, np.float16, np.int64]),
    st.randoms(use_true_random=False),
)
def test_rows_written_in_any_order_are_the_array(
    rows: int, width: int, dtype: type[np.generic], rng: Random
) -> None:
    whole = np.arange(rows * width).reshape(rows, width).astype(dtype)
    # in blocks of some rows that follow each other
    cuts = sorted({0, rows, *(rng.randint(0, rows) for _ in range(3))})
    blocks = list(pairwise(cuts))
    rng.shuffle(blocks)
    with TemporaryDirectory() as name:
        file = Path(name) / "rows.npy"
        with RowFile(file, rows, width, dtype) as written:
            for first, last in blocks:
                if last - first == 1 and rng.random() < 0.5:
                    written.write(first, whole[first])
                else:
                    written.write(first, whole[first:last])
        np.save(Path(name) / "numpy.npy", whole)
        found = load_array(file)
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, whole)
        np.testing.assert_array_equal(np.load(file), np.load(Path(name) / "numpy.npy"))


def test_rows_are_brought_to_the_type_of_the_file(tmp_path: Path) -> None:
    values = np.array([[1, 0.1], [65504, 1e-9]], dtype=np.float32)
    with RowFile(tmp_path / "half.npy", 2, 2, np.float16) as rows:
        rows.write(1, values[1])
        rows.write(0, values[:1])
    np.testing.assert_array_equal(np.load(tmp_path / "half.npy"), values.astype(np.float16))


def test_a_row_written_twice_is_the_last_one_and_one_never_written_is_zero(tmp_path: Path) -> None:
    with RowFile(tmp_path / "r.npy", 3, 2, np.float32) as rows:
        rows.write(2, np.array([1, 2], dtype=np.float32))
        rows.write(2, np.array([3, 4], dtype=np.float32))
    assert np.load(tmp_path / "r.npy").tolist() == [[0, 0], [0, 0], [3, 4]]


def test_arrays_are_mapped_and_cannot_be_changed(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(9))
    found = load_array(tmp_path / "a.npy")
    assert isinstance(found, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1


def save_rows(file: Path) -> None:
    with RowFile(file, 4, 3, np.float32) as rows:
        rows.write(0, np.ones((4, 3), np.float32))


def test_every_cut_of_an_array_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows.npy"
    save_rows(file)
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        with pytest.raises(IndexDamaged, match=r"rows\.npy cannot be read \(.*; rebuild the index"):
            load_array(file)
    file.write_bytes(whole)
    assert load_array(file).tolist() == np.ones((4, 3)).tolist()


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY", b"\x00" * 200])
def test_what_is_no_array_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"a\.npy cannot be read \(.*\); rebuild the index"):
        load_array(tmp_path / "a.npy")


def test_an_array_of_python_objects_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{}, []], dtype=object), allow_pickle=True)
    with pytest.raises(IndexDamaged, match=r"a\.npy cannot be read \(.*\); rebuild the index"):
        load_array(tmp_path / "a.npy")


@pytest.mark.parametrize("read", [load_array, read_lines])
def test_a_missing_file_is_refused(tmp_path: Path, read: Callable[[Path], object]) -> None:
    file = tmp_path / "gone"
    wanted = rf"{re.escape(str(file))} cannot be read \(.*No such file.*\); rebuild the index"
    with pytest.raises(IndexDamaged, match=wanted):
        read(file)


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))))
def test_lines_come_back_as_they_were(lines: list[str]) -> None:
    with TemporaryDirectory() as name:
        file = Path(name) / "lines"
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        assert read_lines(file) == lines


def test_lines_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    (tmp_path / "lines").write_bytes(b"one\n\xff\n")
    with pytest.raises(IndexDamaged, match=r"lines cannot be read \(.*\); rebuild the index"):
        read_lines(tmp_path / "lines")


def test_facts_are_size_and_sha256_by_path_below(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "z").write_bytes(b"")
    (tmp_path / "b" / "c" / "d").write_bytes(b"content")
    (tmp_path / "b" / "a").write_bytes(b"x" * 100_000)
    found = files_below(tmp_path)
    assert list(found) == ["b/a", "b/c/d", "z"]
    for name, facts in found.items():
        content = (tmp_path / name).read_bytes()
        expected = FileFacts(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        assert facts == file_facts(tmp_path / name) == expected


def test_files_and_folders_can_be_flushed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    flush(tmp_path / "a")
    flush(tmp_path)
    with pytest.raises(FileNotFoundError, match="gone"):
        flush(tmp_path / "gone")
