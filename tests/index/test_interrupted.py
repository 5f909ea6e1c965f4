"""A build stopped anywhere leaves an index that answers: the one before, or the new one."""

import os
import random
import shutil
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from index.build import build_index
from index.current import read_pointer
from index.embed import Vectors
from index.generation import open_index
from index.journal import kept_by_a_stopped_build
from index.rollback import roll_back
from index.store import KEPT
from tests.fakes import LetterEmbedder
from tests.index.sound import LETTERS, check_that_nothing_is_left, digest_of, names_in, sound_digest
from tests.index.writer import Writer


@pytest.mark.timeout(300)
def test_killed_before_any_of_its_steps(
    writer: Writer, small_index: Path, folder: Path, other: Path, tmp_path: Path
) -> None:
    for generation in (2, KEPT):  # one of which has to go when the next one comes
        receipt = build_index([folder], small_index, LETTERS, anew=True)
        assert receipt.manifest.generation == generation
    before, after = sound_digest(small_index), digest_of(other, tmp_path / "else")
    outcomes = set()
    for step in range(1, 1000):
        root = tmp_path / f"step{step}"
        shutil.copytree(small_index, root)
        code = writer.build(other, root, die_at_step=step)
        assert code in (0, -signal.SIGKILL)
        now = sound_digest(root)
        assert now in (before, after)
        outcomes.add((code, now == after))
        # Whatever was left does not matter to the next ones, which clear it away.
        for source, digest in ((other, after), (folder, before)):
            assert writer.build(source, root) == 0
            assert sound_digest(root) == digest
        check_that_nothing_is_left(root)
        if code == 0:
            break
        shutil.rmtree(root)
    assert step > 15
    assert outcomes == {(-signal.SIGKILL, False), (-signal.SIGKILL, True), (0, True)}


@pytest.mark.timeout(300)
def test_killed_at_one_step_after_the_other(
    writer: Writer, small_index: Path, folder: Path, other: Path, tmp_path: Path
) -> None:
    sources = {sound_digest(small_index): folder, digest_of(other, tmp_path / "else"): other}
    for step in range(1, 1000):
        before = sound_digest(small_index)
        (after,) = set(sources) - {before}
        code = writer.build(sources[after], small_index, die_at_step=step)
        assert code in (0, -signal.SIGKILL)
        assert sound_digest(small_index) in (before, after)
        if code == 0:
            break
    assert step > 15
    assert digest_of(folder, small_index) in sources
    assert len(list(small_index.glob("g*"))) <= KEPT
    check_that_nothing_is_left(small_index)


def test_what_was_left_after_publishing_is_cleared_away_though_nothing_has_changed(
    writer: Writer, small_index: Path, folder: Path, other: Path, tmp_path: Path
) -> None:
    for _ in range(1, KEPT):
        build_index([folder], small_index, LETTERS, anew=True)
    before = read_pointer(small_index)
    for step in range(1, 1000):
        root = tmp_path / f"step{step}"
        shutil.copytree(small_index, root)
        assert writer.build(other, root, die_at_step=step) == -signal.SIGKILL
        if read_pointer(root) != before:
            break
    assert writer.build(other, root) == 0
    check_that_nothing_is_left(root)


def test_one_goes_back_to_a_generation_that_has_answered(
    writer: Writer, small_index: Path, other: Path, tmp_path: Path
) -> None:
    first = sound_digest(small_index)
    for step in range(1, 1000):
        root = tmp_path / f"step{step}"
        shutil.copytree(small_index, root)
        assert writer.build(other, root, die_at_step=step) == -signal.SIGKILL
        if (root / "g000002").exists():  # complete, but not current
            break
    assert sound_digest(root) == first
    assert writer.build(other, root) == 0
    assert sound_digest(root) != first
    assert roll_back(root).digest == sound_digest(root) == first


@pytest.mark.timeout(300)
def test_killed_at_random_moments(
    writer: Writer, small_index: Path, folder: Path, other: Path, tmp_path: Path
) -> None:
    sources = {sound_digest(small_index): folder, digest_of(other, tmp_path / "else"): other}
    started = time.monotonic()
    writer.start(other, tmp_path / "timed", pause=0.01)
    assert writer.wait() == 0
    whole = time.monotonic() - started
    rng = random.Random(20261123)
    killed = 0
    for _ in range(20):
        before = sound_digest(small_index)
        (after,) = set(sources) - {before}
        process = writer.start(sources[after], small_index, pause=0.01)
        time.sleep(rng.uniform(0, whole))
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        killed += writer.wait() != 0
        assert sound_digest(small_index) in (before, after)
    assert killed >= 5


class Stop(Exception):
    """Raised by a progress callback."""


def test_stopped_by_an_exception_at_any_report_of_progress(
    small_index: Path, other: Path, tmp_path: Path
) -> None:
    reports: list[tuple[str, int, int]] = []
    shutil.copytree(small_index, tmp_path / "else")
    build_index([other], tmp_path / "else", LetterEmbedder(), progress=lambda *r: reports.append(r))
    assert {step for step, _, _ in reports} >= {"compare", "read", "embed", "words"}
    before = sound_digest(small_index)
    for stop_at in reports:

        def stop(*report: object, stop_at: tuple[str, int, int] = stop_at) -> None:
            if report == stop_at:
                raise Stop("enough")

        with pytest.raises(Stop, match="enough"):
            build_index([other], small_index, LetterEmbedder(), progress=stop)
        assert sound_digest(small_index) == before
        assert names_in(small_index) == ["CURRENT", "data", "g000001", "lock"]
    build_index([other], small_index, LetterEmbedder())
    check_that_nothing_is_left(small_index)


class CountingEmbedder(LetterEmbedder):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed_passages(texts)


def test_a_build_goes_on_where_it_was_stopped(
    small_index: Path, other: Path, tmp_path: Path
) -> None:
    whole = CountingEmbedder()
    shutil.copytree(small_index, tmp_path / "else")
    after = build_index([other], tmp_path / "else", whole).manifest.digest

    def stop(step: str, _done: int, _total: int) -> None:
        if step == "words":
            raise Stop("enough")

    stopped, resumed = CountingEmbedder(), CountingEmbedder()
    with pytest.raises(Stop, match="enough"):
        build_index([other], small_index, stopped, progress=stop)
    assert stopped.asked
    assert kept_by_a_stopped_build(small_index) == len(stopped.asked)
    receipt = build_index([other], small_index, resumed)
    assert sorted(stopped.asked + resumed.asked) == sorted(whole.asked)
    assert receipt.embedded == len(resumed.asked) < len(whole.asked)
    assert sound_digest(small_index) == receipt.manifest.digest == after
    assert kept_by_a_stopped_build(small_index) == 0
    check_that_nothing_is_left(small_index)


def test_what_another_model_has_embedded_is_not_taken(
    small_index: Path, other: Path, tmp_path: Path
) -> None:
    def stop(step: str, _done: int, _total: int) -> None:
        if step == "words":
            raise Stop("enough")

    with pytest.raises(Stop, match="enough"):
        build_index([other], small_index, LetterEmbedder(sha256="1" * 64), progress=stop)
    assert kept_by_a_stopped_build(small_index) > 0
    embedder = CountingEmbedder()
    receipt = build_index([other], small_index, embedder)
    assert receipt.embedded == len(embedder.asked) > 0
    assert receipt.manifest.digest == digest_of(other, tmp_path / "else")


def test_what_a_killed_writer_left_does_not_matter(small_index: Path, other: Path) -> None:
    (small_index / "building").mkdir()
    (small_index / "building" / "vectors.faiss").write_text("half")
    (small_index / "CURRENT.new").write_text("half")
    (small_index / "g000007").mkdir()
    (small_index / "g000007" / "manifest.json").write_text("{")
    (small_index / "data" / "s-0123456789abcdef").mkdir()
    (small_index / "data" / "s-0123456789abcdef" / "texts.sqlite").write_text("half")
    (small_index / "journal.sqlite").write_text("half" * 2000)
    (small_index / "journal.sqlite-wal").write_text("half")
    before = sound_digest(small_index)
    report = build_index([other], small_index, LetterEmbedder())
    assert report.manifest.generation == 2  # what never answered has no number
    assert sound_digest(small_index) == report.manifest.digest != before
    assert names_in(small_index) == ["CURRENT", "data", "g000001", "g000002", "lock"]
    check_that_nothing_is_left(small_index)


@pytest.mark.timeout(120)
def test_readers_never_fail_while_a_writer_publishes(
    writer: Writer, small_index: Path, folder: Path, other: Path, tmp_path: Path
) -> None:
    known = {sound_digest(small_index), digest_of(other, tmp_path / "else")}
    seen = set()
    for number in range(25):
        writer.start(other if number % 2 == 0 else folder, small_index)
        pause = time.monotonic() + 0.2
        while time.monotonic() < pause:
            index = open_index(small_index)
            rows = list(range(index.vectors.rows))
            assert [stored.row for stored in index.texts.passages(rows)] == rows
            assert index.lexical.scores("bead").shape == (len(rows),)
            index.texts.close()
            seen.add(index.manifest.digest)
        assert writer.wait() == 0
    assert seen == known
