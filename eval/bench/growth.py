"""How a service grows. In: a collection, sizes, a model. Out: Growth, lines.

Indexes of so many passages are made of texts written at random after the collection's own, by
vectors that cost little: embedding 300,000 passages would take hours, and what a question costs
does not depend on what vectors mean. They carry the real model, so that each is then served and
asked as any other.
"""

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from zlib import crc32

import numpy as np

from eval.bench.disk import size_mb
from eval.bench.served import citewell_command, running
from eval.questions.collection import Collection
from index.build import build_index
from index.compose import Progress
from index.embed import Alike, Embedder, Vectors
from index.generating import silent

COLLECTION = "debian_descriptions"
SIZES = (1_000, 10_000, 100_000, 300_000)
QUESTIONS = 200
STEPS = ("embed", "rank", "cite", "read", "weigh", "answer", "request")
SECONDS = 10.0  # that 32 connections ask
_PER_FILE = 20  # passages, about
_WORDS = 98  # of a passage, about: what the splitter makes of such sentences
_SEED = 11
_WORD_VECTORS = 1 << 14  # words with the same remainder share one


@dataclass(frozen=True, slots=True)
class Growth:
    """A service of so many passages: the median milliseconds of a question's steps, ``request``
    being the whole as its caller sees it; questions a second of 32 connections, seconds from its
    start until it is ready, and megabytes, resident after the questions and of the index."""

    passages: int
    steps: dict[str, float]
    per_second: float
    start: float
    resident: float
    disk: float


class SketchingEmbedder(Alike):
    """Vectors that cost little: a text's is the mean of random ones of its words, so that texts
    that share words are alike. It gives itself out for the ``real`` model, which an index made by
    it is served with: such an index is for measuring alone."""

    def __init__(self, real: Embedder) -> None:
        self.card = real.card
        self.exported = real.exported
        shape = (_WORD_VECTORS, self.card.width)
        self._vectors = np.random.default_rng(_SEED).standard_normal(shape).astype(np.float32)

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """A third more than words, as English has."""
        return [2 + len(text.split()) * 4 // 3 for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row a text."""
        rows = np.stack([self._vectors[_places(text)].sum(axis=0) for text in texts])
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def _places(text: str) -> list[int]:
    return [crc32(word.encode()) % _WORD_VECTORS for word in text.lower().split() or [""]]


def written(texts: Sequence[str], seed: int = _SEED) -> Iterator[str]:
    """Sentences without end in which each word follows one that it follows in ``texts``."""
    after: dict[str, list[str]] = defaultdict(list)
    begins = []
    for text in texts:
        words = text.split()
        begins += words[:1]
        for word, following in itertools.pairwise(words):
            after[word].append(following)
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    while True:
        word = chance.choice(begins)
        sentence = [word]
        while not word.endswith(".") and len(sentence) < _WORDS and word in after:
            word = chance.choice(after[word])
            sentence.append(word)
        yield " ".join(sentence).rstrip(".") + "."


def write_grown(sentences: Iterator[str], folder: Path, passages: int) -> None:
    """Files below a new ``folder`` that make about so many passages."""
    folder.mkdir(parents=True)
    files = -(-passages // _PER_FILE)
    for number in range(files):
        left = min(_PER_FILE, passages - number * _PER_FILE) * _WORDS
        said = []
        while left > 0:
            said.append(next(sentences))
            left -= said[-1].count(" ") + 1
        (folder / f"{number:06}.txt").write_text("\n".join(said) + "\n", "utf-8")


def measure_growth(
    collection: Collection,
    real: Embedder,
    sizes: Sequence[int] = SIZES,
    progress: Progress = silent,
    seconds: float = SECONDS,
) -> Iterator[Growth]:
    """Each size in its turn, in a temporary folder of its own."""
    sketch = SketchingEmbedder(real)
    sentences = written([document.text for document in collection.documents])
    asked = [query["text"] for query in collection.queries][:QUESTIONS]
    for size in sizes:
        with TemporaryDirectory() as folder:
            source, root = Path(folder) / "source", Path(folder) / "index"
            write_grown(sentences, source, size)
            made = build_index([source], root, sketch, progress=progress)
            yield _served(root, made.manifest.counts.passages, asked, seconds)


def _served(root: Path, passages: int, questions: Sequence[str], seconds: float) -> Growth:
    with running(citewell_command(root)) as server:
        server.steps(f"first {questions[0]}")  # what is only done once is not a question's
        told = [server.steps(question) for question in questions]
        # A question that was asked before is remembered, so each is made another one.
        per_second = server.per_second([f"{question} again" for question in questions], seconds)
        steps = {step: median(each.get(step, 0.0) for each in told) for step in STEPS}
        return Growth(passages, steps, per_second, server.start, server.resident(), size_mb(root))


def told_at_once(growth: Growth) -> str:
    """What one size took, in a line."""
    return (
        f"{growth.passages} passages: a question {growth.steps['request']:.1f} ms, without reading "
        f"{_unread(growth):.1f} ms; {growth.per_second:.1f} a second; start {growth.start:.1f} s; "
        f"{growth.resident:.0f} MB resident, {growth.disk:.0f} MB on disk"
    )


def growth_lines(found: Sequence[Growth]) -> Iterator[str]:
    """Tables, and how the largest size compares with each smaller one."""
    yield "".join(f"{name:>9}" for name in ("passages", *STEPS))
    for each in found:
        times = "".join(f"{each.steps[step]:6.1f} ms" for step in STEPS)
        yield f"{each.passages:>9}{times}"
    yield "".join(f"{name:>12}" for name in ("passages", "a second", "start", "resident", "disk"))
    for each in found:
        yield (
            f"{each.passages:>12}{each.per_second:>12.1f}{each.start:>10.1f} s"
            f"{each.resident:>9.0f} MB{each.disk:>9.0f} MB"
        )
    last = found[-1]
    for each in found[:-1]:
        yield (
            f"a question among {last.passages} passages takes "
            f"{last.steps['request'] / each.steps['request']:.2f} times that among "
            f"{each.passages}, without reading {_unread(last) / _unread(each):.2f} times"
        )


def _unread(growth: Growth) -> float:
    return growth.steps["request"] - growth.steps["read"]
