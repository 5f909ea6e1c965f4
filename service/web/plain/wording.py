"""What templates say of values. In: records of answers. Out: words, names, addresses, runs.

Words and levels are those of the page's wording.js, and names are shown as its dom.js shows
them; tests compare them.
"""

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from index.passage import Span
from index.visible import visible
from service.answer import CitedPassage, Quote, Response
from service.citing.marked import Run, marked

# Characters that would turn the direction of what follows them.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The words that the IPCC gives to ranges of probability (Mastrandrea et al. 2010).
_LEVELS = (
    (90, "very likely"),
    (66, "likely"),
    (34, "about as likely as not"),
    (11, "unlikely"),
    (0, "very unlikely"),
)
_NBSP = "\u00a0"


def percent(share: float) -> str:
    """Whole percent, never a false 0 or 100."""
    if 0 < share < 0.01:
        return f"under 1{_NBSP}%"
    if 0.99 < share < 1:
        return f"over 99{_NBSP}%"
    return f"{_whole(share)}{_NBSP}%"


def confidence(probability: float) -> str:
    """A probability in words and number; the words are those of the number shown."""
    level = next(words for least, words in _LEVELS if _whole(probability) >= least)
    return f"{level}, {percent(probability)}"


def _whole(share: float) -> int:
    """Whole percent, halves up, as the page's script rounds."""
    return int(share * 100 + 0.5)


def sentence(text: str) -> str:
    """A text as a sentence: with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def name(text: str) -> Markup:
    """A document's name, in which what turns direction is told and turns nothing else."""
    parts = _TURNING.sub(_told, str(escape(visible(text))))
    return Markup(f'<span class="apart">{parts}</span>')  # noqa: S704 - escaped above


def _told(found: re.Match[str]) -> str:
    turning = found[0]
    return f'<bdi class="turning" data-code="U+{ord(turning):04X}">{turning}</bdi>'


def address(passage: CitedPassage, marks: Sequence[Span | Quote]) -> str:
    """Where a passage is shown in its document, with marks in it."""
    stated = ",".join(f"{mark.start}-{mark.end}" for mark in marks)
    return f"/plain/citations/{passage.id}?mark={stated}#passage"


def highlighted(passage: CitedPassage) -> tuple[Run, ...]:
    """A passage's text with its highlights."""
    return marked(passage.text, passage.start, [], passage.highlights)


def quotes(response: Response, rank: int) -> Sequence[Span | Quote]:
    """What to mark in a passage: the quotes from it, or what is highlighted in it."""
    quoted = [quote for quote in response.answer.quotes if quote.citation == rank]
    return quoted or response.passages[rank - 1].highlights


FILTERS: dict[str, Any] = {
    each.__name__: each
    for each in (address, confidence, highlighted, name, percent, quotes, sentence)
}
