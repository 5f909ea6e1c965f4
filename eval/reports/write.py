"""All reports of a run. In: a Run, its folder. Out: files beside its records."""

from pathlib import Path

from eval.measures.summary import summarise
from eval.reports.as_json import as_json
from eval.reports.html import page
from eval.reports.markdown import report
from eval.runs.record import Run

MARKDOWN, HTML, JSON = "report.md", "report.html", "report.json"


def write_reports(run: Run, folder: Path) -> str:
    """Write the reports; returns the Markdown. A reader never sees half a report."""
    summary = summarise(run)
    text = report(summary)
    for name, content in ((HTML, page(summary)), (JSON, as_json(summary)), (MARKDOWN, text)):
        beside = folder / f"{name}.new"
        beside.write_text(content, "utf-8", newline="\n")
        beside.replace(folder / name)
    return text
