"""What a question comes after. In: an answer. Out: its question, and what it cited.

The client sends it with its next question; nothing of a conversation is kept here.
"""

from dataclasses import dataclass

from service.answer import Response

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
