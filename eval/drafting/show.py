"""A draft as a person sees it. In: a Question, an Index. Out: text for the terminal.

An answerable one with its quote marked in what stands around it; one without an answer with
the passage that shares most with it, which is where an answer would be.
"""

from collections.abc import Iterator

import numpy as np
from rich.text import Text

from eval.questions.place import Place, locate
from eval.questions.question import DRAFT, Question
from index.bypath import IndexTexts
from index.generation import Index
from index.visible import visible

_AROUND = 300  # code points on each side of a quote


class Shown:
    """Shows drafts of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._texts = IndexTexts(index)

    def check(self, question: Question) -> None:
        """Raise ``QuestionSetInvalid`` when a quote is not in the index any more."""
        locate(question, self._texts)

    def lines(self, question: Question, number: int, total: int) -> Iterator[Text]:
        """The draft, its answer and its surroundings."""
        kind = next((t for t in question.tags if t.startswith(f"{DRAFT}-")), DRAFT)
        yield Text(f"\n{number} of {total}, {kind.removeprefix(f'{DRAFT}-')}", style="dim")
        yield Text(visible(question.question), style="bold")
        if question.answers:
            yield Text(visible(f"expected: {' | '.join(question.answers)}"))
        if not question.answerable:
            yield Text("expected: no answer in these documents; the nearest passage is")
            yield from self._nearest(question)
        for place in locate(question, self._texts):
            yield from self._surroundings(place)

    def _surroundings(self, place: Place) -> Iterator[Text]:
        text = self._texts[place.document]
        for span in place.spans:
            start, end = _whole_word(text, span.start - _AROUND, span.start), span.end + _AROUND
            shown = Text(visible(text[start:end]))
            shown.stylize("bold reverse", span.start - start, span.end - start)
            yield Text(f"{place.document}, characters {span.start} to {span.end}:", style="dim")
            yield Text("… " if start else "") + shown + Text(" …" if end < len(text) else "")

    def _nearest(self, question: Question) -> Iterator[Text]:
        scores = self._index.lexical.scores(question.question)
        if len(scores) and scores.max() > 0:
            (stored,) = self._index.texts.passages([int(np.argmax(scores))])
            passage = stored.passage
            facts = self._index.texts.facts(passage.document_id)
            place = f"characters {passage.start} to {passage.end}:"
            yield Text(f"{facts.path if facts else ''}, {place}", style="dim")
            yield Text(visible(passage.text))


def _whole_word(text: str, start: int, before: int) -> int:
    """The first place from ``start`` on where a word begins; ``before`` when there is none."""
    if start <= 0:
        return 0
    space = text.find(" ", start, before)
    return before if space < 0 else space + 1
