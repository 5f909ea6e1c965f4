"""How indexing and searching grow. In: a collection of many documents. Out: lines of figures.

citewell's full build, its update and a plain embedding of the same texts run as processes of
their own, one after the other in one run, so that times can be compared and peak memory is
each one's own.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from eval.bench.disk import size_mb
from eval.bench.growth import COLLECTION
from eval.questions.collection import Collection, file_name, read_collection
from index.compose import LARGEST
from index.embed import Vectors
from index.generation import Index, open_index
from index.minilm import model_folder
from index.nearest import VectorIndex
from index.segment_vectors import SegmentVectors
from service.engine import Engine

CHANGED = 100
SIZES = (10_000, 60_000, 300_000)
QUESTIONS = 200
POOL = 200
NOISE = 0.05  # length of what is added to a vector that is repeated; its own is 1
_LAUNCHER = """
import json, os, subprocess, sys, time
begun = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
seconds = time.perf_counter() - begun
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss]))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took: seconds on the clock, and the most memory it held at once."""

    seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Median milliseconds of one search at a size, by citewell and by a flat index, and the
    share of the flat index's first 10 that citewell finds."""

    rows: int
    ours: float
    exact: float
    recall: float


def write_source(collection: Collection, folder: Path) -> None:
    """A text file for each document; its title, which would give the answer away, is left out."""
    folder.mkdir(parents=True)
    for document in collection.documents:
        (folder / file_name(document.id)).write_text(document.text, "utf-8")


def change_some(folder: Path, count: int = CHANGED) -> None:
    """Change evenly spread files of the source by a sentence each."""
    files = sorted(folder.iterdir())
    for number in range(count):
        file = files[number * len(files) // count]
        text = file.read_text("utf-8")
        file.write_text(f"{text}\nThis description was changed as number {number}.\n", "utf-8")


def timed(command: Sequence[str]) -> Run:
    """Run a command to its end; raises ``CalledProcessError`` when it fails."""
    # By way of a small process: the memory of the one that starts it counts for a process.
    measured = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", _LAUNCHER, *command], check=False, stdout=subprocess.PIPE, text=True
    )
    code, seconds, kilobytes = json.loads(measured.stdout)
    if code:
        raise subprocess.CalledProcessError(code, command)
    return Run(seconds, kilobytes / 1024)


def measure_builds(source: Path, work: Path, model: Path) -> Iterator[str]:
    """Full build, plain embedding, nothing changed, some changed."""
    root = work / "index"
    index = [
        str(Path(sys.executable).with_name("citewell")),
        "index",
        str(source),
        "--out",
        str(root),
    ]
    built = timed(index)
    opened = open_index(root)
    counts = opened.manifest.counts
    opened.texts.close()
    yield (
        f"{counts.documents} documents, {counts.passages} passages, {counts.windows} windows, "
        f"{counts.pieces} word pieces of passages"
    )
    yield _line("citewell, all", built, size_mb(root))
    plain = [
        sys.executable,
        "-m",
        "eval.bench.baseline",
        str(model),
        str(source),
        str(work / "plain"),
    ]
    embedded = timed(plain)
    yield _line("plain embedding", embedded, size_mb(work / "plain"))
    yield f"citewell takes {built.seconds / embedded.seconds:.2f} times the plain embedding's time"
    yield _line("citewell, nothing changed", timed(index), size_mb(root))
    change_some(source)
    update = timed(index)
    yield _line(f"citewell, {CHANGED} changed", update, size_mb(root))
    yield f"the update takes {update.seconds / built.seconds:.2%} of the full build"


def _line(name: str, run: Run, size: float) -> str:
    return f"{name:<28}{run.seconds:9.1f} s   peak {run.peak_mb:7.0f} MB   on disk {size:7.0f} MB"


def measure_questions(engine: Engine, questions: Sequence[str]) -> Iterator[str]:
    """The time of whole questions on an index, and how well its search agrees with exact."""
    index = engine.index
    vectors = np.stack([engine.embedder.embed_question(question) for question in questions])
    recall = agreement(index.vectors, all_vectors(index), vectors)
    taken = []
    for question in questions:
        begun = time.perf_counter()
        engine.retrieve(question)
        taken.append(time.perf_counter() - begun)
    yield (
        f"{index.vectors.rows} passages: first 10 agree with exact search to {recall:.4f} over "
        f"{len(questions)} questions; a question takes {median(taken) * 1000:.1f} ms"
    )


def all_vectors(index: Index) -> Vectors:
    """Every passage's vector."""
    return index.vectors.vectors(np.arange(index.vectors.rows))


def agreement(searched: VectorIndex, rows: Vectors, questions: Vectors, k: int = 10) -> float:
    """The mean share of the ``k`` rows with the greatest inner products that are found."""
    shares = []
    for question in questions:
        exact = np.argsort(-(rows @ question), kind="stable")[:k]
        found = {hit.row for hit in searched.search(question, k)}
        shares.append(len(found & set(exact.tolist())) / k)
    return float(np.mean(shares))


def measure_sizes(
    rows: Vectors, questions: Vectors, folder: Path, sizes: Sequence[int] = SIZES
) -> list[Latency]:
    """Search among so many vectors, in segments as large as they become; a size that is more
    than there are is made by repeating them with noise."""
    found = []
    for size in sizes:
        repeated = resized(rows, size)
        parts = []
        for start in range(0, size, LARGEST):
            place = folder / f"{size}-{start}"
            SegmentVectors.build(place, [repeated[start : start + LARGEST]], rows.shape[1])
            parts.append(SegmentVectors.open(place))
        searched = VectorIndex(parts, rows.shape[1])
        exact = VectorIndex.build([repeated], rows.shape[1])
        found.append(
            Latency(
                size,
                *_side_by_side(searched, exact, questions),
                agreement(searched, repeated, questions),
            )
        )
    return found


def _side_by_side(
    searched: VectorIndex, exact: VectorIndex, questions: Vectors
) -> tuple[float, float]:
    """Median milliseconds of one search of each, question by question in turns."""
    taken: tuple[list[float], list[float]] = ([], [])
    for question in questions:
        for index, times in zip((searched, exact), taken, strict=True):
            begun = time.perf_counter()
            index.search(question, POOL)
            times.append(1000 * (time.perf_counter() - begun))
    return median(taken[0]), median(taken[1])


def resized(rows: Vectors, size: int) -> Vectors:
    """The first ``size`` rows, or all of them over and over, each time with other noise."""
    rng = np.random.default_rng(1)
    again = np.arange(size) % len(rows)
    repeated = rows[again]
    later = np.flatnonzero(np.arange(size) >= len(rows))
    noise = rng.standard_normal((len(later), rows.shape[1])).astype(np.float32)
    noise *= np.float32(NOISE) / np.linalg.norm(noise, axis=1, keepdims=True)
    repeated[later] += noise
    unit: Vectors = repeated / np.linalg.norm(repeated, axis=1, keepdims=True)
    return unit


def latency_lines(found: Sequence[Latency]) -> Iterator[str]:
    """A table, and how the largest size compares with the smallest."""
    yield f"{'passages':>9}  {'citewell':>11}  {'flat':>9}  first 10 found"
    for each in found:
        yield f"{each.rows:>9}  {each.ours:8.2f} ms  {each.exact:6.2f} ms  {each.recall:.4f}"
    last, first = found[-1], found[0]
    yield (
        f"one search at {last.rows} takes {last.ours / first.ours:.2f} times that at "
        f"{first.rows} passages"
    )


def bench_scale(
    collections: Path, work: Path, open_ours: Callable[[Path], Engine]
) -> Iterator[str]:
    """All of it, line by line; ``work`` must not exist, and keeps the index."""
    collection = read_collection(collections / COLLECTION)
    source = work / "source"
    write_source(collection, source)
    yield from measure_builds(source, work, model_folder())
    engine = open_ours(work / "index")
    asked = [query["text"] for query in collection.queries][:QUESTIONS]
    yield from measure_questions(engine, asked)
    vectors = np.stack([engine.embedder.embed_question(question) for question in asked])
    with TemporaryDirectory(dir=work) as folder:
        yield from latency_lines(measure_sizes(all_vectors(engine.index), vectors, Path(folder)))
