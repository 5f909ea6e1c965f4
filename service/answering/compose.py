"""The extractive answer. In: proved passages, the runs selected. Out: quotes in reading order.

Every word of it is a quote with a citation.
"""

from collections.abc import Sequence

from service.answer import CitedPassage, Quote
from service.answering.select import Selection

JOINT = " … "


def quotes_of(passages: Sequence[CitedPassage], selected: Sequence[Selection]) -> list[Quote]:
    """The quotes of an answer: the best first, so that who reads one sentence reads that; then
    the others, those of its passage first, each passage's in the order of the text."""
    if not selected:
        return []
    best, *others = selected
    others.sort(key=lambda one: (one.place != best.place, one.place, one.span.start))
    return [_quote(passages[one.place], one) for one in (best, *others)]


def answer_text(quotes: Sequence[Quote]) -> str | None:
    """The quotes in order, joined by " … "; None without any."""
    return JOINT.join(quote.text for quote in quotes) or None


def _quote(passage: CitedPassage, selection: Selection) -> Quote:
    start, end = selection.span.start, selection.span.end
    text = passage.text[start - passage.start : end - passage.start]
    return Quote(text, passage.rank, start, end)
