"""What a format's reader makes. In: blocks of text, one by one. Out: Parsed, with exact offsets.

Offsets are code points into the canonical text, which is what is stored and cited.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from index.passage import Heading

MOST_TITLE = 200
# No text: controls that are no white space, soft hyphens, marks without width, what is no
# character, halves of one.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)
_ODD_SPACE = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document's text and what is known of its structure; see ``Document`` for the fields.

    ``date`` and ``tags`` are as they are written.

    Raises ``ValueError`` for places that are not in the text or not in order.
    """

    text: str
    title: str | None = None
    pages: tuple[int, ...] = ()
    headings: tuple[Heading, ...] = ()
    date: str | None = None
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for starts in (self.pages, tuple(heading.start for heading in self.headings)):
            inside = all(0 <= start <= len(self.text) for start in starts)
            if not inside or any(left > right for left, right in pairwise(starts)):
                raise ValueError("places that are not in the text or not in order")


def clean(text: str) -> str:
    """The text without what is no text; every line end is a line feed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ODD_SPACE.sub(" ", _NO_TEXT.sub("", lines))


def collapse(text: str) -> str:
    """The text on one line, each run of white space one space, none at its ends."""
    return " ".join(_NO_TEXT.sub("", text).split())


def shorten(title: str) -> str:
    """The beginning of a title, which some files have their whole text in."""
    return title[:MOST_TITLE].rstrip()


class Builder:
    """Joins blocks to a text and keeps where its pages and headings begin."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[int] = []
        self._waiting_pages = 0
        self._headings: list[Heading] = []

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings so far."""
        return tuple(self._headings)

    def add(self, text: str, separator: str = "\n\n") -> int:
        """Append a block after ``separator`` (nothing before the first); returns its start."""
        if self._length:
            self._parts.append(separator)
            self._length += len(separator)
        start = self._length
        self._pages.extend([start] * self._waiting_pages)
        self._waiting_pages = 0
        self._parts.append(text)
        self._length += len(text)
        return start

    def mark_heading(self, start: int, level: int, title: str) -> None:
        """Say that the text at ``start`` is a heading."""
        self._headings.append(Heading(start, level, shorten(title)))

    def begin_page(self) -> None:
        """Begin a page with the next block; a page without text begins where the next does."""
        self._waiting_pages += 1

    def build(self, title: str | None = None) -> Parsed:
        """The text made so far; without a title its first heading is the title."""
        self._pages.extend([self._length] * self._waiting_pages)
        self._waiting_pages = 0
        first = self._headings[0].title if self._headings else None
        return Parsed(
            "".join(self._parts),
            shorten(title) if title else first,
            tuple(self._pages),
            tuple(self._headings),
        )
