"""Quality on many collections with one configuration. In: folders, a model. Out: a table.

citewell and its rivals answer the same questions in the same run, and each row is compared
with its best rival by a paired test. An index is kept in the work folder and used again
while its documents, the model and the code that made it are the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

import eval.questions
import index
from eval.bench.goals import GOALS, SEED, Goal
from eval.bench.once import files_digest, make_once
from eval.bench.rivals import CITEWELL, RIVALS, Values, compare_documents, compare_passages
from eval.errors import QuestionSetInvalid
from eval.questions.collection import (
    DOCUMENTS,
    QUESTIONS,
    Collection,
    export_collection,
    read_collection,
)
from eval.questions.question import TEST, read_questions
from eval.statistics.interval import estimate
from eval.statistics.paired import Difference, holm, paired_difference
from index.build import build_index
from index.compose import Progress
from index.embed import Embedder
from index.sources import list_sources
from service.engine import Engine, open_engine
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Row:
    """A goal's values by system, in the order of ``questions`` (their ids)."""

    goal: Goal
    questions: tuple[str, ...]
    values: dict[str, tuple[float | None, ...]]


class QualityRun(BaseModel):
    """What ``--json`` keeps: values by collection, system, measure and question."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    citewell: str
    settings: dict[str, Any]
    values: dict[str, dict[str, dict[str, dict[str, float | None]]]]


@dataclass(frozen=True, slots=True)
class Workbench:
    """Where the collections are, and what measures them, all with the same settings."""

    collections: Path | None
    seeds: Path
    work: Path
    embedder: Embedder
    settings: Settings
    progress: Progress = lambda _step, _done, _total: None


def measure_collection(name: str, bench: Workbench) -> list[Row]:
    """Every goal of one collection; builds its index in the work folder where it is not yet.

    Raises ``QuestionSetInvalid`` for what is no collection or has no question to measure, and
    ``OutputExists`` when the place in the work folder is taken by something else.
    """
    report = bench.progress
    bench = replace(bench, progress=lambda step, *counts: report(f"{name} {step}", *counts))
    goals = [goal for goal in GOALS if goal.collection == name]
    collection = None if name == SEED else read_collection((bench.collections or Path()) / name)
    engine = _engine(goals[0], collection, bench)
    try:
        questions, values = _measured(collection, goals[0], engine, bench)
    finally:
        engine.index.texts.close()
    return [
        Row(goal, questions, {s: tuple(v[goal.measure] for v in m) for s, m in values.items()})
        for goal in goals
    ]


def _measured(
    collection: Collection | None, goal: Goal, engine: Engine, bench: Workbench
) -> tuple[tuple[str, ...], Values]:
    """The ids of the questions and their measures."""
    if collection and goal.over_documents:
        judged = collection.judged(goal.group)
        queries = {
            query: text
            for query, text in judged.items()
            if goal.counts(query, collection.first_relevant(query))
        }
        return tuple(queries), compare_documents(collection, queries, engine, bench.progress)
    folder = bench.work / goal.collection if collection else bench.seeds
    asked = [question for question in read_questions(folder / QUESTIONS) if question.answerable]
    if collection is None:  # the seed's other questions are for tuning
        asked = [question for question in asked if TEST in question.tags]
    values = compare_passages(asked, engine, bench.progress)
    return tuple(question.id for question in asked), values


def _engine(goal: Goal, collection: Collection | None, bench: Workbench) -> Engine:
    """An engine on the collection (None: the seed), its index built anew only if need be."""
    folder = bench.work / goal.collection
    built = folder / "index"

    def make() -> None:
        if collection:
            export_collection(collection, folder, with_titles=goal.over_documents)
        sources = folder / DOCUMENTS if collection else bench.seeds
        build_index([sources], built, bench.embedder, progress=bench.progress)

    content = collection.digest if collection else _seed_digest(bench.seeds)
    # What else makes an index: how texts are written, the model, the code.
    code = [
        file
        for package in (index, eval.questions)
        for file in Path(str(package.__file__)).parent.rglob("*.py")
    ]
    make_once(folder, f"{content}\n{bench.embedder.card}\n{files_digest(code)}\n", make)
    return open_engine(bench.settings.model_copy(update={"index": built}), bench.embedder)


def _seed_digest(seeds: Path) -> str:
    return files_digest(source.file for source in list_sources([seeds]).files)


def as_run(rows: Sequence[Row], settings: Settings) -> QualityRun:
    """Every value of the rows, for ``read_run`` in a later run."""
    values: dict[str, dict[str, dict[str, dict[str, float | None]]]] = {}
    for row in rows:
        systems = values.setdefault(row.goal.collection, {})
        for system, found in row.values.items():
            by_question = dict(zip(row.questions, found, strict=True))
            systems.setdefault(system, {})[row.goal.measure] = by_question
    shown = settings.model_dump(mode="json", exclude={"index", "model"})
    return QualityRun(citewell=version("citewell"), settings=shown, values=values)


def read_run(file: Path) -> QualityRun:
    """What ``--json`` wrote; raises ``QuestionSetInvalid`` for anything else."""
    try:
        return QualityRun.model_validate_json(file.read_bytes())
    except (OSError, ValueError) as error:
        raise QuestionSetInvalid(
            f"{file} holds no earlier run ({error}); name a file that --json wrote"
        ) from error


def table(rows: Sequence[Row], baseline: QualityRun | None = None) -> Iterator[str]:
    """A Markdown row for each goal; p-values are Holm's over all rows."""
    heads = ["collection", "measure", "questions", *RIVALS, f"{CITEWELL} (95 % interval)"]
    heads += [f"{CITEWELL} minus best of the three (95 % interval, p)", "reach"]
    columns = [_compared([_ahead(row) for row in rows])]
    if baseline:
        heads.append("change against baseline (p)")
        columns.append(_compared([_changed(row, baseline) for row in rows]))
    yield f"| {' | '.join(heads)} |"
    yield f"|---|---|{'---:|' * (len(heads) - 2)}"
    for row, (ahead, *change) in zip(rows, zip(*columns, strict=True), strict=True):
        cells = [row.goal.collection, row.goal.measure, str(len(row.questions))]
        cells += [_mean(row.values[rival]) for rival in RIVALS]
        cells += [_mean(row.values[CITEWELL], with_interval=True), ahead]
        cells += ["–" if row.goal.reach is None else f"{row.goal.reach:.2f}", *change]
        yield f"| {' | '.join(cells)} |"


def _mean(values: Sequence[float | None], with_interval: bool = False) -> str:
    found = estimate(values)
    if found is None:
        return "–"
    return f"{found.mean:.3f}" + f" ({found.low:.3f} to {found.high:.3f})" * with_interval


def _ahead(row: Row) -> Difference | None:
    """citewell minus the rival with the highest mean."""
    means = {rival: estimate(row.values[rival]) for rival in RIVALS}
    best = max(RIVALS, key=lambda rival: found.mean if (found := means[rival]) else -1)
    return paired_difference(row.values[best], row.values[CITEWELL])


def _changed(row: Row, baseline: QualityRun) -> Difference | None:
    """citewell minus the earlier citewell; None when that was not asked the same questions."""
    before = baseline.values.get(row.goal.collection, {}).get(CITEWELL, {})
    values = before.get(row.goal.measure, {})
    if set(values) != set(row.questions):
        return None
    return paired_difference([values[q] for q in row.questions], row.values[CITEWELL])


def _compared(differences: Sequence[Difference | None]) -> list[str]:
    p_values = iter(holm([d.p for d in differences if d]))
    return [
        f"{d.mean:+.3f} ({d.low:+.3f} to {d.high:+.3f}, p {next(p_values):.4f})"
        if d
        else "not comparable"
        for d in differences
    ]
