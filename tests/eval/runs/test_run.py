"""A run keeps every question with its response, its measures and what produced it."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from eval.errors import OutputExists, QuestionSetInvalid
from eval.measures.measure import failed
from eval.questions.question import Question
from eval.runs.run import TOP_K, Run, run_questions, save_run
from service.engine import Engine

LINES = [
    {
        "id": "one",
        "question": "Who is ddd?",
        "answerable": True,
        "expected": [{"document": "one.txt", "quote": "Ccc ddd eee."}],
        "tags": ["test"],
    },
    {"id": "two", "question": "quiz", "answerable": False},
    {
        "id": "blank",
        "question": "   ",
        "answerable": True,
        "expected": [{"document": "one.txt", "quote": "Fff"}],
    },
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A question set on ``folder``; the engine refuses its last question."""
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in LINES), "utf-8")
    return file


@pytest.fixture
def run(file: Path, questions: list[Question], small_engine: Engine) -> Run:
    """A run of all questions."""
    return run_questions(file, questions, small_engine, "citewell eval x")


def test_records_stand_in_the_order_of_the_questions(run: Run, questions: list[Question]) -> None:
    assert [record.question for record in run.records] == questions


def test_a_record_holds_the_response_and_its_measures(run: Run, small_engine: Engine) -> None:
    record = run.records[0]
    assert record.response is not None
    assert record.error is None
    assert record.response.id == small_engine.ask("Who is ddd?", TOP_K).id
    assert (record.measures["hit@1"], record.measures["mrr"]) == (1, 1)


def test_a_refused_question_is_measured_as_such(run: Run) -> None:
    assert run.records[1].measures == {"refused": 1.0, "false_answer": 0.0}


def test_an_error_of_the_engine_counts_as_a_failure(run: Run) -> None:
    record = run.records[2]
    assert record.response is None
    assert record.error == "question: is empty; ask something"
    assert record.measures == failed(answerable=True)


def test_the_run_says_what_produced_it(run: Run, file: Path, small_engine: Engine) -> None:
    facts = run.facts
    assert facts.command == "citewell eval x"
    assert facts.questions == str(file)
    assert facts.questions_sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert facts.index_digest == small_engine.ref.digest
    assert facts.model == "letters 000000000000"
    assert facts.settings["pool"] == small_engine.settings.pool
    assert facts.settings["ranking"] is None


def test_progress_is_told(file: Path, questions: list[Question], small_engine: Engine) -> None:
    told: list[tuple[str, int, int]] = []
    run_questions(file, questions, small_engine, "x", lambda *step: told.append(step))
    assert told == [("ask", 1, 3), ("ask", 2, 3), ("ask", 3, 3)]


def test_a_quote_that_is_not_there_stops_before_any_question(
    file: Path, questions: list[Question], small_engine: Engine
) -> None:
    wrong = questions[0].model_copy(update={"id": "three"}, deep=True)
    place = wrong.expected[0].model_copy(update={"quote": "Ccc ddd"})
    spoiled = wrong.model_copy(update={"expected": (place.model_copy(update={"start": 1}),)})
    told: list[tuple[str, int, int]] = []
    with pytest.raises(QuestionSetInvalid, match=r"three: 'Ccc ddd' is not in 'one\.txt' at 1"):
        run_questions(
            file, [*questions, spoiled], small_engine, "x", lambda *step: told.append(step)
        )
    assert told == []


def test_a_run_folder_holds_facts_records_and_report(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "run"
    save_run(run, "# Report\n", folder)
    assert sorted(file.name for file in folder.iterdir()) == [
        "records.jsonl",
        "report.md",
        "run.json",
    ]
    assert (folder / "report.md").read_text("utf-8") == "# Report\n"
    assert json.loads((folder / "run.json").read_text("utf-8")) == asdict(run.facts)


def test_records_are_one_line_each_with_the_whole_response(run: Run, tmp_path: Path) -> None:
    save_run(run, "", tmp_path / "run")
    lines = (tmp_path / "run" / "records.jsonl").read_text("utf-8").split("\n")
    records = [json.loads(line) for line in lines if line]
    assert [record["question"]["id"] for record in records] == ["one", "two", "blank"]
    assert run.records[0].response is not None
    assert records[0]["response"] == json.loads(json.dumps(asdict(run.records[0].response)))
    assert records[0]["measures"] == run.records[0].measures
    assert (records[2]["response"], records[2]["error"]) == (None, run.records[2].error)


def test_a_run_is_not_written_over_another(run: Run, tmp_path: Path) -> None:
    save_run(run, "first", tmp_path / "run")
    with pytest.raises(OutputExists, match="already holds a run; name another folder with --out"):
        save_run(run, "second", tmp_path / "run")
    assert (tmp_path / "run" / "report.md").read_text("utf-8") == "first"
