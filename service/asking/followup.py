"""Questions after questions. In: a question, the one before it. Out: how it is understood.

The client sends the question before with what its answer cited; nothing of a conversation is
kept here.
"""

from dataclasses import dataclass

from service.answer import Response, Understood
from service.asking.leaning import leans

MOST_CITATIONS = 10


@dataclass(frozen=True, slots=True)
class Previous:
    """The question before, and the ids of the passages that its answer cited."""

    question: str
    citations: tuple[str, ...] = ()


def previous_of(response: Response) -> Previous:
    """What the next question may lean on: this question and what its answer cites."""
    cited = [response.passages[rank - 1].id for rank in response.answer.citations]
    return Previous(response.question, tuple(cited[:MOST_CITATIONS]))


def understand(question: str, previous: Previous | None) -> Understood | None:
    """How a question is understood after another one; None without one.

    A question that leans is understood as both questions, one after the other. Which citations
    can be used is not known here.
    """
    if previous is None:
        return None
    if leans(question, previous.question):
        return Understood(f"{previous.question.strip()} {question.strip()}", True, (), ())
    return Understood(question, False, (), ())
