"""``citewell eval calibrate`` in this process."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from citewell import app
from eval.questions.question import read_questions
from eval.runs.asker import EngineAsker
from eval.runs.conduct import conduct
from eval.runs.folder import read_run
from index.build import build_index
from index.embed import Embedder
from service.answering.confidence import load_calibration
from service.engine import Engine
from tests.service.calibrations import calibration_file

ROWS = [
    ("ddd eee?", "one.txt", "Ccc ddd eee."),
    ("bab?", "two.txt", "Bab bab?"),
    ("quiz?", "", ""),
    ("jump?", "", ""),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two questions that ``folder`` answers, and two that it does not."""
    path = tmp_path / "questions.jsonl"
    lines = [
        {
            "id": words,
            "question": words,
            "answerable": bool(quote),
            "expected": [{"document": document, "quote": quote}] if quote else [],
            "tags": ["mine"],
        }
        for words, document, quote in ROWS
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


@pytest.fixture
def run(tmp_path: Path, file: Path, small_engine: Engine) -> Path:
    """A run of ``file``."""
    conduct(file, read_questions(file), EngineAsker(small_engine), tmp_path / "run", "x")
    return tmp_path / "run"


def calibrate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["eval", "calibrate", *map(str, arguments)])


def test_a_run_is_calibrated_on_and_told(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.json"
    done = calibrate(f"{run}:mine", "--out", out)
    assert (done.exit_code, done.stderr) == (
        0,
        f"written to {out}; CITEWELL_CALIBRATION={out} has it obeyed\n",
    )
    content = json.loads(out.read_text("utf-8"))
    stated = [[rate, threshold] for rate, threshold in load_calibration(out).thresholds.items()]
    assert stated == content["thresholds"]
    assert done.stdout.startswith(f"At most {stated[0][0]:g} false answers stated: threshold ")
    assert "| run:mine | question | 4 |" in done.stdout


def test_passages_are_calibrated_alone(run: Path, tmp_path: Path) -> None:
    models, out = calibration_file(tmp_path / "mine"), tmp_path / "new.json"
    command = ["eval", "calibrate-passages", str(run), "--models", str(models), "--out", str(out)]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, done.stderr) == (
        0,
        f"written to {out}; CITEWELL_CALIBRATION={out} has it obeyed\n",
    )
    assert "| run | passage | " in done.stdout
    before, after = load_calibration(models), load_calibration(out)
    assert after.passage != before.passage
    assert replace(after, passage=before.passage) == before


def test_passages_are_calibrated_beside_a_calibration_alone(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "new.json"
    models = str(run / "run.json")
    command = ["eval", "calibrate-passages", str(run), "--models", models, "--out", str(out)]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, "run.json gives no calibration" in done.stderr) == (2, True)
    assert not out.exists()


def test_a_calibration_is_replaced_and_nothing_else(run: Path, tmp_path: Path) -> None:
    out = calibration_file(tmp_path / "mine")
    assert calibrate(run, "--out", out).exit_code == 0
    assert load_calibration(out).passage.intercept != 1.0
    done = calibrate(run, "--out", run / "run.json")
    assert (done.exit_code, "is there and no calibration" in done.stderr) == (2, True)
    assert read_run(run).facts.asked == len(ROWS)


@pytest.mark.parametrize("name", ["{run}", "{run}/", "run", "{run}:mine"])
@pytest.mark.parametrize("option", ["--stated-on", "--strict-on"])
def test_the_run_to_state_on_is_named(run: Path, tmp_path: Path, option: str, name: str) -> None:
    out = tmp_path / "mine.json"
    done = calibrate(f"{run}:mine", option, name.format(run=run), "--out", out)
    assert done.exit_code == 0, done.stderr
    assert bool(load_calibration(out).strict) == (option == "--strict-on")


@pytest.mark.parametrize("option", ["--stated-on", "--strict-on"])
def test_a_run_that_was_not_given_is_told_before_the_first_question(
    file: Path, small_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = calibrate(file, "--index", small_index, option, "walk", "--out", "other.json")
    assert done.exit_code == 2
    assert "walk is none of what was given; there are " in done.stderr.replace("\n", " ")
    assert not list(tmp_path.glob(".citewell/**/run.json"))
    assert not (tmp_path / "other.json").exists()


def test_a_run_has_its_own_index(run: Path, small_index: Path, tmp_path: Path) -> None:
    done = calibrate(run, "--index", small_index, "--out", tmp_path / "mine.json")
    assert (done.exit_code, "--index goes with a question set" in done.stderr) == (2, True)


def test_every_source_is_looked_at_before_the_first_question(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = calibrate(file, tmp_path / "none", "--out", "mine.json")
    assert (done.exit_code, "holds no run" in done.stderr) == (2, True)
    assert not (tmp_path / ".citewell").exists()


def test_a_tag_that_no_question_has_is_told_before_the_first_question(
    file: Path, small_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = calibrate(f"{file}:mime", "--index", small_index, "--out", "mine.json")
    assert done.exit_code == 2
    assert "questions.jsonl has no question tagged 'mime'; choose another tag" in done.stderr
    assert not (tmp_path / ".citewell").exists()


def test_a_run_may_have_a_colon_in_its_name(run: Path, tmp_path: Path) -> None:
    named = run.rename(tmp_path / "run 12:30")
    done = calibrate(named, "--out", tmp_path / "mine.json")
    assert done.exit_code == 0, done.stderr
    done = calibrate(f"{named}:mine", "--out", tmp_path / "mine.json")
    assert done.exit_code == 0, done.stderr


def test_weights_do_not_take_the_place_of_questions(file: Path) -> None:
    before = file.read_bytes()
    done = CliRunner().invoke(app, ["eval", "fit", f"{file}=none", "--out", str(file)])
    assert (done.exit_code, "no file of ranking weights" in done.stderr) == (2, True)
    assert file.read_bytes() == before


def test_sweep_tells_a_tag_that_no_question_has(file: Path) -> None:
    done = CliRunner().invoke(
        app, ["eval", "sweep", str(file), "--tag", "mime", "--set", "pool=3", "--index", "none"]
    )
    assert done.exit_code == 2
    assert "questions.jsonl has no question tagged 'mime'; choose another tag" in done.stderr


def test_sweep_tells_a_measure_that_is_none_before_it_opens_an_index(file: Path) -> None:
    arguments = [str(file), "--set", "pool=3", "--measure", "hit5", "--index", "none"]
    done = CliRunner().invoke(app, ["eval", "sweep", *arguments])
    assert (done.exit_code, "is named 'hit5'; there are" in done.stderr) == (2, True)


@pytest.mark.parametrize("stated", ["pool", "=3"])
def test_sweep_tells_how_a_setting_is_stated(file: Path, stated: str) -> None:
    done = CliRunner().invoke(app, ["eval", "sweep", str(file), "--set", stated, "--index", "none"])
    assert (done.exit_code, "setting=value" in done.stderr) == (2, True)


def test_a_missing_question_set_is_told(tmp_path: Path) -> None:
    done = calibrate(tmp_path / "none.jsonl", "--out", tmp_path / "mine.json")
    assert (done.exit_code, "none.jsonl cannot be read" in done.stderr) == (2, True)


@pytest.mark.model
def test_a_question_set_is_run_first(
    folder: Path, file: Path, tmp_path: Path, minilm: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # what is fitted anew need not be there
    monkeypatch.setenv("CITEWELL_CALIBRATION", "none.json")
    build_index([folder], tmp_path / "index", minilm)
    stated = ("--stated-on", file, "--strict-on", "questions.jsonl")
    done = calibrate(f"{file}:mine", "--index", "index", *stated, "--out", "mine.json")
    assert done.exit_code == 0, done.stderr
    (kept,) = (tmp_path / ".citewell" / "runs").iterdir()
    assert f"run kept in {kept.relative_to(tmp_path)}" in done.stderr
    assert [record.question.question for record in read_run(kept).records] == [r[0] for r in ROWS]
    provenance = json.loads(Path("mine.json").read_text("utf-8"))["provenance"]
    assert [(run["run"], run["tag"]) for run in provenance["runs"]] == [(kept.name, "mine")]
    assert load_calibration(Path("mine.json")).models == {"all-MiniLM-L6-v2 53aa51172d14"}
