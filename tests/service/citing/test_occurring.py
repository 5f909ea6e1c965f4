"""Where a text stands now, the nearest place first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.citing.occurring import nearest_occurrences


@pytest.mark.parametrize(
    ("near", "most", "starts"),
    [
        (0, 9, [0, 4, 8]),
        (3, 9, [4, 0, 8]),
        (6, 9, [4, 8, 0]),  # 4 and 8 are as far: the earlier first
        (6, 1, [4]),
        (100, 2, [8, 4]),
    ],
)
def test_places_by_hand(near: int, most: int, starts: list[int]) -> None:
    found = nearest_occurrences("abc abc abc", "abc", near, most)
    assert [(span.start, span.end) for span in found] == [(at, at + 3) for at in starts]


@given(st.text("ab", max_size=40), st.text("ab", min_size=1, max_size=3), st.data())
def test_they_are_the_nearest_of_all(whole: str, text: str, data: st.DataObject) -> None:
    near = data.draw(st.integers(0, len(whole) + 5))
    most = data.draw(st.integers(1, 5))
    all_starts = [at for at in range(len(whole)) if whole.startswith(text, at)]
    expected = sorted(all_starts, key=lambda at: (abs(at - near), at))[:most]
    found = nearest_occurrences(whole, text, near, most)
    assert [span.start for span in found] == expected
    assert all(whole[span.start : span.end] == text for span in found)
