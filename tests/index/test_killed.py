"""kill -9 at random moments of every change: the index is the old one or the new one."""

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from index.current import generations
from index.doctor import examine
from index.generation import open_index
from service.engine import open_engine
from service.settings import Settings
from tests.index.victim import LETTERS, Victim

KILLS = 200
SEED = 20261123
QUESTIONS = ["abc dab", "the bead faced a cab"]
LETTERS_ = "abcdefgh"


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    with Victim() as process:
        yield process


def state(root: Path) -> tuple[str, str]:
    """What the index is and what it answers."""
    engine = open_engine(Settings(index=root), LETTERS)
    answers = [
        [(p.document.path, p.start, p.end, p.text) for p in engine.ask(question).passages]
        for question in QUESTIONS
    ]
    engine.index.texts.close()
    return (engine.index.manifest.digest, repr(answers))


def sound_state(root: Path) -> tuple[str, str]:
    """The same, after checking that nothing is the matter with it."""
    findings = examine(root, lambda _name: LETTERS)
    assert [finding for finding in findings if finding.problem] == []
    return state(root)


class World:
    """A source folder that changes, an index of it, and the changes one can make."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.rng, self.root = rng, folder / "index"
        self.source, self.lone = folder / "source", folder / "lone"
        self.source.mkdir()
        self.lone.mkdir()
        for number in range(6):
            (self.source / f"{number}.txt").write_text(self.text())

    def text(self) -> str:
        words = ["".join(self.rng.choices(LETTERS_, k=self.rng.randint(2, 4))) for _ in range(90)]
        return ". ".join(" ".join(words[n : n + 6]).capitalize() for n in range(0, 90, 6)) + "."

    def next_change(self) -> tuple[str, str]:
        """An operation with its argument, after changing what it is about to read."""
        kind = self.rng.choice(["index", "index", "add", "remove", "rollback", "prune"])
        paths = [facts.path for facts in open_index(self.root).texts.documents()]
        if kind == "remove" and len(paths) > 2:
            return kind, self.rng.choice(paths)
        if kind == "rollback" and self._can_go_back():
            return kind, ""
        if kind == "prune":
            return kind, ""
        if kind == "add":
            file = self.lone / f"lone{self.rng.randrange(5)}.txt"
            file.write_text(self.text())
            return kind, str(file)
        for _ in range(self.rng.randint(1, 3)):
            (self.source / f"{self.rng.randrange(9)}.txt").write_text(self.text())
        return "index", str(self.source)

    def _can_go_back(self) -> bool:
        numbers = [manifest.generation for manifest in generations(self.root)]
        return min(numbers) < open_index(self.root).manifest.generation


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder that is in memory, where there is one: a kill asks nothing of the disk."""
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


@pytest.mark.timeout(600)
def test_200_kills_leave_the_old_generation_or_the_new(victim: Victim, memory: Path) -> None:
    world = World(memory, random.Random(SEED))
    victim.start("index", world.root, str(world.source))
    assert victim.wait() == 0
    before = sound_state(world.root)
    killed: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    while killed.total() < KILLS:
        operation, argument = world.next_change()
        copy = memory / "copy"
        shutil.copytree(world.root, copy)
        begun = time.monotonic()
        victim.start(operation, copy, argument)
        assert victim.wait() == 0
        whole = time.monotonic() - begun
        after = state(copy)
        shutil.rmtree(copy)
        process = victim.start(operation, world.root, argument)
        time.sleep(whole * world.rng.choice([world.rng.random(), 1 - 0.2 * world.rng.random()]))
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        code = victim.wait()
        assert code in (0, -signal.SIGKILL)
        now = sound_state(world.root)
        assert now in (before, after), (operation, argument)
        if code:
            killed[operation] += 1
            if before != after:
                outcomes["new" if now == after else "old"] += 1
        else:
            assert now == after
        before = now
    assert set(killed) == {"index", "add", "remove", "rollback", "prune"}
    assert outcomes["old"] >= 50  # and often it was not too late
