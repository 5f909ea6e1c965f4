"""Rows of a whole against their parts, laid end to end."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.parts import Parts

SIZES = st.lists(st.integers(0, 5), max_size=6)


@st.composite
def sizes_and_rows(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    sizes = draw(SIZES.filter(any))
    return sizes, draw(st.lists(st.integers(0, sum(sizes) - 1), max_size=12))


@given(SIZES)
def test_every_row_is_located_in_order(sizes: list[int]) -> None:
    parts = Parts(sizes)
    end_to_end = [(part, row) for part, size in enumerate(sizes) for row in range(size)]
    assert [parts.locate(row) for row in range(parts.total)] == end_to_end
    assert (len(parts), parts.total) == (len(sizes), sum(sizes))
    assert [parts.base(part) for part in range(len(sizes))] == [
        sum(sizes[:part]) for part in range(len(sizes))
    ]


@given(sizes_and_rows())
def test_a_split_takes_every_row_to_its_part_once(given_: tuple[list[int], list[int]]) -> None:
    sizes, rows = given_
    parts = Parts(sizes)
    asked = np.array(rows, dtype=np.int64)
    located: dict[int, tuple[int, int]] = {}
    numbers = []
    for part, positions, local in parts.split(asked):
        numbers.append(part)
        assert positions.tolist() == sorted(set(positions.tolist())) != []
        np.testing.assert_array_equal(parts.base(part) + local, asked[positions])
        for position, row in zip(positions.tolist(), local.tolist(), strict=True):
            assert position not in located
            located[position] = (part, row)
    assert numbers == sorted(set(numbers))
    assert [located[position] for position in range(len(rows))] == list(map(parts.locate, rows))


def test_a_split_by_hand() -> None:
    split = [
        (part, positions.tolist(), local.tolist())
        for part, positions, local in Parts([3, 0, 2]).split(np.array([4, 0, 3, 2, 4]))
    ]
    assert split == [(0, [1, 3], [0, 2]), (2, [0, 2, 4], [1, 0, 1])]


@pytest.mark.parametrize("sizes", [[], [0], [2], [1, 1], [1, 0, 1]])
@pytest.mark.parametrize("outside", [-1, 2, 10**12])
def test_a_row_that_is_in_no_part(sizes: list[int], outside: int) -> None:
    parts = Parts(sizes)
    with pytest.raises(IndexError, match=rf"row {outside} is none of {sum(sizes)}"):
        parts.locate(outside)
    inside = list(range(parts.total))
    with pytest.raises(IndexError, match=rf"row {outside} is none of {sum(sizes)}"):
        next(parts.split(np.array([*inside, outside, *inside])))


@pytest.mark.parametrize("sizes", [[], [0, 0], [3], [3, 4]])
def test_no_rows_are_in_no_part(sizes: list[int]) -> None:
    assert list(Parts(sizes).split(np.array([], dtype=np.int64))) == []


def test_a_part_of_fewer_than_no_rows() -> None:
    with pytest.raises(ValueError, match=r"fewer than 0 rows: \[2, -1\]"):
        Parts([2, -1])
