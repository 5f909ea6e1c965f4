"""``citewell eval compare`` and ``citewell eval gate``, in this process."""

import json
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner, Result

from citewell import app
from eval.runs.record import Run
from tests.eval.verdicts.runs_made import asked, mixed, run_of, saved


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A run of 300 questions, two of them wrong."""
    return saved(mixed([0, 1]), tmp_path / "base")


def _run(*arguments: object, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, arguments)], env=env)


def _saved(tmp_path: Path, run: Run) -> Path:
    return saved(run, tmp_path / "run")


def test_compare_prints_and_writes(base: Path, tmp_path: Path) -> None:
    worse = _saved(tmp_path, mixed(range(0, 60, 2)))
    out, json_file = tmp_path / "out.md", tmp_path / "out.json"
    done = _run("compare", base, worse, "--out", out, "--json", json_file)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.rstrip() == out.read_text("utf-8").rstrip()
    assert "- worse: hit@5" in done.stdout
    assert "more; --all shows them." in done.stdout
    content = json.loads(json_file.read_text("utf-8"))
    assert content["measures"][0]["measure"] == "hit@5"
    assert content["measures"][0]["verdict"] == "worse"


def test_compare_of_chosen_measures(base: Path, tmp_path: Path) -> None:
    worse = _saved(tmp_path, mixed(range(0, 60, 2)))
    done = _run("compare", base, worse, "--measure", "mrr", "--measure", "mrr", "--all")
    assert done.exit_code == 0
    assert "corrected for the 1 measures" in done.stdout
    assert "--all shows them" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compare", "{base}"], "Missing argument"),
        (["compare", "{base}", "{none}"], "holds no run"),
        (["compare", "{base}", "{base}", "--measure", "hit5"], "is named 'hit5'; there are"),
        (["compare", "{base}", "{base}", "--tag", "odd"], "tagged 'odd'; the tags are none"),
        (["compare", "{base}", "{other}"], "no question in common"),
        (["gate", "{base}"], "give --baseline RUN, or --floors FILE"),
        (["gate", "{none}", "--baseline", "{base}"], "holds no run"),
        (["gate", "{base}", "--baseline", "{none}"], "holds no run"),
        (["gate", "{base}", "--baseline", "{base}", "--part", "tunning"], "'tunning'"),
        (["gate", "{base}", "--baseline", "{base}", "--significance", "5"], "significance"),
        (["gate", "{base}", "--floors", "{none}"], "name a file of floors"),
        (["compare", "{base}", "{base}", "--out", "{base}"], "correct the path"),
        (["compare", "{base}", "{base}", "--json", "{none}/a.json"], "correct the path"),
        (["gate", "{base}", "--baseline", "{base}", "--junit", "{base}"], "correct the path"),
    ],
)
def test_wrong_use_says_what_to_do(
    base: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    other = _saved(tmp_path, run_of([asked("other")]))
    places = {"base": base, "other": other, "none": tmp_path / "none"}
    done = _run(*(argument.format(**places) for argument in arguments))
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


def test_a_gate_that_passes(base: Path) -> None:
    done = _run("gate", base, "--baseline", base)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("# Gate passed: 8 of 8 checks on 300 questions (all questions)")


def test_a_gate_that_fails_says_which_and_by_how_much(base: Path, tmp_path: Path) -> None:
    worse = _saved(tmp_path, mixed(range(40)))
    report = tmp_path / "junit.xml"
    done = _run("gate", worse, "--baseline", base, "--junit", report)
    assert done.exit_code == 1
    assert "evidence_in_answer fell from 0.992 to 0.867 on 240 questions (difference" in done.stdout
    assert int(etree.parse(report).getroot()[0].get("failures") or 0) > 0


def test_floors_of_a_file_and_their_changes_by_flags(base: Path, tmp_path: Path) -> None:
    floors = tmp_path / "floors.toml"
    floors.write_text('[gate]\npart = "test"\n[floors]\n"hit@5" = 0.995\n', "utf-8")
    done = _run("gate", base, "--floors", floors)
    assert (done.exit_code, "judge --part all" in done.stderr) == (2, True)
    done = _run("gate", base, "--floors", floors, "--part", "all")
    assert (done.exit_code, "0.003 below the floor" in done.stdout) == (1, True)


def test_significance_may_be_given(base: Path, tmp_path: Path) -> None:
    worse = _saved(tmp_path, mixed(range(10)))
    assert _run("gate", worse, "--baseline", base).exit_code == 1
    assert _run("gate", worse, "--baseline", base, "--significance", "0.001").exit_code == 0


def test_a_github_workflow_gets_annotations_and_a_summary(base: Path, tmp_path: Path) -> None:
    worse, summary = _saved(tmp_path, mixed(range(40))), tmp_path / "summary.md"
    summary.write_text("before\n", "utf-8")
    command = ("gate", worse, "--baseline", base, "--format", "github")
    done = _run(*command, env={"GITHUB_STEP_SUMMARY": str(summary)})
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert "::error title=hit@5 (against the baseline)::hit@5 fell from 0.992" in lines[0]
    assert lines[-1].startswith("::notice title=citewell eval gate::failed: ")
    assert all("%25" in line for line in lines if line.startswith("::error"))
    assert summary.read_text("utf-8").startswith("before\n# Gate failed: ")
    done = _run(*command, env={"GITHUB_STEP_SUMMARY": ""})
    assert (done.exit_code, done.stdout.splitlines()) == (1, lines)
