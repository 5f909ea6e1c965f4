"""``citewell eval report``. In: a run folder. Out: its reports, written anew."""

from pathlib import Path
from typing import Annotated

import typer

from eval.runs.folder import read_run
from index.console import explained_errors, messages, output


def report_run(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
) -> None:
    """Write the reports of a run anew (report.html, report.md, report.json) and print one."""
    from eval.reports.write import write_reports  # noqa: PLC0415 - SciPy takes a second

    with explained_errors():
        text = write_reports(read_run(run), run)
    output.print(text)
    messages.print(f"written to {run}")
