"""The commands below ``citewell eval``. In: arguments. Out: a report, a run folder.

``citewell eval QUESTIONS.jsonl`` is short for ``citewell eval run QUESTIONS.jsonl``.
"""

import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from eval.cli_bench import bench, quality, scale
from eval.cli_feedback import feedback
from eval.cli_fit import calibrate, fit, sweep
from eval.questions.collection import DOCUMENTS, QUESTIONS, export_collection, read_collection
from eval.questions.question import read_questions
from eval.runs.run import check_folder, run_questions, save_run
from index.console import explained_errors, messages, output, progress
from service.cli import Folder
from service.engine import open_engine
from service.settings import read_settings

RUNS = Path(".citewell/runs")
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
    index: Folder = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the run; a new one by default.")
    ] = None,
) -> None:
    """Ask every question, measure, print the report and keep the run."""
    from eval.reports.markdown import report  # noqa: PLC0415 - SciPy takes a second

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
    without: Annotated[
        Path | None, typer.Option(help="Another collection; what it asks too is left out.")
    ] = None,
    titles: Annotated[bool, typer.Option("--titles", help="Put titles before the texts.")] = False,
) -> None:
    """Turn a benchmark collection into a source folder and a question set."""
    with explained_errors():
        found = read_collection(collection)
        if without:
            found = found.without(read_collection(without))
        other = read_collection(off_subject) if off_subject else None
        documents, asked = export_collection(found, out, other, with_titles=titles)
    output.print(
        f"{documents} documents in {out / DOCUMENTS}, {asked} questions in {out / QUESTIONS}"
    )


for command in (feedback, fit, calibrate, sweep, bench, quality, scale):
    evaluation.command()(command)
