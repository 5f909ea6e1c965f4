"""What tests of stopped builds share: a writing process, a second source folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.index.writer import Writer


@pytest.fixture(scope="module")
def writer() -> Iterator[Writer]:
    with Writer() as process:
        yield process


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another source folder than ``folder``, with enough text for several passages."""
    source = tmp_path / "other"
    source.mkdir()
    for number in range(6):
        (source / f"{number}.txt").write_text(f"bead face cab {number} " * 60)
    return source
