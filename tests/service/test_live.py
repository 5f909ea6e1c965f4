"""A running service follows its index, and does not answer from what was removed."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from index.build import build_index
from index.errors import IndexDamaged, IndexFormat, IndexMissing
from index.rollback import roll_back
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.index.faulty import segment_folder
from tests.service.corpora import index_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An index of one text."""
    return index_of(tmp_path, {"a.txt": "aaa"})


@pytest.fixture
def live(root: Path) -> LiveEngine:
    """An engine that follows ``root``."""
    return LiveEngine(Settings(index=root), LetterEmbedder())


def _rebuild(root: Path, text: str, sha256: str = "0" * 64) -> None:
    source = root.parent / "source"
    (source / "a.txt").write_text(text, "utf-8")
    build_index([source], root, LetterEmbedder(sha256=sha256))


def _answer(live: LiveEngine) -> tuple[int, str]:
    """The generation that answers, and the text of its best passage."""
    response = live.engine().ask("aaa")
    return response.index.generation, response.passages[0].text


def test_while_nothing_changes_the_engine_is_the_same(live: LiveEngine) -> None:
    assert live.engine() is live.engine()


def test_a_rebuilt_index_answers_at_once(root: Path, live: LiveEngine) -> None:
    assert _answer(live) == (1, "aaa")
    _rebuild(root, "bbb")
    assert _answer(live) == (2, "bbb")


def test_the_model_stays_loaded(root: Path, live: LiveEngine) -> None:
    embedder = live.engine().embedder
    _rebuild(root, "bbb")
    assert live.engine().embedder is embedder


def test_a_removed_index_does_not_answer_and_comes_back(root: Path, live: LiveEngine) -> None:
    shutil.rmtree(root)
    with pytest.raises(IndexMissing, match=r"there is no index in .*make one with"):
        live.engine()
    _rebuild(root, "ccc")
    assert _answer(live) == (1, "ccc")


@pytest.mark.parametrize("content", ["", "g000001\n", "{}", "g000001 " + "0" * 64])
def test_a_pointer_of_another_format_does_not_answer(
    root: Path, live: LiveEngine, content: str
) -> None:
    kept = (root / "CURRENT").read_text("ascii")
    (root / "CURRENT").write_text(content, "ascii")
    with pytest.raises(IndexFormat, match="CURRENT is not as citewell writes it; rebuild"):
        live.engine()
    (root / "CURRENT").write_text(kept, "ascii")
    assert _answer(live) == (1, "aaa")


def test_a_generation_of_another_format_does_not_answer(root: Path, live: LiveEngine) -> None:
    (root / "g000002").mkdir()
    (root / "g000002" / "manifest.json").write_text('{"format": "citewell-index/99"}', "utf-8")
    (root / "CURRENT").write_text(f"g000002 {'0' * 64}\n", "ascii")
    with pytest.raises(IndexFormat, match=r"is of format 'citewell-index/99' and .*rebuild"):
        live.engine()
    _rebuild(root, "ddd")
    assert _answer(live) == (3, "ddd")


def test_a_damaged_generation_does_not_answer(root: Path, live: LiveEngine) -> None:
    first = (root / "CURRENT").read_text("ascii")
    _rebuild(root, "bbb")
    with (segment_folder(root) / "texts.sqlite").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(IndexDamaged, match=r"texts\.sqlite was changed after it was written"):
        live.engine()
    (root / "CURRENT").write_text(first, "ascii")
    assert _answer(live) == (1, "aaa")


def test_a_generation_whose_manifest_was_changed_does_not_answer(
    root: Path, live: LiveEngine
) -> None:
    shutil.copytree(root / "g000001", root / "g000002")
    with (root / "g000002" / "manifest.json").open("ab") as stream:
        stream.write(b"\n")
    pointer = (root / "CURRENT").read_text("ascii")
    (root / "CURRENT").write_text(pointer.replace("g000001", "g000002"), "ascii")
    with pytest.raises(IndexDamaged, match=r"manifest\.json was changed after it was written"):
        live.engine()
    (root / "CURRENT").write_text(pointer, "ascii")
    assert _answer(live) == (1, "aaa")


def test_going_back_is_followed_too(root: Path, live: LiveEngine) -> None:
    _rebuild(root, "bbb")
    assert _answer(live) == (2, "bbb")
    roll_back(root)
    assert _answer(live) == (1, "aaa")


def test_an_index_of_another_model_does_not_answer(root: Path, live: LiveEngine) -> None:
    _rebuild(root, "bbb", sha256="1" * 64)
    with pytest.raises(IndexFormat, match=r"made with letters.*rebuild the index with this model"):
        live.engine()


def test_without_an_index_there_is_no_start(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="there is no index in"):
        LiveEngine(Settings(index=tmp_path), LetterEmbedder())


def test_threads_are_answered_while_the_index_moves(root: Path, live: LiveEngine) -> None:
    texts = dict(enumerate(["aaa", "bbb", "ccc", "ddd", "eee"], start=1))
    done = Event()

    def ask_until_done() -> set[tuple[int, str]]:
        seen = set()
        while not done.is_set():
            seen.add(_answer(live))
        return seen

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask_until_done) for _ in range(4)]
        try:
            for text in list(texts.values())[1:]:
                _rebuild(root, text)
        finally:
            done.set()
        seen = set[tuple[int, str]]().union(*(each.result() for each in asking))
    assert seen <= set(texts.items())
    assert _answer(live) == (5, "eee")
