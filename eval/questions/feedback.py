"""Feedback as questions. In: feedback that was kept. Out: Questions, in a file if wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import OutputExists
from eval.questions.question import Question
from service.exporting import TAG, Placed, place_anew, rows_from
from service.feedback import Feedback

__all__ = ["TAG", "Exported", "Placed", "place_anew", "questions_from", "write_questions"]


@dataclass(frozen=True, slots=True)
class Exported:
    """Questions, and how much of the feedback is in none of them: ``silent`` tells neither a
    place nor that there is none, ``overruled`` is contradicted by later feedback."""

    questions: tuple[Question, ...]
    silent: int
    overruled: int


def questions_from(feedback: Sequence[Feedback]) -> Exported:
    """The rows that ``service.exporting`` makes of feedback, checked."""
    made = rows_from(feedback)
    questions = tuple(Question.model_validate(row) for row in made.rows)
    return Exported(questions, made.silent, made.overruled)


def write_questions(questions: Sequence[Question], out: Path) -> None:
    """Write a question set, JSON Lines; raises ``OutputExists`` when the file is there."""
    try:
        with out.open("x", encoding="utf-8", newline="\n") as stream:
            for question in questions:
                stream.write(question.model_dump_json(exclude_defaults=True) + "\n")
    except FileExistsError:
        raise OutputExists(f"{out} exists; name a new file with --out") from None
