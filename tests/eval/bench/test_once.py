"""A folder is made when what it is made of has changed, and only then."""

from pathlib import Path

import pytest

from eval.bench.once import make_once
from eval.errors import OutputExists


def test_a_folder_is_made_once_in_each_state(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "made"
    made: list[str] = []

    def make() -> None:
        folder.mkdir()
        (folder / f"{len(made)}").write_text("", "utf-8")
        made.append(folder.name)

    for state in ("a", "a", "b", "b"):
        make_once(folder, state, make)
    assert [file.name for file in folder.iterdir()] == ["1"]
    assert len(made) == 2


def test_what_was_not_completed_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "made"

    def fail() -> None:
        folder.mkdir()
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        make_once(folder, "a", fail)
    make_once(folder, "a", folder.mkdir)
    make_once(folder, "a", fail)  # complete now, so not called


def test_a_folder_of_another_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    with pytest.raises(OutputExists, match="not made by this command; name another folder"):
        make_once(tmp_path / "made", "a", lambda: None)
    assert [file.name for file in tmp_path.iterdir()] == ["made"]
