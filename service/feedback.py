"""What people say of answers. In: a verdict, places in documents. Out: Feedback, kept on disk.

A place is sent by its offsets; what is quoted is read from the stored document and proved as a
citation is.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from index.feedbackfile import FeedbackFile, feedback_folder
from index.passage import Span
from service.answer import IndexRef
from service.asking.question import DEFAULT_PASSAGES, check_question
from service.citing.prove import prove
from service.engine import Engine
from service.errors import FeedbackInvalid

Verdict = Literal["right", "wrong", "unanswerable"]
LONGEST_COMMENT = 2000
LONGEST_QUOTE = 10_000  # code points of one marked place
MOST_MARKED = 50


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """A range of a document that answers, as it is sent; ``sha256`` is that of the source file
    the sender has seen, if the sender says so."""

    document_id: str
    start: int
    end: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Feedback as it is sent. "unanswerable" says that the documents do not answer."""

    question: str
    verdict: Verdict
    places: tuple[MarkedPlace, ...] = ()
    answer_id: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class MarkedQuote:
    """A place that answers, by the document's path: ``quote`` is what stood there."""

    document: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """Feedback as it is kept; ``created`` is UTC, ``index`` what it was proved against."""

    id: str
    created: str
    question: str
    verdict: Verdict
    passages: tuple[MarkedQuote, ...]
    index: IndexRef
    answer_id: str | None = None
    comment: str | None = None


_RECORD = TypeAdapter(Feedback)


@dataclass(frozen=True, slots=True)
class Kept:
    """All feedback in the order it came, and the lines that could not be read, told by number."""

    feedback: tuple[Feedback, ...]
    unread: tuple[str, ...]


class FeedbackStore:
    """Feedback on the answers of one index; safe between threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._file = FeedbackFile(folder)

    @classmethod
    def of(cls, index: Path) -> "FeedbackStore":
        """The feedback that lies beside an index."""
        return cls(feedback_folder(index))

    def append(self, make: Callable[[], Feedback]) -> Feedback:
        """Keep what ``make`` gives; meanwhile nobody else writes or removes.

        So what is proved inside ``make`` is not erased between proof and writing. Raises what
        ``make`` raises, and ``OSError`` when the disk does not take it.
        """
        made: list[Feedback] = []

        def record() -> dict[str, object]:
            made.append(make())
            return asdict(made[0])

        self._file.append(record)
        return made[0]

    def read(self) -> Kept:
        """What was kept; a line that a crash has cut off is told, not passed over."""
        feedback, unread = [], []
        for number, line in enumerate(self._file.lines(), start=1):
            try:
                feedback.append(_RECORD.validate_json(line, strict=True))
            except ValidationError as error:
                reason = error.errors()[0]["msg"]
                unread.append(f"line {number} of {self._file.path} is no whole record ({reason})")
        return Kept(tuple(feedback), tuple(unread))


def check_said(said: Said) -> None:
    """Raise ``QuestionInvalid`` or ``FeedbackInvalid`` for what no index could accept."""
    check_question(said.question, DEFAULT_PASSAGES)
    if said.verdict == "unanswerable" and said.places:
        raise FeedbackInvalid(
            "passages", "what the documents do not answer has no places that answer; send none"
        )


def prove_feedback(said: Said, engine: Engine) -> Feedback:
    """The record of what was said, every place read from its stored document.

    Raises ``FeedbackInvalid`` naming the field for a place that is not there, and
    ``CitationMismatch`` when the stored text is not what was indexed.
    """
    return Feedback(
        id=f"f_{token_hex(8)}",
        created=datetime.now(UTC).isoformat(timespec="milliseconds"),
        question=said.question,
        verdict=said.verdict,
        passages=tuple(
            _quoted(place, f"passages.{number}", engine) for number, place in enumerate(said.places)
        ),
        index=engine.ref,
        answer_id=said.answer_id,
        comment=said.comment,
    )


def _quoted(place: MarkedPlace, field: str, engine: Engine) -> MarkedQuote:
    texts = engine.index.texts
    facts = texts.facts(place.document_id)
    if facts is None:
        raise FeedbackInvalid(
            f"{field}.document", "the index holds no such document; GET /v1/documents lists them"
        )
    if place.sha256 not in (None, facts.sha256):
        raise FeedbackInvalid(
            f"{field}.sha256", "the document has changed since; ask again and mark what it says now"
        )
    if not 0 <= place.start < place.end <= facts.length:
        part = "start" if place.start >= facts.length else "end"
        raise FeedbackInvalid(
            f"{field}.{part}",
            f"{place.start} to {place.end} is no range of the document's {facts.length} characters",
        )
    if place.end - place.start > LONGEST_QUOTE:
        raise FeedbackInvalid(
            f"{field}.end", f"a place has at most {LONGEST_QUOTE} characters; mark a shorter one"
        )
    span = Span(place.start, place.end)
    quote = prove(texts, place.document_id, span)
    return MarkedQuote(facts.path, place.start, place.end, quote)
