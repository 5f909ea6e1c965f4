"""Drafts judged one at a time, with keys that are typed by the test."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.drafting.ledger import Ledger
from eval.drafting.line import as_question
from eval.drafting.review import Outcome, Review
from eval.questions.question import Question, read_questions
from service.drafting.draft import Draft

DRAFTS = [as_question(Draft("cloze", f"What is {n}?", "a.txt", n, "bbb")) for n in range(3)]


class _Person:
    """Types what it was told to, then closes the terminal; keeps what it saw."""

    def __init__(self, *typed: str) -> None:
        self._typed = list(typed)
        self.shown: list[tuple[str, int, int]] = []
        self.told: list[str] = []

    def type(self, _prompt: str) -> str:
        if not self._typed:
            raise EOFError
        return self._typed.pop(0)

    def see(self, question: Question, number: int, total: int) -> None:
        self.shown.append((question.question, number, total))


def _judge(root: Path, *typed: str) -> tuple[Outcome, _Person]:
    person = _Person(*typed)
    ledger = Ledger(root / "drafts.jsonl", root / "questions.jsonl")
    left = ledger.left(DRAFTS)
    review = Review(left, ledger, person.type, person.see, person.told.append)
    return review.run(), person


def _asked(root: Path, name: str = "questions.jsonl") -> list[str]:
    file = root / name
    there = file.exists() and file.read_bytes()
    return [question.question for question in read_questions(file)] if there else []


@pytest.mark.parametrize(
    ("typed", "accepted", "rejected", "outcome"),
    [
        ("aaa", [0, 1, 2], [], Outcome(3, 0, 0)),
        ("ara", [0, 2], [1], Outcome(2, 1, 0)),
        ("asr", [0], [2], Outcome(1, 1, 1)),
        ("aq", [0], [], Outcome(1, 0, 2)),
        ("a", [0], [], Outcome(1, 0, 2)),  # the input ends
        ("", [], [], Outcome(0, 0, 3)),
        ("abraa", [1, 2], [0], Outcome(2, 1, 0)),
        ("arbbsq", [], [], Outcome(0, 0, 3)),
        ("sbaq", [0], [], Outcome(1, 0, 2)),
        ("basq", [0], [], Outcome(1, 0, 2)),  # nothing to go back to
    ],
)
def test_keys(
    tmp_path: Path, typed: str, accepted: Sequence[int], rejected: Sequence[int], outcome: Outcome
) -> None:
    assert _judge(tmp_path, *typed)[0] == outcome
    assert _asked(tmp_path) == [f"What is {n}?" for n in accepted]
    assert _asked(tmp_path, "drafts.rejected.jsonl") == [f"What is {n}?" for n in rejected]


def test_capitals_and_spaces_are_keys_too_and_others_are_explained(tmp_path: Path) -> None:
    outcome, person = _judge(tmp_path, " A ", "x", "", "R", "q")
    assert outcome == Outcome(1, 1, 1)
    assert person.told == ["type one of the letters in brackets and Enter"] * 2


def test_an_edited_question_is_accepted_in_its_new_words(tmp_path: Path) -> None:
    outcome, _ = _judge(tmp_path, "e", "  Which is the first? ", "q")
    assert outcome == Outcome(1, 0, 2)
    (question,) = read_questions(tmp_path / "questions.jsonl")
    assert question.question == "Which is the first?"
    assert (question.id, question.expected) == (DRAFTS[0].id, DRAFTS[0].expected)


def test_an_empty_edit_leaves_the_draft_undecided(tmp_path: Path) -> None:
    outcome, person = _judge(tmp_path, "e", "", "r", "q")
    assert outcome == Outcome(0, 1, 2)
    assert [number for _, number, _ in person.shown] == [1, 1, 2]


def test_an_edit_that_cannot_be_asked_leaves_the_draft_undecided(tmp_path: Path) -> None:
    outcome, person = _judge(tmp_path, "e", "x" * 2001, "r", "q")
    assert outcome == Outcome(0, 1, 2)
    assert any("2000 are the most" in remark for remark in person.told)


def test_the_end_of_input_during_an_edit_decides_nothing(tmp_path: Path) -> None:
    assert _judge(tmp_path, "a", "e")[0] == Outcome(1, 0, 2)


def test_later_it_goes_on_with_what_is_left(tmp_path: Path) -> None:
    _judge(tmp_path, "a", "s", "r")
    outcome, person = _judge(tmp_path, "a")
    assert person.shown == [("What is 1?", 1, 1)]
    assert outcome == Outcome(1, 0, 0)
    assert _asked(tmp_path) == ["What is 0?", "What is 1?"]


def test_what_is_accepted_is_on_the_disk_before_the_next_is_shown(tmp_path: Path) -> None:
    class _Interrupts(_Person):
        def type(self, prompt: str) -> str:
            if len(self.shown) == 2:
                assert _asked(tmp_path) == ["What is 0?"]
                raise KeyboardInterrupt
            return super().type(prompt)

    person = _Interrupts("a")
    ledger = Ledger(tmp_path / "drafts.jsonl", tmp_path / "questions.jsonl")
    with pytest.raises(KeyboardInterrupt):
        Review(DRAFTS, ledger, person.type, person.see, person.told.append).run()
    assert _asked(tmp_path) == ["What is 0?"]
