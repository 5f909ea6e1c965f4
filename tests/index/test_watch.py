"""A folder that changes, with changes told by hand; the real ones are in test_document_cli."""

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

import pytest

from index.embed import Vectors
from index.generation import open_index
from index.store import write_lock
from index.watch import watch_sources
from tests.fakes import LetterEmbedder

Changes = Callable[[Sequence[Path]], Iterable[Collection[object]]]


def steps(*actions: Callable[[], object]) -> Changes:
    """Changes after each action; the first tick comes without one."""

    def changes(_sources: Sequence[Path]) -> Iterable[Collection[object]]:
        yield ()
        for action in actions:
            action()
            yield {"changed"}

    return changes


def paths(root: Path) -> list[str]:
    return sorted(facts.path for facts in open_index(root).texts.documents())


def test_each_change_is_followed(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "index"
    changes = steps(
        lambda: (folder / "new.txt").write_text("Aha."),
        lambda: (folder / "new.txt").rename(folder / "moved.txt"),
        (folder / "one.txt").unlink,
        lambda: (folder / "moved.txt").write_bytes(b"abc\xff\x00"),
    )
    watch_sources([folder], root, LetterEmbedder(), changes)
    assert paths(root) == ["deep er/three.md", "two.txt"]
    out = capsys.readouterr().out
    assert "added 'new.txt'\ngeneration 2\n" in out
    assert "moved 'new.txt' to 'moved.txt'\ngeneration 3\n" in out
    assert "removed 'one.txt'\ngeneration 4\n" in out
    assert "removed 'moved.txt'\ngeneration 5\n" in out


def test_what_changed_before_the_watching_began_is_followed(folder: Path, tmp_path: Path) -> None:
    def changes(_sources: Sequence[Path]) -> Iterable[Collection[object]]:
        (folder / "early.txt").write_text("Early.")
        yield ()

    watch_sources([folder], tmp_path / "index", LetterEmbedder(), changes)
    assert "early.txt" in paths(tmp_path / "index")


def test_while_another_writes_the_change_is_waited_for(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "index"

    def changes(_sources: Sequence[Path]) -> Iterable[Collection[object]]:
        yield ()
        with write_lock(root):
            (folder / "new.txt").write_text("Aha.")
            yield {"changed"}
            yield ()
            assert "new.txt" not in paths(root)
        yield ()

    watch_sources([folder], root, LetterEmbedder(), changes)
    assert "new.txt" in paths(root)


def test_a_failure_is_told_and_the_watching_goes_on(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hidden = tmp_path / "hidden"
    changes = steps(
        lambda: folder.rename(hidden),
        lambda: hidden.rename(folder),
        lambda: (folder / "new.txt").write_text("Aha."),
    )
    watch_sources([folder], tmp_path / "index", LetterEmbedder(), changes)
    assert "does not exist" in capsys.readouterr().err
    assert "new.txt" in paths(tmp_path / "index")


class Interrupted(LetterEmbedder):
    """Is interrupted once it is asked to embed a certain word."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if any("Aha" in text for text in texts):
            raise KeyboardInterrupt
        return super().embed_passages(texts)


def test_an_interrupt_while_indexing_ends_the_watching(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "index"
    changes = steps(lambda: (folder / "new.txt").write_text("Aha."))
    watch_sources([folder], root, Interrupted(), changes)
    assert capsys.readouterr().err.endswith("no longer watching\n")
    assert "new.txt" not in paths(root)
    with write_lock(root):
        watched = open_index(root).manifest.generation
    assert watched == 1
