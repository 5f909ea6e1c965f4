"""How fast and small, beside the plain baseline and the floor. In: an Engine. Out: Figures.

All in one run, what is compared in turn, so that a machine that slows down slows both. The floor
is the model's own arithmetic at the rate at which this machine multiplies matrices of its size.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.bench.baseline import PlainBaseline, floor_rate
from eval.bench.beside import in_turn, texts_of
from eval.bench.served import Server, citewell_command, plain_command, running
from index.embed import Embedder
from index.minilm import EIGHT_BITS, load_embedder, model_folder
from service.engine import Engine


@dataclass(frozen=True, slots=True)
class Figure:
    """One comparison; ``goal`` is how many times better than the baseline, or, where there is no
    baseline, the value that is to be reached. ``floor`` is in the unit of the others."""

    name: str
    unit: str
    ours: float
    plain: float | None
    goal: float
    higher_is_better: bool = False
    floor: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times better than the baseline."""
        if self.plain is None:
            return None
        return self.ours / self.plain if self.higher_is_better else self.plain / self.ours

    @property
    def reached(self) -> bool:
        """Whether the goal is."""
        return self.ours <= self.goal if self.ratio is None else self.ratio >= self.goal


@dataclass(frozen=True, slots=True)
class Step:
    """The median milliseconds of one step of a question, with reading and without."""

    name: str
    reading: float
    unread: float


def measure_fast(
    engine: Engine, plain: PlainBaseline, questions: Sequence[str], *, quick: bool
) -> tuple[list[Figure], list[Step]]:
    """Every figure, and where a question's time goes; some five minutes, or one when ``quick``."""
    rounds, seconds = (1, 3.0) if quick else (3, 10.0)
    questions = questions[:30] if quick else questions
    name = engine.index.manifest.embedder.name
    model = model_folder(name)
    one = _one_question(engine.embedder, plain, list(questions) * rounds)
    if not name.endswith(EIGHT_BITS):
        rounded = load_embedder(name + EIGHT_BITS)
        one += _one_question(rounded, plain, list(questions) * rounds, ", 8 bits", 6)
    indexing = _indexing(engine.embedder, plain, list(plain.windows) * rounds, model)
    served, steps = _over_loopback(engine, model, list(questions) * rounds, seconds)
    return [*one, indexing, *served], steps


def _one_question(
    embedder: Embedder,
    plain: PlainBaseline,
    asked: Sequence[str],
    form: str = "",
    goal: float = 4,
) -> list[Figure]:
    name = f"one question, dense part{form}"
    ours, theirs = in_turn(embedder.embed_question, plain.embed_question, asked)
    return [
        Figure(f"{name}, p50", "ms", _p(ours, 0.5), _p(theirs, 0.5), goal),
        Figure(f"{name}, p95", "ms", _p(ours, 0.95), _p(theirs, 0.95), goal),
    ]


def _indexing(
    embedder: Embedder, plain: PlainBaseline, texts: Sequence[str], model: Path
) -> Figure:
    """Word pieces a second that are embedded, in parts that the two take in turn."""
    longest = embedder.card.max_pieces
    parts = [texts[start : start + 64] for start in range(0, len(texts), 64)]
    ours, theirs = in_turn(embedder.embed_passages, plain.embed, parts)
    pieces = sum(min(longest, count) for count in embedder.count_pieces(texts))
    own, plainly = (pieces / (sum(taken) / 1000) for taken in (ours, theirs))
    name, floor = "indexing, word pieces a second", floor_rate(model)
    return Figure(name, "1/s", own, plainly, 3, higher_is_better=True, floor=floor)


def _over_loopback(
    engine: Engine, model: Path, asked: Sequence[str], seconds: float
) -> tuple[list[Figure], list[Step]]:
    ours = citewell_command(engine.settings.index)
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text"
        text.write_text("\n".join(texts_of(engine)), "utf-8")
        with (
            running(plain_command(model, text)) as plain,
            running(ours) as reading,
            running(ours, {"CITEWELL_READER": "false"}) as unread,
        ):
            figures = [
                *_asked(reading, plain, asked, "POST /v1/ask"),
                *_asked(unread, plain, asked, "POST /v1/ask without reading"),
                _throughput(reading, plain, asked, seconds, "32 connections"),
                _throughput(unread, plain, asked, seconds, "32 connections without reading"),
                Figure("process start to ready", "s", reading.start, plain.start, 8 / 1.5),
                Figure("resident memory", "MB", reading.resident(), plain.resident(), 700 / 300),
            ]
            return figures, _steps(reading, unread, asked)


def _asked(ours: Server, plain: Server, asked: Sequence[str], name: str) -> list[Figure]:
    # A question that was asked before is remembered, so each is made another one.
    fresh = [f"{question} {number}" for number, question in enumerate(asked)]
    times = in_turn(ours.ask, plain.ask, fresh)
    return [
        Figure(f"{name}, p{p}", "ms", _p(times[0], p / 100), _p(times[1], p / 100), 3)
        for p in (50, 95)
    ]


def _steps(reading: Server, unread: Server, asked: Sequence[str]) -> list[Step]:
    told: list[dict[str, list[float]]] = [{}, {}]
    for number, question in enumerate(asked):
        for taken, server in zip(told, (reading, unread), strict=True):
            for name, value in server.steps(f"{question} step {number}").items():
                taken.setdefault(name, []).append(value)
    return [Step(name, *(_p(taken.get(name, [0.0]), 0.5) for taken in told)) for name in told[0]]


def _throughput(
    ours: Server, plain: Server, asked: Sequence[str], seconds: float, name: str
) -> Figure:
    fresh = [f"{question} again {number}" for number, question in enumerate(asked)]
    theirs, own = plain.per_second(fresh, seconds), ours.per_second(fresh, seconds)
    return Figure(f"questions a second, {name}", "1/s", own, theirs, 5, higher_is_better=True)


def _p(times: Sequence[float], share: float) -> float:
    return float(np.quantile(times, share))
