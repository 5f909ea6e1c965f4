"""What is drafted. In: a question and the quote it was made of. Out: Draft."""

from dataclasses import dataclass

from index.passage import text_digest


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
        return f"draft-{text_digest(repr(made_of))[:12]}"
