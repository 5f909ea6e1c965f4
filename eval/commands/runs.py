"""The command that makes a run. In: a question set, an index or a server. Out: a report."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from eval.errors import RunInvalid
from eval.questions.question import read_questions
from eval.runs.asker import Asker, EngineAsker
from eval.runs.conduct import conduct
from eval.runs.folder import RUNS, check_free, new_folder
from index.console import INTERRUPTED, explained_errors, messages, output, progress
from service.cli import Folder
from service.engine import open_engine
from service.keys.given import given_key
from service.settings import read_settings

KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", help="File with the API key that goes with --url."),
]


def run(
    questions: Annotated[Path, typer.Argument(help="Question set, JSON Lines.")],
    index: Folder = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Folder for the run, or that of an unfinished one to go on with; by default "
            f"a new one below {RUNS}.",
        ),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Ask a running server, such as http://127.0.0.1:8000.")
    ] = None,
    key: KeyFile = None,
) -> None:
    """Ask every question, measure, print the report and keep the run."""
    from eval.reports.write import write_reports  # noqa: PLC0415 - SciPy takes a second

    with explained_errors():
        if url and index:
            raise RunInvalid("a server has an index of its own; give --url or --index, not both")
        sent = read_key(key, url) if key else None
        folder = out or new_folder()
        check_free(folder)
        asked = read_questions(questions)
        command = shlex.join(["citewell", *sys.argv[1:]])
        try:
            with _asker(url, index, sent) as asker, progress() as bar:
                done = conduct(questions, asked, asker, folder, command, bar)
        except KeyboardInterrupt:
            messages.print(
                f"citewell: interrupted; what was asked is kept in {folder}: go on with the "
                f"same questions and --out {folder}"
            )
            sys.exit(INTERRUPTED)
        text = write_reports(done, folder)
    output.print(text)
    messages.print(f"written to {folder}")


def read_key(file: Path, url: str | None) -> str:
    """The key in a file; raises ``ClientInvalid`` for a file that holds none, ``RunInvalid``
    without a server that it is for.
    """
    if not url:
        raise RunInvalid("a key is for a server; give --url with --key-file")
    return given_key(file)


@contextmanager
def _asker(url: str | None, index: Path | None, key: str | None) -> Iterator[Asker]:
    if url:
        from eval.runs.server import ServerAsker  # noqa: PLC0415 - httpx, for this alone

        with closing(ServerAsker(url, key=key)) as server:
            yield server
    else:
        yield EngineAsker(open_engine(read_settings(index=index)))
