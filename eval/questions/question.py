"""Question sets. In: a JSON Lines file. Out: checked Questions, or its lines with their faults.

Truth is (document, quote), never a passage id, so that splitting anew does not spoil it; or a
document as a whole, as benchmark collections judge.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import QuestionSetInvalid

# Tags that mean something: the part to report, the part to tune on, what nobody has accepted.
TEST, TUNING, DRAFT = "test", "tuning", "draft"
# Questions of a kind; a share of fewer is known to ± 18 points at best.
FEWEST = 30
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


class Earlier(_Frozen):
    """A question that was asked before; what it cites is found by asking it."""

    question: Annotated[str, Field(min_length=1)]


class Question(_Frozen):
    """One question; any one of the ``expected`` places answers it.

    ``previous`` is the question before, which this one may lean on.
    """

    id: Annotated[str, Field(min_length=1)]
    question: Annotated[str, Field(min_length=1)]
    answerable: bool
    expected: tuple[Expected, ...] = Field(default=(), strict=False)
    answers: tuple[str, ...] = Field(default=(), strict=False)
    tags: tuple[str, ...] = Field(default=(), strict=False)
    previous: Earlier | None = None

    @property
    def conversation(self) -> str:
        """All that is asked: the earlier question, if there is one, and this."""
        return f"{self.previous.question} {self.question}" if self.previous else self.question


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a question set that is not blank, by its ``number`` from 1.

    ``id`` is the question's as far as it can be told, ``question`` None where the line is
    none; ``faults`` are all the reasons why it cannot be used.
    """

    number: int
    id: str | None
    question: Question | None
    faults: tuple[str, ...]


def read_lines(file: Path) -> list[Line]:
    """Every line of a question set, good or bad; a byte-order mark is passed over.

    Raises ``QuestionSetInvalid`` when the file cannot be read at all.
    """
    try:
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetInvalid(
            f"{file} cannot be read ({error}); name a UTF-8 file of JSON Lines"
        ) from error
    return [_line(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def read_questions(file: Path) -> list[Question]:
    """Read and check a question set.

    Raises ``QuestionSetInvalid`` naming every line that is wrong, and what it should be.
    """
    lines = read_lines(file)
    wrong = [f"line {line.number}: {'; '.join(line.faults)}" for line in lines if line.faults]
    questions = [line.question for line in lines if line.question]
    repeated = [i for i, count in Counter(q.id for q in questions).items() if count > 1]
    wrong += [f"id {identity!r} is used more than once" for identity in repeated]
    if wrong or not questions:
        raise QuestionSetInvalid(_listed(file, wrong or ["it holds no question"]))
    return questions


def _line(number: int, line: str) -> Line:
    try:
        question = Question.model_validate_json(line)
    except ValidationError as error:
        faults = tuple(map(_reason, error.errors(include_url=False)))
        return Line(number, _told_id(line), None, faults)
    return Line(number, question.id, question, tuple(_contradictions(question)))


def _contradictions(question: Question) -> Iterator[str]:
    """What each part allows but not all of them together."""
    if question.answerable and not question.expected:
        yield (
            "answerable, but nothing is expected; name the documents and quotes that answer, "
            "or set answerable to false"
        )
    if not question.answerable and question.expected:
        yield "unanswerable, but something is expected; remove it, or set answerable to true"
    if any(place.start is not None and place.quote is None for place in question.expected):
        yield "expected: start goes with a quote; quote the text, or leave it out"


def _reason(error: Any) -> str:  # noqa: ANN401 - one of pydantic's ErrorDetails
    place = ".".join(map(str, error["loc"]))
    told = str(error["msg"]).replace(" at line 1 column ", " at column ")  # it sees one line
    return f"{place}: {told}" if place else told


def _told_id(line: str) -> str | None:
    """The id of a line that is no question, if it tells one."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    identity = value.get("id") if isinstance(value, dict) else None
    return identity if isinstance(identity, str) else None


def _listed(file: Path, wrong: list[str]) -> str:
    more = f"\n  and {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
    return f"{file} cannot be used; correct it:\n  " + "\n  ".join(wrong[:_MOST_NAMED]) + more
