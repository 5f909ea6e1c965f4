"""All reports of a run. In: a Run, its folder. Out: files beside its records."""

from pathlib import Path

from eval.measures.summary import summarise
from eval.reports.markdown import report
from eval.runs.record import Run

MARKDOWN = "report.md"


def write_reports(run: Run, folder: Path) -> str:
    """Write the reports; returns the Markdown."""
    text = report(summarise(run))
    (folder / MARKDOWN).write_text(text, "utf-8")
    return text
