"""Commands that make and judge runs. In: a question set, run folders. Out: reports, verdicts."""

import hashlib
import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from eval.errors import RunInvalid
from eval.questions.place import Place
from eval.questions.question import Question, read_questions
from eval.runs.asker import Asker, EngineAsker
from eval.runs.folder import RunFolder, check_unfinished, now, open_folder
from eval.runs.record import Run, RunFacts
from eval.runs.run import ask_all, locate_all, passages_wanted
from eval.runs.server import ServerAsker
from index.console import INTERRUPTED, explained_errors, messages, output, progress
from service.cli import Folder
from service.engine import open_engine
from service.settings import read_settings

RUNS = Path(".citewell/runs")


def run(
    questions: Annotated[Path, typer.Argument(help="Question set, JSON Lines.")],
    index: Folder = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for the run, or of one to go on with; a new one by default."
        ),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Ask a running server instead: http://127.0.0.1:8000")
    ] = None,
) -> None:
    """Ask every question, measure, print the report and keep the run."""
    from eval.reports.write import write_reports  # noqa: PLC0415 - SciPy takes a second

    with explained_errors():
        if url and index:
            raise RunInvalid("a server has its own index; give --url or --index, not both")
        folder = out or RUNS / datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        check_unfinished(folder)
        asked = read_questions(questions)
        asker = ServerAsker(url) if url else EngineAsker(open_engine(read_settings(index=index)))
        places = locate_all(asked, asker)
        kept = open_folder(folder, _facts(questions, asked, asker))
        done = _ask(asked, places, asker, kept)
        text = write_reports(done, folder)
    output.print(text)
    messages.print(f"written to {folder}")


def _ask(
    asked: Sequence[Question],
    places: Sequence[tuple[Place, ...]],
    asker: Asker,
    kept: RunFolder,
) -> Run:
    """Ask what is not yet asked; Ctrl-C keeps what was."""
    if kept.records:
        messages.print(f"going on after {len(kept.records)} of {len(asked)} questions")
    try:
        with progress() as bar:
            for record in ask_all(
                asked, places, asker, kept.facts.top_k, bar, done=len(kept.records)
            ):
                kept.add(record)
        return kept.finish()
    except KeyboardInterrupt:
        messages.print(
            f"citewell: interrupted after {len(kept.records)} of {len(asked)} questions; go on "
            f"with the same command and --out {kept.folder}"
        )
        sys.exit(INTERRUPTED)
    finally:
        kept.close()


def _facts(file: Path, asked: Sequence[Question], asker: Asker) -> RunFacts:
    return RunFacts(
        command=shlex.join(["citewell", *sys.argv[1:]]),
        created=now(),
        finished=None,
        questions=str(file),
        questions_sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        asked=len(asked),
        top_k=passages_wanted(asked),
        source=asker.source,
    )
