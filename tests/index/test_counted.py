"""One is one, and everything else is several."""

import pytest

from index.counted import counted


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 passages"), (1, "1 passage"), (2, "2 passages"), (11, "11 passages")],
)
def test_only_one_is_one(count: int, told: str) -> None:
    assert counted(count, "passage") == told
