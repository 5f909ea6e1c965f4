"""Runs. In: Questions, an Engine. Out: Records, and a run folder on disk.

A run folder holds ``run.json`` (what was run, on which index), ``records.jsonl`` (every
question with its whole response and measures) and ``report.md``.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.errors import OutputExists
from eval.measures.measure import Measures, Places, failed, measure
from eval.questions.question import Question, locate
from index.errors import CitewellError
from index.passage import Passage
from service.answer import Response
from service.engine import Engine

TOP_K = 10
RECORDS, RUN, REPORT = "records.jsonl", "run.json", "report.md"


@dataclass(frozen=True, slots=True)
class Record:
    """One question with what came of it: a response, or the error in words."""

    question: Question
    response: Response | None
    error: str | None
    measures: Measures


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What produced a run: command, question set, index, model, settings."""

    command: str
    citewell: str
    created: str
    questions: str
    questions_sha256: str
    index_digest: str
    model: str
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run; records stand in the order of the question set."""

    facts: RunFacts
    records: tuple[Record, ...]


def run_questions(
    file: Path,
    questions: Sequence[Question],
    engine: Engine,
    command: str,
    progress: Callable[[str, int, int], None] = lambda _step, _done, _total: None,
) -> Run:
    """Ask every question of the engine.

    Raises ``QuestionSetInvalid`` before asking anything when a quote is not in the index.
    """
    places = located(engine, questions)
    records = []
    for number, (question, where) in enumerate(zip(questions, places, strict=True), start=1):
        records.append(_record(question, where, engine))
        progress("ask", number, len(questions))
    return Run(_facts(file, engine, command), tuple(records))


def check_folder(folder: Path) -> None:
    """Raise ``OutputExists`` when the folder already holds a run."""
    if (folder / RUN).exists():
        raise OutputExists(f"{folder} already holds a run; name another folder with --out")


def save_run(run: Run, report: str, folder: Path) -> None:
    """Write the run folder; raises ``OutputExists`` when it already holds a run."""
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / RECORDS).open("w", encoding="utf-8") as stream:
        for record in run.records:
            stream.write(json.dumps(_as_json(record), ensure_ascii=False) + "\n")
    (folder / REPORT).write_text(report, "utf-8")
    (folder / RUN).write_text(json.dumps(asdict(run.facts), indent=2) + "\n", "utf-8")


def located(engine: Engine, questions: Sequence[Question]) -> list[Places]:
    """Where each question's expected quotes stand in the indexed documents.

    Raises ``QuestionSetInvalid`` when one does not.
    """
    texts = _quoted_texts(engine, questions)
    return [locate(question, texts) for question in questions]


def passages_with_paths(engine: Engine) -> list[tuple[str, Passage]]:
    """Every indexed passage by row, with its document's path."""
    texts = engine.index.texts
    paths = {facts.id: facts.path for facts in texts.documents()}
    passages = [stored.passage for stored in texts.all_passages()]
    return [(paths[passage.document_id], passage) for passage in passages]


def _quoted_texts(engine: Engine, questions: Sequence[Question]) -> dict[str, str]:
    """The texts of the documents that are quoted, by path."""
    wanted = {expected.document for question in questions for expected in question.expected}
    texts = {}
    for facts in engine.index.texts.documents():
        if facts.path in wanted:
            document = engine.index.texts.document(facts.id)
            assert document is not None, facts.id
            texts[facts.path] = document.text
    return texts


def _record(question: Question, places: Places, engine: Engine) -> Record:
    try:
        response = engine.ask(question.question, TOP_K)
    except CitewellError as error:
        return Record(question, None, str(error), failed(question.answerable))
    values = measure(question.answerable, question.answers, places, response)
    return Record(question, response, None, values)


def _facts(file: Path, engine: Engine, command: str) -> RunFacts:
    manifest = engine.index.manifest
    return RunFacts(
        command=command,
        citewell=version("citewell"),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        questions=str(file),
        questions_sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        index_digest=manifest.digest,
        model=f"{manifest.embedder.name} {manifest.embedder.sha256[:12]}",
        settings=json.loads(engine.settings.model_dump_json(exclude={"index", "model"})),
    )


def _as_json(record: Record) -> dict[str, Any]:
    return {
        "question": record.question.model_dump(),
        "response": None if record.response is None else asdict(record.response),
        "error": record.error,
        "measures": record.measures,
    }
