"""``citewell eval promised`` in this process."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from citewell import app
from tests.eval.commands.test_fit import file, run

__all__ = ["file", "run"]  # fixtures


def test_a_run_is_told_by_tag(run: Path) -> None:
    done = CliRunner().invoke(app, ["eval", "promised", str(run), f"{run}:mine"])
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("| run | AUROC | calibration error | of scores | answerable |")
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| run", "| run:mine", "| all"]
    assert lines[2].split(" | ")[4] == "2"


def test_a_question_set_is_no_run(file: Path) -> None:
    done = CliRunner().invoke(app, ["eval", "promised", str(file)])
    assert (done.exit_code, "is a question set; run it first" in done.stderr) == (2, True)


@pytest.mark.parametrize("tag", ["none"])
def test_a_tag_that_no_question_has_is_told(run: Path, tag: str) -> None:
    done = CliRunner().invoke(app, ["eval", "promised", f"{run}:{tag}"])
    assert (done.exit_code, "has no question with a response" in done.stderr) == (2, True)
