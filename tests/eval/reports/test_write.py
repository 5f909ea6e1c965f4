"""All three reports are written, and written anew by the command."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citewell import app
from eval.measures.summary import Summary
from eval.reports.as_json import as_json
from eval.reports.html import page
from eval.reports.markdown import report
from eval.reports.write import write_reports
from eval.runs.folder import open_folder
from tests.eval.reports.runs import FACTS, RUN


def _reports(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in folder.glob("report.*")}


def test_three_files_and_nothing_beside(tmp_path: Path, summary: Summary) -> None:
    text = write_reports(RUN, tmp_path)
    assert text == report(summary)
    assert _reports(tmp_path) == {
        "report.html": page(summary),
        "report.json": as_json(summary),
        "report.md": text,
    }
    assert len(list(tmp_path.iterdir())) == 3


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """A folder with ``RUN``."""
    folder = tmp_path / "run"
    kept = open_folder(folder, FACTS)
    for record in RUN.records:
        kept.add(record)
    kept.finish()
    kept.close()
    return folder


def test_the_command_writes_them_anew(finished: Path) -> None:
    (finished / "report.html").write_text("old", "utf-8")
    done = CliRunner().invoke(app, ["eval", "report", str(finished)])
    assert done.exit_code == 0, done.output
    written = _reports(finished)
    assert done.stdout.strip() == written["report.md"].strip()
    assert "Ask good?" in written["report.html"]
    assert json.loads(written["report.json"])["headline"]["questions"] == 6


def test_without_a_run_it_is_wrong_use(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["eval", "report", str(tmp_path)])
    assert (done.exit_code, "holds no run" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
