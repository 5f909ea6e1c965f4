"""Vectors to search in. In: how many, of what width. Out: unit rows, alike in clusters."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors


def unit(rows: NDArray[np.floating[Any]]) -> Vectors:
    scaled: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def unit_rows(count: int, width: int, seed: int) -> Vectors:
    return unit(np.random.default_rng(seed).standard_normal((count, width)))


def clustered_rows(count: int, width: int, seed: int, clusters: int = 40) -> Vectors:
    """As texts are: topics that themselves lie on a plane of few directions."""
    chance = np.random.default_rng(seed)
    plane = chance.standard_normal((max(2, width // 4), width))
    topics = unit(chance.standard_normal((clusters, len(plane))) @ plane)
    near = unit(chance.standard_normal((count, len(plane))) @ plane)
    return unit(topics[chance.integers(clusters, size=count)] + 0.8 * near)
