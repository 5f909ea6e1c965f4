"""A build stopped anywhere leaves an index that answers: the one before, or the new one."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from index.build import build_index
from index.doctor import examine
from index.store import open_index
from tests.fakes import LetterEmbedder
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


def sound_digest(root: Path) -> str:
    """The digest of the index, after checking that nothing is the matter with it."""
    findings = examine(root, lambda _name: LetterEmbedder())
    assert [finding for finding in findings if finding.problem] == []
    index = open_index(root)
    assert index.vectors.search(LetterEmbedder().embed_question("bad"), 1)
    index.texts.close()
    return index.manifest.digest


def digest_of(source: Path, root: Path) -> str:
    return build_index([source], root, LetterEmbedder()).manifest.digest


@pytest.mark.timeout(300)
def test_killed_before_any_of_its_steps(
    writer: Writer, small_index: Path, folder: Path, other: Path, tmp_path: Path
) -> None:
    sources = {sound_digest(small_index): folder, digest_of(other, tmp_path / "else"): other}
    outcomes = set()
    for step in range(1, 1000):
        before = sound_digest(small_index)
        (after,) = set(sources) - {before}
        code = writer.build(sources[after], small_index, die_at_step=step)
        assert code in (0, -signal.SIGKILL)
        now = sound_digest(small_index)
        assert now in (before, after)
        outcomes.add((code, now == after))
        if code == 0:
            break
    assert step > 15
    assert outcomes == {(-signal.SIGKILL, False), (-signal.SIGKILL, True), (0, True)}
    assert digest_of(folder, small_index) in sources
    assert len(list(small_index.glob("g*"))) == 1
    assert sorted(f.name for f in small_index.iterdir() if f.name[0] != "g") == ["CURRENT", "lock"]


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


def test_the_disk_is_full_at_any_size(
    writer: Writer, small_index: Path, other: Path, tmp_path: Path
) -> None:
    before, after = sound_digest(small_index), digest_of(other, tmp_path / "else")
    largest = max(f.stat().st_size for f in (tmp_path / "else").rglob("*"))
    sizes = [1, 10, 60, 100, 200, 500, 1000, 2000, 4000, 4096, 8192, largest // 2, largest - 1]
    for size in sizes:
        assert writer.build(other, small_index, most_bytes=size) == 1
        assert sound_digest(small_index) == before
    assert writer.build(other, small_index, most_bytes=largest) == 0
    assert sound_digest(small_index) == after


@pytest.mark.parametrize("short", [1, 100, 2000, 10_000])
def test_the_disk_is_full_at_the_end_of_the_vectors(
    writer: Writer, small_index: Path, other: Path, tmp_path: Path, short: int
) -> None:
    width = 20_011
    assert writer.build(other, tmp_path / "else", width=width) == 0
    vectors = max(f.stat().st_size for f in (tmp_path / "else").rglob("*"))
    assert vectors > 4 * width
    before = sound_digest(small_index)
    code = writer.build(other, small_index, most_bytes=vectors - short, width=width)
    assert sound_digest(small_index) == before
    assert code == 1


class Stop(Exception):
    """Raised by a progress callback."""


def test_stopped_by_an_exception_at_any_report_of_progress(
    small_index: Path, other: Path, tmp_path: Path
) -> None:
    reports: list[tuple[str, int, int]] = []
    build_index([other], tmp_path / "else", LetterEmbedder(), progress=lambda *r: reports.append(r))
    assert {step for step, _, _ in reports} >= {"read", "embed"}
    before = sound_digest(small_index)
    for stop_at in reports:

        def stop(*report: object, stop_at: tuple[str, int, int] = stop_at) -> None:
            if report == stop_at:
                raise Stop("enough")

        with pytest.raises(Stop, match="enough"):
            build_index([other], small_index, LetterEmbedder(), progress=stop)
        assert sound_digest(small_index) == before
        assert sorted(f.name for f in small_index.iterdir()) == ["CURRENT", "g000001", "lock"]


def test_what_a_killed_writer_left_does_not_matter(small_index: Path, other: Path) -> None:
    (small_index / "building").mkdir()
    (small_index / "building" / "vectors.faiss").write_text("half")
    (small_index / "CURRENT.new").write_text("half")
    (small_index / "g000007").mkdir()
    (small_index / "g000007" / "manifest.json").write_text("{")
    before = sound_digest(small_index)
    report = build_index([other], small_index, LetterEmbedder())
    assert report.manifest.generation == 8
    assert sound_digest(small_index) == report.manifest.digest != before
    assert sorted(f.name for f in small_index.iterdir()) == ["CURRENT", "g000008", "lock"]


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
