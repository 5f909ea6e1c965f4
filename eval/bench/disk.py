"""What lies on disk. In: a folder. Out: megabytes."""

from pathlib import Path

_MB = 1024 * 1024


def size_mb(path: Path) -> float:
    """The size of a folder's files."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / _MB
