"""An answer with numbered footnotes. In: an engine's events. Out: text, piece by piece, and
which runs of it rest on which passage.

The numbers are the ranks of the passages, as everywhere else. Runs are code points of the
text, the end exclusive: a quote's is the quote, which stands in the passage word for word, a
written sentence's is the sentence.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from index.visible import on_one_line
from service.answer import Answer, AnswerSentence, CitedPassage, Event, Quote, Response, Retrieval
from service.writing.write import marked_sentence

SOURCES = "Sources:"
WITHDRAWN = (
    "What was written above is withdrawn: it could not be checked to its end. Quotes instead:"
)
Address = Callable[[str], str]  # from a citation's id to where it is read


@dataclass(frozen=True, slots=True)
class CitedRun:
    """A run of the text, and the rank of a passage that it rests on."""

    start: int
    end: int
    citation: int


@dataclass(slots=True)
class FootnotedText:
    """The text of an answer as it grows; ``address`` makes the links of the footnotes."""

    address: Address
    text: str = ""
    cited: list[CitedRun] = field(default_factory=list)
    response: Response | None = None
    _written: bool = False

    def take(self, event: Event) -> str:
        """Take in what an engine tells; returns what it adds to the text."""
        before = len(self.text)
        match event[1]:
            case Quote() as quote:
                self._take_quote(quote)
            case AnswerSentence() as sentence:
                self._take_sentence(sentence)
            case Response() as response:
                self._end(response)
            case Retrieval():
                pass
        return self.text[before:]

    def _take_quote(self, quote: Quote) -> None:
        if self._written:
            self.cited.clear()
            self.text += f"\n\n{WITHDRAWN}"
            self._written = False
        self.text += "\n\n“" if self.text else "“"
        self._cite(quote.text, (quote.citation,))
        self.text += f"” [{quote.citation}]"

    def _take_sentence(self, sentence: AnswerSentence) -> None:
        self.text += " " if self.text else ""
        self._cite(sentence.text, sentence.citations if sentence.supported else ())
        self.text += marked_sentence(sentence).removeprefix(sentence.text)
        self._written = True

    def _cite(self, run: str, citations: tuple[int, ...]) -> None:
        start, end = len(self.text), len(self.text) + len(run)
        self.cited += [CitedRun(start, end, citation) for citation in citations]
        self.text += run

    def _end(self, response: Response) -> None:
        self.response = response
        answer = response.answer
        if answer.text is None:
            self.text += absence_sentence(answer)
            return
        if answer.notice:
            self.text += f"\n\nNote: {answer.notice}."
        notes = [footnote(response.passages[rank - 1], self.address) for rank in answer.citations]
        self.text += "\n\n" + "\n".join([SOURCES, *notes]) if notes else ""


def footnoted(response: Response, address: Address) -> FootnotedText:
    """The text of a whole response: what was withdrawn on the way to it is left out."""
    text = FootnotedText(address)
    answer = response.answer
    parts: list[Event] = [("quote", quote) for quote in answer.quotes]
    if answer.composed:
        parts = [("sentence", sentence) for sentence in answer.sentences]
    for event in parts:
        text.take(event)
    text.take(("done", response))
    return text


def absence_sentence(answer: Answer) -> str:
    """Why there is no answer, in a sentence."""
    if answer.absence is not None:
        return answer.absence.explanation
    return f"There is no answer: {answer.notice}."


def titled(passage: CitedPassage) -> str:
    """The path of a passage's document, on one line, and its page, if there are pages."""
    page = f", page {passage.page}" if passage.page else ""
    return f"{on_one_line(passage.document.path)}{page}"


def footnote(passage: CitedPassage, address: Address) -> str:
    """The line that tells where a passage stands; its last word leads to the citation."""
    return f"- [{passage.rank}] {titled(passage)}: {address(passage.id)}"
