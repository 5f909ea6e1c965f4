"""What is drafted. In: a question and the quote it was made of. Out: Draft, a Question of it."""

from dataclasses import dataclass

from eval.questions.question import DRAFT, Expected, Question
from index.passage import text_digest

SWAPPED, HELD_OUT = "swap", "held-out"  # the kinds without an answer


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that nobody has looked at.

    ``quote`` stands at ``start`` of the document ``path`` and answers the question, unless it
    is not ``answerable``: then it is only what the question was made of. ``about`` is what is
    asked about, in the document's words (of a cloze what stands around the gap); ``worth``
    orders the drafts of one kind and document, the best first, and means nothing else.
    """

    kind: str
    question: str
    path: str
    start: int
    quote: str
    answers: tuple[str, ...] = ()
    about: str = ""
    worth: float = 0.0
    answerable: bool = True

    @property
    def id(self) -> str:
        """An identity that depends on the words, the quote and its place alone."""
        made_of = (self.question, self.path, self.start, self.quote, self.answerable)
        return f"{DRAFT}-{text_digest(repr(made_of))[:12]}"

    def as_question(self) -> Question:
        """The line of a question set that it is."""
        place = Expected(document=self.path, quote=self.quote, start=self.start)
        return Question(
            id=self.id,
            question=self.question,
            answerable=self.answerable,
            expected=(place,) if self.answerable else (),
            answers=self.answers if self.answerable else (),
            tags=(DRAFT, f"{DRAFT}-{self.kind}"),
        )
