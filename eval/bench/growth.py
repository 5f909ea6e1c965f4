"""How a whole question grows. In: a collection, sizes, an engine's maker. Out: Growth, lines.

Indexes of so many passages are made of texts written at random after the collection's own, by
vectors that cost little: embedding 300,000 passages would take hours, and what a question costs
does not depend on what vectors mean. The questions are embedded by the real model, for its time,
and read by the real reader.
"""

import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from zlib import crc32

import numpy as np

from eval.questions.collection import Collection
from index.build import build_index
from index.compose import Progress
from index.embed import Embedder, Vectors
from index.generating import silent
from service.engine import Engine

COLLECTION = "debian_descriptions"
SIZES = (1_000, 10_000, 100_000, 300_000)
QUESTIONS = 200
STEPS = ("embed", "rank", "cite", "read", "weigh", "answer")
_PER_FILE = 20  # passages, about
_WORDS = 98  # of a passage, about: what the splitter makes of such sentences
_SEED = 11
_WORD_VECTORS = 1 << 14  # words with the same remainder share one


@dataclass(frozen=True, slots=True)
class Growth:
    """Median milliseconds of a question's steps among so many passages, and of the whole."""

    passages: int
    steps: dict[str, float]
    total: float


class SketchingEmbedder:
    """Vectors that cost little: a text's is the mean of random ones of its words, so that texts
    that share words are alike. A question takes the time of ``real`` besides, whose card it bears,
    so that all that follows is as by default: what it makes is for measuring alone."""

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self.card = real.card
        self.exported = None
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

    def embed_question(self, text: str) -> Vectors:
        """One unit-length vector, in the time that the real model takes."""
        self._real.embed_question(text)
        row: Vectors = self.embed_passages([text])[0]
        return row

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """One row a question."""
        return np.stack([self.embed_question(text) for text in texts])

    def embed_asked(self, question: str, words: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The question's vector and the words' rows."""
        self._real.embed_asked(question, words)
        rows = self.embed_passages([question, *words])
        return rows[0], rows[1:]


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
    open_ours: Callable[[Path, Embedder], Engine],
    sizes: Sequence[int] = SIZES,
    progress: Progress = silent,
) -> Iterator[Growth]:
    """Each size in its turn, in a temporary folder of its own."""
    sketch = SketchingEmbedder(real)
    sentences = written([document.text for document in collection.documents])
    asked = [query["text"] for query in collection.queries][:QUESTIONS]
    for size in sizes:
        with TemporaryDirectory() as folder:
            source, root = Path(folder) / "source", Path(folder) / "index"
            write_grown(sentences, source, size)
            build_index([source], root, sketch, progress=progress)
            yield _asked(open_ours(root, sketch), asked)


def _asked(engine: Engine, questions: Sequence[str]) -> Growth:
    engine.ask(questions[0])  # what is only done once is not a question's
    told = [engine.ask(question).timings_ms for question in questions]
    steps = {step: median(each.get(step, 0.0) for each in told) for step in STEPS}
    return Growth(engine.index.vectors.rows, steps, median(each["total"] for each in told))


def growth_lines(found: Sequence[Growth]) -> Iterator[str]:
    """A table, and how the largest size compares with each smaller one."""
    yield "".join(f"{name:>9}" for name in ("passages", *STEPS, "whole"))
    for each in found:
        times = (*(each.steps[step] for step in STEPS), each.total)
        yield f"{each.passages:>9}" + "".join(f"{time:6.1f} ms" for time in times)
    last = found[-1]
    for each in found[:-1]:
        yield (
            f"a question among {last.passages} passages takes {last.total / each.total:.2f} times "
            f"that among {each.passages}, without reading {_rest(last) / _rest(each):.2f} times"
        )


def _rest(growth: Growth) -> float:
    return growth.total - growth.steps["read"]
