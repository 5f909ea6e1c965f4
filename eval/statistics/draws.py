"""Random draws in bounded memory. In: sizes. Out: batches of resamples or of signs.

Every call begins with the same seed and draws row after row, so that a figure can be
reproduced and the size of a batch changes nothing but the memory taken.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SEED = 20261123
# numbers in one batch, 8 bytes each; a step holds two or three arrays of them, about 6 MB
AT_ONCE = 1 << 18
# sums of the same numbers, added in another order, differ by less than this share of their size
ROUNDING = 1e-12


def draw_resamples(n: int, resamples: int, at_once: int = AT_ONCE) -> Iterator[NDArray[np.int64]]:
    """Indices of ``n`` questions drawn with replacement, in batches of shape (rows, n)."""
    random = np.random.default_rng(SEED)
    for rows in _rows(resamples, max(1, at_once // n)):
        yield random.integers(n, size=(rows, n))


def draw_flips(n: int, resamples: int, rows_at_once: int) -> Iterator[NDArray[np.float64]]:
    """1 where a question's sign is flipped and 0 where not, in batches of shape (rows, n)."""
    random = np.random.default_rng(SEED)
    words = -(-n // 64)
    for rows in _rows(resamples, rows_at_once):
        drawn = random.integers(1 << 64, size=(rows, words), dtype=np.uint64).astype("<u8")
        yield np.unpackbits(drawn.view(np.uint8), axis=1, count=n).astype(np.float64)


def _rows(total: int, at_once: int) -> Iterator[int]:
    for start in range(0, total, at_once):
        yield min(at_once, total - start)
