"""What a citation's id came to. In: nothing. Out: ResolvedCitation."""

from dataclasses import dataclass
from typing import Literal

from index.passage import Span
from service.answer import DocumentRef, IndexRef

Status = Literal["current", "moved", "changed", "gone"]
MOST_PLACES = 10  # of a text that stands elsewhere now


@dataclass(frozen=True, slots=True)
class ResolvedCitation:
    """A cited run of a document; ``text`` was read from ``generation``, as were ``document``,
    ``page`` and ``headings``, and ``sha256`` is its digest. Offsets are code points.

    ``status`` compares it with ``index``, which answers: "current" where the document holds
    this text at this place, "moved" where only elsewhere, "changed" where nowhere, "gone" where
    the index holds no such document. ``now`` are places of the current document that hold the
    text, the nearest first: the cited one alone where it is current, at most 10 where it has
    moved, otherwise none. ``note`` tells all but "current" in a sentence.
    """

    id: str
    text: str
    document: DocumentRef
    start: int
    end: int
    page: int | None
    headings: tuple[str, ...]
    sha256: str
    generation: int
    status: Status
    now: tuple[Span, ...]
    note: str | None
    index: IndexRef


def told(status: Status, now: tuple[Span, ...], generation: int) -> str | None:
    """How a citation stands, in a sentence; None when there is nothing to tell."""
    match status:
        case "current":
            return None
        case "moved":
            among = ", among other places" if len(now) > 1 else ""
            return (
                f"the document has changed since; now this text stands at characters "
                f"{now[0].start} to {now[0].end}{among}"
            )
        case "changed":
            return (
                "the document has changed since and holds this text no longer; generation "
                f"{generation}, which is kept, does"
            )
        case "gone":
            return (
                "no document of this path is indexed any more; generation "
                f"{generation}, which is kept, holds it"
            )
