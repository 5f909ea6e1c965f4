"""Question sets. In: a JSON Lines file. Out: checked Questions.

Truth is (document, quote), never a passage id, so that splitting anew does not spoil it; or a
document as a whole, as benchmark collections judge.
"""

from collections import Counter
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import QuestionSetInvalid

_MOST_NAMED = 20


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Expected(_Frozen):
    """What answers: a verbatim quote of a document, by its path in the source folder.

    ``start`` is the quote's first code point; without it any occurrence will do. Without a
    quote the document as a whole is what is wanted. ``grade`` is its worth in graded measures.
    """

    document: str
    quote: Annotated[str, Field(min_length=1)] | None = None
    start: Annotated[int, Field(ge=0)] | None = None
    grade: Annotated[int, Field(ge=1)] = 1


class Question(_Frozen):
    """One question; any one of the ``expected`` places answers it."""

    id: Annotated[str, Field(min_length=1)]
    question: Annotated[str, Field(min_length=1)]
    answerable: bool
    expected: tuple[Expected, ...] = Field(default=(), strict=False)
    answers: tuple[str, ...] = Field(default=(), strict=False)
    tags: tuple[str, ...] = Field(default=(), strict=False)


def read_questions(file: Path) -> list[Question]:
    """Read and check a question set.

    Raises ``QuestionSetInvalid`` naming every line that is wrong, and what it should be.
    """
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetInvalid(
            f"{file} cannot be read ({error}); name a UTF-8 file of JSON Lines"
        ) from error
    questions: list[Question] = []
    wrong: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                questions.append(_checked(line))
            except ValueError as error:
                wrong.append(f"line {number}: {_reason(error)}")
    repeated = [i for i, count in Counter(q.id for q in questions).items() if count > 1]
    wrong += [f"id {identity!r} is used more than once" for identity in repeated]
    if wrong or not questions:
        raise QuestionSetInvalid(_listed(file, wrong or ["it holds no question"]))
    return questions


def _checked(line: str) -> Question:
    question = Question.model_validate_json(line)
    if question.answerable != bool(question.expected):
        raise ValueError("an answerable question has expected quotes, an unanswerable one none")
    if any(place.start is not None and place.quote is None for place in question.expected):
        raise ValueError("expected: start goes with a quote; quote the text, or leave it out")
    return question


def _reason(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        return f"{place}: {first['msg']}" if place else first["msg"]
    return str(error)


def _listed(file: Path, wrong: list[str]) -> str:
    more = f"\n  and {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
    return f"{file} cannot be used; correct it:\n  " + "\n  ".join(wrong[:_MOST_NAMED]) + more
