"""Text to sentences. In: a text. Out: spans that cover all of it but white space.

A rule-based splitter in the manner of Unicode UAX #29, with what it lacks: abbreviations,
initials and decimal points do not end a sentence; a blank line or a Markdown heading does.
"""

import re
from collections.abc import Iterator

from index.passage import Span

# What a sentence mark may be followed by and still close the sentence: quotes, brackets.
_CLOSERS = "\"'”’»)\\]}*_"
# Possessive, and only from the first mark of a run: else a long run takes quadratic time.
_END = re.compile(rf"(?:(?<![.!?…])[.!?…]++[{_CLOSERS}]*+(?=\s)|[。！？｡؟।]+[{_CLOSERS}」』）]*)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'“])(?:\w|(?:\w\.)+\w|mr|mrs|ms|dr|prof|sr|jr|st|mt|gen|col|lt|sgt|capt|rev|hon"
    r"|gov|sen|rep|vs|etc|cf|al|fig|figs|eq|no|nos|vol|pp|ed|eds|approx|dept|inc|ltd|co|corp"
    r"|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)\.$",
    re.IGNORECASE,
)
SECTION = 1_000_000  # code points: more is looked at part by part, to keep memory bounded
_BLOCK_BREAK = re.compile(r"\r?\n[^\S\n]*(?:\r?\n\s*|(?=#{1,6}\s|[-*+]\s|\d+[.)]\s|[|>]))|\f")
_SPACE = re.compile(r"\s")
_HEADING = re.compile(r"#{1,6}\s[^\n]*")


def blocks(text: str, section: Span | None = None) -> Iterator[Span]:
    """Paragraphs, headings and list items of a section, trimmed of white space, in order."""
    start, end = (section.start, section.end) if section else (0, len(text))
    for match in _BLOCK_BREAK.finditer(text, start, end):
        yield from trimmed(text, start, match.start())
        start = match.end()
    yield from trimmed(text, start, end)


def sections(text: str, length: int) -> Iterator[Span]:
    """The text in parts of about ``length`` code points, which end where a block ends, or
    after twice the length at white space; a shorter text is one part."""
    start = 0
    while len(text) - start > 2 * length:
        found = _BLOCK_BREAK.search(text, start + length, start + 2 * length)
        space = None if found else _SPACE.search(text, start + 2 * length)
        cut = found or space
        end = cut.end() if cut else len(text)
        yield Span(start, end)
        start = end
    if start < len(text) or not text:
        yield Span(start, len(text))


def parts_of(text: str, length: int = SECTION) -> Iterator[str]:
    """The texts of the sections of a text."""
    for section in sections(text, length):
        yield text[section.start : section.end]


def sentences(text: str, block: Span) -> Iterator[Span]:
    """The sentences of one block, trimmed, in order, covering all but white space."""
    start = block.start
    heading = _HEADING.match(text, block.start, block.end)
    if heading:
        yield from trimmed(text, start, heading.end())
        start = heading.end()
    for match in _END.finditer(text, start, block.end):
        if not _is_abbreviation(text, start, match) and not _continues(text, match.end()):
            yield from trimmed(text, start, match.end())
            start = match.end()
    yield from trimmed(text, start, block.end)


def trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without white space at either end; nothing when nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)


def _is_abbreviation(text: str, start: int, match: re.Match[str]) -> bool:
    if match.group() != ".":
        return False
    # 24 characters hold the longest abbreviation; scanning from the sentence's start
    # would make a long unpunctuated run quadratic.
    before = text[max(start, match.end() - 24) : match.end()]
    return _ABBREVIATION.search(before) is not None


def _continues(text: str, end: int) -> bool:
    """Whether the next word begins in lower case, so the mark did not end a sentence."""
    following = text[end : end + 40].lstrip()
    return following[:1].islower()
