"""A report states the means of the test part and names every miss."""

from dataclasses import replace

import pytest

from eval.measures.measure import Measures
from eval.questions.question import Expected, Question
from eval.reports.markdown import report
from eval.runs.run import Record, Run, RunFacts
from tests.eval.made import response

FACTS = RunFacts(
    command="citewell eval questions.jsonl",
    citewell="0.1.0",
    created="2026-01-02T03:04:05+00:00",
    questions="questions.jsonl",
    questions_sha256="ab" * 32,
    index_digest="cd" * 32,
    model="letters 000000000000",
    settings={},
)


def _record(
    identity: str, measures: Measures, tags: tuple[str, ...] = (), error: str | None = None
) -> Record:
    answerable = "refused" not in measures
    expected = (Expected(document="a.txt", quote="a"),) if answerable else ()
    question = Question(
        id=identity,
        question=f"Ask {identity}?",
        answerable=answerable,
        expected=expected,
        tags=tags,
    )
    made = None if error else response([("a", 0, 10)])
    return Record(question, made, error, measures)


def _answered(hit: float, answered: float, mrr: float) -> Measures:
    return {"answered": answered, "hit@5": hit, "mrr": mrr}


def _refused(value: float) -> Measures:
    return {"refused": value, "false_answer": 1 - value}


def _rows(text: str) -> dict[str, list[str]]:
    """The cells of every table row by the first one; of equal ones the first row."""
    rows: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("| "):
            name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            rows.setdefault(name, cells)
    return rows


def _section(text: str, title: str) -> list[str]:
    """The list items below a heading."""
    after = text.split(f"\n## {title}")[1].split("\n## ", maxsplit=1)[0]
    return [line for line in after.splitlines() if line.startswith("- ")]


RECORDS = (
    _record("t1", _answered(1, 1, 1.0), ("test", "easy")),
    _record("t2", _answered(1, 0, 0.5), ("test", "easy")),
    _record("t3", _answered(0, 1, 0.0), ("test", "hard")),
    _record("t4", _refused(1), ("test", "near")),
    _record("t5", _refused(0), ("test", "near")),
    _record("u1", _answered(0, 0, 0.0), ("tuning", "easy")),
)


@pytest.fixture
def text() -> str:
    """The report of ``RECORDS``."""
    return report(Run(FACTS, RECORDS))


def test_the_headline_is_the_test_part(text: str) -> None:
    assert "## Test part (5)" in text
    rows = _rows(text)
    # 2 of 3, with Wilson's interval
    assert rows["hit@5"] == ["0.667", "0.208 to 0.939", "3"]
    assert rows["answerable questions answered"] == ["0.667", "0.208 to 0.939", "3"]
    assert rows["unanswerable questions refused"][0] == "0.500"
    assert rows["mrr"][::2] == ["0.500", "3"]


def test_the_tuning_part_is_apart(text: str) -> None:
    head, tuning = text.split("## Tuning part, for comparison only")
    assert _rows(tuning)["hit@5"] == ["0.000", "0.000 to 0.793", "1"]
    assert "u1" not in head


def test_without_parts_all_questions_are_the_headline() -> None:
    records = (_record("a", _answered(1, 1, 1.0)), _record("b", _answered(0, 1, 0.0)))
    text = report(Run(FACTS, records))
    assert "## All questions (2)" in text
    assert "Tuning" not in text
    assert "## By tag" not in text
    assert _rows(text)["hit@5"][0] == "0.500"


def test_tags_have_a_row_each_without_the_parts(text: str) -> None:
    rows = _rows(text.split("## By tag")[1].split("## ", maxsplit=1)[0])
    assert list(rows) == ["tag", "easy", "hard", "near"]
    assert rows["tag"] == ["questions", "hit@5", "mrr", "evidence_in_answer", "answered", "refused"]
    assert [cell.split()[0] for cell in rows["easy"]] == ["2", "1.00", "0.75", "–", "0.50", "–"]
    assert [cell.split()[0] for cell in rows["near"]] == ["2", "–", "–", "–", "–", "0.50"]


def test_misses_are_named(text: str) -> None:
    assert _section(text, "Not found in the first 5 passages (1)") == [
        "- t3: Ask t3? (confidence 0.10)"
    ]
    assert _section(text, "Answerable, and not answered (1)") == ["- t2: Ask t2? (confidence 0.10)"]
    assert _section(text, "Unanswerable, and answered (1)") == ["- t5: Ask t5? (confidence 0.10)"]


def test_failures_are_counted_and_told() -> None:
    broken = _record("a", _answered(0, 0, 0.0), error="the index is gone")
    text = report(Run(FACTS, (broken, _record("b", _answered(1, 1, 1.0)))))
    assert "\n1 questions failed and count as failures." in text
    assert _section(text, "Not found in the first 5 passages (1)") == [
        "- a: Ask a? (failed: the index is gone)"
    ]
    assert _rows(text)["hit@5"][0] == "0.500"


def test_the_report_says_what_was_run(text: str) -> None:
    assert "`citewell eval questions.jsonl`" in text
    assert "questions.jsonl (sha256 abababababab)" in text
    assert "digest cdcdcdcdcdcd, model letters 000000000000" in text
    assert "citewell 0.1.0, 2026-01-02T03:04:05+00:00" in text


def test_the_time_of_a_question_is_the_median_of_those_answered() -> None:
    records = [_record(name, _answered(1, 1, 1)) for name in ("a", "b", "c")]
    timed = [
        replace(record, response=replace(record.response, timings_ms={"total": time}))
        for record, time in zip(records, (10.0, 20.0, 40.0), strict=True)
        if record.response
    ]
    failed = _record("d", _answered(0, 0, 0), error="lost")
    text = report(Run(FACTS, (*timed, failed)))
    assert "- one question: 20.0 ms (median), 95 % within 38.0 ms\n" in text
    assert "one question:" not in report(Run(FACTS, (failed,)))
