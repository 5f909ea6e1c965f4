"""The Markdown states the figures of the test part with labels, and names every miss."""

from dataclasses import replace

import pytest

from eval.measures.summary import Summary, summarise
from eval.reports.markdown import report
from eval.runs.record import Run
from tests.eval.reports.runs import CALM, FACTS, FIRST, GOOD, LOST, asked, failed


@pytest.fixture(scope="module")
def text(summary: Summary) -> str:
    return report(summary)


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


def test_the_headline_is_the_test_part(text: str) -> None:
    assert "## Test part (6)" in text
    rows = _rows(text)
    # 3 of 4, with Wilson's interval
    assert rows["hit@5"] == ["0.750", "0.301 to 0.954", "4"]
    assert rows["answered"] == ["0.750", "0.301 to 0.954", "4"]
    assert rows["refused"][0] == "0.500"
    assert rows["MRR"][::2] == ["0.583", "4"]
    assert rows["latency p50"] == ["10.0 ms", "10.0 to 10.0 ms", "6"]
    assert "| Answers to answerable questions | mean | 95 % interval | questions |" in text


def test_it_begins_with_the_figures_in_words_and_the_warnings(text: str) -> None:
    lines = text.splitlines()
    assert lines[0] == "# Evaluation"
    assert lines[2].startswith("Of 4 answerable questions 3 were answered (75 %")
    assert "- **Note:** Only 4 answerable questions (fewer than 30)" in text


def test_the_tuning_part_is_apart(text: str) -> None:
    head, tuning = text.split("## Tuning part, for comparison only (1)")
    assert _rows(tuning)["hit@5"] == ["0.000", "0.000 to 0.793", "1"]
    assert "Ask tuned?" not in head + tuning


def test_without_parts_all_questions_are_the_headline() -> None:
    records = (asked("a", FIRST, [FIRST]), asked("b", FIRST, [(1, 2)]))
    text = report(summarise(Run(FACTS, records)))
    assert "## All questions (2)" in text
    assert "Tuning" not in text
    assert "## By tag" not in text
    assert _rows(text)["hit@5"][0] == "0.500"


def test_tags_have_a_row_each_without_the_parts(text: str) -> None:
    rows = _rows(text.split("## By tag")[1].split("## ", maxsplit=1)[0])
    assert list(rows) == ["tag", "easy", "hard", "near"]
    assert rows["tag"] == [
        "questions",
        "hit@5",
        "MRR",
        "evidence in the answer",
        "answered",
        "refused",
    ]
    assert [cell.split()[0] for cell in rows["easy"]] == ["2", "1.00", "0.67", "0.50", "1.00", "–"]
    assert [cell.split()[0] for cell in rows["near"]] == ["2", "–", "–", "–", "–", "0.50"]


def test_reliability_is_a_table(text: str, summary: Summary) -> None:
    section = text.split("## Reliability of the confidence\n")[1].split("\n## ", maxsplit=1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| 0.")]
    assert len(rows) == len(summary.reliability)
    # the least sure, CALM, is not right
    assert rows[0] == "| 0.10 | 0.00 | 0.00 to 0.79 | 1 |"
    assert "## Reliability of the passages' scores\n" in text


def test_without_responses_there_is_no_reliability() -> None:
    assert "## Reliability" not in report(summarise(Run(FACTS, (failed("a", FIRST),))))


def test_misses_are_named(text: str) -> None:
    assert _section(text, "Not found in the first 5 passages (1)") == [
        "- lost: Ask lost? (confidence 0.70)"
    ]
    assert _section(text, "Answerable, and not answered (1)") == [
        "- mute: Ask mute? (confidence 0.20)"
    ]
    assert _section(text, "Unanswerable, and answered (1)") == [
        "- false: Ask false? (confidence 0.60)"
    ]
    assert "## Failed" not in text


def test_failures_are_counted_and_told() -> None:
    text = report(summarise(Run(FACTS, (failed("a", FIRST, ["test"]), GOOD))))
    assert "- **Note:** 1 question failed and counts as a failure" in text
    assert _section(text, "Failed (1)") == ["- a: Ask a? (failed: the index is gone)"]
    assert _section(text, "Not found in the first 5 passages (1)") == [
        "- a: Ask a? (failed: the index is gone)"
    ]
    assert _rows(text)["hit@5"][0] == "0.500"


def test_the_report_says_what_was_run(text: str) -> None:
    assert "- command: `citewell eval questions.jsonl`" in text
    assert "- questions: questions.jsonl (sha256 abababababab), 7 asked" in text
    assert "- model: letters 000000000000" in text


def test_hostile_texts_break_no_line_and_no_table() -> None:
    question = LOST.question.model_copy(
        update={"question": "a\n## b | c\x1b[31m", "tags": ("test", "x | y\n")}
    )
    text = report(summarise(Run(FACTS, (replace(LOST, question=question), GOOD, CALM))))
    assert "- lost: a ## b \\| c␛[31m (confidence 0.70)" in text
    assert "| x \\| y | 1 |" in text
    assert "\n## b" not in text
    assert "\x1b" not in text
