"""A citation's id, which tells by itself what it cites. In: a range and its text. Out: an id.

Whoever keeps an id can have it resolved against any generation that holds the document: where
the digest of the text found there is another, the document has changed. The same run of the
same document has the same id in every generation.
"""

import re
from dataclasses import dataclass

from index.passage import Span, text_digest

_DIGITS = 16  # hexadecimal, of the text's sha256: as many as any other id here has
_FORM = re.compile(r"p_([0-9a-f]{16})_(\d{1,12})_(\d{1,12})_([0-9a-f]{16})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reference:
    """A run of a document: code points ``start`` to ``end``, exclusive, of the document with
    this id, whose text had the sha256 that begins with ``digest``."""

    document: str
    start: int
    end: int
    digest: str

    @property
    def span(self) -> Span:
        """The run, as document offsets."""
        return Span(self.start, self.end)

    @property
    def id(self) -> str:
        """The id; ``parse_reference`` of it is this."""
        number = self.document.removeprefix("d_")
        return f"p_{number}_{self.start}_{self.end}_{self.digest}"

    def holds(self, text: str) -> bool:
        """Whether this is the text that was cited."""
        return text_digest(text)[:_DIGITS] == self.digest


def reference_to(document: str, span: Span, text: str) -> Reference:
    """The reference to a run of the document with the id ``document``, and its text."""
    return Reference(document, span.start, span.end, text_digest(text)[:_DIGITS])


def parse_reference(identity: str) -> Reference | None:
    """What an id cites, or None when it is no citation's id."""
    match = _FORM.fullmatch(identity)
    if match is None or int(match[2]) >= int(match[3]):
        return None
    return Reference(f"d_{match[1]}", int(match[2]), int(match[3]), match[4])
