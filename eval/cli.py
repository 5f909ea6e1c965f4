"""The commands below ``citewell eval``. In: arguments. Out: a report, a run folder.

``citewell eval QUESTIONS.jsonl`` is short for ``citewell eval run QUESTIONS.jsonl``.
"""

import json
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from eval.collection import DOCUMENTS, QUESTIONS, export_collection, read_collection
from eval.question import read_questions
from eval.run import check_folder, run_questions, save_run
from index.console import explained_errors, messages, output, progress
from service.engine import open_engine
from service.settings import read_settings

RUNS = Path(".citewell/runs")
SEED_QUESTIONS = Path("seeds/questions.jsonl")
_DEFAULT_COMMAND = "run"


class _RunByDefault(TyperGroup):
    """A first argument that is no command is a question set to run."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [_DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


evaluation = typer.Typer(
    cls=_RunByDefault,
    no_args_is_help=True,
    help="Measure the answers against a question set: citewell eval QUESTIONS.jsonl",
)


@evaluation.command()
def run(
    questions: Annotated[Path, typer.Argument(help="Question set, JSON Lines.")],
    index: Annotated[
        Path | None,
        typer.Option("--index", help="Folder of the index.", show_default=".citewell/index"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the run; a new one by default.")
    ] = None,
) -> None:
    """Ask every question, measure, print the report and keep the run."""
    from eval.report import report  # noqa: PLC0415 - SciPy takes a second

    with explained_errors():
        folder = out or RUNS / datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        check_folder(folder)
        asked = read_questions(questions)
        engine = open_engine(read_settings(index=index))
        command = shlex.join(["citewell", *sys.argv[1:]])
        with progress() as bar:
            done = run_questions(questions, asked, engine, command, bar)
        text = report(done)
        save_run(done, text, folder)
    output.print(text)
    messages.print(f"written to {folder}")


@evaluation.command(name="import")
def import_collection(
    collection: Annotated[
        Path, typer.Argument(help="Folder with corpus.jsonl, queries.jsonl and qrels.tsv.")
    ],
    out: Annotated[Path, typer.Option("--out", help="New folder for documents and questions.")],
    off_subject: Annotated[
        Path | None,
        typer.Option(help="Another collection; its questions become the unanswerable ones."),
    ] = None,
) -> None:
    """Turn a benchmark collection into a source folder and a question set."""
    with explained_errors():
        other = read_collection(off_subject) if off_subject else None
        documents, asked = export_collection(read_collection(collection), out, other)
    output.print(
        f"{documents} documents in {out / DOCUMENTS}, {asked} questions in {out / QUESTIONS}"
    )


@evaluation.command()
def calibrate(
    runs: Annotated[list[Path], typer.Argument(help="Run folders; name:TAG takes one tag only.")],
    out: Annotated[Path, typer.Option("--out", help="File for the calibration.")],
) -> None:
    """Fit scores and confidence to probabilities on the records of runs."""
    from eval.calibrate import calibrate as fit_calibration  # noqa: PLC0415 - SciPy, as above

    with explained_errors():
        named = [str(run).partition(":") for run in runs]
        content = fit_calibration([(Path(folder), tag or None) for folder, _, tag in named])
        out.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    output.print(json.dumps(content["provenance"], indent=2))
    messages.print(f"written to {out}")


@evaluation.command()
def bench(
    questions: Annotated[Path, typer.Argument(help="Questions to time.")] = SEED_QUESTIONS,
    index: Annotated[
        Path | None,
        typer.Option("--index", help="Folder of the index.", show_default=".citewell/index"),
    ] = None,
    collections: Annotated[
        Path | None, typer.Option(help="Folder of benchmark collections, for published figures.")
    ] = None,
) -> None:
    """Time questions beside a plain baseline; check retrieval against published figures."""
    # Imported here: the baseline loads PyTorch at once, which `citewell --help` should not.
    from eval.bench import bench_published, bench_speed  # noqa: PLC0415

    with explained_errors():
        asked = [question.question for question in read_questions(questions)]
        engine = open_engine(read_settings(index=index))
        output.print(bench_speed(engine, asked))
        if collections is None:
            messages.print("published figures not checked: name a folder with --collections")
            return
        for line in bench_published(engine.embedder, collections):
            output.print(line)


@evaluation.command()
def sweep(
    questions: Annotated[Path, typer.Argument(help="Question set, JSON Lines.")],
    choices: Annotated[
        list[str], typer.Option("--set", help="setting=value[,value...]; may be repeated.")
    ],
    index: Annotated[
        Path | None,
        typer.Option("--index", help="Folder of the index.", show_default=".citewell/index"),
    ] = None,
    measure: Annotated[str, typer.Option(help="The measure to compare.")] = "mrr",
    tag: Annotated[str | None, typer.Option(help="Only questions with this tag.")] = None,
) -> None:
    """Compare values of settings on a question set by paired tests."""
    from eval.sweep import sweep as compare  # noqa: PLC0415 - SciPy, as above
    from eval.sweep import table  # noqa: PLC0415

    with explained_errors():
        asked = [q for q in read_questions(questions) if tag is None or tag in q.tags]
        engine = open_engine(read_settings(index=index))
        with progress() as bar:
            variants = compare(questions, asked, engine, _pairs(choices), measure, bar)
    for line in table(variants, measure):
        output.print(line)


def _pairs(choices: list[str]) -> list[tuple[str, str]]:
    """``["a=1,2", "b=3"]`` as ``[("a", "1"), ("a", "2"), ("b", "3")]``."""
    named = [choice.partition("=") for choice in choices]
    return [(name, value) for name, _, values in named for value in values.split(",")]
