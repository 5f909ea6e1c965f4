"""The questions off the subject are as their description says."""

from collections import Counter

from eval.questions.question import read_questions
from tests.conftest import ROOT

KINDS = {"everyday": 150, "knowledge": 90, "smalltalk": 60, "nonsense": 50, "language": 70}


def test_they_are_as_many_of_each_kind_as_described() -> None:
    questions = read_questions(ROOT / "seeds" / "off-subject.jsonl")
    kinds = Counter(tag for question in questions for tag in question.tags)
    assert {kind: kinds[kind] for kind in KINDS} == KINDS
    assert kinds["off-subject"] == len(questions) == sum(KINDS.values())
    assert not any(question.answerable for question in questions)
    assert len({question.question.casefold() for question in questions}) == len(questions)


def test_each_kind_is_halved() -> None:
    questions = read_questions(ROOT / "seeds" / "off-subject.jsonl")
    for kind, count in KINDS.items():
        parts = Counter(tag for q in questions if kind in q.tags for tag in q.tags)
        assert parts["tuning"] == parts["test"] == count // 2
