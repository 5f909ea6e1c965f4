"""A file that is damaged in several ways, one after the other. In: a file. Out: each state."""

from collections.abc import Iterator
from pathlib import Path


def garbled(file: Path) -> Iterator[None]:
    """Empty, of another kind, cut short twice, and gone."""
    whole = file.read_bytes()
    for content in (b"", b"no array", whole[:40], whole[:-1]):
        file.write_bytes(content)
        yield
    file.unlink()
    yield
