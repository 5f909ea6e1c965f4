"""Failures of the service. In: nothing. Out: more branches of the tree in ``index.errors``.

::

    CitewellError
    ├── WrongUse
    │   ├── QuestionInvalid     a question that cannot be asked; names the field
    │   ├── CitationIdInvalid   a string that is no citation's id
    │   ├── SettingsInvalid     a setting that does not exist or cannot be
    │   ├── AddressInUse        the service cannot listen there
    │   ├── RangeInvalid        offsets that are none of a range; names the field
    │   ├── DocumentRefused     no file of an upload could be taken; names each and why
    │   ├── UploadTooLarge      an upload of more bytes than the settings allow
    │   ├── BodyTooSlow         a request's body does not come in time
    │   ├── EditingRefused      documents are not to be changed, or not by this caller
    │   ├── FeedbackInvalid     feedback that cannot be; names the field
    │   ├── ChatInvalid         a conversation that asks for what is not here; names the field
    │   ├── ToolArgumentsInvalid  arguments that a tool cannot be called with
    │   ├── KeyRefused          a key of this name cannot be made or revoked
    │   ├── KeyNeeded           the service is not to listen in the open without a key
    │   └── ClientInvalid       a client that cannot ask as it is told to
    ├── ServiceRefused          a running service answered its client with a problem
    ├── ServiceUnreachable      no whole answer came from a service to its client
    │   └── ServiceSlow         nothing came from it for too long
    ├── ReplyInvalid            what answered a client is no citewell, or of another form
    ├── KeysUnusable            the file of keys cannot be read, or not be trusted
    ├── ChatModelMissing        a conversation with a model that is not here
    ├── TurnedAway
    │   ├── Overloaded          as many questions as may wait are waiting
    │   ├── DeadlinePassed      a question was not answered in the time it was given
    │   └── ClientGone          nobody waits for the answer any more
    ├── DocumentMissing         the index holds no document of this id
    ├── DocumentThere           a document that is to be brought back has not gone
    ├── RangeMissing            a document has no characters there
    ├── CitationMissing         no generation holds what a citation's id names
    ├── EditingFailed           a change, or feedback, could not be written to the disk
    ├── NotComposed             no language model wrote the answer; it is made of quotes then
    ├── ComposedInPart          a language model's answer ended before its end
    └── CitationMismatch        a passage is not what was indexed; never sent
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import CitewellError, WrongUse


class FieldInvalid(WrongUse):
    """A part of a request that cannot be; ``field`` names it."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


class QuestionInvalid(FieldInvalid):
    """A question, or what goes with it, that cannot be asked."""


class CitationIdInvalid(WrongUse):
    """A string that is no citation's id."""


class RangeInvalid(FieldInvalid):
    """Offsets between which no text can be asked for."""


class FeedbackInvalid(FieldInvalid):
    """Feedback that contradicts itself or marks a place that is not there."""


class ChatInvalid(FieldInvalid):
    """A conversation in OpenAI's form that asks nothing, or for what is not given here."""


class ToolArgumentsInvalid(WrongUse):
    """Arguments that a tool cannot be called with; names each."""


class SettingsInvalid(WrongUse):
    """A ``CITEWELL_*`` variable is unknown or holds an impossible value."""


class AddressInUse(WrongUse):
    """The host and port cannot be listened on."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken: the field that named it, its path as can be shown, and why."""

    field: str
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path!r} {self.reason}" if self.path else self.reason


class DocumentRefused(WrongUse):
    """No file of an upload could be taken; ``refused`` names each and why."""

    def __init__(self, refused: Sequence[Refusal]) -> None:
        super().__init__("; ".join(f"{item.field}: {item}" for item in refused))
        self.refused = tuple(refused)


class UploadTooLarge(WrongUse):
    """An upload has more bytes than the settings allow."""


class BodyTooSlow(WrongUse):
    """A request's body does not come in time."""


class EditingRefused(WrongUse):
    """Documents are not to be changed over HTTP, or not by this caller."""


class KeyRefused(WrongUse):
    """A key of this name cannot be made or revoked."""


class KeyNeeded(WrongUse):
    """The service would listen on a public address without any key."""


class ClientInvalid(WrongUse):
    """An address, a key or a file's path with which ``service.client`` cannot ask."""


class ServiceRefused(CitewellError):
    """A running service answered its client with a problem; nothing was answered or done."""

    def __init__(self, told: "Told") -> None:
        super().__init__(f"HTTP {told.status}: {told.detail or told.title}")
        self.status = told.status
        self.type = told.type
        self.title = told.title
        self.detail = told.detail
        self.field = told.field
        self.request_id = told.request_id
        self.retry_after = told.retry_after


@dataclass(frozen=True, slots=True)
class Told:
    """A problem (RFC 9457) as a client was told it: ``field`` names the part of the request
    that is wrong, ``request_id`` finds it in the service's log, ``retry_after`` are the seconds
    after which to ask again. None is what was not told."""

    status: int
    type: str = "about:blank"
    title: str = ""
    detail: str = ""
    field: str | None = None
    request_id: str | None = None
    retry_after: float | None = None


class ServiceUnreachable(CitewellError):
    """No whole answer came from a service to its client; it may have done what was asked."""


class ServiceSlow(ServiceUnreachable):
    """Nothing came from a service for as long as its client waits."""


class ReplyInvalid(CitewellError):
    """What answered a client is no citewell, or one whose answers have another form."""


class KeysUnusable(CitewellError):
    """The file of keys cannot be read, holds something else, or may be changed by others."""


class EditingFailed(CitewellError):
    """A change, or feedback, could not be written to the disk."""


class TurnedAway(CitewellError):
    """A question that could be answered, but not now."""


class Overloaded(TurnedAway):
    """As many questions as may wait are waiting; ``seconds`` is when to come again."""

    def __init__(self, detail: str, seconds: int) -> None:
        super().__init__(detail)
        self.seconds = seconds


class DeadlinePassed(TurnedAway):
    """A question was not answered in the time it was given."""


class ClientGone(TurnedAway):
    """Nobody waits for the answer any more."""


class NotComposed(CitewellError):
    """A language model could not be asked, failed, or wrote what is not to be sent.

    Never leaves the engine: the answer is made of quotes, and its notice says this.
    """


class ComposedInPart(CitewellError):
    """A language model's answer was cut before its end; what came before can be used."""


class ChatModelMissing(CitewellError):
    """A conversation names a model that is not the one here."""


class DocumentMissing(CitewellError):
    """The index holds no document of this id."""

    @classmethod
    def of(cls, document_id: str) -> "DocumentMissing":
        """The error for an id."""
        return cls(
            f"there is no document {document_id!r} in this index; GET /v1/documents lists them"
        )


class ReportMissing(CitewellError):
    """There is no evaluation report to show."""


class DocumentThere(CitewellError):
    """The index holds the document that is to be brought back, or another of its path."""


class RangeMissing(CitewellError):
    """A document ends before the range that is asked for begins."""


class CitationMissing(CitewellError):
    """No generation holds what is cited."""


class CitationMismatch(CitewellError):
    """The text at a passage's offsets is not the text that was indexed."""
