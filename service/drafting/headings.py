"""Questions for what stands under a heading. In: an Excerpt. Out: Drafts.

Only where the heading tells something and stands once in a document that is known by a title
of its own, so that the question has one answer.
"""

import re
from collections import Counter
from collections.abc import Iterator

from index.passage import Heading, Span
from index.sentences import blocks, sentences
from service.drafting.draft import Draft
from service.drafting.excerpt import Excerpt, plain, word_count

KIND = "heading"
_MOST_WORDS = 40  # of the quote
_LEAST_WORDS = 6
_LONGEST_HEADING = 8
_LONGEST_SECTION = 250  # words; of a longer one the first sentences are not "what is said"
_GENERIC = re.compile(
    r"[\s\d.:]*(?:introduction|contents|table of contents|overview|summary|abstract|conclusions?"
    r"|references|bibliography|see also|external links|further reading|notes?|appendix.*"
    r"|acknowledge?ments?|index|preface|foreword|chapter|section|part|figures?|tables?|todo|misc.*|other|general"
    r"|unreleased|changelog|about|home|license|licence|[\W\d]*|.{1,3})(?:[\s\d.:ivx]*)",
    re.IGNORECASE,
)
_NO_PROSE = re.compile(r"\s*(?:[|<>{`#]|[-*+] |\d+[.)] |!\[|\[)")


def headings(part: Excerpt, title: str) -> Iterator[Draft]:
    """A draft for each heading with prose below it; ``title`` is what the document is called."""
    found = part.headings
    if not found:
        return
    stated = Counter(plain(heading.title).casefold() for heading in found)
    ends = [heading.start for heading in found[1:]] + [part.start + len(part.text)]
    for heading, end in zip(found, ends, strict=True):
        if _tells(heading, title) and stated[plain(heading.title).casefold()] == 1:
            yield from _draft(part, heading, end, title)


def _tells(heading: Heading, title: str) -> bool:
    shown = plain(heading.title)
    return (
        not _GENERIC.fullmatch(shown)
        and word_count(shown) <= _LONGEST_HEADING
        and "?" not in shown
        and shown.casefold() != title.casefold()
    )


def _draft(part: Excerpt, heading: Heading, end: int, title: str) -> Iterator[Draft]:
    quote = _opening(part, heading, end)
    below = part.text[heading.start - part.start : end - part.start]
    if quote and word_count(below) <= _LONGEST_SECTION:
        shown = plain(heading.title)
        text = part.text[quote.start : quote.end]
        yield Draft(
            KIND,
            f"What is said under “{shown}” in “{title}”?",
            part.path,
            part.start + quote.start,
            text,
            worth=min(3, word_count(shown)) - word_count(below) / _LONGEST_SECTION,
            about=f"{shown} {title}",
        )


def _opening(part: Excerpt, heading: Heading, end: int) -> Span | None:
    """The first sentences below a heading, at most 40 words of one paragraph."""
    start = heading.start - part.start
    if not part.text.startswith(heading.title, start):
        return None
    below = Span(start + len(heading.title), end - part.start)
    block = next(blocks(part.text, below), None)
    if block is None or _NO_PROSE.match(part.text[block.start : block.end]):
        return None
    quote = None
    for sentence in sentences(part.text, block):
        if word_count(part.text[block.start : sentence.end]) > _MOST_WORDS:
            break
        quote = Span(block.start, sentence.end)
    if quote is None or word_count(part.text[quote.start : quote.end]) < _LEAST_WORDS:
        return None
    return quote if part.text[quote.end - 1] in ".!?" else None
