"""Decisions on the disk."""

import json
from pathlib import Path

import pytest

from eval.drafting.ledger import Ledger
from eval.drafting.line import as_question
from eval.errors import OutputExists, QuestionSetInvalid
from eval.questions.question import Question, read_questions
from service.drafting.draft import Draft

FIRST, SECOND, THIRD = (
    as_question(Draft("cloze", f"What is {n}?", "a.txt", n, "é bbb", ("bbb",))) for n in range(3)
)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "drafts.jsonl", tmp_path / "questions.jsonl")


def _lines(file: Path) -> list[Question]:
    return read_questions(file) if file.read_bytes() else []


def test_an_accepted_draft_is_a_question_that_was_drafted(ledger: Ledger, tmp_path: Path) -> None:
    ledger.accept(FIRST)
    (line,) = (tmp_path / "questions.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "id": FIRST.id,
        "question": "What is 0?",
        "answerable": True,
        "expected": [{"document": "a.txt", "quote": "é bbb", "start": 0}],
        "answers": ["bbb"],
        "tags": ["drafted", "drafted-cloze"],
    }
    assert not (tmp_path / "drafts.rejected.jsonl").exists()


def test_what_is_decided_is_not_left(ledger: Ledger, tmp_path: Path) -> None:
    ledger.accept(SECOND)
    ledger.reject(FIRST)
    assert _lines(tmp_path / "drafts.rejected.jsonl") == [FIRST]
    again = Ledger(tmp_path / "drafts.jsonl", tmp_path / "questions.jsonl")
    assert again.left([FIRST, SECOND, THIRD]) == [THIRD]


def test_each_decision_can_be_taken_back(ledger: Ledger, tmp_path: Path) -> None:
    ledger.accept(FIRST)
    ledger.accept(SECOND)
    ledger.reject(THIRD)
    ledger.take_back()
    ledger.take_back()
    assert [q.id for q in _lines(tmp_path / "questions.jsonl")] == [FIRST.id]
    assert _lines(tmp_path / "drafts.rejected.jsonl") == []
    ledger.take_back()
    assert ledger.left([FIRST, SECOND, THIRD]) == [FIRST, SECOND, THIRD]


def test_what_is_there_stays(ledger: Ledger, tmp_path: Path) -> None:
    mine = '{"id": "mine", "question": "Why?", "answerable": false}'  # no line end, by hand
    (tmp_path / "questions.jsonl").write_text(mine, "utf-8")
    ledger.accept(FIRST)
    assert [q.id for q in _lines(tmp_path / "questions.jsonl")] == ["mine", FIRST.id]
    ledger.take_back()
    assert (tmp_path / "questions.jsonl").read_text("utf-8") == mine


@pytest.mark.parametrize("name", ["drafts.jsonl", "drafts.rejected.jsonl"])
def test_questions_are_not_added_to_the_drafts(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputExists, match="name another file for the questions"):
        Ledger(tmp_path / "drafts.jsonl", tmp_path / name)


def test_a_file_that_is_no_question_set_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text("hello", "utf-8")
    with pytest.raises(QuestionSetInvalid, match="line 1"):
        ledger.left([FIRST])
