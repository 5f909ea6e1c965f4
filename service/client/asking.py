"""Questions as they are sent, and what answers many. In: an Asked. Out: the body of a request.

What is not said is left out of a body, so that services of before are asked too.
"""

from dataclasses import asdict, dataclass
from typing import Any

from index.filter import DocumentFilter
from service.answer import Response
from service.asking.previous import Previous
from service.errors import ServiceRefused, Told

PASSAGES = 5  # to return, where nothing is said


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, how many passages to return, the question before it, and the documents to
    look in."""

    question: str
    top_k: int = PASSAGES
    previous: Previous | None = None
    only: DocumentFilter | None = None


@dataclass(frozen=True, slots=True)
class BatchItem:
    """What became of one question of many: one of the two."""

    response: Response | None = None
    problem: Told | None = None

    @property
    def told(self) -> Response | ServiceRefused | None:
        """The answer, or the error that tells the problem; None where there is neither."""
        return self.response or (ServiceRefused(self.problem) if self.problem else None)


@dataclass(frozen=True, slots=True)
class BatchAnswers:
    """One item for each question, in their order."""

    answers: tuple[BatchItem, ...]

    @property
    def told(self) -> tuple[Response | ServiceRefused | None, ...]:
        """What became of each."""
        return tuple(item.told for item in self.answers)


def body_of(asked: Asked) -> dict[str, object]:
    """The body that asks this."""
    body: dict[str, object] = {"question": asked.question, "top_k": asked.top_k}
    if asked.previous is not None:
        body["previous"] = asdict(asked.previous)
    if asked.only is not None:
        body["filter"] = conditions(asked.only)
    return body


def conditions(only: DocumentFilter | None) -> dict[str, Any]:
    """The conditions that a filter states."""
    stated = {} if only is None else asdict(only)
    return {name: value for name, value in stated.items() if value is not None}
